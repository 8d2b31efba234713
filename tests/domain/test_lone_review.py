"""A case that wants two and has one: closed by that one, marked, and recalled when there is another."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from archiver.domain.case import CaseState, Command, Given, is_blind, recalled
from archiver.domain.decision import Review
from tests.builders import NOON
from tests.desk_builders import HARMLESS, ME, a_lease, facts
from tests.domain.test_case import (
    BY_OTHER,
    CASES,
    DECIDED,
    DISPUTED,
    ESCALATED,
    GIVEN,
    MINE,
    MINUTE,
    OPEN,
    SECOND,
    changed,
    holding,
)  # fmt: skip


@pytest.mark.parametrize("state", [OPEN, ESCALATED])
def test_who_is_alone_closes_what_wants_two_and_it_is_marked(state: CaseState) -> None:
    enough = changed(CASES[state], Command.DECIDE, holding(state, is_alone=True))
    lone = changed(CASES[state], Command.DECIDE, holding(state, needs_second=True, is_alone=True))
    second = changed(CASES[SECOND], Command.DECIDE, holding(SECOND, is_alone=True), Given(ruling=HARMLESS))

    assert (enough.case.state, enough.case.review) == (DECIDED, Review.ENOUGH)
    assert (lone.case.state, lone.case.review, lone.stands) == (DECIDED, Review.SINGLE, True)
    assert lone.case.first_reviewer_id == ME
    assert second.case.state is DISPUTED


@pytest.mark.parametrize(("state", "review"), list(product(CaseState, [None, *Review])))
def test_only_what_one_alone_has_closed_is_recalled_for_a_second_look(
    state: CaseState, review: Review | None
) -> None:
    case = replace(CASES[state], review=review)

    found = recalled(case, now=NOON + MINUTE)

    if (state, review) == (DECIDED, Review.SINGLE):
        assert found == replace(case, state=SECOND, version=2, waiting_since=NOON + MINUTE)
    else:
        assert found == case


def test_what_came_back_for_a_second_look_can_be_undone_by_its_first_or_decided_by_another() -> None:
    back = recalled(replace(CASES[DECIDED], review=Review.SINGLE), now=NOON)

    undone = changed(back, Command.UNDO, facts(decisions=(MINE,), seen_version=2))
    blind = facts(decisions=(BY_OTHER,), seen_version=2, lease=a_lease(), holds=True)
    agreed = changed(back, Command.DECIDE, blind, GIVEN[Command.DECIDE])

    assert (undone.case.state, undone.case.decision_id, undone.case.review) == (OPEN, None, None)
    assert (agreed.case.state, agreed.case.review) == (DECIDED, Review.DOUBLE)
    assert is_blind(back, blind)
