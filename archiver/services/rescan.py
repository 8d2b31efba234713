"""Re-scan: look again at what we hold, for edits and deletions that nobody told us of.

The newest posts of every channel come round often. A whole channel comes round slowly, and at once when a gap
of events stands open in it; a whole re-scan that began after the gap closes it, and ends with an audit: how
many posts Telegram counts, how many we hold.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import structlog

from archiver.domain.channel import Access
from archiver.domain.cursor import Cursor
from archiver.domain.gap import GapCause
from archiver.domain.ids import ChannelId, PostId
from archiver.domain.page import Page
from archiver.domain.post import Provenance
from archiver.services import unreadable
from archiver.services.capture import Advance, capture_page
from archiver.services.live import capture_overtaken
from archiver.services.run import Run
from archiver.services.sync import confirm
from archiver.storage import audits, cursors, gaps, posts
from archiver.storage.archive import Transaction
from archiver.telegram import reading

log = structlog.get_logger()

_PAGES_A_TURN = 50


async def rescan_recent(run: Run, access: Access) -> None:
    """Look again at the newest posts: as many, and as old, as the policy says, whichever is less."""
    async with run.archive.read() as db:
        newest = await posts.newest_ids(db, access.channel_id, run.policy.rescan_posts)
        oldest = await posts.id_before(db, access.channel_id, run.clock() - run.policy.rescan_age)
    below = await _top(run, access)
    floor = max(newest[-1] if newest else below, oldest or PostId(0))
    while below > floor:
        page = await look_again(run, access, below)
        if page.is_end:
            break
        below = page.first_id
    async with run.archive.write() as tx:
        await cursors.set_recent_rescan(tx, access.channel_id, at=run.clock())


async def rescan_whole(run: Run, access: Access) -> bool:
    """Look again at up to 50 more pages of the whole channel; return whether there is more to look at."""
    cursor = await _resume(run, access)
    below = cursor.rescan_id or PostId(cursor.high_water_id + 1)
    for _ in range(_PAGES_A_TURN):
        page = await look_again(run, access, below, advance=_mark(cursor, below))
        if page.is_end or page.first_id <= cursor.low_water_id:
            await _finish(run, cursor, page)
            return False
        below = page.first_id
    async with run.archive.write() as tx:
        await _mark(cursor, below)(tx)
    return True


async def _resume(run: Run, access: Access) -> Cursor:
    async with run.archive.write() as tx:
        cursor = await cursors.get(tx, access.channel_id)
        assert cursor is not None  # noqa: S101 - only channels with a cursor are re-scanned
        if cursor.rescan_id is None:
            # newer posts than the high-water mark are the sync's work
            top = PostId(cursor.high_water_id + 1)
            cursor = replace(cursor, rescan_id=top, rescan_began_at=run.clock())
            await cursors.set_rescan(
                tx, cursor.channel_id, rescan_id=top, rescan_began_at=cursor.rescan_began_at
            )
    return cursor


async def _top(run: Run, access: Access) -> PostId:
    async with run.archive.read() as db:
        cursor = await cursors.get(db, access.channel_id)
    return PostId(cursor.high_water_id + 1) if cursor else PostId(0)


async def look_again(run: Run, access: Access, below: PostId, *, advance: Advance | None = None) -> Page:
    """Read one page below an id and capture it; posts that ought to be there are asked for by id."""
    async with unreadable.noted(run, access.channel_id, unreadable.page_below(below)):
        page = await reading.older(run.line.calls, access, below=below)
    await capture_overtaken(run, access.channel_id, [page])
    captured = await capture_page(run, page, provenance=Provenance.RESCAN, advance=advance)
    if captured.missing:
        await confirm(run, access, captured.missing, since=_came_after(page))
    return page


def _came_after(page: Page) -> datetime | None:
    """Return when the posts that a page misses had not come yet, as far as it shows that."""
    return min((seen.published_at for seen in page.observations), default=None)


def _mark(cursor: Cursor, below: PostId) -> Advance:
    async def advance(tx: Transaction) -> None:
        await cursors.set_rescan(
            tx, cursor.channel_id, rescan_id=below, rescan_began_at=cursor.rescan_began_at
        )

    return advance


async def _finish(run: Run, cursor: Cursor, page: Page) -> None:
    now = run.clock()
    async with run.archive.write() as tx:
        await cursors.finish_rescan(tx, cursor.channel_id, at=now)
        held = await posts.count_live(tx, cursor.channel_id)
        await audits.record(
            tx, cursor.channel_id, told=page.total, held=held, audited_at=now, run_id=run.run_id
        )
        await _close_gaps(run, tx, cursor)
    log.info("channel.audited", channel_id=cursor.channel_id, told=page.total, held=held)


async def _close_gaps(run: Run, tx: Transaction, cursor: Cursor) -> None:
    """Close the gaps that were open before this re-scan began, and that it has looked through."""
    for gap in await gaps.open_gaps(tx, ChannelId(cursor.channel_id)):
        is_covered = cursor.rescan_began_at is not None and gap.opened_at <= cursor.rescan_began_at
        is_of_ids = gap.cause is GapCause.UNREADABLE and gap.first_post_id is not None
        if is_covered and (is_of_ids or gap.cause is GapCause.TOO_MANY_EVENTS):
            await unreadable.close(tx, run, gap)
