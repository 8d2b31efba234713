"""The life of a case: which commands change it, into what, and what stands against them.

One pure function, `apply`, knows it all; pages ask `allowed` which buttons to show. Stored are six states::

    open ──decide──▶ decided, or second_review when another must decide too
    second_review ──decide──▶ decided when the two agree, else disputed
    disputed ──adjudicate──▶ decided        disputed, escalated ──return──▶ open, the next round
    open, second_review ──escalate──▶ escalated ──decide──▶ decided, second_review or disputed
    open, second_review, escalated ──snooze──▶ snoozed ──wake──▶ back to where it was
    decided ──reopen──▶ open, the next round
    second_review, disputed, decided ──undo──▶ back to where the newest decision was made

Where another must decide and there is nobody else, one decision closes the case, as a *single review*; it
goes back to second_review as soon as there is somebody (`recalled`).

*Leased* is not stored: it is a live lease, which `Facts` carry. A round begins with *open* and ends with
*decided*; whoever decided in a round does so once. The third reviewer who skips a case escalates it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from archiver.domain.decision import Decision, DecisionKind, Review, Ruling, agree, fault_of, outweighs
from archiver.domain.flag import Category
from archiver.domain.ids import CaseId, ChannelId, PostId, ReviewerId
from archiver.domain.lease import MOST_LEASES, Lease
from archiver.domain.refusal import Refusal
from archiver.domain.reviewer import Role
from archiver.domain.rights import Act, may

UNDO_TIME = timedelta(minutes=15)
LONGEST_SNOOZE = timedelta(days=90)
MOST_SKIPS = 3
"""So many skips in a round, those for wellbeing left out, bring a case to the leads."""


class CaseState(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    SECOND_REVIEW = "second_review"
    """One has decided; another must too. To that other it looks like an open case."""
    DISPUTED = "disputed"
    ESCALATED = "escalated"
    SNOOZED = "snoozed"
    DECIDED = "decided"


class Command(StrEnum):
    """What a person may do to a case."""

    CLAIM = "claim"
    KEEP = "keep"
    """Hold the lease longer."""
    RELEASE = "release"
    TAKE_OVER = "take_over"
    """Claim what another holds; for leads."""
    DECIDE = "decide"
    SKIP = "skip"
    SNOOZE = "snooze"
    ESCALATE = "escalate"
    RETURN = "return"
    """Give a disputed or escalated case back to all, in a new round."""
    ADJUDICATE = "adjudicate"
    WAKE = "wake"
    UNDO = "undo"
    REOPEN = "reopen"


WAITING = frozenset({CaseState.OPEN, CaseState.SECOND_REVIEW})
"""The queue: what any reviewer may claim."""

_BESIDE = {Command.CLAIM, Command.KEEP, Command.RELEASE, Command.TAKE_OVER}
_WORK = _BESIDE | {Command.DECIDE, Command.SKIP, Command.SNOOZE, Command.ESCALATE}
ALLOWED: dict[CaseState, frozenset[Command]] = {
    CaseState.OPEN: frozenset(_WORK),
    CaseState.SECOND_REVIEW: frozenset(_WORK | {Command.UNDO}),
    CaseState.ESCALATED: frozenset(_BESIDE | {Command.DECIDE, Command.SNOOZE, Command.RETURN}),
    CaseState.DISPUTED: frozenset(_BESIDE | {Command.ADJUDICATE, Command.RETURN, Command.UNDO}),
    CaseState.SNOOZED: frozenset({Command.WAKE}),
    CaseState.DECIDED: frozenset({Command.UNDO, Command.REOPEN}),
}
"""What may be done in a state at all; who may, and when, `refusal` says."""

_FOR_LEADS = frozenset({Command.TAKE_OVER, Command.RETURN, Command.ADJUDICATE, Command.REOPEN})
_LEADS_STATES = frozenset({CaseState.ESCALATED, CaseState.DISPUTED})
_BY_HOLDER = frozenset(
    {
        Command.KEEP, Command.RELEASE, Command.DECIDE, Command.SKIP, Command.SNOOZE, Command.ESCALATE,
        Command.RETURN, Command.ADJUDICATE,
    }
)  # fmt: skip
_BLIND_TO_VERSION = frozenset({Command.CLAIM, Command.KEEP, Command.RELEASE, Command.TAKE_OVER})
"""They change no case, only who holds it."""
_LEADS_TO = {
    Command.DECIDE: CaseState.DECIDED,
    Command.ADJUDICATE: CaseState.DECIDED,
    Command.ESCALATE: CaseState.ESCALATED,
    Command.SNOOZE: CaseState.SNOOZED,
    Command.WAKE: CaseState.OPEN,
    Command.RETURN: CaseState.OPEN,
    Command.REOPEN: CaseState.OPEN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A repost group under review.

    ``category`` and ``severity`` are those of the worst flag, ``channel_id`` and ``post_id`` name the first
    post, ``published_at`` is that of the newest. ``audience``, ``precision`` and ``priority`` are those of
    `domain.priority`. ``former_state`` is where a snoozed case goes back to. ``version`` grows with every
    change that a reviewer must see. ``decision_id`` is the decision that stands, ``review`` how many people
    are behind it.
    """

    case_id: CaseId
    state: CaseState
    round: int
    version: int
    category: Category
    severity: int
    opened_at: datetime
    waiting_since: datetime
    published_at: datetime
    audience: int
    precision: float
    priority: float
    channel_id: ChannelId
    post_id: PostId
    language: str | None = None
    former_state: CaseState | None = None
    snoozed_until: datetime | None = None
    first_reviewer_id: ReviewerId | None = None
    decision_id: int | None = None
    review: Review | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What decides beside the case itself.

    ``lease`` is the case's live lease, whoever holds it; ``holds`` says that the command came from its
    holder, with a token of it. ``leases`` counts the reviewer's live leases of other cases. ``decisions``
    are those of the round that were not taken back, in order; ``skips`` those that count.
    ``needs_second`` answers `domain.decision.needs_second` for the ruling given; ``is_alone`` says that
    nobody else could be the second. ``seen_version`` is the version of the case that was on the screen.
    """

    reviewer_id: ReviewerId
    role: Role
    now: datetime
    seen_version: int
    lease: Lease | None = None
    holds: bool = False
    leases: int = 0
    decisions: Sequence[Decision] = ()
    skips: int = 0
    needs_second: bool = False
    is_alone: bool = False

    @property
    def has_decided(self) -> bool:
        """Whether this reviewer has decided in this round."""
        return any(decision.reviewer_id == self.reviewer_id for decision in self.decisions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What came with a command.

    ``reason`` is a code, wanted by skip, escalate, return, reopen and take_over; ``counts`` is false for a
    skip that counts nowhere; ``until`` goes with a snooze.
    """

    ruling: Ruling | None = None
    reason: str | None = None
    counts: bool = True
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a command makes of a case.

    ``ends_lease`` ends whatever live lease the case has, ``begins_lease`` gives the reviewer a new one.
    ``stands`` says that the decision which the command makes is the one that stands from now on.
    """

    case: Case
    ends_lease: bool = False
    begins_lease: bool = False
    stands: bool = False


def allowed(case: Case, facts: Facts) -> frozenset[Command]:
    """Return the commands that would be obeyed if they came with all they need."""
    return frozenset(command for command in Command if refusal(case, command, facts) is None)


def apply(case: Case, command: Command, facts: Facts, given: Given | None = None) -> Change | Refusal:
    """Return what a command makes of a case, or what stands against it."""
    given = given or Given()
    no = refusal(case, command, facts) or _missing(command, facts, given)
    return no or _changed(case, command, facts, given)


def refusal(case: Case, command: Command, facts: Facts) -> Refusal | None:
    """Return what stands against a command, whatever comes with it."""
    if _LEADS_TO.get(command) is case.state:
        return Refusal.ALREADY_IN_STATE
    if command not in ALLOWED[case.state] or not _may(case, command, facts):
        return Refusal.NOT_ALLOWED
    if command in _BY_HOLDER and not facts.holds:
        return Refusal.LEASE_LOST
    if command not in _BLIND_TO_VERSION and facts.seen_version != case.version:
        return Refusal.STALE_VERSION
    return _refused(command, facts)


def is_blind(case: Case, facts: Facts) -> bool:
    """Say whether this person must not see what was decided, since they may be the one who decides next."""
    is_over = case.state in {CaseState.DECIDED, CaseState.DISPUTED}
    return bool(facts.decisions) and not is_over and may(facts.role, Act.DECIDE) and not facts.has_decided


def can_undo(decision: Decision, newest: Decision | None, *, reviewer_id: ReviewerId, now: datetime) -> bool:
    """Say whether a reviewer can take a decision back; ``newest`` is that of the case's round."""
    is_newest = newest is not None and newest.decision_id == decision.decision_id
    return is_newest and decision.reviewer_id == reviewer_id and now - decision.decided_at <= UNDO_TIME


