"""Passwords after their word and behind a name, in five languages, and sentences that hold none."""

from __future__ import annotations

import pytest

from tests.rules.detectors.values import confidence, of_kind


@pytest.mark.parametrize(
    ("text", "password"),
    [
        pytest.param("password: Abc123!", "Abc123!", id="english"),
        pytest.param("pass = D3l!very.", "D3l!very", id="english-short"),
        pytest.param("كلمة السر: Salam@1979", "Salam@1979", id="arabic"),
        pytest.param("كلمة المرور : `qwerty12`", "qwerty12", id="arabic-quoted"),
        pytest.param("والباسورد Uni#2019", "Uni#2019", id="arabic-without-a-sign"),
        pytest.param("پاسۆرد: hewler44", "hewler44", id="sorani"),
        pytest.param("وشەی نهێنی: hewler44", "hewler44", id="sorani-two-words"),
        pytest.param("şîfre: Ciya#47", "Ciya#47", id="kurmanji"),
        pytest.param("sifre: Ciya#47", "Ciya#47", id="kurmanji-without-marks"),
        pytest.param("رمز عبور: kabul1402", "kabul1402", id="persian"),
        pytest.param("پسورد=kabul1402", "kabul1402", id="persian-loan"),
        pytest.param("пароль: Zima2020", "Zima2020", id="russian"),
        pytest.param("password zip: kurd1", "kurd1", id="of-an-archive"),
        pytest.param("(pass: 2024)", "2024", id="digits-only"),
        pytest.param("user: anbardar / pass: 13661366", "13661366", id="beside-a-name"),
    ],
)
def test_a_password_is_found_after_its_word(text: str, password: str) -> None:
    assert of_kind("password_pair", text) == [password]


@pytest.mark.parametrize(
    "text",
    [
        "password: the word that opens your account",
        "a password is personal, change it",
        "password manager 4.2 is out",
        "كلمة السر ليست للنشر",
        "пароль надо менять",
        "şîfreya xwe nede kesî",
        "bypass: x1",
        "pass: ab1",
    ],
)
def test_a_sentence_about_passwords_holds_none(text: str) -> None:
    assert of_kind("password_pair", text) == []


def test_names_with_passwords_are_surer_when_they_are_many() -> None:
    one, many = "admin:Admin123", "admin:Admin123\n> root_user:toor2020\nguest|guest99 "

    assert of_kind("password_pair", one) == [one]
    assert of_kind("password_pair", many) == ["admin:Admin123", "root_user:toor2020", "guest|guest99"]
    assert confidence("password_pair", one) < confidence("password_pair", many)


@pytest.mark.parametrize(
    "text", ["Time:12:30", "Rows:1000", "https://x1.example", "note:see page", "a1:b2c3", "x: y1z2"]
)
def test_other_lines_with_a_colon_are_no_pairs(text: str) -> None:
    assert of_kind("password_pair", text) == []
