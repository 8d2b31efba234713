"""A disk that fills up: whole pages only, and on it goes when there is room."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from archiver.domain.errors import ArchiveFull
from archiver.domain.ids import PostId, RunId
from archiver.domain.page import RawPage
from archiver.storage import cursors, migrations, posts
from archiver.storage.archive import Archive
from tests.builders import CHANNEL, NOON, Clock, a_cursor, a_post
from tests.storage.steps import begin_run, know_channel, observe, open_quickly, refusal

pytestmark = pytest.mark.asyncio


RUN = RunId(1)


class SmallDisk:
    """A disk in memory that can be made larger."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def resize(self, size: str) -> None:
        subprocess.run(["mount", "-o", f"remount,size={size}", str(self.folder)], check=True)


@pytest.fixture
def small_disk() -> Iterator[SmallDisk]:
    folder = Path(tempfile.mkdtemp())
    command = ["mount", "-t", "tmpfs", "-o", "size=1M", "tmpfs", str(folder)]
    if os.getuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode != 0:
        folder.rmdir()
        pytest.skip("only root may mount a small disk, and not everywhere")
    yield SmallDisk(folder)
    subprocess.run(["umount", "--lazy", str(folder)], check=True)  # a test that failed has left a file open
    folder.rmdir()


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
    small_disk.resize("2M")
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
