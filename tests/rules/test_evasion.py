"""Undoing a disguise changes a text only where the disguise is, and never its length."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, strategies as st

from archiver.rules import evasion
from archiver.rules.view import View
from tests.domain.strange_text import anything

Undoing = Callable[[View], Iterator[evasion.Undone]]

UNDOINGS = (evasion.unspaced, evasion.unglued, evasion.unleeted, evasion.undotted)

shaped = st.lists(
    st.sampled_from(["ا ب ت ", "a.b.c", "😀", "a😀b", "l3ak", "p@$$", "ٮٮرل", " ", "㉝", "ﷺ", "½"])
    | anything,
    max_size=6,
).map("".join)


@pytest.mark.parametrize("undoing", UNDOINGS)
@given(texts=st.lists(shaped, min_size=1, max_size=4))
def test_a_text_keeps_its_length_and_all_that_was_not_touched(undoing: Undoing, texts: list[str]) -> None:
    view = View(texts, evasion.FOLDED)

    for undone in undoing(view):
        before = view.texts[undone.number]
        changed = {place for place, letter in enumerate(before) if undone.text[place] != letter}
        touched = {place for start, end in undone.touched for place in range(start, end)}

        assert len(undone.text) == len(before)
        assert changed <= touched or undoing is evasion.undotted
        assert list(undone.touched) == sorted(undone.touched)


@pytest.mark.parametrize("undoing", UNDOINGS)
@pytest.mark.parametrize(
    "text",
    [
        "تم تسريب قاعدة بيانات كبيرة اليوم",
        "Call 0770 123 4567 or 07 70 12 34 56, 24h, 5kg, 2nd floor",
        "write to info@example.org, see https://example.org/p4ge",
        "great news!!! 🔥🔥 today @handle $100",
        "He is a man",
        "room b1a0540",
    ],
)
def test_an_ordinary_text_is_not_read_twice(undoing: Undoing, text: str) -> None:
    assert [*undoing(View([text], evasion.FOLDED))] == []


def test_each_reading_of_a_one_is_tried_and_none_twice() -> None:
    texts = ["ema1l", "l3ak"]

    undone = [each.text for each in evasion.unleeted(View(texts, evasion.FOLDED))]

    assert undone == ["email", "emall", "leak"]


def test_a_find_counts_where_it_covers_enough_of_what_was_touched() -> None:
    (undone,) = evasion.unspaced(View(["xyz l e a k"], evasion.FOLDED))

    assert undone.touched == [(5, 6), (7, 8), (9, 10)]
    assert undone.counts(4, 9)
    assert not undone.counts(4, 7)
    assert not undone.counts(4, 9, gaps=1)
    assert undone.trimmed(10) == 9
    assert undone.trimmed(11) == 11