def _may(case: Case, command: Command, facts: Facts) -> bool:
    if command is Command.WAKE and case.snoozed_until is not None and case.snoozed_until <= facts.now:
        return may(facts.role, Act.DECIDE)
    is_for_leads = command in _FOR_LEADS or command is Command.WAKE
    is_leads_case = case.state in _LEADS_STATES and command is not Command.UNDO
    return may(facts.role, Act.LEAD if is_for_leads or is_leads_case else Act.DECIDE)


def _refused(command: Command, facts: Facts) -> Refusal | None:
    lease, is_own = facts.lease, facts.lease is not None and facts.lease.reviewer_id == facts.reviewer_id
    match command:
        case Command.CLAIM if lease is not None and not is_own:
            return Refusal.HELD_BY_ANOTHER
        case Command.TAKE_OVER if lease is None or is_own:
            return Refusal.NOT_ALLOWED
        case Command.CLAIM | Command.TAKE_OVER if facts.leases >= MOST_LEASES and not is_own:
            return Refusal.TOO_MANY_LEASES
        case Command.CLAIM | Command.TAKE_OVER | Command.DECIDE | Command.ADJUDICATE if facts.has_decided:
            return Refusal.NEEDS_ANOTHER
        case Command.UNDO:
            return _undo_refused(facts)
    return None


