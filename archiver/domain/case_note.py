"""A note: what a reviewer wrote when they moved a case without deciding on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from archiver.domain.case import Command
from archiver.domain.ids import CaseId, ReviewerId


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseNote:
    """Who did what to a case, why, and what they wrote."""

    case_id: CaseId
    round: int
    reviewer_id: ReviewerId
    written_at: datetime
    command: Command
    reason: str | None
    note: str
