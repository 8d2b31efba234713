"""Stints: when a reviewer held cases of late, read from the leases."""

from __future__ import annotations

from datetime import datetime

from archiver.domain.ids import ReviewerId
from archiver.domain.workload import Stint
from archiver.storage.archive import Reader
from archiver.storage.moment import micros, moment

# from the newest lease down; the index leases_by_reviewer serves
_SINCE = """
SELECT claimed_at, coalesce(ended_at, expires_at), severity FROM (
    SELECT * FROM leases WHERE reviewer_id = :reviewer_id ORDER BY lease_id DESC LIMIT 1000
) AS newest WHERE claimed_at >= :since ORDER BY lease_id
"""


async def since(db: Reader, reviewer_id: ReviewerId, at: datetime) -> list[Stint]:
    """Return when a reviewer held cases that were claimed since a time, the oldest first."""
    rows = await db.fetch_all(_SINCE, {"reviewer_id": reviewer_id, "since": micros(at)})
    return [Stint(began=moment(row[0]), ended=moment(row[1]), severity=row[2]) for row in rows]
