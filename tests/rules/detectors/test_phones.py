"""Telephone numbers in every dress, and numbers that are none."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given, settings, strategies as st

from archiver.rules.detectors import numbering
from tests.rules.detectors.values import confidence, eastern, found, link, of_kind, persian, wide

_NUMBER = "07701234567"


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(_NUMBER, id="plain"),
        pytest.param("0770 123 4567", id="in-groups"),
        pytest.param("0770-123-4567", id="with-dashes"),
        pytest.param("0770.123.45.67", id="with-dots"),
        pytest.param("(0770) 123-4567", id="with-brackets"),
        pytest.param("+964 770 123 4567", id="with-plus"),
        pytest.param("+9647701234567", id="with-plus-in-one"),
        pytest.param("+964 (0) 770 123 4567", id="with-the-zero-of-home"),
        pytest.param("00964 770 123 4567", id="with-two-zeros"),
        pytest.param("964 770 123 4567", id="without-plus"),
        pytest.param("wa.me/9647701234567", id="in-a-link"),
        pytest.param("https://api.whatsapp.com/send?phone=9647701234567&text=x", id="in-a-long-link"),
        pytest.param("tel:+9647701234567", id="in-a-tel-link"),
        pytest.param(eastern(_NUMBER), id="eastern-digits"),
        pytest.param(persian(_NUMBER), id="persian-digits"),
        pytest.param(wide(_NUMBER), id="fullwidth-digits"),
        pytest.param("\u200f".join(_NUMBER), id="direction-marks-between"),
        pytest.param("\u200b".join(_NUMBER), id="zero-width-between"),
        pytest.param("ـ".join(eastern(_NUMBER)), id="tatweel-between"),
        pytest.param("\u2066" + _NUMBER + "\u2069", id="wrapped-in-direction-marks"),
        pytest.param("\ufe0f\u20e3".join(_NUMBER) + "\ufe0f\u20e3", id="keycaps"),
        pytest.param(" ".join(_NUMBER), id="every-digit-apart"),
        pytest.param(".".join(_NUMBER), id="a-dot-after-every-digit"),
        pytest.param("0770😀123😀4567", id="emoji-between"),
        pytest.param("بـ" + _NUMBER, id="after-a-letter-of-arabic"),
    ],
)
def test_a_number_is_found_in_every_dress_and_is_the_same_number(written: str) -> None:
    text = f"اتصل {written} الآن"

    assert confidence("phone", text) >= 0.9
    assert link("phone", text) == link("phone", _NUMBER)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        pytest.param("07701234567 07801234567", ["07701234567", "07801234567"], id="side-by-side"),
        pytest.param("07701234567-07801234567", ["07701234567", "07801234567"], id="with-a-dash"),
        pytest.param("07701234567\n07801234567", ["07701234567", "07801234567"], id="on-two-lines"),
        pytest.param(
            "+964 770 123 4567 0780 123 4567", ["+964 770 123 4567", "0780 123 4567"], id="two-forms"
        ),
        pytest.param("+44 20 7946 0958 12", ["+44 20 7946 0958"], id="digits-behind-a-foreign-one"),
        pytest.param("98, 0770 123 4567, 5", ["0770 123 4567"], id="among-other-numbers"),
    ],
)
def test_numbers_beside_numbers_are_told_apart(text: str, numbers: list[str]) -> None:
    assert of_kind("phone", text) == numbers


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("۰۹۱۲ ۳۴۵ ۶۷۸۹", id="iranian-mobile"),
        pytest.param("+98 912 345 6789", id="iranian-with-plus"),
        pytest.param("8 (916) 123-45-67", id="russian-with-eight"),
        pytest.param("+7 916 123 45 67", id="russian-with-plus"),
        pytest.param("+90 532 123 45 67", id="turkish"),
        pytest.param("+1 202-555-0172", id="american"),
        pytest.param("هاتف المكتب: 066 319 1234", id="a-line-after-its-word"),
    ],
)
def test_numbers_of_other_lands_and_lines_are_found(text: str) -> None:
    assert confidence("phone", text) >= 0.7


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("066 319 1234", id="a-line-without-a-word"),
        pytest.param("2024-11-25 10:20:30.123456", id="a-time"),
        pytest.param("25.11.2024 - 30.11.2024", id="two-dates"),
        pytest.param("33.3152412, 44.3660671", id="coordinates"),
        pytest.param("0.7512345678", id="a-decimal"),
        pytest.param("3.07701234567 9,07701234567", id="long-decimals"),
        pytest.param("ISBN 978-0-7506-1234-5", id="a-book"),
        pytest.param("1 250 000 000 دينار", id="an-amount"),
        pytest.param("0 753260 1806", id="loose-numbers-after-a-zero"),
        pytest.param("63 0 7672308730", id="a-zero-in-a-list"),
        pytest.param("4532015112830366", id="a-card"),
        pytest.param("12345678901234567890", id="twenty-digits"),
        pytest.param("+964 770 123", id="too-short"),
        pytest.param("x07701234567", id="part-of-a-word"),
        pytest.param("077012345678", id="a-digit-too-many"),
        pytest.param("3:2 1:0 07:45 08:30 2026", id="scores"),
    ],
)
def test_other_numbers_are_no_phones(text: str) -> None:
    assert of_kind("phone", text) == []


def test_a_mobile_number_of_no_network_counts_little_and_has_no_link() -> None:
    assert 0 < confidence("phone", "07201234567") < 0.5
    assert link("phone", "07201234567") is None


def test_half_hidden_numbers_count_little() -> None:
    assert found("07701234xxx 0771000xx14 ٠٧٧٠١٠٠٢٢**") == [
        ("phone", "07701234xxx"),
        ("phone", "0771000xx14"),
        ("phone", "٠٧٧٠١٠٠٢٢**"),
    ]
    assert confidence("phone", "0770 1234xxx") < 0.5


@given(
    st.from_regex(r"[1-9]\d{6,9}", fullmatch=True).filter(str.isascii), st.sampled_from(["IQ", "IR", "RU"])
)
@settings(max_examples=300)
def test_the_short_cut_says_what_the_library_says(digits: str, region: str) -> None:
    parsed = phonenumbers.parse("0" + digits if region != "RU" else "8" + digits, region)
    code = phonenumbers.country_code_for_region(region)
    number = phonenumbers.PhoneNumber(country_code=code, national_number=int(digits))

    said = numbering.national(digits, region)

    assert (said is not None) == phonenumbers.is_valid_number(number)
    assert said in {None, f"+{code}{digits}"}
    assert said is None or said == phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
