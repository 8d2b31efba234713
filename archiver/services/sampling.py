"""Sampling: record the counts of posts as they age; subscribers are counted by every full look."""

from __future__ import annotations

from dataclasses import dataclass

from archiver.domain.channel import Access
from archiver.domain.ids import ChannelId, PostId
from archiver.services.rescan import look_again
from archiver.services.run import Run
from archiver.storage import posts


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """The newest and the oldest post of a channel whose counts are due."""

    newest: PostId
    oldest: PostId


async def due_posts(run: Run) -> dict[ChannelId, Due]:
    """Return the channels with posts whose counts are due, the longest waiting first."""
    async with run.archive.read() as db:
        found = await posts.due_channels(db, run.clock())
    return {channel_id: Due(newest=newest, oldest=oldest) for channel_id, newest, oldest in found}


async def sample_posts(run: Run, access: Access, due: Due) -> None:
    """Look at the pages that hold the due posts; a look records the counts that are due by itself."""
    below = PostId(due.newest + 1)
    while below > due.oldest:
        page = await look_again(run, access, below)
        if page.is_end:
            break
        below = page.first_id
