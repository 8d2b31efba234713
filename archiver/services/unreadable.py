"""Answers that can't be decoded: which posts they keep from us, and when those were read after all.

The next whole difference tells again what an unreadable one could not tell, so that leaves a gap of time. A
page of history, and posts asked for by id, are told by no difference: their gap names ids, and stays open
until those were read. Nobody knows how far down an unreadable page would have gone; it holds a hundred posts,
so a hundred ids at least.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager

import structlog

from archiver.domain.errors import AnswerUnreadable
from archiver.domain.gap import Gap, GapCause, GapState
from archiver.domain.ids import ChannelId, PostId
from archiver.services.run import Run
from archiver.storage import cursors, gaps
from archiver.storage.archive import Transaction
from archiver.telegram.reading import PAGE

log = structlog.get_logger()

Ids = tuple[PostId | None, PostId | None]
"""The first and the last of a stretch; ``None`` and ``None`` for a gap of time."""

TIME: Sequence[Ids] = [(None, None)]


def page_below(below: PostId) -> Sequence[Ids]:
    """Return what a page of history under an id holds at the least."""
    return [(PostId(max(1, below - PAGE)), PostId(below - 1))]


@asynccontextmanager
async def noted(run: Run, channel_id: ChannelId, asked: Sequence[Ids]) -> AsyncIterator[None]:
    """Open a gap for what is asked for in the block, if its answer can't be decoded."""
    try:
        yield
    except AnswerUnreadable:
        await _open(run, channel_id, asked)
        raise


async def close_read(
    tx: Transaction,
    run: Run,
    channel_id: ChannelId,
    *,
    first_id: PostId,
    last_id: PostId,
    missing: Collection[PostId],
) -> None:
    """Close the gaps whose ids were all read: those of a stretch, but for the ones that are missing in it."""
    for gap in await gaps.open_gaps(tx, channel_id):
        if gap.cause is not GapCause.UNREADABLE or gap.first_post_id is None or gap.last_post_id is None:
            continue
        is_read = first_id <= gap.first_post_id and gap.last_post_id <= last_id
        if is_read and not any(gap.first_post_id <= post_id <= gap.last_post_id for post_id in missing):
            await close(tx, run, gap)


async def close(tx: Transaction, run: Run, gap: Gap) -> None:
    """Note that a gap is repaired."""
    assert gap.gap_id is not None  # noqa: S101 - it came out of the archive
    await gaps.close(tx, gap.gap_id, state=GapState.REPAIRED, at=run.clock())
    log.info("gap.repaired", channel_id=gap.channel_id, gap_id=gap.gap_id)


async def _open(run: Run, channel_id: ChannelId, asked: Sequence[Ids]) -> None:
    now = run.clock()
    async with run.archive.write() as tx:
        cursor = await cursors.get(tx, channel_id)
        known = {
            (gap.first_post_id, gap.last_post_id)
            for gap in await gaps.open_gaps(tx, channel_id)
            if gap.cause is GapCause.UNREADABLE
        }
        for first, last in asked:
            if (first, last) in known:
                continue
            gap = Gap(
                channel_id=channel_id, cause=GapCause.UNREADABLE, state=GapState.OPEN,
                first_post_id=first, last_post_id=last,
                since=cursor.looked_at if cursor and first is None else None, until=None, opened_at=now,
            )  # fmt: skip
            await gaps.open_gap(tx, gap, run_id=run.run_id)
