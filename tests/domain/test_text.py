"""Sound text, and spans that count as Telegram does."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from archiver.domain.text import code_point_span, sound_text

any_text = st.text(st.characters(codec=None), max_size=12)
"""Lone surrogates included."""
surrogates = st.text(st.sampled_from("a\ud83d\ude00\ud800\udfff😀ئ"), max_size=8)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@pytest.mark.parametrize(
    ("text", "sound"),
    [
        ("", ""),
        ("plain", "plain"),
        ("سَـلامٌ ئێوە", "سَـلامٌ ئێوە"),
        ("😀 beyond the BMP", "😀 beyond the BMP"),
        ("\u202eRTL override\u202c", "\u202eRTL override\u202c"),
        ("high \ud83d lone", "high \ufffd lone"),
        ("low \ude00 lone", "low \ufffd lone"),
        ("at the end \ud83d", "at the end \ufffd"),
        ("two halves \ud83d\ude00", "two halves 😀"),
        ("swapped \ude00\ud83d", "swapped \ufffd\ufffd"),
        ("nul \0 stays", "nul \0 stays"),
    ],
)
def test_sound_text_replaces_lone_surrogates_and_nothing_else(text: str, sound: str) -> None:
    assert sound_text(text) == sound


@given(any_text | surrogates)
def test_sound_text_always_has_a_utf8_form_and_stays_as_it_is(text: str) -> None:
    sound = sound_text(text)

    assert sound.encode().decode() == sound
    assert sound_text(sound) == sound


@given(any_text | surrogates)
def test_offsets_still_point_to_the_same_place_in_sound_text(text: str) -> None:
    assert _units(sound_text(text)) == _units(text)


def _span_by_hand(text: str, offset: int, length: int) -> tuple[int, int]:
    """Return the characters that any unit of [offset, offset + length) belongs to."""
    owners = [place for place, character in enumerate(text) for _ in range(_units(character))]
    start, end = max(offset, 0), max(offset + length, 0)
    touched = owners[start : max(start, end)]
    if touched:
        return touched[0], touched[-1] + 1
    place = owners[start] if start < len(owners) else len(text)
    return place, place


@pytest.mark.parametrize(
    ("text", "offset", "length", "stretch"),
    [
        ("hello", 1, 3, "ell"),
        ("😀b😀", 2, 1, "b"),
        ("😀b😀", 3, 2, "😀"),
        ("😀b😀", 1, 1, "😀"),  # from the middle of a pair
        ("😀b😀", 0, 1, "😀"),  # to the middle of a pair
        ("a😀b", 2, 2, "😀b"),
        ("a😀b", 2, 0, ""),  # nothing, in the middle of a pair
        ("abc", 1, 99, "bc"),
        ("abc", 99, 1, ""),
        ("abc", -1, 2, "a"),
        ("abc", 1, -5, ""),
        ("", 0, 1, ""),
    ],
)
def test_a_span_is_widened_or_clipped_to_whole_characters(
    text: str, offset: int, length: int, stretch: str
) -> None:
    start, end = code_point_span(text, offset=offset, length=length)

    assert text[start:end] == stretch


@given(st.text(st.sampled_from("ab😀ئ\U0001f1ee🇶"), max_size=10), st.integers(-3, 25), st.integers(-3, 25))
def test_a_span_covers_the_characters_that_its_units_touch(text: str, offset: int, length: int) -> None:
    assert code_point_span(text, offset=offset, length=length) == _span_by_hand(text, offset, length)
