"""A rule is asked wherever it could fire: what is left out by the groups alone could not."""

from __future__ import annotations

from hypothesis import given, strategies as st

from archiver.domain.condition import (
    AtLeast,
    Condition,
    Every,
    Found,
    Near,
    Not,
    Present,
    SameSentence,
    Some,
    holds,
)
from archiver.rules.plan import may_hold

NAMES = ("a", "b", "c", "d")
groups = st.lists(st.sampled_from(NAMES), min_size=1, max_size=3).map(tuple)
simple = st.one_of(
    st.sampled_from(NAMES).map(Present),
    st.builds(Near, groups, st.integers(0, 9)),
    groups.map(SameSentence),
    st.builds(AtLeast, groups, st.integers(0, 3)),
)
conditions: st.SearchStrategy[Condition] = st.recursive(
    simple,
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, max_size=3).map(tuple).map(Every),
        st.builds(Some, st.lists(inner, max_size=3).map(tuple), st.integers(0, 3)),
    ),
    max_leaves=8,
)
finds = st.dictionaries(
    st.sampled_from(NAMES),
    st.lists(
        st.builds(Found, st.integers(0, 5), st.integers(0, 5), st.integers(0, 2), st.sampled_from("xyz")),
        max_size=3,
    ),
)


@given(conditions, finds)
def test_what_may_not_hold_by_the_groups_does_not_hold(
    condition: Condition, found: dict[str, list[Found]]
) -> None:
    if holds(condition, found):
        assert may_hold(condition)(found.keys())


@given(st.sampled_from(NAMES), st.lists(st.sampled_from(NAMES), min_size=1), st.sets(st.sampled_from(NAMES)))
def test_groups_that_are_wanted_and_missing_rule_a_condition_out(
    one: str, several: list[str], there: set[str]
) -> None:
    presents = tuple(map(Present, several))

    assert may_hold(Present(one))(there) == (one in there)
    assert may_hold(Every(presents))(there) == (set(several) <= there)
    assert may_hold(Some(presents, 1))(there) == bool(set(several) & there)
    assert may_hold(Near(tuple(several), 3))(there) == (set(several) <= there)
