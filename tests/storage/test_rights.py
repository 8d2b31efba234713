"""A file or a folder that can't be written: root does not notice, so another user tries."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.storage.steps import begin_run, open_quickly

pytestmark = pytest.mark.asyncio


_AS_NOBODY = """
import asyncio, concurrent.futures.thread, os, sys
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
