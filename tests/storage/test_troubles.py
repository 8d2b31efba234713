"""What goes wrong with a file: one line that says so, nothing half-written, and on it goes afterwards."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from archiver.domain.errors import (
    ArchiveDamaged,
    ArchiveError,
    ArchiveFull,
    ArchiveLocked,
    ArchiveMissing,
    ArchiveReadOnly,
    ArchiveTooNew,
    ArchiveTooOld,
)
from archiver.domain.ids import PostId, RunId
from archiver.domain.page import RawPage
from archiver.storage import cursors, migrations, posts, runs
from archiver.storage.archive import Archive
from tests.builders import CHANNEL, NOON, Clock, a_cursor, a_post
from tests.storage.steps import begin_run, know_channel, observe

pytestmark = pytest.mark.asyncio


async def open_quickly(path: Path, *, read_only: bool = False) -> Archive:
    return await Archive.open(path, clock=Clock(), busy_seconds=0.05, read_only=read_only)


async def refusal(path: Path, *, read_only: bool = False) -> ArchiveError:
    with pytest.raises(ArchiveError) as refused:
        await open_quickly(path, read_only=read_only)
    text = str(refused.value)
    assert str(path) in text
    assert "\n" not in text
    assert not text.endswith(".")
    return refused.value


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


_AS_NOBODY = """
import asyncio, os, sys
from pathlib import Path
from archiver.domain.clock import utc_now
from archiver.domain.errors import ArchiverError
from archiver.storage import migrations, runs
from archiver.storage.archive import Archive

async def main():
    archive = await Archive.open(Path(sys.argv[1]), clock=utc_now, read_only=sys.argv[2] == "read")
    try:
        async with archive.read() as db:
            seen = len(await runs.every(db))
        if sys.argv[2] == "write":
            async with archive.write() as tx:
                await runs.begin(tx, at=utc_now(), version="0", layer=1)
        print("well", seen)
    finally:
        await archive.close()

migrations.known()  # whose files that user may not see
if os.getuid() == 0:
    os.setuid(65534)  # rights mean nothing to root
try:
    asyncio.run(main())
except ArchiverError as error:
    print(error.code, str(error).count(sys.argv[1]))
"""


@pytest.fixture
def shared_folder() -> Iterator[Path]:
    """Give a folder that others than the owner can reach."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o777)
    yield folder
    folder.chmod(0o777)
    shutil.rmtree(folder)


def as_nobody(path: Path, what: str) -> list[str]:
    """Open an archive as a user without rights, read it and perhaps write to it."""
    done = subprocess.run(
        [sys.executable, "-c", _AS_NOBODY, str(path), what], capture_output=True, text=True, check=True
    )
    return done.stdout.split()


async def shared_archive(folder: Path) -> Path:
    path = folder / "archive.db"
    archive = await open_quickly(path)
    await begin_run(archive)
    await archive.close()
    (folder / "archive.db.lock").unlink()
    path.chmod(0o666)
    return path


async def test_a_file_that_can_not_be_written_is_read_only_until_it_can(shared_folder: Path) -> None:
    path = await shared_archive(shared_folder)
    path.chmod(0o444)
    before = path.read_bytes()

    assert as_nobody(path, "write") == ["archive_read_only", "1"]
    assert as_nobody(path, "read") == ["well", "1"]
    assert path.read_bytes() == before
    path.chmod(0o666)
    assert as_nobody(path, "write") == ["well", "1"]


async def test_a_folder_that_can_not_be_written_makes_its_archive_read_only(shared_folder: Path) -> None:
    path = await shared_archive(shared_folder)
    shared_folder.chmod(0o555)

    assert as_nobody(path, "write") == ["archive_read_only", "1"]
    shared_folder.chmod(0o777)
    assert as_nobody(path, "write") == ["well", "1"]


async def test_an_archive_on_a_sealed_medium_can_be_read(shared_folder: Path) -> None:
    path = await shared_archive(shared_folder)
    path.chmod(0o444)
    shared_folder.chmod(0o555)

    assert as_nobody(path, "read") == ["well", "1"]
    assert [each.name for each in shared_folder.iterdir()] == ["archive.db"]


async def test_a_file_that_can_not_be_read_is_refused(shared_folder: Path) -> None:
    path = await shared_archive(shared_folder)
    path.chmod(0o000)

    assert as_nobody(path, "read") == ["archive_read_only", "1"]
    assert as_nobody(path, "write") == ["archive_read_only", "1"]


async def test_no_archive_is_made_where_nothing_can_be_made(shared_folder: Path) -> None:
    shared_folder.chmod(0o555)

    assert as_nobody(shared_folder / "archive.db", "write") == ["archive_read_only", "1"]
    assert list(shared_folder.iterdir()) == []


RUN = RunId(1)


