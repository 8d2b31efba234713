"""The watch list."""

from __future__ import annotations

from datetime import datetime

from archiver.domain.channel import Watch, WatchState
from archiver.domain.ids import ChannelId
from archiver.storage.archive import Reader, Transaction
from archiver.storage.driver import Row
from archiver.storage.moment import micros, moment, moment_or_none

_COLUMNS = """
SELECT handle, state, added_at, channel_id, labels, note, priority, refusal, resolved_at FROM watches
"""
_EVERY = _COLUMNS + "ORDER BY priority DESC, added_at, handle"
_GET = _COLUMNS + "WHERE handle = :handle"

_OF_CHANNEL = _COLUMNS + "WHERE channel_id = :channel_id ORDER BY added_at, handle"

_PUT = """
INSERT INTO watches (handle, state, added_at, labels, note, priority, refusal)
VALUES (:handle, :state, :added_at, :labels, :note, :priority, :refusal)
ON CONFLICT (handle) DO UPDATE SET
    state = excluded.state, labels = excluded.labels, note = excluded.note, priority = excluded.priority,
    refusal = excluded.refusal
"""
_SET_STATE = "UPDATE watches SET state = :state WHERE handle = :handle"
_BIND = """
UPDATE watches SET channel_id = :channel_id, resolved_at = :now, refusal = NULL WHERE handle = :handle
"""
_REFUSE = "UPDATE watches SET refusal = :refusal, resolved_at = :now WHERE handle = :handle"


async def every(db: Reader) -> list[Watch]:
    """Return the whole list, the most urgent first."""
    return [_watch(row) for row in await db.fetch_all(_EVERY)]


async def get(db: Reader, handle: str) -> Watch | None:
    """Return one line of the list."""
    row = await db.fetch_one(_GET, {"handle": handle})
    return _watch(row) if row else None


async def of_channel(db: Reader, channel_id: ChannelId) -> list[Watch]:
    """Return the lines that are bound to a channel, the oldest first."""
    return [_watch(row) for row in await db.fetch_all(_OF_CHANNEL, {"channel_id": channel_id})]


async def put(tx: Transaction, watch: Watch) -> None:
    """Add a line, or give an old one its new state, labels, note, priority and refusal.

    The channel stays bound.
    """
    values = {
        "handle": watch.handle,
        "state": watch.state,
        "added_at": micros(watch.added_at),
        "labels": ",".join(watch.labels),
        "note": watch.note,
        "priority": watch.priority,
        "refusal": watch.refusal,
    }
    await tx.execute(_PUT, values)


async def set_state(tx: Transaction, handle: str, state: WatchState) -> bool:
    """Change a line's state; return whether there is such a line."""
    return await tx.change(_SET_STATE, {"handle": handle, "state": state}) > 0


async def bind(tx: Transaction, handle: str, channel_id: ChannelId, *, at: datetime) -> None:
    """Note which channel a handle was found to be."""
    await tx.execute(_BIND, {"handle": handle, "channel_id": channel_id, "now": micros(at)})


async def refuse(tx: Transaction, handle: str, refusal: str, *, at: datetime) -> None:
    """Note why a handle can't be watched, or not now."""
    await tx.execute(_REFUSE, {"handle": handle, "refusal": refusal, "now": micros(at)})


def _watch(row: Row) -> Watch:
    return Watch(
        handle=row[0],
        state=WatchState(row[1]),
        added_at=moment(row[2]),
        channel_id=row[3],
        labels=tuple(row[4].split(",")) if row[4] else (),
        note=row[5],
        priority=row[6],
        refusal=row[7],
        resolved_at=moment_or_none(row[8]),
    )