def _undo_refused(facts: Facts) -> Refusal | None:
    if not facts.decisions or facts.decisions[-1].reviewer_id != facts.reviewer_id:
        return Refusal.NOT_YOURS
    newest = facts.decisions[-1]
    if can_undo(newest, newest, reviewer_id=facts.reviewer_id, now=facts.now):
        return None
    return Refusal.TOO_LATE


def _missing(command: Command, facts: Facts, given: Given) -> Refusal | None:
    """Return what a command that would be obeyed did not bring."""
    match command:
        case Command.DECIDE | Command.ADJUDICATE:
            if given.ruling is None:
                return Refusal.NEEDS_VERDICT
            is_last_word = command is Command.ADJUDICATE
            kind = DecisionKind.ADJUDICATION if is_last_word else DecisionKind.DECISION
            return fault_of(given.ruling, kind)
        case Command.SKIP | Command.ESCALATE | Command.RETURN | Command.REOPEN | Command.TAKE_OVER:
            return None if given.reason else Refusal.NEEDS_REASON
        case Command.SNOOZE:
            is_ahead = given.until and facts.now < given.until <= facts.now + LONGEST_SNOOZE
            return None if is_ahead else Refusal.NEEDS_TIME
    return None


def _changed(case: Case, command: Command, facts: Facts, given: Given) -> Change:
    match command:
        case Command.DECIDE | Command.ADJUDICATE:
            return _decided(case, command, facts, given)
        case Command.UNDO:
            return _undone(case, facts)
        case Command.CLAIM | Command.TAKE_OVER | Command.KEEP | Command.RELEASE:
            return _held(case, command, facts)
        case _:
            return _moved(case, command, facts, given)


