"""Cursors: how far each channel is archived. They only move forward, whoever moves them."""

from __future__ import annotations

from datetime import datetime

from archiver.domain.cursor import Cursor
from archiver.domain.ids import ChannelId, PostId
from archiver.storage.archive import Reader, Transaction
from archiver.storage.driver import Row
from archiver.storage.moment import micros, micros_or_none, moment_or_none

_COLUMNS = """
SELECT channel_id, as_of, first_post_id, high_water_id, low_water_id, history_complete_at, looked_at,
    rescan_id, rescan_began_at, rescanned_at, recent_rescanned_at
FROM cursors
"""
_GET = _COLUMNS + "WHERE channel_id = :channel_id"

_ADD = """
INSERT INTO cursors (
    channel_id, as_of, first_post_id, high_water_id, low_water_id, history_complete_at, looked_at,
    rescanned_at, recent_rescanned_at
) VALUES (
    :channel_id, :as_of, :first_post_id, :high_water_id, :low_water_id, :history_complete_at, :looked_at,
    :rescanned_at, :recent_rescanned_at
)
ON CONFLICT (channel_id) DO NOTHING
"""
_ADVANCE = """
UPDATE cursors SET
    as_of = max(as_of, :as_of),
    high_water_id = max(high_water_id, :high_water_id),
    looked_at = max(coalesce(looked_at, :looked_at), coalesce(:looked_at, looked_at))
WHERE channel_id = :channel_id
"""
_LOWER = """
UPDATE cursors SET
    low_water_id = min(low_water_id, :low_water_id),
    history_complete_at = coalesce(history_complete_at, :history_complete_at)
WHERE channel_id = :channel_id
"""
_SET_RESCAN = """
UPDATE cursors SET rescan_id = :rescan_id, rescan_began_at = :rescan_began_at WHERE channel_id = :channel_id
"""
_FINISH_RESCAN = """
UPDATE cursors SET rescan_id = NULL, rescan_began_at = NULL, rescanned_at = :now, recent_rescanned_at = :now
WHERE channel_id = :channel_id
"""
_SET_RECENT = "UPDATE cursors SET recent_rescanned_at = :now WHERE channel_id = :channel_id"


async def get(db: Reader, channel_id: ChannelId) -> Cursor | None:
    """Return a channel's cursor, or ``None`` before the first look."""
    row = await db.fetch_one(_GET, {"channel_id": channel_id})
    return _cursor(row) if row else None


async def every(db: Reader) -> dict[ChannelId, Cursor]:
    """Return all cursors."""
    return {ChannelId(row[0]): _cursor(row) for row in await db.fetch_all(_COLUMNS)}


async def put(tx: Transaction, cursor: Cursor) -> None:
    """Write the cursor of a first look; one that stands already is left alone."""
    values = {
        "channel_id": cursor.channel_id,
        "as_of": cursor.as_of,
        "first_post_id": cursor.first_post_id,
        "high_water_id": cursor.high_water_id,
        "low_water_id": cursor.low_water_id,
        "history_complete_at": micros_or_none(cursor.history_complete_at),
        "looked_at": micros_or_none(cursor.looked_at),
        "rescanned_at": micros_or_none(cursor.rescanned_at),
        "recent_rescanned_at": micros_or_none(cursor.recent_rescanned_at),
    }
    await tx.execute(_ADD, values)


async def advance(
    tx: Transaction,
    channel_id: ChannelId,
    *,
    as_of: int,
    high_water_id: int,
    looked_at: datetime | None,
) -> None:
    """Move a cursor up; smaller numbers and ``None`` change nothing."""
    values = {
        "channel_id": channel_id,
        "as_of": as_of,
        "high_water_id": high_water_id,
        "looked_at": micros_or_none(looked_at),
    }
    await tx.execute(_ADVANCE, values)


async def lower(
    tx: Transaction,
    channel_id: ChannelId,
    *,
    low_water_id: PostId,
    history_complete_at: datetime | None,
) -> None:
    """Move the low-water mark down; ``history_complete_at`` when nothing older exists."""
    values = {
        "channel_id": channel_id,
        "low_water_id": low_water_id,
        "history_complete_at": micros_or_none(history_complete_at),
    }
    await tx.execute(_LOWER, values)


async def set_rescan(
    tx: Transaction, channel_id: ChannelId, *, rescan_id: PostId, rescan_began_at: datetime | None
) -> None:
    """Note how far down the re-scan of the whole channel has come."""
    values = {
        "channel_id": channel_id,
        "rescan_id": rescan_id,
        "rescan_began_at": micros_or_none(rescan_began_at),
    }
    await tx.execute(_SET_RESCAN, values)


async def finish_rescan(tx: Transaction, channel_id: ChannelId, *, at: datetime) -> None:
    """Note that the whole channel was looked at again."""
    await tx.execute(_FINISH_RESCAN, {"channel_id": channel_id, "now": micros(at)})


async def set_recent_rescan(tx: Transaction, channel_id: ChannelId, *, at: datetime) -> None:
    """Note that the newest posts were looked at again."""
    await tx.execute(_SET_RECENT, {"channel_id": channel_id, "now": micros(at)})


def _cursor(row: Row) -> Cursor:
    return Cursor(
        channel_id=row[0],
        as_of=row[1],
        first_post_id=row[2],
        high_water_id=row[3],
        low_water_id=row[4],
        history_complete_at=moment_or_none(row[5]),
        looked_at=moment_or_none(row[6]),
        rescan_id=row[7],
        rescan_began_at=moment_or_none(row[8]),
        rescanned_at=moment_or_none(row[9]),
        recent_rescanned_at=moment_or_none(row[10]),
    )
