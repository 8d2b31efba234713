"""Which words are one, spelled or inflected another way, and which are other names and numbers."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from archiver.domain.folding import fold
from archiver.domain.likeness import are_alike, unlike


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("ننشر", "وننشر"), ("الصور", "بالصور"), ("صوره", "صورها"), ("كتاب", "كتابه"), ("شاهد", "تشاهد"),
        ("القادم", "القادمه"), ("televizyone", "telewizyone"), ("vidyoya", "videoya"),
        ("instagram", "1nstagr4m"), ("9647700000021", "07700000021"), ("опубликуем", "опубликовано"),
    ],
)  # fmt: skip
def test_a_word_stays_one(word: str, other: str) -> None:
    word, other = fold(word).text, fold(other).text

    assert are_alike(word, other)
    assert are_alike(other, word)


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("حسن", "حسين"), ("علي", "علا"), ("امير", "نمير"), ("عبدالرحمن", "عبدالرحيم"),
        ("الفيزياء", "الكيمياء"), ("karim", "salam"), ("سبعه", "تسعه"), ("ثلاث", "ثلاثين"),
        ("212", "2123"), ("2024", "2025"), ("07700000021", "07700000022"), ("@one", "@ones"),
        ("one", "@one"), ("k9", "k8"),
    ],
)  # fmt: skip
def test_another_name_or_number_is_another_word(word: str, other: str) -> None:
    assert not are_alike(word, other)
    assert not are_alike(other, word)


def test_what_is_left_has_no_like_on_the_other_side() -> None:
    left, right = ["we", "publish", "photos", "tomorrow"], ["publishes", "the", "photo", "today"]

    assert unlike(left, right) == ([0, 3], [1, 3])


def test_words_that_are_only_divided_otherwise_are_the_same() -> None:
    assert unlike(["م", "ختبر"], ["مختبر"]) == ([], [])


def test_long_differences_are_not_looked_into() -> None:
    words = [f"word{number}" for number in range(31)]

    assert unlike(words, words[::-1]) == (list(range(31)), list(range(31)))


@given(st.text(min_size=1), st.text(min_size=1))
def test_any_two_words_have_an_answer_and_it_is_the_same_from_either_side(word: str, other: str) -> None:
    assert are_alike(word, other) is are_alike(other, word)
