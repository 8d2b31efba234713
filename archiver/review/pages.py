"""What several pages are made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from archiver.domain.decision import Decision
from archiver.domain.flag import Category
from archiver.domain.rights import Act
from archiver.review.visit import Visit
from archiver.services import cases

CATEGORIES = tuple(Category)
"""In the order in which digits choose them."""
SNOOZES = (1, 4, 24, 72, 168)
"""Hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastDecision:
    """A decision of the reader's that can still be taken back; ``is_fresh`` when it was made just now."""

    decision: Decision
    until: datetime
    is_fresh: bool


async def last_decision(visit: Visit) -> LastDecision | None:
    """Return the reader's last decision, ``None`` where it can't be taken back."""
    if Act.DECIDE not in visit.acts:
        return None
    for own in await cases.read_own(visit.desk.queue, visit.reviewer, limit=1):
        if own.undo_until is not None:
            is_fresh = visit.request.query_params.get("done", "") == str(own.decision.decision_id)
            return LastDecision(decision=own.decision, until=own.undo_until, is_fresh=is_fresh)
    return None
