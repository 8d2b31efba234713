"""What conditions ask, held against a naive reading."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import pytest
from hypothesis import given, settings, strategies as st

from archiver.domain.condition import (
    AtLeast,
    Condition,
    Every,
    Finds,
    Found,
    Near,
    Not,
    Present,
    SameSentence,
    Some,
    groups_of,
    holds,
    needed_by,
)

GROUPS = "abcd"


def found(first: int, last: int | None = None, *, sentence: int = 0, term: str = "t") -> Found:
    return Found(first, first if last is None else last, sentence, term)


@st.composite
def _found(draw: st.DrawFn) -> Found:
    first = draw(st.integers(0, 12))
    return Found(
        first, first + draw(st.integers(0, 3)), draw(st.integers(0, 2)), draw(st.sampled_from("xyz"))
    )


_names = st.lists(st.sampled_from(GROUPS), min_size=1, max_size=4, unique=True).map(tuple)
_finds = st.dictionaries(st.sampled_from(GROUPS), st.lists(_found(), max_size=4))
_leaves = st.one_of(
    st.builds(Present, st.sampled_from(GROUPS)),
    st.builds(Near, _names, st.integers(0, 5)),
    st.builds(SameSentence, _names),
    st.builds(AtLeast, _names, st.integers(1, 4)),
)
_conditions: st.SearchStrategy[Condition] = st.recursive(
    _leaves,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(Every, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Some, st.lists(inner, max_size=3).map(tuple), st.integers(0, 3)),
    ),
    max_leaves=6,
)


def naively(condition: Condition, finds: Finds) -> bool:
    """Read a condition by trying every choice of finds."""
    match condition:
        case Present(group):
            return len(finds.get(group, ())) > 0
        case Near(groups) | SameSentence(groups):
            choices = product(*(finds.get(group, ()) for group in groups))
            return any(_fits(condition, choice) for choice in choices)
        case AtLeast(groups, number):
            terms = [one.term for group in groups for one in finds.get(group, ())]
            return len(set(terms)) >= number
        case Some(parts, number):
            return len([part for part in parts if naively(part, finds)]) >= number
        case Every(parts):
            return not [part for part in parts if not naively(part, finds)]
        case Not(part):
            return not naively(part, finds)


def _fits(condition: Near | SameSentence, choice: Sequence[Found]) -> bool:
    if isinstance(condition, Near):
        return _hang_together(choice, condition.words)
    return len({one.sentence for one in choice}) == 1


def _hang_together(choice: Sequence[Found], words: int) -> bool:
    """Say whether steps of at most ``words`` words lead from the first find to all others."""
    reached, waiting = {0}, [0]
    while waiting:
        one = choice[waiting.pop()]
        for place, other in enumerate(choice):
            between = max(one.first, other.first) - min(one.last, other.last) - 1
            if place not in reached and between <= words:
                reached.add(place)
                waiting.append(place)
    return len(reached) == len(choice)


@given(_conditions, _finds)
def test_a_condition_holds_when_a_naive_reading_says_so(condition: Condition, finds: Finds) -> None:
    assert holds(condition, finds) is naively(condition, finds)


@settings(max_examples=200)
@given(_names, _finds, st.integers(0, 5))
def test_finds_are_near_when_some_choice_of_them_hangs_together(
    groups: tuple[str, ...], finds: Finds, words: int
) -> None:
    assert holds(Near(groups, words), finds) is naively(Near(groups, words), finds)


@pytest.mark.parametrize(
    ("finds", "words", "is_near"),
    [
        ({"a": [found(0)], "b": [found(3)]}, 2, True),
        ({"a": [found(0)], "b": [found(3)]}, 1, False),
        ({"a": [found(3)], "b": [found(0)]}, 2, True),
        ({"a": [found(0)], "b": [found(1)]}, 0, True),
        ({"a": [found(0, 4)], "b": [found(2)]}, 0, True),
        ({"a": [found(0), found(20)], "b": [found(22)]}, 1, True),
        ({"a": [found(0)]}, 9, False),
        ({"a": [found(0)], "b": []}, 9, False),
    ],
)
def test_near_counts_the_words_between(finds: Finds, words: int, *, is_near: bool) -> None:
    assert holds(Near(("a", "b"), words), finds) is is_near


def test_three_are_near_when_each_is_near_to_its_neighbour() -> None:
    finds = {"a": [found(0)], "b": [found(5)], "c": [found(10)]}

    assert holds(Near(("a", "c", "b"), 4), finds)
    assert not holds(Near(("a", "c", "b"), 3), finds)


def test_what_stands_inside_a_long_find_does_not_cut_it_short() -> None:
    finds = {"a": [found(0, 10)], "b": [found(2)], "c": [found(12)]}

    assert holds(Near(("a", "b", "c"), 1), finds)


def test_a_long_find_reaches_further_than_a_later_short_one() -> None:
    finds = {"a": [found(0, 10), found(1)], "b": [found(12)]}

    assert holds(Near(("a", "b"), 1), finds)


def test_one_find_of_a_group_is_chosen_and_others_of_it_are_no_stepping_stones() -> None:
    finds = {"a": [found(0)], "b": [found(3), found(6)], "c": [found(9)]}

    assert not holds(Near(("a", "b", "c"), 2), finds)


def test_terms_are_counted_once_wherever_they_stand() -> None:
    finds = {"a": [found(0, term="x"), found(5, term="x")], "b": [found(7, term="x"), found(9, term="y")]}

    assert holds(AtLeast(("a", "b"), 2), finds)
    assert not holds(AtLeast(("a", "b"), 3), finds)


def test_a_condition_tells_the_groups_that_it_names() -> None:
    condition = Every((Not(Present("a")), Some((Near(("b", "c"), 3), AtLeast(("d",), 2)), 1)))

    assert groups_of(condition) == {"a", "b", "c", "d"}


@given(_conditions, _finds)
def test_a_condition_that_holds_has_all_that_it_needs(condition: Condition, finds: Finds) -> None:
    present = {name for name, places in finds.items() if places}

    assert not holds(condition, finds) or needed_by(condition) <= present


@pytest.mark.parametrize(
    ("condition", "needed"),
    [
        (Every((Present("a"), Near(("b", "c"), 3), Not(Present("d")))), {"a", "b", "c"}),
        (Some((Present("a"), Present("b")), 1), set()),
        (Some((Present("a"), Present("b")), 2), {"a", "b"}),
        (Every((SameSentence(("a", "b")), AtLeast(("c",), 2), AtLeast(("c", "d"), 2))), {"a", "b", "c"}),
    ],
)
def test_what_a_condition_needs_is_read_off_its_form(condition: Condition, needed: set[str]) -> None:
    assert needed_by(condition) == needed
