"""Audits: how many posts Telegram counted in a channel, and how many of them we hold."""

from __future__ import annotations

from datetime import datetime

from archiver.domain.ids import ChannelId, RunId
from archiver.storage.archive import Transaction
from archiver.storage.moment import micros

_ADD = """
INSERT INTO audits (channel_id, audited_at, told, held, run_id)
VALUES (:channel_id, :now, :told, :held, :run_id)
ON CONFLICT (channel_id, audited_at) DO NOTHING
"""


async def record(
    tx: Transaction,
    channel_id: ChannelId,
    *,
    told: int,
    held: int,
    audited_at: datetime,
    run_id: RunId,
) -> None:
    """Write the outcome of a look at a whole channel."""
    values = {
        "channel_id": channel_id,
        "now": micros(audited_at),
        "told": told,
        "held": held,
        "run_id": run_id,
    }
    await tx.execute(_ADD, values)
