"""A writer that is killed leaves whole transactions or nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from archiver.storage import overview, posts
from archiver.storage.archive import Archive
from tests.builders import CHANNEL, Clock
from tests.storage.killed_writer import PAGE

pytestmark = pytest.mark.asyncio

_UNCOVERED = """
SELECT count(*) FROM revisions AS r LEFT JOIN raw_pages AS w ON w.raw_page_id = r.raw_page_id
WHERE w.raw_page_id IS NULL OR r.post_id NOT IN (SELECT post_id FROM posts)
    OR r.post_id NOT IN (SELECT post_id FROM post_counts)
"""


async def test_a_writer_killed_at_any_moment_leaves_whole_pages_and_their_cursor(archive_path: Path) -> None:
    for _ in range(4):
        command = [sys.executable, "-m", "tests.storage.killed_writer", str(archive_path), "5"]
        subprocess.run(command, check=True, cwd=Path(__file__).parents[2])

        archive = await Archive.open(archive_path, clock=Clock())
        async with archive.read() as db:
            verdict = await db.fetch_all("PRAGMA integrity_check")
            broken = await db.fetch_all("PRAGMA foreign_key_check")
            uncovered = await db.fetch_one(_UNCOVERED)
            totals = await overview.totals(db)
            (channel,) = await overview.every_channel(db)
            newest = await posts.newest_ids(db, CHANNEL, 1)
        await archive.close()

        assert (verdict, broken, uncovered) == ([("ok",)], [], (0,))
        assert channel.cursor is not None
        high_water_id = channel.cursor.high_water_id
        assert high_water_id % PAGE == 0
        assert newest == [high_water_id]
        assert totals.posts == totals.revisions == totals.post_counts == high_water_id > 0
