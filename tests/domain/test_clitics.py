"""Cores: the words that a word of a text is found under."""

from __future__ import annotations

import pytest
from hypothesis import given

from archiver.domain.clitics import SHORTEST, cores
from archiver.domain.folding import fold
from tests.domain.strange_text import anything


def held(word: str) -> set[str]:
    return {core.word for core in cores(fold(word).text)}


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("الكتاب", "كتاب"), ("وكتاب", "كتاب"), ("وبالكتاب", "كتاب"), ("للكتاب", "كتاب"), ("كتابهم", "كتاب"),
        ("والكتاب", "الكتاب"), ("ملفات", "ملف"), ("ملفاتكم", "ملف"), ("عالموقع", "موقع"),
        ("شركتهم", "شركة"), ("مدرسته", "مدرسة"),
        ("کتێبەکان", "کتێب"), ("کتێبەکەم", "کتێب"), ("خوێندکارێک", "خوێندکار"), ("ناوەکانیان", "ناوەکان"),
        ("خانه\u200cهای", "خانه"), ("دوستان", "دوست"), ("کتاب\u200cهایشان", "کتاب"),
    ],
)  # fmt: skip
def test_a_word_is_found_under_the_words_it_holds(written: str, asked: str) -> None:
    assert fold(asked).text in held(written)


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("كتاب", "الكتاب"),
        ("مكتبة", "كتب"),
        ("الله", "له"),
        ("وصل", "صل"),
        ("books", "book"),
        ("کتێبخانە", "کتێب"),
    ],
)
def test_it_goes_one_way_and_leaves_other_words_alone(written: str, asked: str) -> None:
    assert fold(asked).text not in held(written)


@given(anything)
def test_a_core_lies_within_its_word_and_is_another(text: str) -> None:
    for word in fold(text).text.split():
        found = cores(word)

        assert len({core.word for core in found}) == len(found)
        for core in found:
            assert core.word != word
            assert core.end - core.start >= SHORTEST
            assert word[core.start : core.end - 1] == core.word[:-1]
            assert fold(core.word).text == core.word
