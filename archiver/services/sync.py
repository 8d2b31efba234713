"""Sync: bring one channel from its cursor to now, whatever happened in between.

The first look takes the newest page and sets the cursor. Later ones ask for the difference and archive
it slice by slice. When Telegram refuses (more than about 100 events), the history is walked upward from the
high-water mark, and a gap stands open until a re-scan of the whole channel has looked for the edits and
deletions that the history can't show.
"""

from __future__ import annotations

from datetime import datetime

import structlog

from archiver.domain.channel import Access
from archiver.domain.cursor import OVERLAP, Cursor
from archiver.domain.gap import Gap, GapCause, GapState, ranges
from archiver.domain.ids import ChannelId, PostId
from archiver.domain.page import Page, Slice, TooLong
from archiver.domain.post import Provenance
from archiver.services import unreadable
from archiver.services.capture import (
    Advance,
    Captured,
    capture_named,
    capture_page,
    capture_slice,
)
from archiver.services.live import capture_overtaken
from archiver.services.looking import record_look
from archiver.services.run import Run
from archiver.storage import cursors, gaps
from archiver.storage.archive import Transaction
from archiver.telegram import asking, reading

log = structlog.get_logger()

_IDS_AT_ONCE = 100


async def sync(run: Run, access: Access) -> None:
    """Archive everything that a channel shows now and did not when we last looked.

    Raises what the calls raise: ConnectionLost, AccountLost, ChannelUnreachable, AnswerUnreadable; what was
    archived until then stays, and the next sync goes on from there.
    """
    async with run.archive.read() as db:
        cursor = await cursors.get(db, access.channel_id)
    if cursor is None:
        cursor = await _begin(run, access)
    await _catch_up(run, access, cursor)


async def confirm(
    run: Run, access: Access, missing: tuple[PostId, ...], *, since: datetime | None
) -> Captured:
    """Ask for ids one by one before calling them gone; return what that added."""
    tombstoned = lost = 0
    for start in range(0, len(missing), _IDS_AT_ONCE):
        asked = missing[start : start + _IDS_AT_ONCE]
        async with unreadable.noted(run, access.channel_id, list(ranges(asked))):
            page = await reading.by_ids(run.line.calls, access, asked)
        await capture_overtaken(run, access.channel_id, [page])
        captured = await capture_named(run, page, cause=GapCause.DELETED_UNSEEN, since=since)
        tombstoned += captured.tombstoned
        lost += captured.lost
    return Captured(tombstoned=tombstoned, lost=lost)


async def _begin(run: Run, access: Access) -> Cursor:
    # the event number is read before the history, so that nothing falls between the two
    look = await asking.full(run.line.calls, access)
    page = await reading.newest(run.line.calls, access)
    now = run.clock()
    newest = max((seen.post_id for seen in page.observations), default=PostId(0))
    cursor = Cursor(
        channel_id=access.channel_id,
        as_of=look.as_of if look.as_of is not None else page.as_of,
        first_post_id=newest,
        high_water_id=newest,
        low_water_id=page.first_id,
        history_complete_at=now if page.is_end else None,
        looked_at=now,
    )

    async def advance(tx: Transaction) -> None:
        await record_look(tx, run, look, now=now)
        await cursors.put(tx, cursor)

    await capture_page(run, page, provenance=Provenance.BACKFILL, advance=advance)
    log.info("channel.begun", channel_id=access.channel_id, high_water_id=newest)
    return cursor


async def _catch_up(run: Run, access: Access, cursor: Cursor) -> None:
    as_of = cursor.as_of
    while True:
        async with unreadable.noted(run, access.channel_id, unreadable.TIME):
            answer = await reading.difference(run.line.calls, access, as_of=as_of)
        if isinstance(answer, TooLong):
            as_of = await _walk_up(run, access, answer)
            continue
        await capture_overtaken(run, access.channel_id, [answer], as_of=answer.as_of)
        await _capture(run, answer, cursor)
        as_of = answer.as_of
        if answer.is_final:
            break
    await _close_time_gaps(run, access.channel_id)


