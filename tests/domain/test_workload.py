"""How long somebody worked without a pause, and when that is to be said."""

from __future__ import annotations

from datetime import timedelta

from archiver.domain.workload import Stint, is_pause_due, working_for, worst_since
from tests.builders import NOON

PAUSE = timedelta(minutes=45)


def held(first: int, last: int, severity: int = 2) -> Stint:
    """Return a case that was held from one minute to another, counted from noon."""
    at = timedelta(minutes=1)
    return Stint(began=NOON + first * at, ended=NOON + last * at, severity=severity)


def at(minute: int) -> timedelta:
    return timedelta(minutes=minute)


def test_work_goes_on_over_short_gaps_and_ends_with_a_long_one() -> None:
    stints = [held(0, 20), held(35, 40), held(44, 50)]

    assert working_for(stints, NOON + at(52)) == at(17)


def test_who_rested_until_now_has_not_worked() -> None:
    assert working_for([held(0, 20)], NOON + at(30)) == at(0)
    assert working_for([], NOON) == at(0)


def test_a_lease_that_goes_on_counts_until_now() -> None:
    assert working_for([held(0, 60)], NOON + at(30)) == at(30)


def test_the_worst_cases_are_counted_since_a_time() -> None:
    stints = [held(0, 5, 4), held(10, 15, 3), held(20, 25, 4)]

    assert worst_since(stints, NOON) == 2
    assert worst_since(stints, NOON + at(1)) == 1


def test_a_pause_is_proposed_once_in_each_time_of_work() -> None:
    stints = [held(5 * number, 5 * number + 5) for number in range(30)]

    due = [
        number for number in range(1, 30) if is_pause_due(stints[:number], stints[number - 1].ended, PAUSE)
    ]

    assert [5 * number for number in due] == [45, 90, 135]


def test_a_pause_that_was_taken_begins_the_count_anew() -> None:
    morning = [held(0, 30), held(30, 44)]

    assert not is_pause_due([*morning, held(60, 70)], NOON + at(70), PAUSE)
    assert is_pause_due([*morning, held(60, 90), held(90, 106)], NOON + at(106), PAUSE)


def test_nobody_is_sent_into_a_pause_who_has_done_nothing() -> None:
    assert not is_pause_due([], NOON, PAUSE)
