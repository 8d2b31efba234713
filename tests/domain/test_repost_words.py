"""Words that name nobody, and those that lead to a name."""

from __future__ import annotations

import pytest

from archiver.domain import repost_words
from archiver.domain.folding import fold
from archiver.domain.repost_words import are_forms_of_verbs, is_light

TABLES = ("NUMERALS", "NAMING", "LIGHT", "OPENING", "FOLLOWING", "CHANNEL", "CONTACT")


@pytest.mark.parametrize("table", TABLES)
def test_a_table_holds_folded_words(table: str) -> None:
    words: frozenset[str] = getattr(repost_words, table)

    assert words
    assert {word for word in words if fold(word).text != word} == set()


def test_what_leads_to_a_name_is_not_light() -> None:
    assert repost_words.LIGHT.isdisjoint(repost_words.NAMING)


@pytest.mark.parametrize("word", ["ننشر", "وننشر", "بعد", "heta", "before", "اگر", "если"])
def test_a_light_word_may_have_a_clitic(word: str) -> None:
    assert is_light(fold(word).text)


@pytest.mark.parametrize("word", ["كريم", "البصرة", "گاز", "بجي", "karim", "асфальт"])
def test_a_name_is_not_light(word: str) -> None:
    assert not is_light(fold(word).text)


@pytest.mark.parametrize(
    ("word", "other", "expected"),
    [
        ("published", "posted", True), ("давала", "позволяла", True), ("میفروشم", "میخرم", True),
        ("ينشر", "يعرض", True), ("تسجيل", "تعيين", False), ("часть", "область", False),
        ("سوق", "مستشفى", False), ("асфальт", "рынок", False),
    ],
)  # fmt: skip
def test_verbs_are_known_by_their_forms(word: str, other: str, *, expected: bool) -> None:
    assert are_forms_of_verbs(fold(word).text, fold(other).text) is expected