class SmallDisk:
    """A disk in memory that can be made larger."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def resize(self, size: str) -> None:
        subprocess.run(["mount", "-o", f"remount,size={size}", str(self.folder)], check=True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[SmallDisk]:
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1M", "tmpfs", str(folder)]
    if os.getuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("only root may mount a small disk, and not everywhere")
    yield SmallDisk(folder)
    subprocess.run(["umount", str(folder)], check=True)


async def write_page(archive: Archive, number: int) -> None:
    """Write a hundred posts, their bytes and the cursor that covers them."""
    first = number * 100 + 1
    raw_page = RawPage(layer=214, data=random.Random(number).randbytes(20_000))
    async with archive.write() as tx:
        seen = [a_post(post_id) for post_id in range(first, first + 100)]
        await observe(tx, RUN, seen, raw_page=raw_page)
        await cursors.advance(tx, CHANNEL, as_of=first + 99, high_water_id=first + 99, looked_at=NOON)


async def begin_pages(archive: Archive) -> None:
    run_id = await begin_run(archive)
    async with archive.write() as tx:
        await know_channel(tx, run_id)
        await cursors.put(tx, a_cursor(as_of=0, first_post_id=0, high_water_id=0, low_water_id=0))


async def write_until_full(archive: Archive) -> int:
    """Return how many pages went in."""
    for number in range(1_000):
        try:
            await write_page(archive, number)
        except ArchiveFull:
            return number
    raise AssertionError("the disk is too large")


async def held(archive: Archive) -> tuple[int, int, int, str]:
    """Return posts, pages of bytes, high-water mark, and what SQLite says of the file."""
    async with archive.read() as db:
        cursor = await cursors.get(db, CHANNEL)
        live = await posts.count_live(db, CHANNEL)
        pages = await db.fetch_one("SELECT count(*) FROM raw_pages")
        verdict = await db.fetch_one("PRAGMA integrity_check")
    assert cursor
    assert pages
    assert verdict
    return live, pages[0], cursor.high_water_id, verdict[0]


async def test_a_full_disk_keeps_whole_pages_only_and_goes_on_when_there_is_room(
    small_disk: SmallDisk,
) -> None:
    archive = await open_quickly(small_disk.folder / "archive.db")
    await begin_pages(archive)

    number = await write_until_full(archive)
    full_twice = await write_until_full(archive) if number == 0 else number
    when_full = await held(archive)
    small_disk.resize("8M")
    await write_page(archive, number)
    afterwards = await held(archive)
    await archive.close()

    assert number > 0
    assert full_twice == number
    assert when_full == (100 * number, number, 100 * number, "ok")
    assert afterwards == (100 * number + 100, number + 1, 100 * number + 100, "ok")


async def test_an_archive_that_has_no_room_to_be_made_is_made_when_there_is(small_disk: SmallDisk) -> None:
    small_disk.resize("128K")

    error = await refusal(small_disk.folder / "archive.db")
    small_disk.resize("2M")
    archive = await open_quickly(small_disk.folder / "archive.db")

    assert type(error) is ArchiveFull
    assert await begin_run(archive) == 1
    await archive.close()


async def test_an_archive_that_can_not_be_copied_for_want_of_room_is_not_migrated(
    small_disk: SmallDisk,
) -> None:
    path = small_disk.folder / "archive.db"
    first = migrations.Migration(number=1, name="first", sql="CREATE TABLE things (word TEXT);\n")
    second = migrations.Migration(number=2, name="second", sql="DROP TABLE things;\n")
    migrations.migrate(path, clock=Clock(), every=[first])
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("INSERT INTO things VALUES (:word)", {"word": "x" * 500_000})

    with pytest.raises(ArchiveFull, match="make room on its disk"):
        migrations.migrate(path, clock=Clock(), every=[first, second])
    copies = list(small_disk.folder.glob("*before*"))
    version = migrations.version(path)
    small_disk.resize("8M")
    applied = migrations.migrate(path, clock=Clock(), every=[first, second])

    assert (version, copies) == (1, [])
    assert applied == [second]


async def test_an_archive_that_may_not_grow_keeps_whole_pages_only(archive: Archive) -> None:
    await begin_pages(archive)
    async with archive.write() as tx:
        await tx.fetch_one("PRAGMA max_page_count = 200")

    number = await write_until_full(archive)
    when_full = await held(archive)
    async with archive.write() as tx:
        await tx.fetch_one("PRAGMA max_page_count = 2000")
    await write_page(archive, number)

    assert number > 0
    assert when_full == (100 * number, number, 100 * number, "ok")
    assert (await held(archive))[0] == 100 * number + 100


async def test_a_post_is_whole_or_absent_when_its_transaction_breaks_in_the_middle(archive: Archive) -> None:
    await begin_pages(archive)

    async def write() -> None:
        async with archive.write() as tx:
            await observe(tx, RUN, [a_post(1)])
            await observe(tx, RunId(99), [a_post(2)])

    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        await write()

    async with archive.read() as db:
        assert await posts.heads_of(db, CHANNEL, [PostId(1), PostId(2)]) == {}
