"""Live: pushed events go straight into the archive; a hole before them asks for the difference."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import structlog

from archiver.domain.cursor import Arrival, Cursor, arrival
from archiver.domain.findings import Findings
from archiver.domain.gap import GapCause
from archiver.domain.ids import ChannelId, PostId
from archiver.domain.page import Event, Page, RawPage, Slice
from archiver.domain.post import Provenance
from archiver.services.capture import Gone, bury, commit, is_flagged, record_observations
from archiver.services.flagging import Ahead, flag_ahead
from archiver.services.run import Run
from archiver.storage import cursors, posts
from archiver.storage.archive import Transaction
from archiver.telegram.translate import events
from archiver.telegram.wire import join

log = structlog.get_logger()


async def capture_events(run: Run, happened: Iterable[Event]) -> frozenset[ChannelId]:
    """Archive pushed events, all channels in one transaction; return the channels with a hole before them.

    An event beyond a hole is archived too, for what it shows may be gone before the difference tells of it;
    but the cursor stays where it is.
    """
    now, batches = run.clock(), _by_channel(happened)
    seen = [shown for batch in batches.values() for event in batch for shown in event.observations]
    ahead = flag_ahead(run.flagging, seen)

    async def store(tx: Transaction) -> frozenset[ChannelId]:
        behind: set[ChannelId] = set()
        for channel_id, batch in batches.items():
            cursor = await cursors.get(tx, channel_id)
            if cursor is not None and not await _capture_channel(
                tx, run, cursor, batch, now=now, ahead=ahead
            ):
                behind.add(channel_id)
        return frozenset(behind)

    return await commit(run, store, is_flagged=is_flagged(run, seen, ahead))


async def capture_overtaken(
    run: Run, channel_id: ChannelId, answers: Sequence[Page | Slice], *, as_of: int = 0
) -> None:
    """Archive the pushes of a channel that still wait, before what overtook them.

    An answer shows a post as it stands now, or says that it is gone; a cursor that moves to ``as_of`` passes
    events by. A version in between is in the push that told of it, and nowhere else. Pushes that were taken
    out of the inbox before wait for a transaction already, and come first: transactions begin in the order in
    which they were asked for.
    """
    if not len(run.line.inbox):
        return
    shown = {seen.post_id: seen.content for answer in answers for seen in answer.observations}
    gone = {post_id for answer in answers for post_id in _gone(answer)}
    told = [found for container in run.line.inbox.waiting for found in events(container)]
    overtaken = [
        event
        for event in told
        if isinstance(event, Event) and event.channel_id == channel_id
        for seen in event.observations
        if shown.get(seen.post_id) != seen.content
        and (event.number <= as_of or seen.post_id in shown or seen.post_id in gone)
    ]
    if overtaken:
        await capture_events(run, overtaken)


def _gone(answer: Page | Slice) -> Sequence[PostId]:
    return answer.deleted if isinstance(answer, Slice) else answer.absent


async def _capture_channel(
    tx: Transaction, run: Run, cursor: Cursor, events: Sequence[Event], *, now: datetime, ahead: Ahead
) -> bool:
    """Archive one channel's events; return whether they follow the cursor without a hole."""
    as_of, is_whole = cursor.as_of, True
    fresh: list[Event] = []
    for event in sorted(events, key=lambda event: event.number):
        stands = arrival(as_of, number=event.number, count=event.count)
        if stands is Arrival.KNOWN:
            continue
        if stands is Arrival.AHEAD:
            is_whole = False
        elif is_whole:
            as_of = event.number
        fresh.append(event)
    if fresh:
        await _write(tx, run, cursor, fresh, now=now, ahead=ahead)
        # with a hole before us we are not sure to hold everything
        looked_at = now if is_whole else None
        await cursors.advance(
            tx, cursor.channel_id, as_of=as_of, high_water_id=_newest(fresh, as_of), looked_at=looked_at
        )
    return is_whole


async def _write(
    tx: Transaction, run: Run, cursor: Cursor, events: Sequence[Event], *, now: datetime, ahead: Ahead
) -> None:
    observations = [observation for event in events for observation in event.observations]
    deleted = [post_id for event in events for post_id in event.deleted]
    ids = [observation.post_id for observation in observations]
    heads = await posts.heads_of(tx, cursor.channel_id, [*ids, *deleted])

    def raw_page(_: Findings) -> RawPage | None:
        return join([event.raw for event in events if event.raw and event.observations])

    added = await record_observations(
        tx, run, cursor.channel_id, observations,
        heads=heads, raw_page=raw_page, provenance=Provenance.LIVE, now=now, ahead=ahead,
    )  # fmt: skip
    heads |= added.findings.heads
    losses = (0, 0)
    for event in events:
        if event.deleted:
            gone = Gone(post_ids=event.deleted, as_of=event.number, evidence="told")
            counted = await bury(
                tx, run, cursor.channel_id, gone,
                heads=heads, cause=GapCause.DELETED_UNSEEN, since=cursor.looked_at, now=now,
            )  # fmt: skip
            losses = (losses[0] + counted[0], losses[1] + counted[1])
    log.info(
        "events.captured",
        channel_id=cursor.channel_id, events=len(events), revisions=len(added.findings.revisions),
        tombstoned=losses[0], lost=losses[1], flags=added.flags,
    )  # fmt: skip


def _newest(events: Sequence[Event], as_of: int) -> int:
    """Return the newest post id that the cursor may cover; 0 when there is none."""
    covered = [event for event in events if event.number <= as_of]
    return max((seen.post_id for event in covered for seen in event.observations), default=0)


def _by_channel(events: Iterable[Event]) -> dict[ChannelId, list[Event]]:
    grouped: dict[ChannelId, list[Event]] = {}
    for event in events:
        grouped.setdefault(event.channel_id, []).append(event)
    return grouped
