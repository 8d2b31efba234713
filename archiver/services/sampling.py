"""Sampling: record the counts of posts as they age; subscribers are counted by every full look."""

from __future__ import annotations

from collections.abc import Sequence

from archiver.domain.channel import Access
from archiver.domain.ids import ChannelId, PostId
from archiver.services.rescan import look_again
from archiver.services.run import Run
from archiver.storage import posts


async def due_posts(run: Run) -> Sequence[tuple[ChannelId, PostId, PostId]]:
    """Return the channels with posts whose counts are due: (channel, newest, oldest such post)."""
    async with run.archive.read() as db:
        return await posts.due_channels(db, run.clock())


async def sample_posts(run: Run, access: Access, *, newest: PostId, oldest: PostId) -> None:
    """Look at the pages that hold the due posts; a look records the counts that are due by itself."""
    below = PostId(newest + 1)
    while below > oldest:
        page = await look_again(run, access, below)
        if page.is_end:
            break
        below = page.first_id
