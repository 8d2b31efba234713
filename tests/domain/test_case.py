"""The life of a case: every state with every command, and what stands against each."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from archiver.domain.case import (
    LONGEST_SNOOZE,
    UNDO_TIME,
    Case,
    CaseState,
    Change,
    Command,
    Facts,
    Given,
    allowed,
    apply,
    can_undo,
    is_blind,
)
from archiver.domain.decision import DecisionKind, Review, Ruling
from archiver.domain.refusal import Refusal
from archiver.domain.reviewer import Role
from tests.builders import NOON
from tests.desk_builders import (
    HARMLESS,
    ME,
    OTHER,
    THIRD,
    VIOLATION,
    a_case,
    a_decision,
    a_lease,
    facts,
)

OPEN, SECOND, DISPUTED = CaseState.OPEN, CaseState.SECOND_REVIEW, CaseState.DISPUTED
ESCALATED, SNOOZED, DECIDED = CaseState.ESCALATED, CaseState.SNOOZED, CaseState.DECIDED
MINUTE = timedelta(minutes=1)

BY_OTHER = a_decision(1, reviewer_id=OTHER)
BY_THIRD = a_decision(2, reviewer_id=THIRD, ruling=HARMLESS, state_before=SECOND)
MINE = a_decision(3, reviewer_id=ME)

CASES: dict[CaseState, Case] = {
    OPEN: a_case(OPEN),
    SECOND: a_case(SECOND, first_reviewer_id=OTHER, decision_id=1, review=Review.SINGLE),
    DISPUTED: a_case(DISPUTED, first_reviewer_id=OTHER, decision_id=1, review=Review.SINGLE),
    ESCALATED: a_case(ESCALATED),
    SNOOZED: a_case(SNOOZED, former_state=OPEN, snoozed_until=NOON + MINUTE),
    DECIDED: a_case(DECIDED, first_reviewer_id=ME, decision_id=3, review=Review.ENOUGH),
}
ROUNDS = {SECOND: (BY_OTHER,), DISPUTED: (BY_OTHER, BY_THIRD), DECIDED: (MINE,)}

GIVEN: dict[Command, Given] = {
    Command.DECIDE: Given(ruling=VIOLATION),
    Command.ADJUDICATE: Given(ruling=replace(VIOLATION, note="both read it, the first is right")),
    Command.SKIP: Given(reason="language"),
    Command.SNOOZE: Given(until=NOON + MINUTE),
    Command.ESCALATE: Given(reason="danger"),
    Command.RETURN: Given(reason="unsure"),
    Command.REOPEN: Given(reason="changed"),
    Command.TAKE_OVER: Given(reason="danger"),
}

# where a command of a lead who holds the case leads to from each state; the rest is refused
LEADS_TO: dict[tuple[CaseState, Command], CaseState] = {
    (OPEN, Command.CLAIM): OPEN,
    (OPEN, Command.KEEP): OPEN,
    (OPEN, Command.RELEASE): OPEN,
    (OPEN, Command.DECIDE): DECIDED,
    (OPEN, Command.SKIP): OPEN,
    (OPEN, Command.SNOOZE): SNOOZED,
    (OPEN, Command.ESCALATE): ESCALATED,
    (SECOND, Command.CLAIM): SECOND,
    (SECOND, Command.KEEP): SECOND,
    (SECOND, Command.RELEASE): SECOND,
    (SECOND, Command.DECIDE): DECIDED,
    (SECOND, Command.SKIP): SECOND,
    (SECOND, Command.SNOOZE): SNOOZED,
    (SECOND, Command.ESCALATE): ESCALATED,
    (DISPUTED, Command.CLAIM): DISPUTED,
    (DISPUTED, Command.KEEP): DISPUTED,
    (DISPUTED, Command.RELEASE): DISPUTED,
    (DISPUTED, Command.ADJUDICATE): DECIDED,
    (DISPUTED, Command.RETURN): OPEN,
    (ESCALATED, Command.CLAIM): ESCALATED,
    (ESCALATED, Command.KEEP): ESCALATED,
    (ESCALATED, Command.RELEASE): ESCALATED,
    (ESCALATED, Command.DECIDE): DECIDED,
    (ESCALATED, Command.SNOOZE): SNOOZED,
    (ESCALATED, Command.RETURN): OPEN,
    (SNOOZED, Command.WAKE): OPEN,
    (DECIDED, Command.UNDO): OPEN,
    (DECIDED, Command.REOPEN): OPEN,
}
ALREADY = {
    (OPEN, Command.WAKE), (OPEN, Command.RETURN), (OPEN, Command.REOPEN), (ESCALATED, Command.ESCALATE),
    (SNOOZED, Command.SNOOZE), (DECIDED, Command.DECIDE), (DECIDED, Command.ADJUDICATE),
}  # fmt: skip
NOT_YOURS = {(SECOND, Command.UNDO), (DISPUTED, Command.UNDO)}


def holding(state: CaseState, role: Role = Role.LEAD, **changes: Any) -> Facts:
    """Return the facts of somebody who holds the case, in the round that its state wants."""
    return replace(facts(role, lease=a_lease(), holds=True, decisions=ROUNDS.get(state, ())), **changes)


def changed(case: Case, command: Command, found: Facts, given: Given | None = None) -> Change:
    """Return what a command makes of a case, which takes it."""
    change = apply(case, command, found, given or GIVEN.get(command))
    assert isinstance(change, Change), change
    return change


@pytest.mark.parametrize(("state", "command"), list(product(CaseState, Command)))
def test_every_state_takes_the_commands_of_the_table_and_no_other(state: CaseState, command: Command) -> None:
    found = apply(CASES[state], command, holding(state), GIVEN.get(command))

    if (state, command) in LEADS_TO:
        assert isinstance(found, Change)
        assert found.case.state is LEADS_TO[state, command]
        is_moved = found.case != CASES[state]
        assert found.case.version == CASES[state].version + is_moved
    elif (state, command) in ALREADY:
        assert found is Refusal.ALREADY_IN_STATE
    elif (state, command) in NOT_YOURS:
        assert found is Refusal.NOT_YOURS
    else:
        assert found is Refusal.NOT_ALLOWED


@pytest.mark.parametrize("state", list(CaseState))
def test_the_buttons_are_the_commands_that_would_be_obeyed(state: CaseState) -> None:
    found = holding(state)

    obeyed = {
        each for each in Command if isinstance(apply(CASES[state], each, found, GIVEN.get(each)), Change)
    }
    assert allowed(CASES[state], found) == obeyed


@pytest.mark.parametrize(("state", "command"), list(product(CaseState, Command)))
@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMIN])
def test_who_does_not_decide_moves_nothing(state: CaseState, command: Command, role: Role) -> None:
    found = apply(CASES[state], command, holding(state, role), GIVEN.get(command))

    assert found in {Refusal.NOT_ALLOWED, Refusal.ALREADY_IN_STATE}


@pytest.mark.parametrize(("state", "command"), list(LEADS_TO))
def test_a_reviewer_does_what_a_lead_does_but_for_the_leads_commands_and_cases(
    state: CaseState, command: Command
) -> None:
    found = apply(CASES[state], command, holding(state, Role.REVIEWER), GIVEN.get(command))

    is_for_leads = state in {DISPUTED, ESCALATED, SNOOZED} or command is Command.REOPEN
    assert (found is Refusal.NOT_ALLOWED) == is_for_leads


@pytest.mark.parametrize(("state", "command"), list(LEADS_TO))
def test_who_lost_the_lease_can_only_claim_again(state: CaseState, command: Command) -> None:
    found = apply(CASES[state], command, holding(state, holds=False, lease=None), GIVEN.get(command))

    needs_none = {Command.CLAIM, Command.WAKE, Command.UNDO, Command.REOPEN}
    assert (found is Refusal.LEASE_LOST) == (command not in needs_none)


@pytest.mark.parametrize(("state", "command"), list(LEADS_TO))
def test_a_command_on_what_has_changed_since_is_refused(state: CaseState, command: Command) -> None:
    found = apply(CASES[state], command, holding(state, seen_version=9), GIVEN.get(command))

    only_holds = {Command.CLAIM, Command.KEEP, Command.RELEASE}
    assert (found is Refusal.STALE_VERSION) == (command not in only_holds)


@pytest.mark.parametrize(
    ("command", "given", "refusal"),
    [
        (Command.DECIDE, Given(), Refusal.NEEDS_VERDICT),
        (Command.DECIDE, Given(ruling=replace(VIOLATION, category=None)), Refusal.NEEDS_CATEGORY),
        (Command.SKIP, Given(), Refusal.NEEDS_REASON),
        (Command.ESCALATE, Given(), Refusal.NEEDS_REASON),
        (Command.SNOOZE, Given(), Refusal.NEEDS_TIME),
        (Command.SNOOZE, Given(until=NOON), Refusal.NEEDS_TIME),
        (Command.SNOOZE, Given(until=NOON + LONGEST_SNOOZE + MINUTE), Refusal.NEEDS_TIME),
    ],
)
def test_a_command_must_bring_what_it_needs(command: Command, given: Given, refusal: Refusal) -> None:
    assert apply(CASES[OPEN], command, holding(OPEN), given) is refusal


@pytest.mark.parametrize(
    ("state", "command"),
    [(DISPUTED, Command.RETURN), (DECIDED, Command.REOPEN), (DISPUTED, Command.ADJUDICATE)],
)
def test_leads_must_say_why(state: CaseState, command: Command) -> None:
    given = Given(ruling=VIOLATION)

    found = apply(CASES[state], command, holding(state), given)

    assert found is (Refusal.NEEDS_NOTE if command is Command.ADJUDICATE else Refusal.NEEDS_REASON)


def test_a_case_is_claimed_unless_somebody_holds_it() -> None:
    free = changed(CASES[OPEN], Command.CLAIM, facts())
    own = changed(CASES[OPEN], Command.CLAIM, facts(lease=a_lease(), holds=True))

    assert (free.begins_lease, free.ends_lease) == (True, False)
    assert (own.begins_lease, own.ends_lease) == (False, False)
    assert apply(CASES[OPEN], Command.CLAIM, facts(lease=a_lease(OTHER))) is Refusal.HELD_BY_ANOTHER


def test_nobody_holds_more_than_three_cases() -> None:
    assert apply(CASES[OPEN], Command.CLAIM, facts(leases=3)) is Refusal.TOO_MANY_LEASES
    assert isinstance(apply(CASES[OPEN], Command.CLAIM, facts(leases=3, lease=a_lease(), holds=True)), Change)
    assert isinstance(apply(CASES[OPEN], Command.CLAIM, facts(leases=2)), Change)


def test_a_lead_takes_over_what_another_holds_and_nothing_else() -> None:
    others = facts(Role.LEAD, lease=a_lease(OTHER))

    change = changed(CASES[OPEN], Command.TAKE_OVER, others)

    assert (change.ends_lease, change.begins_lease, change.case) == (True, True, CASES[OPEN])
    given = GIVEN[Command.TAKE_OVER]
    assert apply(CASES[OPEN], Command.TAKE_OVER, facts(Role.LEAD), given) is Refusal.NOT_ALLOWED
    assert apply(CASES[OPEN], Command.TAKE_OVER, holding(OPEN), given) is Refusal.NOT_ALLOWED
    assert apply(CASES[OPEN], Command.TAKE_OVER, replace(others, role=Role.REVIEWER), given) is (
        Refusal.NOT_ALLOWED
    )


def test_whoever_decided_first_is_not_the_second() -> None:
    mine = holding(SECOND, Role.REVIEWER, decisions=(MINE,))
    case = replace(CASES[SECOND], first_reviewer_id=ME)

    assert apply(case, Command.CLAIM, replace(mine, lease=None, holds=False)) is Refusal.NEEDS_ANOTHER
    assert apply(case, Command.DECIDE, mine, GIVEN[Command.DECIDE]) is Refusal.NEEDS_ANOTHER


def test_neither_of_two_who_disagree_adjudicates() -> None:
    one_of_them = holding(DISPUTED, decisions=(MINE, BY_THIRD))

    found = apply(CASES[DISPUTED], Command.ADJUDICATE, one_of_them, GIVEN[Command.ADJUDICATE])

    assert found is Refusal.NEEDS_ANOTHER


def test_one_decision_is_enough_unless_a_second_is_needed() -> None:
    alone = changed(CASES[OPEN], Command.DECIDE, holding(OPEN))
    first = changed(CASES[OPEN], Command.DECIDE, holding(OPEN, needs_second=True))

    assert (alone.case.state, alone.case.review, alone.stands) == (DECIDED, Review.ENOUGH, True)
    assert (first.case.state, first.case.review, first.stands) == (SECOND, Review.SINGLE, True)
    assert first.case.first_reviewer_id == ME
    assert first.ends_lease


@pytest.mark.parametrize(
    ("second", "state", "review", "stands"),
    [
        (VIOLATION, DECIDED, Review.DOUBLE, True),
        (replace(VIOLATION, severity=4), DECIDED, Review.DOUBLE, True),
        (replace(VIOLATION, severity=2), DECIDED, Review.DOUBLE, False),
        (replace(VIOLATION, severity=1), DISPUTED, Review.SINGLE, False),
        (HARMLESS, DISPUTED, Review.SINGLE, False),
    ],
)
def test_two_who_agree_decide_and_others_disagree(
    second: Ruling, state: CaseState, review: Review, stands: bool
) -> None:
    change = changed(CASES[SECOND], Command.DECIDE, holding(SECOND), Given(ruling=second))

    assert (change.case.state, change.case.review, change.stands) == (state, review, stands)
    assert change.case.first_reviewer_id == OTHER


def test_an_escalated_case_that_had_a_first_decision_gets_its_second() -> None:
    case = replace(CASES[ESCALATED], first_reviewer_id=OTHER)

    change = changed(case, Command.DECIDE, holding(ESCALATED, decisions=(BY_OTHER,)), Given(ruling=HARMLESS))

    assert change.case.state is DISPUTED


def test_an_adjudication_is_the_last_word() -> None:
    change = changed(CASES[DISPUTED], Command.ADJUDICATE, holding(DISPUTED))

    assert (change.case.state, change.case.review, change.stands) == (DECIDED, Review.ADJUDICATED, True)


@pytest.mark.parametrize(
    ("skips", "counts", "state"), [(1, True, OPEN), (2, True, ESCALATED), (2, False, OPEN)]
)
def test_the_third_skip_that_counts_brings_a_case_to_the_leads(
    skips: int, counts: bool, state: CaseState
) -> None:
    given = Given(reason="language", counts=counts)

    change = changed(CASES[OPEN], Command.SKIP, holding(OPEN, skips=skips), given)

    assert (change.case.state, change.ends_lease) == (state, True)


def test_a_snoozed_case_goes_back_to_where_it_was() -> None:
    asleep = changed(CASES[SECOND], Command.SNOOZE, holding(SECOND)).case
    awake = changed(asleep, Command.WAKE, facts(Role.LEAD, seen_version=2)).case

    assert (asleep.state, asleep.former_state, asleep.snoozed_until) == (SNOOZED, SECOND, NOON + MINUTE)
    assert (awake.state, awake.former_state, awake.snoozed_until) == (SECOND, None, None)
    assert awake.first_reviewer_id == OTHER


def test_anybody_wakes_a_case_whose_time_has_come() -> None:
    assert apply(CASES[SNOOZED], Command.WAKE, facts()) is Refusal.NOT_ALLOWED
    assert isinstance(apply(CASES[SNOOZED], Command.WAKE, facts(now=NOON + MINUTE)), Change)


@pytest.mark.parametrize(("state", "command"), [(DECIDED, Command.REOPEN), (DISPUTED, Command.RETURN)])
def test_a_new_round_begins_with_nothing_decided(state: CaseState, command: Command) -> None:
    case = changed(CASES[state], command, holding(state)).case

    assert (case.state, case.round) == (OPEN, 2)
    assert (case.first_reviewer_id, case.decision_id, case.review) == (None, None, None)


def test_the_only_decision_is_undone_and_the_case_is_held_again() -> None:
    change = changed(CASES[DECIDED], Command.UNDO, facts(decisions=(MINE,), now=NOON + UNDO_TIME))

    assert change.case.state is OPEN
    assert (change.case.first_reviewer_id, change.case.decision_id, change.case.review) == (None, None, None)
    assert (change.ends_lease, change.begins_lease) == (True, True)


def test_who_holds_three_others_does_not_hold_what_they_undo() -> None:
    change = changed(CASES[DECIDED], Command.UNDO, facts(decisions=(MINE,), leases=3))

    assert not change.begins_lease


@pytest.mark.parametrize("ruling", [VIOLATION, HARMLESS], ids=["agreed", "disputed"])
def test_a_second_decision_is_undone_and_the_first_stands_again(ruling: Ruling) -> None:
    second = a_decision(4, reviewer_id=ME, ruling=ruling, state_before=SECOND)
    before = replace(CASES[SECOND], state=DISPUTED if ruling is HARMLESS else DECIDED, decision_id=4)

    case = changed(before, Command.UNDO, facts(decisions=(BY_OTHER, second))).case

    assert (case.state, case.first_reviewer_id, case.decision_id) == (SECOND, OTHER, 1)
    assert case.review is Review.SINGLE


def test_an_adjudication_is_undone_and_the_two_disagree_again() -> None:
    word = a_decision(5, reviewer_id=ME, state_before=DISPUTED, kind=DecisionKind.ADJUDICATION)
    before = replace(CASES[DECIDED], decision_id=5, first_reviewer_id=OTHER)

    case = changed(before, Command.UNDO, facts(Role.LEAD, decisions=(BY_OTHER, BY_THIRD, word))).case

    assert (case.state, case.decision_id, case.review) == (DISPUTED, 1, Review.SINGLE)


def test_what_is_older_than_a_quarter_of_an_hour_or_anothers_stays() -> None:
    late = facts(decisions=(MINE,), now=NOON + UNDO_TIME + timedelta(microseconds=1))

    assert apply(CASES[DECIDED], Command.UNDO, late) is Refusal.TOO_LATE
    assert apply(CASES[DECIDED], Command.UNDO, facts(decisions=(MINE, BY_OTHER))) is Refusal.NOT_YOURS
    assert apply(CASES[DECIDED], Command.UNDO, facts()) is Refusal.NOT_YOURS


def test_a_decision_can_be_undone_while_it_is_the_newest_ones_own_and_fresh() -> None:
    assert can_undo(MINE, MINE, reviewer_id=ME, now=NOON)
    assert not can_undo(MINE, BY_THIRD, reviewer_id=ME, now=NOON)
    assert not can_undo(MINE, None, reviewer_id=ME, now=NOON)
    assert not can_undo(MINE, MINE, reviewer_id=OTHER, now=NOON)
    assert not can_undo(MINE, MINE, reviewer_id=ME, now=NOON + 2 * UNDO_TIME)


def test_the_second_reviewer_is_blind_and_nobody_else() -> None:
    seen = {
        "second": is_blind(CASES[SECOND], facts(decisions=(BY_OTHER,))),
        "lead": is_blind(CASES[SECOND], facts(Role.LEAD, decisions=(BY_OTHER,))),
        "escalated": is_blind(CASES[ESCALATED], facts(Role.LEAD, decisions=(BY_OTHER,))),
        "first": is_blind(CASES[SECOND], facts(decisions=(MINE,))),
        "auditor": is_blind(CASES[SECOND], facts(Role.AUDITOR, decisions=(BY_OTHER,))),
        "undecided": is_blind(CASES[OPEN], facts()),
        "disputed": is_blind(CASES[DISPUTED], facts(Role.LEAD, decisions=(BY_OTHER, BY_THIRD))),
        "decided": is_blind(CASES[DECIDED], facts(decisions=(BY_OTHER,))),
    }

    assert {who for who, blind in seen.items() if blind} == {"second", "lead", "escalated"}