async def _capture(run: Run, part: Slice, cursor: Cursor) -> None:
    now = run.clock()
    newest = max((seen.post_id for seen in part.observations), default=PostId(0))

    async def advance(tx: Transaction) -> None:
        await cursors.advance(tx, part.channel_id, as_of=part.as_of, high_water_id=newest, looked_at=now)

    await capture_slice(run, part, since=cursor.looked_at, advance=advance)


async def _walk_up(run: Run, access: Access, told: TooLong) -> int:
    """Read the history upward from the high-water mark; return the event number it is complete for."""
    async with run.archive.read() as db:
        cursor = await cursors.get(db, access.channel_id)
    assert cursor is not None  # noqa: S101 - a difference is only asked for from a cursor
    gap_id = await _open_gap(run, cursor)
    log.warning("gap.opened", channel_id=access.channel_id, gap_id=gap_id, events=told.as_of - cursor.as_of)
    added, as_of = await _read_upward(run, access, cursor)
    await capture_overtaken(run, access.channel_id, [], as_of=told.as_of)
    now = run.clock()
    async with run.archive.write() as tx:
        await cursors.advance(tx, access.channel_id, as_of=told.as_of, high_water_id=PostId(0), looked_at=now)
        if added == told.as_of - cursor.as_of and as_of == told.as_of:
            # every event of the stretch, and none since, was a new post: no edit or deletion to look for
            await gaps.close(tx, gap_id, state=GapState.REPAIRED, at=now)
            log.info("gap.repaired", channel_id=access.channel_id, gap_id=gap_id)
    return told.as_of


async def _read_upward(run: Run, access: Access, cursor: Cursor) -> tuple[int, int]:
    """Archive all posts above the high-water mark; return how many were new to us, as of which event."""
    above, added = PostId(max(0, cursor.high_water_id - OVERLAP)), 0
    while True:
        page = await reading.newer(run.line.calls, access, above=above)
        newest = max((seen.post_id for seen in page.observations), default=PostId(0))
        await capture_overtaken(run, access.channel_id, [page])
        captured = await capture_page(run, page, provenance=Provenance.CATCH_UP, advance=_raise(page, newest))
        added += captured.first
        if captured.missing:
            await confirm(run, access, captured.missing, since=cursor.looked_at)
        if page.is_end:
            return added, page.as_of
        # a page may hold nothing but the empty places of deleted posts
        above = page.last_id


def _raise(page: Page, newest: PostId) -> Advance:
    async def advance(tx: Transaction) -> None:
        await cursors.advance(tx, page.channel_id, as_of=0, high_water_id=newest, looked_at=None)

    return advance


async def _open_gap(run: Run, cursor: Cursor) -> int:
    now = run.clock()
    async with run.archive.write() as tx:
        for gap in await gaps.open_gaps(tx, cursor.channel_id):
            is_same = gap.cause is GapCause.TOO_MANY_EVENTS and gap.since == cursor.looked_at
            # a re-scan that is under way will close it, and has passed by what was edited since
            is_scanned = cursor.rescan_began_at is not None and gap.opened_at <= cursor.rescan_began_at
            if is_same and gap.gap_id and not is_scanned:
                return gap.gap_id
        return await gaps.open_gap(
            tx,
            Gap(
                channel_id=cursor.channel_id,
                cause=GapCause.TOO_MANY_EVENTS,
                state=GapState.OPEN,
                first_post_id=None,
                last_post_id=None,
                since=cursor.looked_at,
                until=now,
                opened_at=now,
            ),
            run_id=run.run_id,
        )


async def _close_time_gaps(run: Run, channel_id: ChannelId) -> None:
    """Close the gaps that a whole difference repairs: Telegram has told us everything since the cursor."""
    async with run.archive.read() as db:
        mended = [gap for gap in await gaps.open_gaps(db, channel_id) if _is_of_time(gap)]
    if mended:
        async with run.archive.write() as tx:
            for gap in mended:
                await unreadable.close(tx, run, gap)


def _is_of_time(gap: Gap) -> bool:
    return gap.cause in {GapCause.UNREACHABLE, GapCause.UNREADABLE} and gap.first_post_id is None
