"""Telephone numbers, as people write them and as people hide them.

Digits are proposed where they stand as in a number, the library decides (`numbering`). Between two digits may
be up to three spaces, dots, dashes, brackets or signs. Numbers at home need their leading 0 (IQ, IR) or 8
(RU); other lines than mobile ones are numbers only after a word that says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from archiver.rules.detectors import numbering
from archiver.rules.detectors.detector import Detector, Ends, Find, Text, near
from archiver.rules.detectors.signs import BETWEEN, LONG_NUMBER
from archiver.rules.detectors.words import START, any_of

_BETWEEN = rb"[" + BETWEEN + rb"]{0,3}"
_DIGIT = rb"(?:" + _BETWEEN + rb"[0-9])"
_IRAQ_OR_IRAN = rb"9" + _BETWEEN + rb"(?:6" + _BETWEEN + rb"4|8)(?:" + _BETWEEN + rb"0)?"
_ZERO = rb"(?:(?<=0)|(?<=\()0)"
# each goes on behind its first character, which is looked back at
_SHAPES = {
    b"plus": rb"(?:(?<=\+)|(?<=0)0)" + _BETWEEN
    + rb"(?:" + _IRAQ_OR_IRAN + _DIGIT + rb"{10}|7" + _DIGIT + rb"{10}|[1-9]" + _DIGIT + rb"{9,16})",
    b"home": _ZERO + _BETWEEN + rb"[79]" + _DIGIT + rb"{9}",
    b"bare": rb"(?<=9)" + _IRAQ_OR_IRAN[1:] + _BETWEEN + rb"[79]" + _DIGIT + rb"{9}",
    b"russian": rb"(?<=[78])" + _BETWEEN + rb"[3489]" + _DIGIT + rb"{9}",
    b"line": _ZERO + rb"[1-8]" + _DIGIT + rb"{7,8}",
}  # fmt: skip
_CANDIDATE = re.compile(
    rb"[+(0-9](?<![0-9A-Za-z_@].)(?<![0-9][.,].)(?:"
    + rb"|".join(rb"(?P<%s>%s)" % shape for shape in _SHAPES.items())
    + rb")(?![0-9])"
)
_LONGEST = 80
_LONGEST_CODE = 6
"""How many digits 00 and the code of a country have; more in one group are the whole number."""
_GAP = re.compile(rb"[^0-9]+")
_LAST_GROUP = re.compile(rb"[^0-9]+[0-9]+\Z")

_LINE_WORDS = any_of(
    "هاتف, هواتف, تلفون, موبايل, رقمه, رقمها, رقم, ارقام, اتصال, اتصل, للحجز, للاستفسار, تماس, شماره, "
    "همراه, تلفن, تەلەفون, تەلەفۆن, ژمارە, ژمارەی, مۆبایل, پەیوەندی, phone, phones, tel, telephone, "
    "mobile, cell, call, whatsapp, fax, telefon, mobîl, hejmar, jimare, têlefon, pêwendî, тел, телефон, "
    "телефоны, моб, номер, звоните"
)
_AFTER_A_WORD = re.compile(START + _LINE_WORDS + rb"[^0-9\n]{0,12}\Z")
_BEFORE = 32

_MASKED = rb"07[0-9]{2}[ .-]?[0-9]{1,5}[ .-]?[*x\x7f]{2}"
_HALF_HIDDEN = re.compile(_MASKED + rb"(?:[*x\x7f ]{0,6}[0-9]{2,4})?[*x]{0,6}(?![0-9a-z])")


def _find(text: Text, ends: Ends) -> Iterator[Find]:
    after = 0
    for shape in near(_CANDIDATE, text.exact, ends=ends, reach=_LONGEST):
        start = shape.start()
        judged = None if _goes_on(text.exact, start, after=after) else _judged(text, shape)
        if judged:
            number, length, confidence = judged
            after = start + length
            yield Find("phone", start, after, confidence, number.encode() if number else None)


def _goes_on(text: bytes, start: int, *, after: int) -> bool:
    """Say whether digits that were no number go on here: a date, an ISBN, a 0 in a row of numbers."""
    sign = text[start - 1]
    is_alone = not text[start + 1 : start + 2].isdigit()
    return (
        text[start - 2 : start - 1].isdigit()
        and start - 1 != after
        and (sign in b"-/" or (is_alone and sign == 0x20))
    )


def _judged(text: Text, shape: re.Match[bytes]) -> tuple[str | None, int, float] | None:
    """Return the number in E.164, how much of what is written is the number, and how sure that is."""
    written, digits = shape[0], _digits(shape[0])
    number, confidence = None, 0.0
    match shape.lastgroup:
        case "plus":
            return _international(written)
        case "home":
            return _at_home(written, digits)
        case "bare":
            number, confidence = numbering.international(digits), 0.9
        case "russian" if _is_grouped_like_a_phone(written):
            number, confidence = numbering.national(digits[1:], "RU"), 0.8 if digits[0] == "8" else 0.5
        case "line" if _AFTER_A_WORD.search(text.lower, max(0, shape.start() - _BEFORE), shape.start()):
            number = numbering.national(digits[1:], "IQ") or numbering.national(digits[1:], "IR")
            confidence = 0.7
    return (number, len(written), confidence) if number else None


def _digits(written: bytes) -> str:
    return written.translate(None, BETWEEN + b"+").decode()


def _international(written: bytes) -> tuple[str, int, float] | None:
    """Read a number with a plus or 00; the last groups of digits may be no part of it."""
    first = _GAP.split(written)[0]
    if len(first) > _LONGEST_CODE:
        written = first
    while len(written) >= 8:
        digits = _digits(written)
        number = numbering.international(digits if written[:1] == b"+" else digits[2:])
        if number:
            return number, len(written), 0.95
        shorter = _LAST_GROUP.sub(b"", written)
        written = shorter if shorter != written else b""
    return None


def _at_home(written: bytes, digits: str) -> tuple[str | None, int, float] | None:
    if not _is_grouped_like_a_phone(written):
        return None
    if digits[1] == "9":
        number = numbering.national(digits[1:], "IR")
        return (number, len(written), 0.9) if number else None
    number = numbering.national(digits[1:], "IQ")
    # a mobile number of no network that there is: written so as not to be anybody's, or a new network
    return (number, len(written), 0.95 if number else 0.4)


def _is_grouped_like_a_phone(written: bytes) -> bool:
    """Say whether the digits stand in groups that people make, not like a 0 or an 8 among others."""
    groups = [len(group) for group in _GAP.split(written) if group]
    if groups[0] > 1 or set(groups) == {1}:
        return True
    return groups[1] in {3, 4, 5, 10} and b"." not in written[:3]


def _find_half_hidden(text: Text, _ends: Ends) -> Iterator[Find]:
    for found in _HALF_HIDDEN.finditer(text.lower):
        yield Find("phone", found.start(), found.end(), 0.4)


DETECTORS = (
    Detector((LONG_NUMBER,), _find),
    Detector((_MASKED,), _find_half_hidden),
)
