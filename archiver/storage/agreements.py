"""Pairs of decisions that two people made independently on one case."""

from __future__ import annotations

from datetime import datetime

from archiver.domain.decision import Ruling
from archiver.domain.flag import Category
from archiver.domain.taxonomy import Verdict
from archiver.storage.archive import Reader
from archiver.storage.driver import Row
from archiver.storage.moment import micros

# of each round the first two that were not taken back; the second one's number is the higher
_PAIRS = """
SELECT one.verdict, one.category, one.severity, two.verdict, two.category, two.severity
FROM decisions AS two JOIN decisions AS one
    ON one.case_id = two.case_id AND one.round = two.round AND one.decision_id < two.decision_id
    AND one.reviewer_id <> two.reviewer_id
WHERE two.decided_at >= :since AND two.kind = 'decision' AND one.kind = 'decision'
    AND NOT EXISTS (SELECT 1 FROM decisions AS r WHERE r.retracts = one.decision_id)
    AND NOT EXISTS (SELECT 1 FROM decisions AS r WHERE r.retracts = two.decision_id)
ORDER BY two.decision_id
"""


async def pairs_since(db: Reader, since: datetime) -> list[tuple[Ruling, Ruling]]:
    """Return the pairs whose second decision was made since a time, in order: verdict, category, severity."""
    rows = await db.fetch_all(_PAIRS, {"since": micros(since)})
    return [(_ruling(row[:3]), _ruling(row[3:])) for row in rows]


def _ruling(row: Row) -> Ruling:
    return Ruling(verdict=Verdict(row[0]), category=Category(row[1]) if row[1] else None, severity=row[2])
