"""What of a text is compared: its own words, without what channels put around it."""

from __future__ import annotations

import pytest
from hypothesis import given

from archiver.domain.folding import fold
from archiver.domain.wording import is_number, wording
from tests.domain.strange_text import anything

BODY = "ادفع قبل يوم الخميس وإلا ننشر كل الصور"


def words(text: str) -> str:
    return " ".join(wording(text).words)


@pytest.mark.parametrize(
    "text",
    [
        f"{BODY}\n\nاشترك في القناة @some_channel",
        f"{BODY}\n—————\n📢 قناة كشف المستور\nhttps://t.me/some_channel",
        f"{BODY} #ابتزاز #العراق",
        f"{BODY}\n#ابتزاز\n@some_channel",
        f"عاجل 🔴 {BODY}",
        f"هام وعاجل: {BODY}",
        f"{BODY} ... اقرأ المزيد على الرابط https://site.example/1",
    ],
)
def test_signatures_and_what_announces_a_text_are_left_off(text: str) -> None:
    assert words(text) == fold(BODY).text


@pytest.mark.parametrize(
    "text",
    [
        "قناة",
        f"{BODY}\nفي قناة فلانة",
        f"{BODY}\nالسعر 300 دولار",
        "تم البيع\nقناة الرافدين للاخبار",
    ],
)
def test_what_may_be_the_text_itself_stays(text: str) -> None:
    assert words(text).split() == fold(text).text.split()


def test_a_line_with_a_number_and_a_handle_is_no_signature() -> None:
    assert words(f"{BODY}\nالسعر 300 دولار @some_channel") == f"{fold(BODY).text} السعر 300 دولار"
    assert words(f"@victim_account {BODY}") == f"@victimacount {fold(BODY).text}"


def test_a_target_is_one_word_however_it_is_written() -> None:
    forms = [
        "@Some_Channel",
        "t.me/some_channel",
        "https://telegram.me/some_channel/12",
        "T.ME/s/some_channel",
    ]

    assert {words(f"اكتب الى {form} قبل الخميس القادم فورا") for form in forms} == {
        words("اكتب الى @some_channel قبل الخميس القادم فورا")
    }
    assert "@" in words("اكتب الى @some_channel قبل الخميس القادم فورا")


def test_a_number_is_one_word_however_its_digits_are_grouped() -> None:
    forms = ["0770 000 0021", "0770-000-0021", "٠٧٧٠٠٠٠٠٠٢١", "(0770) 0000021"]

    assert {words(f"اتصل على {form} قبل الخميس") for form in forms} == {
        words("اتصل على 07700000021 قبل الخميس")
    }
    assert "12 34" in words("السطر الاول 12\n34 السطر الثاني")


def test_names_are_words_with_a_capital_amid_a_sentence() -> None:
    found = wording("Hello Karim, we know you. Pay before Friday or ALL of it is out")

    assert [found.words[at] for at in sorted(found.names)] == ["karim", "friday"]
    assert wording("Every Word Here Has A Capital Letter").names == frozenset()


def test_a_signature_says_whom_to_write_to_or_whom_to_follow() -> None:
    advert = "Accounts of every kind opened within a day.\n"

    contact, channel = wording(f"{advert}Contact @one"), wording(f"{advert}Subscribe @two")

    assert (contact.is_contact, contact.signed) == (True, frozenset({"@one"}))
    assert (channel.is_contact, channel.signed) == (False, frozenset({"@two"}))
    assert wording(advert).signed == frozenset()


@pytest.mark.parametrize(("word", "expected"), [("12", True), ("k9", True), ("كتاب", False), ("@x1", False)])
def test_a_number_has_digits(word: str, expected: bool) -> None:
    assert is_number(word) is expected


@given(anything)
def test_any_text_has_a_wording_of_folded_words(text: str) -> None:
    found = wording(text)

    assert all(found.words)
    assert all(
        fold(word.removeprefix("@")).text.replace(" ", "") == word.removeprefix("@") for word in found.words
    )
    assert found.names <= set(range(len(found.words)))
