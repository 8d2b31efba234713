"""Subscriber counts over time."""

from __future__ import annotations

from datetime import datetime

from archiver.domain.ids import ChannelId, RunId
from archiver.storage.archive import Reader, Transaction
from archiver.storage.moment import micros, moment

_ADD = """
INSERT INTO subscriber_counts (channel_id, sampled_at, subscribers, run_id)
VALUES (:channel_id, :now, :subscribers, :run_id)
ON CONFLICT (channel_id, sampled_at) DO NOTHING
"""

# one seek a channel: the table grows by a row an hour for each
_LATEST = """
SELECT channel_id, sampled_at FROM (
    SELECT c.channel_id, (
        SELECT max(s.sampled_at) FROM subscriber_counts AS s WHERE s.channel_id = c.channel_id
    ) AS sampled_at
    FROM channels AS c
) AS latest WHERE sampled_at IS NOT NULL
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


async def latest_samples(db: Reader) -> dict[ChannelId, datetime]:
    """Return when each channel was sampled last."""
    return {ChannelId(row[0]): moment(row[1]) for row in await db.fetch_all(_LATEST)}
