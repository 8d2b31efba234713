"""How a pushed event stands to what is archived."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from archiver.domain.cursor import Arrival, arrival


@pytest.mark.parametrize(
    ("number", "count", "expected"),
    [
        (99, 1, Arrival.KNOWN),
        (100, 1, Arrival.KNOWN),
        (100, 0, Arrival.KNOWN),
        (101, 1, Arrival.NEXT),
        (105, 5, Arrival.NEXT),
        (105, 6, Arrival.NEXT),  # it begins with what we know
        (102, 1, Arrival.AHEAD),
        (106, 5, Arrival.AHEAD),
        (101, 0, Arrival.AHEAD),
    ],
)
def test_an_event_against_a_cursor_at_100(number: int, count: int, expected: Arrival) -> None:
    assert arrival(100, number=number, count=count) is expected


@given(st.lists(st.integers(1, 5), min_size=1), st.data())
def test_events_of_a_channel_in_order_are_each_the_next_and_none_can_be_left_out(
    counts: list[int], data: st.DataObject
) -> None:
    dropped = data.draw(st.integers(0, len(counts) - 1))
    as_of = number = 0

    for place, count in enumerate(counts):
        number += count
        if place == dropped:
            continue
        expected = Arrival.NEXT if place < dropped else Arrival.AHEAD
        assert arrival(as_of, number=number, count=count) is expected
        as_of = number if place < dropped else as_of
