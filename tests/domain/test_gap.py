"""Stretches of ids, and which gaps want what."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from archiver.domain.gap import Gap, GapCause, GapState, ranges
from archiver.domain.ids import PostId
from tests.builders import CHANNEL, NOON


@pytest.mark.parametrize(
    ("ids", "stretches"),
    [
        ([], []),
        ([5], [(5, 5)]),
        ([3, 1, 2], [(1, 3)]),
        ([1, 2, 4, 4, 9, 10], [(1, 2), (4, 4), (9, 10)]),
    ],
)
def test_ranges_join_neighbours(ids: list[int], stretches: list[tuple[int, int]]) -> None:
    assert list(ranges(map(PostId, ids))) == stretches


@given(st.lists(st.integers(1, 60)))
def test_ranges_cover_exactly_the_ids_and_are_as_few_as_can_be(ids: list[int]) -> None:
    found = list(ranges(map(PostId, ids)))

    assert [number for first, last in found for number in range(first, last + 1)] == sorted(set(ids))
    assert all(before[1] + 1 < after[0] for before, after in pairwise(found))


@pytest.mark.parametrize("state", GapState)
@pytest.mark.parametrize("cause", GapCause)
def test_only_an_open_gap_of_events_wants_a_rescan(cause: GapCause, state: GapState) -> None:
    gap = Gap(
        channel_id=CHANNEL,
        cause=cause,
        state=state,
        first_post_id=None,
        last_post_id=None,
        since=None,
        until=NOON,
        opened_at=NOON,
    )

    assert gap.wants_rescan == (cause is GapCause.TOO_MANY_EVENTS and state is GapState.OPEN)
