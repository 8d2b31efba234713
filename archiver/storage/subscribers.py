"""Subscriber counts over time."""

from __future__ import annotations

from datetime import datetime

from archiver.domain.ids import ChannelId, RunId
from archiver.storage.archive import Reader, Transaction
from archiver.storage.moment import micros

_ADD = """
INSERT INTO subscriber_counts (channel_id, sampled_at, subscribers, run_id)
VALUES (:channel_id, :now, :subscribers, :run_id)
ON CONFLICT (channel_id, sampled_at) DO NOTHING
"""

# only channels that were begun: the first look samples by itself
_DUE = """
SELECT c.channel_id FROM cursors AS c
LEFT JOIN (
    SELECT channel_id, max(sampled_at) AS sampled_at FROM subscriber_counts GROUP BY channel_id
) AS s ON s.channel_id = c.channel_id
WHERE s.sampled_at IS NULL OR s.sampled_at < :before
ORDER BY s.sampled_at
"""


async def record(
    tx: Transaction, channel_id: ChannelId, subscribers: int, *, sampled_at: datetime, run_id: RunId
) -> None:
    """Write one sample."""
    values = {
        "channel_id": channel_id,
        "now": micros(sampled_at),
        "subscribers": subscribers,
        "run_id": run_id,
    }
    await tx.execute(_ADD, values)


async def due(db: Reader, *, before: datetime) -> list[ChannelId]:
    """Return the channels not sampled since a time, the longest waiting first."""
    rows = await db.fetch_all(_DUE, {"before": micros(before)})
    return [ChannelId(row[0]) for row in rows]
