"""Numbers of cards, passports and plates: the word beside them and the check digits decide."""

from __future__ import annotations

import pytest

from archiver.rules.detectors.check_digits import is_iranian_id, is_russian_insurance, is_russian_taxpayer
from tests.rules.detectors.values import (
    confidence,
    eastern,
    found,
    iranian_id,
    link,
    machine_readable,
    of_kind,
)

_CARD = "199012345678"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("البطاقة الوطنية: " + eastern(_CARD), id="arabic"),
        pytest.param(f"رقم الهوية\n{_CARD}", id="arabic-on-the-line-before"),
        pytest.param(f"ژمارەی ناسنامە {_CARD}", id="sorani"),
        pytest.param(f"jimara nasnameyê: {_CARD}", id="kurmanji"),
        pytest.param("National ID 1990 1234 5678", id="english-in-groups"),
        pytest.param(f"{_CARD} (national id)", id="the-word-behind"),
    ],
)
def test_an_iraqi_card_is_sure_beside_its_word_and_always_the_same(text: str) -> None:
    assert confidence("national_id", text) > 0.5
    assert link("national_id", text) == link("national_id", _CARD)


def test_twelve_digits_alone_count_little_and_only_with_a_year() -> None:
    assert 0 < confidence("national_id", _CARD) < 0.5
    assert (
        of_kind("national_id", "1990 1234 5678 189912345678 209912345678 1990123456789 3.199012345678") == []
    )


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        pytest.param(
            "national_id", "کد ملی " + iranian_id("049837265"), iranian_id("049837265"), id="iranian"
        ),
        pytest.param("national_id", "СНИЛС 112-233-445 95", "112-233-445 95", id="russian-insurance"),
        pytest.param("national_id", "ИНН: 500100732259", "500100732259", id="russian-taxpayer"),
        pytest.param("passport", "паспорт серия 45 10 123456", "45 10 123456", id="russian-passport"),
        pytest.param("passport", "جواز السفر A12345678", "A12345678", id="iraqi-passport"),
        pytest.param("passport", "PASSPORT NO: B-87654321", "B-87654321", id="with-a-dash"),
        pytest.param("residence_card", "بطاقة السكن رقم ١٢٣٤٥٦٧", "١٢٣٤٥٦٧", id="housing-card"),
        pytest.param("residence_card", "residence permit no. 98765432", "98765432", id="residence-permit"),
        pytest.param("vehicle_plate", "رقم السيارة ٢١ ب ٤٤٠٩٢", "٢١ ب ٤٤٠٩٢", id="new-plate"),
        pytest.param("vehicle_plate", "لوحته plate: 11 A 12345", "11 A 12345", id="latin-plate"),
        pytest.param("vehicle_plate", "ژمارەی سەیارە 221000", "221000", id="old-plate"),
    ],
)
def test_a_number_after_its_word_is_found(kind: str, text: str, value: str) -> None:
    assert (kind, value) in found(text, at_least=0.5)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("کد ملی 1234567890", id="iranian-with-a-wrong-digit"),
        pytest.param("СНИЛС 112-233-445 96", id="insurance-with-a-wrong-digit"),
        pytest.param("ИНН 500100732258", id="taxpayer-with-a-wrong-digit"),
        pytest.param("0012345679 112-233-445 95 45 10 123456", id="no-words"),
        pytest.param("السكن في شقة 123456", id="housing-without-a-card"),
        pytest.param("21 ب 44092", id="a-plate-without-a-word"),
        pytest.param("flight AB12345678, order A1234567, XA12345678", id="other-codes"),
    ],
)
def test_without_word_or_check_there_is_nothing(text: str) -> None:
    assert found(text, at_least=0.5) == []


def test_a_passport_number_alone_counts_little() -> None:
    assert 0 < confidence("passport", "A12345678") < 0.5


def test_machine_readable_lines_need_their_check_digit() -> None:
    card = f"IDIRQ{machine_readable('A12345678')}{_CARD}<<<"
    passport = f"{machine_readable('A12345678')}IRQ9001011M3001012<<<<<<<<<<<<<<04"

    assert found(card, at_least=0.9) == [("national_id", card)]
    assert link("national_id", card) == link("national_id", _CARD)
    assert found(passport, at_least=0.9) == [("passport", passport)]
    assert found(card.replace("A12345678", "A12345679"), at_least=0.9) == []
    assert found("P<IRQKADHIM<<ALI" + "<" * 28, at_least=0.9) == [("passport", "P<IRQKADHIM<<ALI" + "<" * 28)]


def test_one_wrong_digit_is_noticed_by_every_check() -> None:
    for is_valid, right in (
        (is_iranian_id, iranian_id("049837265")),
        (is_russian_insurance, "11223344595"),
        (is_russian_taxpayer, "500100732259"),
    ):
        wrong = [
            right[:place] + digit + right[place + 1 :]
            for place in range(len(right))
            for digit in "0123456789"
        ]
        assert [each for each in wrong if is_valid(each.encode()) and each != right] == []
        assert is_valid(right.encode())
        assert not is_valid(right[:-1].encode())
        assert not is_valid(b"1" * len(right))
