"""Things of the review desk with defaults for all that a test does not speak about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from archiver.domain.case import Case, CaseState, Facts
from archiver.domain.decision import Decision, DecisionKind, Review, Ruling
from archiver.domain.flag import Category
from archiver.domain.ids import CaseId, PostId, ReviewerId
from archiver.domain.lease import Lease
from archiver.domain.reviewer import Reviewer, Role, pseudonym
from archiver.domain.taxonomy import Reason, Verdict
from tests.builders import CHANNEL, NOON

CASE = CaseId(12)
ME, OTHER, THIRD = ReviewerId(1), ReviewerId(2), ReviewerId(3)

VIOLATION = Ruling(verdict=Verdict.VIOLATION, category=Category.EXTORTION, severity=3)
HARMLESS = Ruling(verdict=Verdict.NOT_A_VIOLATION, reasons=(Reason.NEWS,))
UNTOLD = Ruling(verdict=Verdict.CANNOT_TELL)


def a_case(
    state: CaseState = CaseState.OPEN,
    *,
    case_id: int = CASE,
    round_: int = 1,
    version: int = 1,
    category: Category = Category.EXTORTION,
    severity: int = 2,
    former_state: CaseState | None = None,
    snoozed_until: datetime | None = None,
    first_reviewer_id: ReviewerId | None = None,
    decision_id: int | None = None,
    review: Review | None = None,
) -> Case:
    return Case(
        case_id=CaseId(case_id),
        state=state,
        round=round_,
        version=version,
        category=category,
        severity=severity,
        opened_at=NOON,
        waiting_since=NOON,
        published_at=NOON,
        audience=100,
        precision=0.5,
        priority=1.0,
        channel_id=CHANNEL,
        post_id=PostId(7),
        former_state=former_state,
        snoozed_until=snoozed_until,
        first_reviewer_id=first_reviewer_id,
        decision_id=decision_id,
        review=review,
    )


def a_decision(
    decision_id: int = 1,
    *,
    reviewer_id: ReviewerId = OTHER,
    ruling: Ruling = VIOLATION,
    state_before: CaseState = CaseState.OPEN,
    kind: DecisionKind = DecisionKind.DECISION,
    at: datetime = NOON,
) -> Decision:
    return Decision(
        decision_id=decision_id,
        case_id=CASE,
        round=1,
        kind=kind,
        reviewer_id=reviewer_id,
        decided_at=at,
        ruling=ruling,
        state_before=state_before,
        version=2,
        taxonomy=1,
        as_of_repost=1,
        as_of_revision=1,
        revisions_digest="d" * 64,
    )


def a_lease(
    reviewer_id: ReviewerId = ME,
    *,
    claimed_at: datetime = NOON,
    expires_at: datetime = NOON + timedelta(minutes=10),
) -> Lease:
    return Lease(
        lease_id=5, case_id=CASE, reviewer_id=reviewer_id, claimed_at=claimed_at, expires_at=expires_at
    )


def facts(
    role: Role = Role.REVIEWER,
    *,
    now: datetime = NOON,
    seen_version: int = 1,
    lease: Lease | None = None,
    holds: bool = False,
    leases: int = 0,
    decisions: Sequence[Decision] = (),
    skips: int = 0,
    needs_second: bool = False,
    is_alone: bool = False,
) -> Facts:
    return Facts(
        reviewer_id=ME,
        role=role,
        now=now,
        seen_version=seen_version,
        lease=lease,
        holds=holds,
        leases=leases,
        decisions=decisions,
        skips=skips,
        needs_second=needs_second,
        is_alone=is_alone,
    )


def a_reviewer(number: int = 1, *, role: Role = Role.REVIEWER) -> Reviewer:
    reviewer_id = ReviewerId(number)
    return Reviewer(reviewer_id=reviewer_id, pseudonym=pseudonym(reviewer_id), role=role)
