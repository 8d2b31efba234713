"""Sampling: record subscriber counts on a timetable, and the counts of posts as they age."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from archiver.domain.channel import Access
from archiver.domain.ids import ChannelId, PostId
from archiver.services.rescan import look_again
from archiver.services.run import Run
from archiver.storage import channels, posts, subscribers
from archiver.telegram import asking

log = structlog.get_logger()

_CHANNELS_AT_ONCE = 20


async def sample_subscribers(run: Run, access: Access) -> None:
    """Ask for a channel's full description; record its subscribers and what it says of itself."""
    look = await asking.full(run.line.calls, access)
    now = run.clock()
    async with run.archive.write() as tx:
        await channels.record_look(tx, look, account_id=run.account_id, observed_at=now, run_id=run.run_id)
        if look.subscribers is not None:
            await subscribers.record(
                tx, access.channel_id, look.subscribers, sampled_at=now, run_id=run.run_id
            )
    log.info("subscribers.sampled", channel_id=access.channel_id, subscribers=look.subscribers)


async def due_subscribers(run: Run) -> Sequence[ChannelId]:
    """Return the watched channels whose subscribers were not counted lately."""
    async with run.archive.read() as db:
        return await subscribers.due(db, before=run.clock() - run.policy.subscribers_every)


async def due_posts(run: Run) -> Sequence[tuple[ChannelId, PostId, PostId]]:
    """Return some channels with posts whose counts are due: (channel, newest, oldest such post)."""
    async with run.archive.read() as db:
        return await posts.due_channels(db, run.clock(), limit=_CHANNELS_AT_ONCE)


async def sample_posts(run: Run, access: Access, *, newest: PostId, oldest: PostId) -> None:
    """Look at the pages that hold the due posts; a look records the counts that are due by itself."""
    below = PostId(newest + 1)
    while below > oldest:
        page = await look_again(run, access, below)
        if page.is_end:
            break
        below = page.first_id
