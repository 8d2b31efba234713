"""What a look at a channel means: facts over time, how it can be reached, and whether it is gone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import structlog

from archiver.domain.channel import READABLE, Access, Availability, ChannelLook, WatchState, conclude
from archiver.domain.errors import AnswerUnreadable, ChannelUnreachable
from archiver.domain.gap import Gap, GapCause, GapState
from archiver.domain.ids import ChannelId
from archiver.services.run import Run
from archiver.storage import channels, cursors, gaps, subscribers, watches
from archiver.storage.archive import Transaction
from archiver.telegram import asking

log = structlog.get_logger()

_HIDDEN = frozenset({Availability.RESTRICTED, Availability.BANNED})
_EVERYWHERE = "all:"
"""How the detail of a restriction on all platforms begins."""


async def look(run: Run, access: Access, *, has_read: bool = False) -> ChannelLook:
    """Ask for all a channel says of itself, and record it, its subscribers included.

    ``has_read`` says that its posts could be read just now: a ban is over then, whatever the channel says.
    """
    found = await asking.full(run.line.calls, access)
    now = run.clock()
    async with run.archive.write() as tx:
        if not has_read and found.availability is Availability.RESTRICTED:
            # a banned channel shows itself as a restricted one: only reading its posts tells them apart
            found = replace(found, availability=await _hidden(tx, found.channel_id))
        await record_look(tx, run, found, now=now)
    log.info("channel.looked_at", channel_id=access.channel_id, subscribers=found.subscribers)
    return found


async def record_look(tx: Transaction, run: Run, found: ChannelLook, *, now: datetime) -> None:
    """Write what a look changes, and what it says of the watch."""
    run.looks.pop(found.channel_id, None)
    if found.availability in READABLE and found.handles == ():
        # readable still for those who joined, but no longer a public channel
        found = replace(found, availability=Availability.HANDLE_FREED, detail="no handle")
    await channels.record_look(tx, found, account_id=run.account_id, observed_at=now, run_id=run.run_id)
    if found.subscribers is not None:
        await subscribers.record(tx, found.channel_id, found.subscribers, sampled_at=now, run_id=run.run_id)
    await _conclude(tx, found.channel_id, found.availability, now=now)


async def note_unreachable(run: Run, channel_id: ChannelId, refusal: ChannelUnreachable) -> None:
    """Record that a channel could not be read; from the first time on, a gap stands open."""
    availability, detail, now = Availability(refusal.availability), refusal.detail, run.clock()
    run.looks.pop(channel_id, None)
    async with run.archive.write() as tx:
        before = await channels.reach(tx, channel_id)
        if availability is Availability.PRIVATE and before and _is_hidden_everywhere(before):
            # what Telegram hides from all and does not give to read, it has banned; it calls both private
            availability, detail = Availability.BANNED, before.detail or detail
        await channels.set_availability(
            tx, channel_id, availability, detail=detail, observed_at=now, run_id=run.run_id
        )
        await _open_gap(tx, run, channel_id, GapCause.UNREACHABLE, now=now)
        await _conclude(tx, channel_id, availability, now=now)
    if before is None or before.availability is not availability:
        log.warning("channel.unreachable", channel_id=channel_id, availability=availability, detail=detail)


async def note_unreadable(run: Run, channel_id: ChannelId, error: AnswerUnreadable) -> None:
    """Record that Telegram told something of a channel that we can't decode."""
    async with run.archive.write() as tx:
        await _open_gap(tx, run, channel_id, GapCause.UNREADABLE, now=run.clock())
    log.error("answer.unreadable", channel_id=channel_id, error=str(error))


async def _hidden(tx: Transaction, channel_id: ChannelId) -> Availability:
    before = await channels.reach(tx, channel_id)
    is_banned = before is not None and before.availability is Availability.BANNED
    return Availability.BANNED if is_banned else Availability.RESTRICTED


def _is_hidden_everywhere(reach: channels.Reach) -> bool:
    return reach.availability in _HIDDEN and (reach.detail or "").startswith(_EVERYWHERE)


async def _conclude(
    tx: Transaction, channel_id: ChannelId, availability: Availability, *, now: datetime
) -> None:
    # reasons change, and two answers may name two: the day counts from the first of them
    since = await channels.out_since(tx, channel_id) or now
    for watch in await watches.of_channel(tx, channel_id):
        state = conclude(watch.state, availability, since=since, now=now)
        if state is not watch.state:
            await watches.set_state(tx, watch.handle, state)
            level = log.warning if state is WatchState.GONE else log.info
            level("watch.concluded", channel_id=channel_id, state=state)


async def _open_gap(
    tx: Transaction, run: Run, channel_id: ChannelId, cause: GapCause, *, now: datetime
) -> None:
    if any(gap.cause is cause for gap in await gaps.open_gaps(tx, channel_id)):
        return
    cursor = await cursors.get(tx, channel_id)
    gap = Gap(
        channel_id=channel_id,
        cause=cause,
        state=GapState.OPEN,
        first_post_id=None,
        last_post_id=None,
        since=cursor.looked_at if cursor else None,
        until=None,
        opened_at=now,
    )
    await gaps.open_gap(tx, gap, run_id=run.run_id)
