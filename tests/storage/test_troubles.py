"""What goes wrong with a file: one line that says so, nothing half-written, and on it goes afterwards."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from archiver.domain.errors import (
    ArchiveDamaged,
    ArchiveLocked,
    ArchiveMissing,
    ArchiveReadOnly,
    ArchiveTooNew,
    ArchiveTooOld,
)
from archiver.storage import migrations, runs
from archiver.storage.archive import Archive
from tests.builders import Clock, a_post
from tests.storage.steps import begin_run, know_channel, observe, open_quickly, refusal

pytestmark = pytest.mark.asyncio


def make_foreign(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE recipes (name TEXT)")


async def make_newer(path: Path) -> None:
    await (await open_quickly(path)).close()
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("INSERT INTO migrations VALUES (9999, 'later', 'd', 0)")


async def make_changed(path: Path) -> None:
    await (await open_quickly(path)).close()
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE migrations SET digest = 'another'")


@pytest.mark.parametrize("read_only", [False, True])
async def test_random_bytes_are_no_archive_and_stay_as_they_are(archive_path: Path, read_only: bool) -> None:
    noise = random.Random(1).randbytes(20_000)
    archive_path.write_bytes(noise)

    error = await refusal(archive_path, read_only=read_only)

    assert type(error) is ArchiveDamaged
    assert archive_path.read_bytes() == noise


@pytest.mark.parametrize("read_only", [False, True])
async def test_a_database_of_something_else_is_left_alone(archive_path: Path, read_only: bool) -> None:
    make_foreign(archive_path)
    before = archive_path.read_bytes()

    error = await refusal(archive_path, read_only=read_only)

    assert type(error) is ArchiveDamaged
    assert "not an archive of ours" in str(error)
    assert archive_path.read_bytes() == before


@pytest.mark.parametrize("read_only", [False, True])
async def test_an_archive_of_a_newer_program_is_left_alone(archive_path: Path, read_only: bool) -> None:
    await make_newer(archive_path)
    before = archive_path.read_bytes()

    error = await refusal(archive_path, read_only=read_only)

    assert type(error) is ArchiveTooNew
    assert str(error).endswith("update the archiver")
    assert archive_path.read_bytes() == before


async def test_an_archive_whose_migrations_were_other_ones_is_left_alone(archive_path: Path) -> None:
    await make_changed(archive_path)

    assert type(await refusal(archive_path)) is ArchiveDamaged


@pytest.mark.parametrize("name", ["a b", "what?x=1#y", "100%25", "أرشيف", "it's"])
async def test_an_archive_may_have_any_name(tmp_path: Path, name: str) -> None:
    archive = await open_quickly(tmp_path / f"{name}.db")
    await begin_run(archive)
    await archive.close()
    reading = await open_quickly(tmp_path / f"{name}.db", read_only=True)

    async with reading.read() as db:
        assert len(await runs.every(db)) == 1
    await reading.close()
    assert migrations.version(tmp_path / f"{name}.db") == migrations.known()[-1].number


async def test_a_folder_is_no_archive(tmp_path: Path) -> None:
    assert type(await refusal(tmp_path)) is ArchiveReadOnly
    assert type(await refusal(tmp_path, read_only=True)) is ArchiveReadOnly


async def test_a_file_in_no_folder_can_not_be_made(tmp_path: Path) -> None:
    with pytest.raises(ArchiveReadOnly, match="no folder for archive"):
        await open_quickly(tmp_path / "nowhere" / "archive.db")


async def test_there_is_nothing_to_read_where_nothing_was_written(archive_path: Path) -> None:
    missing = await refusal(archive_path, read_only=True)
    archive_path.touch()
    empty = await refusal(archive_path, read_only=True)

    assert (type(missing), type(empty)) == (ArchiveMissing, ArchiveMissing)
    assert archive_path.read_bytes() == b""


async def test_an_empty_file_becomes_an_archive(archive_path: Path) -> None:
    archive_path.touch()

    archive = await open_quickly(archive_path)

    assert await begin_run(archive) == 1
    await archive.close()


async def test_an_old_archive_is_not_read_before_it_is_migrated(archive_path: Path) -> None:
    first = migrations.Migration(number=0, name="before_time", sql="CREATE TABLE runs (run_id INTEGER);")
    migrations.migrate(archive_path, clock=Clock(), every=[first])

    error = await refusal(archive_path, read_only=True)

    assert type(error) is ArchiveTooOld
    assert str(error).endswith("bring it up with: archiver migrate")


async def test_a_file_with_damaged_pages_says_so_when_they_are_read(archive_path: Path) -> None:
    archive = await open_quickly(archive_path)
    run_id = await begin_run(archive)
    async with archive.write() as tx:
        await know_channel(tx, run_id)
        await observe(tx, run_id, [a_post(number) for number in range(1, 400)])
        root = await tx.fetch_one("SELECT rootpage FROM sqlite_schema WHERE name = 'revisions'")
    assert root
    await archive.close()
    with archive_path.open("rb+") as file:
        file.seek((root[0] - 1) * 8_192)
        file.write(random.Random(1).randbytes(8_192))

    archive = await open_quickly(archive_path)

    with pytest.raises(ArchiveDamaged, match="is damaged or no archive; restore a snapshot"):
        async with archive.read() as db:
            await db.fetch_all("SELECT * FROM revisions")
    await archive.close()


async def test_a_file_that_another_process_writes_to_is_waited_for_and_then_used(archive: Archive) -> None:
    await archive.close()
    impatient = await open_quickly(archive.path)
    with closing(sqlite3.connect(archive.path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")

        with pytest.raises(ArchiveLocked, match="is locked by another process; close what holds it"):
            await begin_run(impatient)
        async with impatient.read() as db:
            seen_meanwhile = await runs.every(db)
        other.execute("ROLLBACK")

    assert seen_meanwhile == []
    assert await begin_run(impatient) == 1
    await impatient.close()


async def test_a_lock_that_ends_in_time_is_not_noticed(archive: Archive) -> None:
    with closing(sqlite3.connect(archive.path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN EXCLUSIVE")
        asyncio.get_running_loop().call_later(0.2, other.execute, "ROLLBACK")

        assert await begin_run(archive) == 1


@pytest.mark.parametrize("read_only", [False, True])
async def test_a_file_that_another_process_keeps_to_itself_can_not_be_opened(
    archive: Archive, read_only: bool
) -> None:
    await archive.close()
    with closing(sqlite3.connect(archive.path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")

        error = await refusal(archive.path, read_only=read_only)

    assert type(error) is ArchiveLocked
    await (await open_quickly(archive.path, read_only=read_only)).close()
