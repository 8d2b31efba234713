"""A condition is written so that the reader of packs reads the same."""

from __future__ import annotations

from hypothesis import given, strategies as st

from archiver.domain.condition import AtLeast, Condition, Every, Near, Not, Present, SameSentence, Some
from archiver.domain.condition_text import condition_text
from archiver.rules.conditions import parse

names = st.sampled_from(["test.threat", "test.price", "common.news", "other.pay-now"])
several = st.lists(names, min_size=2, max_size=3, unique=True).map(tuple)
leaves: st.SearchStrategy[Condition] = st.one_of(
    st.builds(Present, names),
    st.builds(Near, several, st.integers(1, 60)),
    st.builds(SameSentence, several),
    st.builds(AtLeast, several, st.integers(1, 9)),
)


def combined(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    parts = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Every, parts),
        st.builds(Some, parts, st.integers(1, 2)),
        st.builds(Not, inner),
    )


@given(st.recursive(leaves, combined, max_leaves=8))
def test_what_was_written_is_read_as_the_same_condition(condition: Condition) -> None:
    assert parse(condition_text(condition), pack="elsewhere") == condition


def test_it_is_written_as_people_write_it() -> None:
    condition = Every((Near(("a.threat", "a.price"), 12), Not(Present("common.news"))))

    assert condition_text(condition) == "all(near(a.threat, a.price, 12), not common.news)"
