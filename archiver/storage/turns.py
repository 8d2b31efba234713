"""Whose turn it is: the questions that find the next case for a reviewer."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from archiver.domain.flag import Category
from archiver.domain.ids import CaseId, ReviewerId
from archiver.storage.archive import Reader, Transaction
from archiver.storage.moment import micros

# left out are what others hold, what this reviewer decided first or skipped of late, the categories and the
# severities that are not for now; what the index holds is looked at before what it does not
_FITTING = """
WHERE c.state IN ('open', 'second_review')
    AND c.first_reviewer_id IS NOT :reviewer_id
    AND c.severity <= :severest
    AND instr(:not_today, ',' || c.category || ',') = 0
    AND NOT EXISTS (
        SELECT 1 FROM leases AS l WHERE l.case_id = c.case_id AND l.ended_at IS NULL AND l.expires_at > :now
    )
    AND NOT EXISTS (
        SELECT 1 FROM skips AS s
        WHERE s.case_id = c.case_id AND s.reviewer_id = :reviewer_id AND s.until > :now
    )
"""
_BY_PRIORITY = f"""
SELECT c.case_id FROM cases AS c INDEXED BY cases_by_priority {_FITTING}
ORDER BY c.priority DESC, c.case_id LIMIT 1
"""  # noqa: S608 - our own text
_BY_WAITING = f"""
SELECT c.case_id FROM cases AS c INDEXED BY cases_by_waiting {_FITTING}
ORDER BY c.waiting_since, c.case_id LIMIT 1
"""  # noqa: S608 - our own text
_BY_DRAW = f"""
SELECT c.case_id FROM cases AS c INDEXED BY cases_by_draw {_FITTING} AND c.draw >= :draw
ORDER BY c.draw, c.case_id LIMIT 1
"""  # noqa: S608 - our own text

_NOT_TODAY = "SELECT category FROM not_today WHERE reviewer_id = :reviewer_id AND until > :now"
_CLEAR_NOT_TODAY = "DELETE FROM not_today WHERE reviewer_id = :reviewer_id"
_SET_NOT_TODAY = """
INSERT INTO not_today (reviewer_id, category, until) VALUES (:reviewer_id, :category, :until)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Who asks, when, and what must not be given: categories, and severities above one."""

    reviewer_id: ReviewerId
    now: datetime
    not_today: Collection[Category] = ()
    severest: int = 4

    def values(self) -> dict[str, object]:
        """Return it as the questions want it."""
        return {
            "reviewer_id": self.reviewer_id,
            "now": micros(self.now),
            "not_today": f",{','.join(self.not_today)},",
            "severest": self.severest,
        }


async def most_urgent(db: Reader, wish: Wish) -> CaseId | None:
    """Return the fitting case of the highest priority."""
    row = await db.fetch_one(_BY_PRIORITY, wish.values())
    return CaseId(row[0]) if row else None


async def longest_waiting(db: Reader, wish: Wish) -> CaseId | None:
    """Return the fitting case that has waited longest."""
    row = await db.fetch_one(_BY_WAITING, wish.values())
    return CaseId(row[0]) if row else None


async def drawn(db: Reader, wish: Wish, *, draw: int) -> CaseId | None:
    """Return a fitting case by lot; ``draw`` is a random number of 63 bits."""
    row = await db.fetch_one(_BY_DRAW, {**wish.values(), "draw": draw})
    if row is None:
        row = await db.fetch_one(_BY_DRAW, {**wish.values(), "draw": 0})
    return CaseId(row[0]) if row else None


async def not_today(db: Reader, reviewer_id: ReviewerId, now: datetime) -> frozenset[Category]:
    """Return the categories that a reviewer does not want for now."""
    rows = await db.fetch_all(_NOT_TODAY, {"reviewer_id": reviewer_id, "now": micros(now)})
    return frozenset(Category(category) for (category,) in rows)


async def set_not_today(
    tx: Transaction, reviewer_id: ReviewerId, categories: Collection[Category], *, until: datetime
) -> None:
    """Write which categories, and no others, a reviewer does not want until then."""
    await tx.execute(_CLEAR_NOT_TODAY, {"reviewer_id": reviewer_id})
    rows = [(reviewer_id, category, micros(until)) for category in sorted(categories)]
    await tx.execute_many(_SET_NOT_TODAY, rows)
