"""What may stand beside a phrase in its word: clitics and endings of each language, and no others."""

from __future__ import annotations

import pytest

from archiver.domain.rule import Boundary
from archiver.rules import engine
from archiver.rules.scanner import Phrase, Scanner

_BACKEND = engine.BACKENDS[-1]


def _is_found(phrase: str, text: str, boundary: Boundary, language: str | None = None) -> bool:
    scanner = Scanner([Phrase(text=phrase, boundary=boundary, language=language)], _BACKEND)
    return len(scanner.scan([f"x {text} y"]).phrases) > 0


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("ابتزاز", "والابتزاز وبالابتزاز للابتزاز هالابتزاز عالابتزاز"),
        ("انشر", "سانشر راحانشر حانشر دانشر لاانشر وسانشر انشرها انشرلك فانشرهم"),
        ("صور", "صورك صوركم صوره صورها صورهم صورنا صوري صورج صورات بصورك"),
        ("صورة", "صورة صوره الصورة صورتك صورتها صورتي صورتين صورات صوراتها"),
        ("معلومة", "المعلومات معلوماتك ومعلومتي"),
        ("موظف", "الموظفين موظفون موظفان موظفة موظفات وموظفينا"),
        ("ليل", "الليل"),
        ("وێنە", "وێنەکە وێنەکان وێنەکانت وێنەکانتان وێنەیەک وێنەم وێنەت وێنەی وێنەکانیش وێنەکەدا"),
        ("کەس", "کەسێک کەسان کەسی کەسەکان کەسیش کەسەوە"),
        ("بنێرە", "دەبنێرە نابنێرە"),
        ("شماره", "شماره‌ها شماره‌های شماره‌هاشون شماره‌ات شمارهٔ"),
        ("wêne", "wêneyê wêneya wêneyên wêneyek"),
        ("şantaj", "şantaja şantajê şantajan şantajên şantajeke şantajim"),
        ("leak", "leak leaks LEAKS"),
        ("пароль", "пароль пароли паролей паролями"),
        ("база", "база базы базе базу базой баз базами"),
        ("аккаунт", "аккаунта аккаунты аккаунтов аккаунтами"),
    ],
)  # fmt: skip
def test_a_word_with_its_clitics_is_found(phrase: str, text: str) -> None:
    missed = [word for word in text.split() if not _is_found(phrase, word, Boundary.CLITIC)]

    assert missed == []


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("صور", "تصوير منصورية قصور صورخانه"),
        ("صورة", "صورت"),
        ("سر", "اسر سرك السر"),
        ("leak", "leaky leakage bleak"),
        ("باج", "باجلان خباجي"),
        ("пароль", "беспарольный"),
        ("слив", "сливочный счастлив"),
        ("کەس", "ناکەسبەچە"),
    ],
)
def test_a_word_that_only_contains_it_is_not(phrase: str, text: str) -> None:
    wrong = [word for word in text.split() if _is_found(phrase, word, Boundary.CLITIC)]

    assert wrong == []


@pytest.mark.parametrize(
    ("boundary", "text", "is_found"),
    [
        (Boundary.WORD, "صور", True),
        (Boundary.WORD, "الصور", False),
        (Boundary.WORD, "صورك", False),
        (Boundary.CLITIC, "بصورك", True),
        (Boundary.CLITIC, "تصورنخ", False),
        (Boundary.PART, "تصورنخ", True),
    ],
)
def test_a_boundary_says_how_much_of_a_word_a_phrase_must_be(
    boundary: Boundary, text: str, *, is_found: bool
) -> None:
    assert _is_found("صور", text, boundary) is is_found


def test_a_language_takes_its_own_endings_only() -> None:
    assert _is_found("account", "accountan", Boundary.CLITIC, language="kmr")
    assert not _is_found("account", "accountan", Boundary.CLITIC, language="en")
    assert _is_found("account", "accounts", Boundary.CLITIC, language="en")
    assert not _is_found("حساب", "حسابەکان", Boundary.CLITIC, language="ar")


def test_clitics_stand_at_the_outer_words_of_a_phrase() -> None:
    assert _is_found("قاعدة بيانات", "وقاعدة بياناتهم", Boundary.CLITIC)
    assert not _is_found("قاعدة بيانات", "قاعدتهم بيانات", Boundary.CLITIC)
