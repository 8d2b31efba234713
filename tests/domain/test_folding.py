"""What texts fold to: a letter for a family of spellings, nothing for what hides, a space for the rest."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, strategies as st

from archiver.domain.folding import ALPHABET, fold, fold_character, read_markup
from tests.domain.strange_text import anything


@given(anything)
def test_a_folded_text_folds_to_itself(text: str) -> None:
    folded = fold(text).text

    assert fold(folded).text == folded


@given(anything)
def test_what_is_left_are_letters_and_digits_with_single_spaces_between(text: str) -> None:
    folded = fold(text).text

    assert folded == " ".join(folded.split())
    assert all(
        unicodedata.category(letter)[0] in "LM" or letter.isdecimal() for letter in folded.replace(" ", "")
    )


def test_every_character_folds_to_characters_that_stay_as_they_are() -> None:
    unstable = [
        (hex(code), letter)
        for code in (*range(0x3400), *range(0xA000, 0xAC00), *range(0xF900, 0x20000))
        for letter in fold_character(chr(code))
        if fold_character(letter) != letter
    ]

    assert unstable == []


def test_the_alphabet_folds_to_itself() -> None:
    assert fold(ALPHABET).text == ALPHABET


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        pytest.param("أإآٱا", "ا", id="alef"),
        pytest.param("مسؤول", "مسول", id="hamza-on-waw"),
        pytest.param("شاطئ علىٰ", "شاطي علي", id="ya"),
        pytest.param("مدرسة", "مدرسه", id="ta-marbuta"),
        pytest.param("ﻣﺴﺮﺑﺔ", "مسربه", id="presentation-forms"),
        pytest.param("ﻻ ﻷ ﻹ ﻵ لا", "لا لا لا لا لا", id="lam-alef"),
        pytest.param("تــســريــب", "تسريب", id="tatweel"),
        pytest.param("تَسْرِيبٌ", "تسريب", id="diacritics"),
        pytest.param("كوردستان کوردستان ڪوردستان گوردستان", " ".join(["كوردستان"] * 4), id="kaf"),
        pytest.param("هەڕەشە ههڕهشه ھەرەشە", "هرهشه هرهشه هرهشه", id="kurdish-and-its-legacy-spelling"),
        pytest.param("وێنەی تۆ ڵ", "وينهي تو ل", id="sorani"),
        pytest.param("ڤیدیۆ پارە چات ژن", "فيديو باره جات زن", id="persian-and-kurdish-letters"),
        pytest.param("٠٧٧ ۰۷۷ ０７７ 𝟎𝟕𝟕 ⓪⑦⑦", "077 077 077 077 077", id="digits"),
        pytest.param("1️⃣2️⃣", "12", id="keycaps"),
        pytest.param(
            "le\u200bak l\u202eea\u2069k le\ufeffak", "leak leak leak", id="zero-width-and-direction"
        ),
        pytest.param(
            "Êvar û Şev çîrok İstanbul ılık", "evar u sev cirok istanbul ilik", id="kurmanji-and-turkish"
        ),
        pytest.param("pаsswоrd рasswοrd", "pasword pasword", id="cyrillic-and-greek-look-alikes"),
        pytest.param("ΡΑΥΡΑL ΗΑCΚ ΖΕRΟ", "paypal hack zero", id="greek-capitals"),
        pytest.param("Пароль ПАРОЛЬ", "пapoль пapoль", id="russian"),
        pytest.param("ещё еще Йод иод", "eщe eщe иoд иoд", id="russian-accents"),
        pytest.param(
            "𝐥𝐞𝐚𝐤 𝕝𝕖𝕒𝕜 ⓛⓔⓐⓚ ｌｅａｋ 🅻🅴🅰🅺 ʟᴇᴀᴋ 🄻🄴🄰🄺", " ".join(["leak"] * 7), id="alphabets-of-signs"
        ),
        pytest.param("straße Æon œuvre", "strase aeon oeuvre", id="latin-ligatures"),
        pytest.param("حساااااب leeeak 1000", "حساب leak 1000", id="repeats"),
        pytest.param("  a, b!\n\n—c🔥🔥d 🇮🇶 ", "a b c d", id="boundaries"),
        pytest.param("№5 it’s Windows™", "5 it s windows", id="signs-that-are-no-letters"),
        pytest.param("ﷺ", "صلي اله عليه وسلم", id="a-sign-that-is-a-sentence"),
        pytest.param("日本語 日日", "日本語 日日", id="a-script-of-others-stays"),
        pytest.param("AT&amp;T&nbsp;&#1587;&#x633;&#1585;", "at t سر", id="html-entities"),
        pytest.param("<b>l</b><i class='x'>e</i>a<br>k", "lea k", id="html-tags"),
        pytest.param(
            "a < b & c; 5 <> 6 &unknown; <leak>", "a b c 5 6 unknown leak", id="what-only-looks-like-html"
        ),
        pytest.param("\0\ud800", "", id="no-characters-at-all"),
    ],
)
def test_spellings_meet(text: str, folded: str) -> None:
    assert fold(text).text == folded


@pytest.mark.parametrize("text", ["&unknown;", "&notit;", "&#1;", "&fjlig;", "&amp;", "<br>", "<b class=x>"])
def test_an_entity_or_tag_is_read_in_its_place(text: str) -> None:
    assert len(read_markup(text)) == len(text)


@given(st.text(st.sampled_from("&#;<>/abgtmpxl0123456789 ='\n")))
def test_reading_html_keeps_the_length(text: str) -> None:
    assert len(read_markup(text)) == len(text)
