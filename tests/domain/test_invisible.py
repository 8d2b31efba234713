"""Characters that can't be seen have names, and all others are left alone."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, strategies as st

from archiver.domain.invisible import badge, runs


@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("\u202e", "RLO"), ("\u2066", "LRI"), ("\u200b", "ZWSP"), ("\ufeff", "BOM"), ("\u00ad", "SHY"),
        ("\U000e0041", "TAG"), ("\x07", "U+0007"), ("\u2028", "U+2028"),
    ],
)  # fmt: skip
def test_what_turns_or_breaks_a_text_has_a_name(character: str, name: str) -> None:
    assert badge(character) == name


@pytest.mark.parametrize("character", ["a", "ە", " ", "\n", "\t", "\u0651", "👩", "\ufe0f"])
def test_what_can_be_seen_or_is_white_space_has_none(character: str) -> None:
    assert badge(character) is None


@pytest.mark.parametrize("joiner", ["\u200c", "\u200d"])
def test_a_joiner_is_a_letter_like_others_until_somebody_asks(joiner: str) -> None:
    assert badge(joiner) is None
    assert badge(joiner, with_joiners=True) in {"ZWNJ", "ZWJ"}


def test_hidden_text_in_tags_is_one_run() -> None:
    hidden = "".join(chr(0xE0000 + ord(letter)) for letter in "secret")

    assert list(runs(f"ok{hidden}!")) == [("ok", None), (hidden, "TAG"), ("!", None)]


@given(st.text())
def test_no_control_of_direction_is_left_without_a_name(text: str) -> None:
    shown = "".join(run for run, name in runs(text) if name is None)

    marks = {"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"}
    assert not marks & {unicodedata.bidirectional(character) for character in shown}
    assert "".join(run for run, _ in runs(text)) == text
