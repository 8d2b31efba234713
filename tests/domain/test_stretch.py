"""What was seen and what was not make the whole."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from hypothesis import given, strategies as st

from archiver.domain.stretch import Stretch, unseen, without

stretches = st.builds(lambda first, more: Stretch(first, first + more), st.integers(1, 30), st.integers(0, 9))


def ids(found: Iterable[Stretch]) -> list[int]:
    return [each for stretch in found for each in range(stretch.first, stretch.last + 1)]


@given(st.lists(stretches, max_size=6), st.integers(0, 40), st.integers(0, 40))
def test_unseen_is_all_that_was_not_seen(seen: list[Stretch], newest: int, above: int) -> None:
    found = list(unseen(seen, newest=newest, above=above))

    assert ids(found) == sorted(set(range(above + 1, newest + 1)) - set(ids(seen)))
    assert all(len(each) > 0 for each in found)
    assert all(one.last + 1 < other.first for one, other in pairwise(found))


@given(stretches, st.sets(st.integers(0, 45)))
def test_a_stretch_without_some_ids_has_the_others(stretch: Stretch, taken: set[int]) -> None:
    assert ids(without(stretch, taken)) == sorted(set(ids([stretch])) - taken)


def test_a_stretch_counts_both_its_ends() -> None:
    assert (len(Stretch(3, 3)), len(Stretch(3, 7))) == (1, 5)
