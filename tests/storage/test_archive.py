"""The file of the archive: how it is kept, locked, read while it is written, and closed."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from archiver.domain.errors import ArchiveInUse, ArchiveLocked
from archiver.domain.ids import RunId
from archiver.storage import runs
from archiver.storage.archive import Archive, Transaction
from tests.builders import NOON, Clock
from tests.storage.steps import begin_run

pytestmark = pytest.mark.asyncio


async def run_ids(archive: Archive) -> list[RunId]:
    async with archive.read() as db:
        return [run.run_id for run in await runs.every(db)]


async def pragma(archive: Archive, name: str) -> object:
    async with archive.write() as tx:
        row = await tx.fetch_one(f"PRAGMA {name}")
    assert row is not None
    return row[0]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),  # FULL
        ("foreign_keys", 1),
        ("trusted_schema", 0),
        ("application_id", int.from_bytes(b"ARCV")),
        ("page_size", 8_192),
        ("integrity_check", "ok"),
    ],
)
async def test_the_file_is_kept_as_promised(archive: Archive, name: str, value: object) -> None:
    assert await pragma(archive, name) == value


async def test_every_table_is_strict(archive: Archive) -> None:
    async with archive.read() as db:
        loose = await db.fetch_all(
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND NOT strict"
        )

    assert loose == [("sqlite_schema",)]


async def test_a_foreign_key_is_held_to(archive: Archive) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        async with archive.write() as tx:
            await tx.execute(
                "INSERT INTO audits (channel_id, audited_at, told, held, run_id) VALUES (1, 2, 3, 4, 5)"
            )


async def test_the_reader_can_not_write(archive: Archive) -> None:
    with pytest.raises(Exception, match="can't open or write archive"):
        async with archive.read() as db:
            await runs.begin(db, at=NOON, version="0", layer=1)


async def test_a_block_that_raises_leaves_nothing(archive: Archive) -> None:
    async def fail() -> None:
        async with archive.write() as tx:
            await runs.begin(tx, at=NOON, version="0", layer=1)
            _ = 1 / 0

    with pytest.raises(ZeroDivisionError):
        await fail()

    assert await run_ids(archive) == []
    assert await begin_run(archive) == 1


async def test_work_at_once_gives_its_result_and_is_committed(archive: Archive) -> None:
    async def work(tx: Transaction) -> list[RunId]:
        await runs.begin(tx, at=NOON, version="0", layer=1)
        return [run.run_id for run in await runs.every(tx)]

    seen = await archive.write_at_once(work)

    assert seen == [1]
    assert await run_ids(archive) == [1]


async def test_work_at_once_that_raises_leaves_nothing(archive: Archive) -> None:
    async def fail(tx: Transaction) -> None:
        await runs.begin(tx, at=NOON, version="0", layer=1)
        _ = 1 / 0

    with pytest.raises(ZeroDivisionError):
        await archive.write_at_once(fail)

    assert await run_ids(archive) == []
    assert await begin_run(archive) == 1


async def test_work_at_once_that_hides_a_failure_is_not_committed(archive: Archive) -> None:
    async def hide(tx: Transaction) -> None:
        await runs.begin(tx, at=NOON, version="0", layer=1)
        with contextlib.suppress(sqlite3.OperationalError):
            await tx.fetch_all("SELECT * FROM nowhere")

    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        await archive.write_at_once(hide)

    assert await run_ids(archive) == []
    assert await begin_run(archive) == 1


async def test_work_at_once_waits_for_nothing_but_its_transaction(archive: Archive) -> None:
    async def wait(tx: Transaction) -> None:
        await runs.begin(tx, at=NOON, version="0", layer=1)
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="waits for nothing but its own questions"):
        await archive.write_at_once(wait)

    assert await run_ids(archive) == []
    assert await begin_run(archive) == 1


async def test_work_at_once_meets_a_locked_file_with_our_error(archive: Archive, archive_path: Path) -> None:
    await archive.close()
    impatient = await Archive.open(archive_path, clock=Clock(), busy_seconds=0.01)

    async def work(tx: Transaction) -> RunId:
        return await runs.begin(tx, at=NOON, version="0", layer=1)

    with closing(sqlite3.connect(archive_path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(ArchiveLocked):
            await impatient.write_at_once(work)
        other.execute("ROLLBACK")

    assert await impatient.write_at_once(work) == 1
    await impatient.close()


async def test_work_at_once_waits_for_its_turn(archive: Archive) -> None:
    async def work(tx: Transaction) -> list[RunId]:
        return [run.run_id for run in await runs.every(tx)]

    async with archive.write() as tx:
        await runs.begin(tx, at=NOON, version="0", layer=1)
        waiting = asyncio.ensure_future(archive.write_at_once(work))
        await asyncio.sleep(0.01)
        is_done_early = waiting.done()

    assert not is_done_early
    assert await waiting == [1]


async def test_an_empty_block_is_no_trouble(archive: Archive) -> None:
    async with archive.write():
        pass
    async with archive.read():
        pass

    assert await run_ids(archive) == []


async def test_two_writers_wait_for_each_other(archive: Archive) -> None:
    order: list[str] = []

    async def write(name: str) -> None:
        async with archive.write() as tx:
            order.append(f"{name} in")
            await runs.begin(tx, at=NOON, version=name, layer=1)
            await asyncio.sleep(0)
            order.append(f"{name} out")

    await asyncio.gather(write("a"), write("b"))

    assert order == ["a in", "a out", "b in", "b out"]


async def test_a_reader_neither_waits_for_a_writer_nor_sees_its_unfinished_work(archive: Archive) -> None:
    async with archive.write() as tx:
        await runs.begin(tx, at=NOON, version="0", layer=1)
        seen_meanwhile = await run_ids(archive)

    assert seen_meanwhile == []
    assert await run_ids(archive) == [1]


async def test_a_snapshot_does_not_move(archive: Archive) -> None:
    async with archive.read() as db:
        before = await runs.every(db)
        await begin_run(archive)
        after = await runs.every(db)

    assert (before, after) == ([], [])
    assert await run_ids(archive) == [1]


async def test_a_reader_of_another_process_sees_what_was_committed(
    archive: Archive, archive_path: Path, clock: Clock
) -> None:
    await begin_run(archive)

    other = await Archive.open(archive_path, clock=clock, read_only=True)

    assert await run_ids(other) == [1]
    await other.close()


async def test_a_closed_archive_is_one_file(archive: Archive, archive_path: Path) -> None:
    await begin_run(archive)

    await archive.close()
    await archive.close()

    assert [path.name for path in archive_path.parent.iterdir()] == [archive_path.name, "archive.db.lock"]


async def test_an_archive_is_for_its_owner_only(archive: Archive, archive_path: Path) -> None:
    await begin_run(archive)

    modes = {path.name: oct(path.stat().st_mode & 0o777) for path in archive_path.parent.iterdir()}

    assert set(modes.values()) == {"0o600"}


async def test_one_bot_at_a_time_claims_an_archive(
    archive: Archive, archive_path: Path, clock: Clock
) -> None:
    other = await Archive.open(archive_path, clock=clock)
    archive.claim()

    with pytest.raises(ArchiveInUse, match=r"is written by process \d+; stop that one first"):
        other.claim()
    await archive.close()
    other.claim()

    await other.close()


@contextlib.asynccontextmanager
async def opened(path: Path) -> AsyncIterator[Archive]:
    archive = await Archive.open(path, clock=Clock())
    try:
        yield archive
    finally:
        await archive.close()


async def _write_two(archive: Archive, name: str, *, is_at_once: bool = False) -> None:
    async def work(tx: Transaction) -> None:
        for step in ("first", "second"):
            await runs.begin(tx, at=NOON, version=f"{name} {step}", layer=1)  # a hop each

    if is_at_once:
        await archive.write_at_once(work)
    else:
        async with archive.write() as tx:
            await work(tx)


@settings(max_examples=60)
@given(turns=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 2), st.booleans()), min_size=1, max_size=6))
async def test_a_write_cancelled_anywhere_is_whole_or_absent_and_the_next_one_works(
    tmp_path_factory: pytest.TempPathFactory, turns: list[tuple[int, int, bool]]
) -> None:
    path = tmp_path_factory.mktemp("cancelled") / "archive.db"
    async with opened(path) as archive:
        for number, (tenths_of_ms, repeats, is_at_once) in enumerate(turns):
            writing = asyncio.create_task(_write_two(archive, str(number), is_at_once=is_at_once))
            await asyncio.sleep(tenths_of_ms / 10_000)
            for _ in range(repeats + 1):
                writing.cancel()
                await asyncio.sleep(0)
            await asyncio.wait([writing])
        await _write_two(archive, "last")

        async with archive.read() as db:
            versions = [run.version for run in await runs.every(db)]

    assert versions[-2:] == ["last first", "last second"]
    assert [version.split()[1] for version in versions] == ["first", "second"] * (len(versions) // 2)


async def test_a_write_that_times_out_while_it_waits_for_its_turn_is_forgotten(archive: Archive) -> None:
    async with archive.write() as tx:
        await runs.begin(tx, at=NOON, version="0", layer=1)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await begin_run(archive)

    assert await run_ids(archive) == [1]


async def test_a_block_that_hides_a_failure_does_not_commit(archive: Archive) -> None:
    async def hide() -> None:
        async with archive.write() as tx:
            await runs.begin(tx, at=NOON, version="0", layer=1)
            with contextlib.suppress(sqlite3.OperationalError):
                await tx.fetch_all("SELECT * FROM nowhere")
            await runs.beat(tx, RunId(1), at=NOON)

    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        await hide()

    assert await run_ids(archive) == []


async def test_a_reader_abandoned_in_mid_stream_leaves_the_next_one_alone(archive: Archive) -> None:
    for _ in range(3):
        await begin_run(archive)

    async with archive.read() as db:
        async for _ in db.stream("SELECT run_id FROM runs"):
            break

    assert await run_ids(archive) == [1, 2, 3]


async def test_a_write_ahead_log_is_merged_when_the_archive_is_closed(
    archive: Archive, archive_path: Path
) -> None:
    await begin_run(archive)
    await archive.close()

    with closing(sqlite3.connect(f"file:{archive_path}?immutable=1", uri=True)) as db:
        assert db.execute("SELECT count(*) FROM runs").fetchone() == (1,)
