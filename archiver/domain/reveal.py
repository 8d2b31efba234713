"""A reveal: for ten minutes one reviewer sees the personal data of one case, for a purpose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from archiver.domain.ids import CaseId, ReviewerId

REVEAL_TIME = timedelta(minutes=10)
QUOTA_TIME = timedelta(hours=24)
"""How far back reveals count against the quota of a day."""


class Purpose(StrEnum):
    """What somebody wants to see personal data for."""

    VICTIM = "victim"
    """To find out who is harmed."""
    RULE = "rule"
    """To check what the rule found."""
    REPORT = "report"
    OTHER = "other"
    """The note says it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reveal:
    """Who saw what is masked in a case, when and what for."""

    case_id: CaseId
    reviewer_id: ReviewerId
    purpose: Purpose
    note: str
    revealed_at: datetime

    @property
    def until(self) -> datetime:
        """Return when it ends."""
        return self.revealed_at + REVEAL_TIME
