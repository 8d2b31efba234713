"""A rate: what is counted in which window, and what is left."""

from __future__ import annotations

from datetime import timedelta

from archiver.domain.rate import Rate, Window, counted, left
from tests.builders import NOON

RATE = Rate(calls=2, time=timedelta(minutes=1))
SECOND = timedelta(seconds=1)


def test_a_window_begins_with_the_first_call_and_counts_what_follows() -> None:
    first = counted(None, RATE, now=NOON)
    second = counted(first, RATE, now=NOON + 59 * SECOND)
    third = counted(second, RATE, now=NOON + 59 * SECOND)

    assert [first, second, third] == [Window(began=NOON, calls=calls) for calls in (1, 2, 3)]
    assert [left(each, RATE) for each in (first, second, third)] == [1, 0, -1]


def test_another_begins_when_it_is_over_or_the_clock_went_back() -> None:
    full = Window(began=NOON, calls=9)

    for now in (NOON + 60 * SECOND, NOON - SECOND):
        assert counted(full, RATE, now=now) == Window(began=now, calls=1)
