"""A writer that is killed at random moments: ``python -m tests.storage.killed_writer PATH TIMES``.

The process imports everything once and forks a writer for each death, so that most of its life is writing.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
import time
from pathlib import Path

from archiver.domain.ids import PostId, RunId
from archiver.domain.page import RawPage
from archiver.storage import cursors, runs
from archiver.storage.archive import Archive
from tests.builders import CHANNEL, NOON, Clock, a_cursor, a_post
from tests.storage.steps import know_channel, observe

PAGE = 20


async def write_for_ever(path: Path) -> None:
    """Write page after page, each with the cursor that covers it."""
    archive = await Archive.open(path, clock=Clock())
    async with archive.write() as tx:
        run_id = await runs.begin(tx, at=NOON, version="0", layer=214)
        await know_channel(tx, run_id)
        await cursors.put(tx, a_cursor(as_of=0, first_post_id=0, high_water_id=0, low_water_id=0))
        cursor = await cursors.get(tx, CHANNEL)
    assert cursor is not None
    first = cursor.high_water_id + 1
    while True:
        await write_page(archive, run_id, first)
        first += PAGE


async def write_page(archive: Archive, run_id: RunId, first: int) -> None:
    last = PostId(first + PAGE - 1)
    seen = [a_post(post_id, text=f"post {post_id} " * 30) for post_id in range(first, last + 1)]
    async with archive.write() as tx:
        await observe(tx, run_id, seen, raw_page=RawPage(layer=214, data=random.randbytes(5_000)))
        await cursors.advance(tx, CHANNEL, as_of=last, high_water_id=last, looked_at=NOON)


def main() -> None:
    path, times = Path(sys.argv[1]), int(sys.argv[2])
    chance = random.Random(times)
    for _ in range(times):
        writer = os.fork()
        if writer == 0:
            asyncio.run(write_for_ever(path))
        time.sleep(chance.uniform(0.005, 0.15))
        os.kill(writer, signal.SIGKILL)
        os.waitpid(writer, 0)


if __name__ == "__main__":
    main()
