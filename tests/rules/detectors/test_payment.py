"""Cards and accounts are what their check digits say."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from archiver.rules.detectors.check_digits import IBAN_LENGTHS, is_iban, is_luhn
from tests.rules.detectors.values import confidence, eastern, found, iban, link, of_kind, with_luhn

_VISA = with_luhn("453201511283036")


def _grouped(digits: str, sign: str = " ") -> str:
    return sign.join(digits[place : place + 4] for place in range(0, len(digits), 4))


@pytest.mark.parametrize(
    "number",
    [
        pytest.param(_VISA, id="visa"),
        pytest.param(with_luhn("512345678901234"), id="mastercard"),
        pytest.param(with_luhn("222312345678901"), id="mastercard-of-the-second-range"),
        pytest.param(with_luhn("37828224631000"), id="american-express"),
        pytest.param(with_luhn("601112345678901"), id="discover"),
        pytest.param(with_luhn("353012345678901"), id="jcb"),
        pytest.param(with_luhn("621234567890123"), id="unionpay"),
        pytest.param(with_luhn("220012345678901"), id="mir"),
        pytest.param(with_luhn("603799123456789"), id="shetab"),
    ],
)
def test_a_card_of_a_known_issuer_is_found(number: str) -> None:
    assert found(number) == [("card", number)]
    assert of_kind("card", number[:-1] + str((int(number[-1]) + 1) % 10)) == []


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(_grouped(_VISA), id="spaces"),
        pytest.param(_grouped(_VISA, "-"), id="dashes"),
        pytest.param(eastern(_VISA), id="eastern-digits"),
        pytest.param("\u200f".join(_grouped(eastern(_VISA))), id="marks"),
        pytest.param(f"card: {_VISA}", id="after-a-word"),
    ],
)
def test_a_card_is_the_same_however_it_is_written(written: str) -> None:
    assert confidence("card", f"رقم {written} x") > 0.5
    assert link("card", written) == link("card", _VISA)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(with_luhn("123456789012345"), id="no-issuer"),
        pytest.param("1" + _VISA, id="a-digit-before"),
        pytest.param(_VISA + "1", id="a-digit-behind"),
        pytest.param(f"id-{_VISA}-2", id="part-of-a-longer-number"),
        pytest.param(f"https://example.com/{_VISA}", id="in-a-link"),
        pytest.param("4444444444444444", id="one-digit"),
        pytest.param("1732531200000 1732531200123", id="timestamps"),
    ],
)
def test_other_long_numbers_are_no_cards(text: str) -> None:
    assert of_kind("card", text) == []


def test_a_card_is_a_card_and_no_phone() -> None:
    number = with_luhn("220079161234567")

    assert [kind for kind, _ in found(f"+{number} {_grouped(number)}")] == ["card", "card"]


def test_half_hidden_cards_count_little() -> None:
    text = "4000 12** **** 9931, ۶۲۷۴-****-****-۹۰۰۱, 5123 00xx xxxx 0417"

    assert of_kind("card", text) == text.split(", ")
    assert confidence("card", text) < 0.5


@pytest.mark.parametrize("country", ["IQ", "IR", "TR", "DE", "GB", "AE", "JO", "RU"])
def test_an_iban_is_found_whole_and_in_groups(country: str) -> None:
    letters = {"IQ": "NBIQ", "GB": "NWBK", "JO": "CBJO"}.get(country, "")
    account = letters + "12345678901234567890123456789"[: IBAN_LENGTHS[country.encode()] - 4 - len(letters)]
    number = iban(country, account)

    assert of_kind("iban", f"IBAN: {number}.") == [number]
    assert of_kind("iban", _grouped(number)) == [_grouped(number)]
    assert link("iban", _grouped(number)) == link("iban", number)
    assert of_kind("iban", number[:-1]) == of_kind("iban", number + "1") == []
    assert of_kind("iban", number[:5] + number[6] + number[5] + number[7:]) == [] or number[5] == number[6]


@given(st.from_regex(r"[0-9]{8,18}", fullmatch=True).filter(str.isascii))
def test_luhn_accepts_one_digit_of_ten(digits: str) -> None:
    right = [digit for digit in "0123456789" if is_luhn((digits + digit).encode())]

    assert right == [with_luhn(digits)[-1]]


def test_an_iban_of_no_country_or_length_is_none() -> None:
    assert not is_iban(iban("XX", "1" * 18).encode())
    assert not is_iban(iban("DE", "1" * 17).encode())
    assert is_iban(iban("DE", "370400440532013000").encode())
