"""Troubles of the archive's file: no room, another's lock, no right to write, damage, a newer schema."""

from __future__ import annotations

import asyncio
import ctypes
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from archiver.loopback.world import World
from tests.journeys.conftest import NewBot
from tests.journeys.oracle import health, rows
from tests.journeys.process import Bot, agreement, joined, until

pytestmark = pytest.mark.asyncio


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a folder on a disk of 4 MiB of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


async def test_a_disk_that_fills_up_and_has_room_again(
    world: World, new_bot: NewBot, small_disk: Path
) -> None:
    channel = world.add_channel("no_room", posts=50)
    bot = await new_bot("no_room", DATABASE=str(small_disk / "archive.db"))
    bot.archive = small_disk / "archive.db"
    await joined(bot)
    await agreement(bot, channel)

    ballast = _fill(small_disk)
    post_ids = [channel.publish("لا مكان " * 500) for _ in range(40)]
    channel.edit(post_ids[0], "معدل")
    channel.delete(post_ids[1], 20)
    await until(lambda: "archive_full" in _unwritable(bot), what="no room", bot=bot)
    await asyncio.sleep(2)
    held = len(rows(bot.archive, "SELECT 1 FROM posts"))
    ballast.unlink()

    assert held < 50 + 40
    await agreement(bot, channel)
    assert await bot.stop() == 0
    assert health(bot.archive) == []


async def test_a_disk_that_is_full_at_the_start(world: World, new_bot: NewBot, small_disk: Path) -> None:
    world.add_channel("no_room", posts=50)
    _fill(small_disk)
    bot = await new_bot("no_room", DATABASE=str(small_disk / "archive.db"), is_started=False)

    refused = await _refused(bot)

    assert refused == f"archiver: no room to write archive {small_disk / 'archive.db'}; make room on its disk"


async def test_an_archive_that_another_process_locks_for_a_while(world: World, new_bot: NewBot) -> None:
    channel = world.add_channel("locked_out", posts=50)
    bot = await new_bot("locked_out")
    await joined(bot)
    await agreement(bot, channel)

    with closing(sqlite3.connect(bot.archive, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        for number in range(30):
            channel.publish(f"والباب مقفل {number}")
        channel.edit(50, "معدل والباب مقفل")
        channel.delete(49)
        await until(lambda: "archive_locked" in _unwritable(bot), what="a locked archive", bot=bot)
        shown = await bot.status()
        other.execute("ROLLBACK")

    assert shown["totals"]["posts"] == 50
    await agreement(bot, channel)


async def test_an_archive_that_is_locked_at_the_start(world: World, new_bot: NewBot) -> None:
    bot = await _stopped(world, new_bot)

    with closing(sqlite3.connect(bot.archive, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        refused = await _refused(bot)

    assert refused == f"archiver: archive {bot.archive} is locked by another process; close what holds it"


async def test_an_archive_that_may_not_be_written(world: World, new_bot: NewBot) -> None:
    bot = await _stopped(world, new_bot)
    bot.archive.chmod(0o400)
    bot.folder.chmod(0o500)
    bot.log.touch()
    await bot.start(preexec=_obey_modes)

    code = await bot.ended()

    told = bot.log_tail(1)
    bot.folder.chmod(0o700)
    assert code == 1
    assert told == f"archiver: can't write archive {bot.archive}: Permission denied; check its rights"


@pytest.mark.parametrize("content", [b"no database, but a text that is long enough\n" * 400, b"short"])
async def test_a_file_that_is_no_archive_stays_as_it_is(
    world: World, new_bot: NewBot, content: bytes
) -> None:
    world.add_channel("not_mine", posts=5)
    bot = await new_bot("not_mine", is_started=False)
    bot.archive.write_bytes(content)

    refused = await _refused(bot)

    assert refused.startswith(f"archiver: {bot.archive} is damaged or no archive;")
    assert bot.archive.read_bytes() == content


async def test_another_programs_database_stays_as_it_is(world: World, new_bot: NewBot) -> None:
    world.add_channel("not_mine", posts=5)
    bot = await new_bot("not_mine", is_started=False)
    with closing(sqlite3.connect(bot.archive)) as other:
        other.execute("CREATE TABLE letters (letter TEXT)")
    before = bot.archive.read_bytes()

    refused = await _refused(bot)

    assert refused.startswith(f"archiver: {bot.archive} "), refused
    assert bot.archive.read_bytes() == before


async def test_an_archive_that_is_damaged_at_the_start(world: World, new_bot: NewBot) -> None:
    bot = await _stopped(world, new_bot)
    _damage(bot.archive)

    refused = await _refused(bot)

    assert refused == (
        f"archiver: {bot.archive} is damaged or no archive; restore a snapshot, or move it away"
    )


async def test_an_archive_that_is_damaged_while_the_bot_runs_ends_it(world: World, new_bot: NewBot) -> None:
    channel = world.add_channel("goes_bad", posts=3_000)
    bot = await new_bot("goes_bad")
    await agreement(bot, channel)
    with closing(sqlite3.connect(bot.archive)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    _damage(bot.archive)

    for post_id in range(1, 3_000, 50):
        channel.edit(post_id, "معدل بعد العطب")

    assert await bot.ended() == 1
    assert bot.log_tail(1) == (
        f"archiver: {bot.archive} is damaged or no archive; restore a snapshot, or move it away"
    )


async def test_a_newer_schema_than_the_program(world: World, new_bot: NewBot) -> None:
    bot = await _stopped(world, new_bot)
    with closing(sqlite3.connect(bot.archive)) as db:
        db.execute("INSERT INTO migrations (number, name, digest, applied_at) VALUES (9999, 'later', 'x', 0)")
        db.execute("PRAGMA user_version = 9999")
        db.commit()

    refused = await _refused(bot)
    shown = await bot.command("status")

    told = f"archiver: archive {bot.archive} has schema 9999, this program knows 1; update the archiver"
    assert (refused, shown[0], shown[2].strip()) == (told, 1, told)


async def _stopped(world: World, new_bot: NewBot) -> Bot:
    """Return a bot that holds a channel, and ended as it should."""
    channel = world.add_channel("well_kept", posts=50)
    bot = await new_bot("well_kept")
    await agreement(bot, channel)
    assert await bot.stop() == 0
    return bot


async def _refused(bot: Bot) -> str:
    """Start the bot, which must end at once; return the one line in which it says why."""
    code, out, err = await bot.command("run")
    told = [line for line in err.splitlines() if not line.startswith("{")]
    assert (code, out, len(told)) == (1, "", 1), err
    return told[0]


def _unwritable(bot: Bot) -> set[str]:
    return {line["code"] for line in bot.events("archive.unwritable")}


def _fill(folder: Path) -> Path:
    """Fill a disk to its last byte; return the file that does."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 16, 1 << 10, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue
    return ballast


def _damage(path: Path) -> None:
    """Overwrite all pages but the first, which tells a database from other files."""
    with path.open("r+b") as file:
        size = os.fstat(file.fileno()).st_size
        file.seek(8192)
        file.write(b"\xa5" * (size - 8192))


def _obey_modes() -> None:
    """Give up root's right to pass over the modes of files, in the process that becomes the bot."""
    drop_from_bounding_set, pass_over_writing, pass_over_reading = 24, 1, 2
    for right in (pass_over_writing, pass_over_reading):
        ctypes.CDLL(None).prctl(drop_from_bounding_set, right, 0, 0, 0)
