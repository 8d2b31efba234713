"""Calibration: a decided case that is given once more, blind, to reviewers who have not decided on it.

Their answers are kept apart and change nothing. How far they agree with the decision that stood when a lead
marked the case, the *reference*, says how far reviewers see cases alike. To whom it is given it looks like an
open case. So it may not show who else is given it: a live lease of a decided case is always a calibration's,
and nobody but its holder sees it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from archiver.domain.case import Case, CaseState, Command
from archiver.domain.decision import Review, Ruling
from archiver.domain.ids import CaseId, ReviewerId
from archiver.domain.lease import Lease
from archiver.domain.reviewer import Role
from archiver.domain.rights import Act, may


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """A case that a lead marked, and why; ``decision_id`` is the reference."""

    calibration_id: int
    case_id: CaseId
    decision_id: int
    reviewer_id: ReviewerId
    marked_at: datetime
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a reviewer made of a calibration: a ruling, or the command by which they passed it on."""

    calibration_id: int
    reviewer_id: ReviewerId
    answered_at: datetime
    ruling: Ruling | None = None
    passed_by: Command | None = None
    note: str = ""


def can_mark(case: Case, role: Role) -> bool:
    """Say whether somebody may mark a case: a lead, one that was decided by as many as it needs."""
    return may(role, Act.LEAD) and case.state is CaseState.DECIDED and case.review is not Review.SINGLE


def may_answer(role: Role) -> bool:
    """Say whether somebody is given calibrations: whoever decides, but for leads, who see what is marked."""
    return may(role, Act.DECIDE) and not may(role, Act.LEAD)


def is_calibration(case: Case, lease: Lease | None) -> bool:
    """Say whether a lease is a calibration's."""
    return case.state is CaseState.DECIDED and lease is not None


def undecided(case: Case) -> Case:
    """Return a decided case as it looks to whom it is given."""
    return replace(case, state=CaseState.OPEN, first_reviewer_id=None, decision_id=None, review=None)
