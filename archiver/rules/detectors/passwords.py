"""Passwords: after a word that announces one, and behind a name in a line of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archiver.rules.detectors.detector import Detector, Ends, Find, Text, near
from archiver.rules.detectors.words import START, any_of

_WORDS = any_of(
    "password, passwort, pass, passwd, pwd, passcode, passphrase, كلمة السر, كلمة المرور, كلمه سر, "
    "الباسورد, باسورد, باسوورد, الباسوورد, الباس, باس, الرمز السري, رمز المرور, الرقم السري, پسورد, "
    "پسوورد, رمز عبور, گذرواژه, رمز, پس, پاسۆرد, پاسوورد, پاسۆردی, پاسۆردەکە, وشەی نهێنی, وشەی تێپەڕ, پاس, "
    "şîfre, şîfreya, şîfreyê, parol, parola, peyva nihênî, пароль, пароля, пасс, пас"
)
_SIGNED = rb" ?(?:zip|rar|archive)? ?[:=]"
_UNSIGNED = rb" (?:is |- |> )?"
_ANNOUNCED = re.compile(
    START
    + _WORDS
    + rb"(?:(?P<signed>"
    + _SIGNED
    + rb") ?|"
    + _UNSIGNED
    + rb"(?=[!-~]{0,24}[0-9]))[\"'`*]{0,2}"
    rb"(?P<value>[!-~]{4,64})"
)
_STRONG = re.compile(rb"(?=[^0-9]*[0-9])(?=[^a-z]*[a-z])")
_AROUND = b"\"'`*.,;:)]}>"

_NAME = rb"[a-z_][a-z0-9_.-]{2,31}"
_VALUE = rb"[!-.0-9<-{}~][!-9<-{}~]{3,63}"
_PAIR = re.compile(
    rb"[\n\f][ \x7f\"'`*>-]{0,4}(?P<name>"
    + _NAME
    + rb")[:;|](?P<value>"
    + _VALUE
    + rb")[ \"'`*]{0,3}(?=[\n\f])"
)
_MANY = 3


def _find_announced(text: Text, ends: Ends) -> Iterator[Find]:
    for found in near(_ANNOUNCED, text.lower, ends=ends, reach=64):
        value = found["value"].rstrip(_AROUND)
        is_last = text.lower[found.end() : found.end() + 1] in b"\n\f\x7f"
        confidence = _confidence(value, is_signed=bool(found["signed"]), is_last=is_last)
        if confidence and len(value) >= 4:
            yield Find("password_pair", found.start("value"), found.start("value") + len(value), confidence)


def _confidence(value: bytes, *, is_signed: bool, is_last: bool) -> float:
    """Say how sure a word after "password" is one; ``is_last`` says that it ends its line."""
    if _STRONG.match(value):
        return 0.85 if is_signed else 0.6
    return 0.5 if is_signed and (is_last or value.isdigit()) else 0.0


def _find_pairs(text: Text, _ends: Ends) -> Iterator[Find]:
    pairs = [found for found in _PAIR.finditer(text.lower) if _STRONG.match(found["value"])]
    confidence = 0.85 if len(pairs) >= _MANY else 0.5
    for found in pairs:
        yield Find("password_pair", found.start("name"), found.end("value"), confidence)


DETECTORS = (
    Detector((_WORDS + _SIGNED, _WORDS + _UNSIGNED + rb"[!-~]{0,26}[0-9]"), _find_announced),
    Detector((_NAME + rb"[:;|]" + rb"[!-.0-9<-{}~][!-9<-{}~]{3}",), _find_pairs),
)