def _held(case: Case, command: Command, facts: Facts) -> Change:
    """Return what becomes of the lease alone."""
    if command in {Command.KEEP, Command.RELEASE}:
        return Change(case=case, ends_lease=command is Command.RELEASE)
    is_others = facts.lease is not None and facts.lease.reviewer_id != facts.reviewer_id
    return Change(case=case, ends_lease=is_others, begins_lease=is_others or facts.lease is None)


def _moved(case: Case, command: Command, facts: Facts, given: Given) -> Change:
    if command is Command.SKIP:
        is_enough = given.counts and facts.skips + 1 >= MOST_SKIPS
        return Change(
            case=_into(case, CaseState.ESCALATED, facts.now) if is_enough else case, ends_lease=True
        )
    if command is Command.SNOOZE:
        asleep = replace(case, former_state=case.state, snoozed_until=given.until)
        return Change(case=_into(asleep, CaseState.SNOOZED, facts.now), ends_lease=True)
    if command is Command.ESCALATE:
        return Change(case=_into(case, CaseState.ESCALATED, facts.now), ends_lease=True)
    if command is Command.WAKE:
        return Change(case=woken(case, now=facts.now))
    return Change(case=reopened(case, now=facts.now), ends_lease=True)


def woken(case: Case, *, now: datetime) -> Case:
    """Return a snoozed case as it goes on."""
    awake = replace(case, former_state=None, snoozed_until=None)
    return _into(awake, case.former_state or CaseState.OPEN, now)


def recalled(case: Case, *, now: datetime) -> Case:
    """Return a case that one alone has closed as it waits for a second person; any other as it is."""
    is_alone = case.state is CaseState.DECIDED and case.review is Review.SINGLE
    return _into(case, CaseState.SECOND_REVIEW, now) if is_alone else case


def reopened(case: Case, *, now: datetime) -> Case:
    """Return a case as its next round begins: nothing that was decided stands any more."""
    fresh = replace(case, round=case.round + 1, first_reviewer_id=None, decision_id=None, review=None)
    return _into(fresh, CaseState.OPEN, now)


def _decided(case: Case, command: Command, facts: Facts, given: Given) -> Change:
    ruling, first = given.ruling, facts.decisions[0] if facts.decisions else None
    assert ruling is not None, "looked for before"  # noqa: S101 - our own mistake
    state, review, stands = CaseState.DECIDED, Review.ENOUGH, True
    if command is Command.ADJUDICATE:
        review = Review.ADJUDICATED
    elif first is None and facts.needs_second:
        state = CaseState.DECIDED if facts.is_alone else CaseState.SECOND_REVIEW
        review = Review.SINGLE
    elif first is not None and agree(first.ruling, ruling):
        review, stands = Review.DOUBLE, not outweighs(first.ruling, ruling)
    elif first is not None:
        state, review, stands = CaseState.DISPUTED, Review.SINGLE, False
    own = replace(case, first_reviewer_id=case.first_reviewer_id or facts.reviewer_id, review=review)
    return Change(case=_into(own, state, facts.now), ends_lease=True, stands=stands)


def _undone(case: Case, facts: Facts) -> Change:
    *left, gone = facts.decisions
    first = left[0] if left else None
    before = replace(
        case,
        first_reviewer_id=first.reviewer_id if first else None,
        decision_id=first.decision_id if first else None,
        review=Review.SINGLE if first else None,
    )
    return Change(
        case=_into(before, CaseState(gone.state_before), facts.now),
        ends_lease=True,
        begins_lease=facts.leases < MOST_LEASES,
    )


def _into(case: Case, state: CaseState, now: datetime) -> Case:
    return replace(case, state=state, version=case.version + 1, waiting_since=now)
