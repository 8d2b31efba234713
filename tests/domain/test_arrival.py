"""What comes to a case: it weighs more, is to be read again, or is opened again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from archiver.domain.arrival import Arrival, absorb, draw, spread, together, worst
from archiver.domain.case import CaseState
from archiver.domain.flag import Category
from archiver.domain.ids import ChannelId, PostId
from archiver.domain.priority import priority
from tests.builders import CHANNEL, NOON, a_flag
from tests.desk_builders import OTHER, a_case

LATER = NOON + timedelta(hours=1)
JOINED = Arrival(category=Category.EXTORTION, severity=2, audience=50, precision=0.4, published_at=NOON)
WORSE = replace(JOINED, category=Category.SEXTORTION, severity=4)
EDITED = replace(JOINED, is_changed=True)
DECIDED = a_case(CaseState.DECIDED, first_reviewer_id=OTHER, decision_id=3)


@pytest.mark.parametrize("state", list(CaseState))
def test_a_repost_that_adds_nothing_changes_nothing(state: CaseState) -> None:
    assert absorb(a_case(state), JOINED, now=LATER) == a_case(state)


def test_a_repost_before_more_people_makes_a_case_weigh_more_and_no_more() -> None:
    case = absorb(DECIDED, replace(JOINED, audience=10_000, published_at=LATER, precision=0.9), now=LATER)

    assert (case.state, case.version, case.decision_id) == (CaseState.DECIDED, 1, 3)
    assert (case.audience, case.published_at, case.precision) == (10_000, LATER, 0.9)
    assert case.priority == priority(severity=2, audience=10_000, precision=0.9, published_at=LATER)


@pytest.mark.parametrize("state", list(CaseState))
def test_a_case_weighs_more_when_many_more_have_seen_it_and_is_the_same_to_who_decides(
    state: CaseState,
) -> None:
    case = a_case(state, first_reviewer_id=OTHER, decision_id=3)

    seen = spread(case, 10_000)

    assert seen == replace(
        case,
        audience=10_000,
        priority=priority(severity=2, audience=10_000, precision=0.5, published_at=NOON),
    )
    assert seen.priority > priority(severity=2, audience=100, precision=0.5, published_at=NOON)


@pytest.mark.parametrize(("people", "is_noticed"), [(0, False), (99, False), (199, False), (200, True)])
def test_hardly_more_and_fewer_people_change_nothing(people: int, is_noticed: bool) -> None:
    assert (spread(a_case(), people) != a_case()) == is_noticed


@pytest.mark.parametrize("arrival", [WORSE, EDITED])
def test_a_decided_case_opens_again_for_what_is_worse_or_reads_otherwise(arrival: Arrival) -> None:
    case = absorb(DECIDED, arrival, now=LATER)

    assert (case.state, case.round, case.version) == (CaseState.OPEN, 2, 2)
    assert (case.decision_id, case.first_reviewer_id, case.waiting_since) == (None, None, LATER)


def test_a_case_is_called_after_its_worst_flag() -> None:
    case = absorb(a_case(), WORSE, now=LATER)

    assert (case.category, case.severity) == (Category.SEXTORTION, 4)
    assert absorb(case, JOINED, now=LATER) == case


@pytest.mark.parametrize("state", [CaseState.OPEN, CaseState.SECOND_REVIEW, CaseState.DISPUTED])
def test_what_reviewers_have_before_them_is_to_be_read_again(state: CaseState) -> None:
    case = absorb(a_case(state, decision_id=3), EDITED, now=LATER)

    assert (case.state, case.version, case.round, case.decision_id) == (state, 2, 1, 3)


def test_a_snoozed_case_wakes() -> None:
    asleep = a_case(CaseState.SNOOZED, former_state=CaseState.SECOND_REVIEW, snoozed_until=LATER)

    assert absorb(asleep, WORSE, now=NOON).state is CaseState.SECOND_REVIEW


def test_what_comes_together_is_the_worst_the_largest_and_the_newest_of_it() -> None:
    large = replace(JOINED, audience=900, precision=0.8, published_at=LATER)

    assert together([JOINED, WORSE, large, EDITED]) == Arrival(
        category=Category.SEXTORTION, severity=4, audience=900, precision=0.8, published_at=LATER,
        is_changed=True,
    )  # fmt: skip


def test_the_worst_flag_is_the_most_severe_then_the_surest() -> None:
    mild, severe = a_flag(severity=2), a_flag(severity=4)

    assert worst([mild, severe]) is severe
    assert worst([mild, replace(mild, score=9.0)]).score == 9.0


def test_draws_are_spread_evenly_and_stay() -> None:
    draws = [draw(CHANNEL, PostId(number)) for number in range(1_000)]

    assert draws == [draw(CHANNEL, PostId(number)) for number in range(1_000)]
    assert draw(ChannelId(1), PostId(1)) != draw(ChannelId(1), PostId(2))
    assert 450 < sum(each < 2**62 for each in draws) < 550
    assert all(0 <= each < 2**63 for each in draws)
