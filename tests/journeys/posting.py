"""A process that archives posts until it is ended: ``python -m tests.journeys.posting PATH``."""

from __future__ import annotations

import asyncio
import itertools
import sys
from pathlib import Path

from archiver.domain.clock import utc_now
from archiver.domain.ids import RunId
from archiver.storage.archive import Archive
from tests.builders import a_post
from tests.storage.steps import observe

PAGE = 20


async def post_for_ever(path: Path) -> None:
    archive = await Archive.open(path, clock=utc_now, busy_seconds=30)
    for first in itertools.count(1, PAGE):
        seen = [a_post(post_id, text=f"post {post_id} " * 30) for post_id in range(first, first + PAGE)]
        async with archive.write() as tx:
            await observe(tx, RunId(1), seen, at=utc_now())
        await asyncio.sleep(0.02)


if __name__ == "__main__":
    asyncio.run(post_for_ever(Path(sys.argv[1])))
