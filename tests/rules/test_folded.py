"""Folding many texts at once says what the domain says of each."""

from __future__ import annotations

from hypothesis import given, strategies as st

from archiver.domain.folding import fold
from archiver.rules.folded import folded
from tests.domain.strange_text import anything


@given(st.lists(anything, max_size=6))
def test_texts_fold_together_as_they_fold_alone(texts: list[str]) -> None:
    assert folded(texts) == [fold(text).text for text in texts]


@given(st.lists(st.text(), max_size=6))
def test_other_scripts_stay_as_they_are(texts: list[str]) -> None:
    assert folded(texts) == [fold(text).text for text in texts]
