"""The view reads disguised characters as what they stand for, and gives back where they stood."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, strategies as st

from archiver.rules.detectors.view import END, LETTERS, OTHER, SIGN, symbol, table, view
from tests.rules.detectors.values import find

_any_text = st.text(
    st.sampled_from("a ٧\u0651\u0640\u200f\u20e3") | st.characters(codec=None, categories=None)
)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        pytest.param("٠١٢٣٤٥٦٧٨٩", b"0123456789", id="eastern-digits"),
        pytest.param("۰۱۲۳۴۵۶۷۸۹", b"0123456789", id="persian-digits"),
        pytest.param("０１２３４５６７８９", b"0123456789", id="fullwidth-digits"),
        pytest.param("𝟎𝟏𝟐𝟑𝟒①②❸", b"01234123", id="mathematical-and-circled-digits"),
        pytest.param("7️⃣0️⃣", b"70", id="keycaps"),
        pytest.param("0\u200b7\u200f7\u0640\u20667\ufeff", b"0777", id="marks-between"),
        pytest.param("0̶7̶7̶", b"077", id="struck-through"),
        pytest.param("𝐀𝐛ｃ", b"Abc", id="other-alphabets-of-latin"),
        pytest.param("–—−﹣", b"----", id="dashes"),
        pytest.param("a\u00a0b\u3000c\u2028d\re\x0cf", b"a b c\nd\ne\nf", id="spaces-and-lines"),
        pytest.param("،؛؟٪٫٬…", b",;?%.,.", id="arabic-punctuation"),
        pytest.param("😀•\x00\x01", bytes([SIGN] * 4), id="signs"),
        pytest.param("漢éğ", bytes([OTHER] * 3), id="other-letters"),
    ],
)
def test_a_character_is_read_as_what_it_stands_for(written: str, read: bytes) -> None:
    assert view([written]).exact == bytes([END]) + read + bytes([END])


def test_letters_of_one_family_are_one_letter() -> None:
    assert view(["أإآٱا ىیېێي کڪگك ةھەه ؤۆۇو پبڤف ڕرڵل Ёе"]).exact.translate(None, b" ") == view(
        ["ااااا ييييي كككك هههه وووو ببفف ررلل ее"]
    ).exact.translate(None, b" ")


def test_letters_are_above_ascii_and_no_two_share_a_byte() -> None:
    assert min(LETTERS.values()) > OTHER
    assert len(set(LETTERS.values())) == len(LETTERS)
    assert max(LETTERS.values()) < 256


def test_the_table_says_of_every_character_what_the_function_says() -> None:
    codes = [*range(0x3400), *range(0xFB00, 0xFF00), *range(0x1D400, 0x1D800), *range(0x1F100, 0x1F700)]

    wrong = [code for code in codes if code != ord("\t") and table()[code] != symbol(chr(code))]

    assert wrong == []


@given(st.lists(_any_text, max_size=5))
def test_any_text_is_read_and_texts_stay_apart(texts: list[str]) -> None:
    seen = view(texts)

    assert len(seen.exact) == len(seen.lower)
    assert [place for place, byte in enumerate(seen.exact) if byte == END] == list(seen.ends)
    assert len(seen.ends) == len(texts) + 1


@given(st.lists(_any_text, min_size=1, max_size=4))
def test_every_place_leads_back_to_the_character_that_stands_there(texts: list[str]) -> None:
    seen = view(texts)

    for number, text in enumerate(texts):
        original = seen.original(number)
        start, after = seen.ends[number] + 1, seen.ends[number + 1]
        kept = [place for place, character in enumerate(text) if table()[ord(character)]]
        assert [original(place - start + 1) for place in range(start, after)] == kept
        assert original(after - start + 1) == len(text)


@given(
    st.lists(st.sampled_from("\u0651\u0640\u200f\u200b\u0301\ufe0f\u200d😀👩🏽🚀"), max_size=9).map("".join)
)
def test_offsets_are_right_among_marks_and_emoji(noise: str) -> None:
    text = f"{noise} ٠٧٧٠{noise[:2]}١٢٣٤٥٦٧ {noise}"

    (phone,) = (each for each in find(text) if each.kind == "phone")

    kept = [place for place, character in enumerate(text) if unicodedata.category(character) == "Nd"]
    assert (
        phone.start,
        text[phone.start : phone.end].rstrip("\u0651\u0640\u200f\u200b\u0301\ufe0f\u200d"),
    ) == (
        kept[0],
        text[kept[0] : kept[-1] + 1],
    )


def test_a_value_begins_behind_the_marks_before_it_and_ends_behind_its_own() -> None:
    number = "\ufe0f\u20e3".join("07701234567") + "\ufe0f\u20e3"

    assert [(each.start, each.end) for each in find(f"\u200f{number} x")] == [(1, 1 + len(number))]
