"""The gap ledger: what we may have missed, why, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from archiver.domain.gap import Gap, GapCause, GapState, ranges
from archiver.domain.ids import ChannelId, PostId, RunId
from archiver.storage.archive import Reader, Transaction
from archiver.storage.driver import Row
from archiver.storage.moment import micros, micros_or_none, moment, moment_or_none

_COLUMNS = """
SELECT gap_id, channel_id, cause, state, first_post_id, last_post_id, since, until, opened_at, closed_at
FROM gaps
"""
_OPEN = _COLUMNS + "WHERE state = 'open' AND channel_id = :channel_id ORDER BY gap_id"
_ALL_OPEN = _COLUMNS + "WHERE state = 'open' ORDER BY gap_id"
_OF_CHANNEL = _COLUMNS + "WHERE channel_id = :channel_id ORDER BY gap_id"

_ADD = """
INSERT INTO gaps (
    channel_id, cause, state, first_post_id, last_post_id, since, until, opened_at, closed_at, run_id
) VALUES (
    :channel_id, :cause, :state, :first_post_id, :last_post_id, :since, :until, :opened_at, :closed_at,
    :run_id
)
RETURNING gap_id
"""
_CLOSE = "UPDATE gaps SET state = :state, closed_at = :closed_at WHERE gap_id = :gap_id AND state = 'open'"

_LOST = """
SELECT first_post_id, last_post_id FROM gaps
WHERE channel_id = :channel_id AND state = 'irreparable'
    AND first_post_id <= :last_id AND last_post_id >= :first_id
"""


async def open_gap(tx: Transaction, gap: Gap, *, run_id: RunId) -> int:
    """Enter a gap; return its id."""
    row = await tx.fetch_one(_ADD, _values(gap, run_id))
    assert row is not None  # noqa: S101 - RETURNING gives one row
    return int(row[0])


async def close(tx: Transaction, gap_id: int, *, state: GapState, at: datetime) -> None:
    """Say what became of an open gap; a closed one stays as it is."""
    await tx.execute(_CLOSE, {"gap_id": gap_id, "state": state, "closed_at": micros(at)})


async def record_lost(
    tx: Transaction,
    channel_id: ChannelId,
    post_ids: Sequence[PostId],
    *,
    cause: GapCause,
    since: datetime | None,
    until: datetime,
    at: datetime,
    run_id: RunId,
) -> int:
    """Enter posts that were gone before we could read them; return how many were not entered before."""
    if not post_ids:
        return 0
    known = await lost_ids(tx, channel_id, first_id=min(post_ids), last_id=max(post_ids))
    lost = set(post_ids) - known
    for first, last in ranges(lost):
        gap = Gap(
            channel_id=channel_id, cause=cause, state=GapState.IRREPARABLE,
            first_post_id=first, last_post_id=last, since=since, until=until,
            opened_at=at, closed_at=at,
        )  # fmt: skip
        await open_gap(tx, gap, run_id=run_id)
    return len(lost)


async def lost_ids(
    db: Reader, channel_id: ChannelId, *, first_id: PostId, last_id: PostId
) -> frozenset[PostId]:
    """Return the ids within a stretch that are entered as lost for good."""
    values = {"channel_id": channel_id, "first_id": first_id, "last_id": last_id}
    found: set[PostId] = set()
    for first, last in await db.fetch_all(_LOST, values):
        found.update(map(PostId, range(max(first, first_id), min(last, last_id) + 1)))
    return frozenset(found)


async def open_gaps(db: Reader, channel_id: ChannelId | None = None) -> list[Gap]:
    """Return the gaps still to be repaired, of one channel or of all, oldest first."""
    if channel_id is None:
        return [gap_of(row) for row in await db.fetch_all(_ALL_OPEN)]
    return [gap_of(row) for row in await db.fetch_all(_OPEN, {"channel_id": channel_id})]


async def of_channel(db: Reader, channel_id: ChannelId) -> list[Gap]:
    """Return the whole ledger of a channel, oldest first."""
    return [gap_of(row) for row in await db.fetch_all(_OF_CHANNEL, {"channel_id": channel_id})]


def _values(gap: Gap, run_id: RunId) -> dict[str, object]:
    return {
        "channel_id": gap.channel_id,
        "cause": gap.cause,
        "state": gap.state,
        "first_post_id": gap.first_post_id,
        "last_post_id": gap.last_post_id,
        "since": micros_or_none(gap.since),
        "until": micros_or_none(gap.until),
        "opened_at": micros(gap.opened_at),
        "closed_at": micros_or_none(gap.closed_at),
        "run_id": run_id,
    }


def gap_of(row: Row) -> Gap:
    """Return the gap of a row: id, channel, cause, state, ids, times, when it was opened and closed."""
    return Gap(
        gap_id=row[0],
        channel_id=row[1],
        cause=GapCause(row[2]),
        state=GapState(row[3]),
        first_post_id=row[4],
        last_post_id=row[5],
        since=moment_or_none(row[6]),
        until=moment_or_none(row[7]),
        opened_at=moment(row[8]),
        closed_at=moment_or_none(row[9]),
    )
