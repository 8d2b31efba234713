"""Cards and bank accounts: what the check digits say is one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from archiver.rules.detectors.check_digits import IBAN_LENGTHS, is_iban, is_luhn
from archiver.rules.detectors.detector import Detector, Ends, Find, Text, near
from archiver.rules.detectors.signs import BETWEEN, GROUPED_NUMBER
from archiver.rules.detectors.words import LEFT, RIGHT, START, any_of

_ISSUERS = re.compile(
    rb"(?:4[0-9]{15}"  # Visa
    rb"|(?:5[1-5][0-9]{2}|222[1-9]|22[3-9][0-9]|2[3-6][0-9]{2}|27[01][0-9]|2720)[0-9]{12}"  # Mastercard
    rb"|3[47][0-9]{13}"  # American Express
    rb"|35(?:2[89]|[3-8][0-9])[0-9]{12}"  # JCB
    rb"|(?:6011|65[0-9]{2}|64[4-9][0-9])[0-9]{12}"  # Discover
    rb"|62[0-9]{14,17}"  # UnionPay
    rb"|220[0-4][0-9]{12}"  # Mir
    rb"|9792[0-9]{12}"  # Troy
    rb"|(?:5[08][0-9]{4}|6[0-9]{5}|9919[0-9]{2})[0-9]{10})"  # Maestro, Iran's Shetab
)
_GAP = rb"[ .\x7f-]{1,2}"
_WRITTEN = (
    rb"[0-9]{14,18}"
    rb"|[0-9]{3}(?:" + _GAP + rb"[0-9]{4}){3}"
    rb"|[0-9]{3}" + _GAP + rb"[0-9]{6}" + _GAP + rb"[0-9]{5}"
)
_CARD = re.compile(rb"[2-69]" + LEFT + rb"(?<![0-9][.,-].)(?:" + _WRITTEN + rb")" + RIGHT + rb"(?!-[0-9])")
_TAIL = rb"(?:[*x\x7f]{2})[ -]{0,2}[0-9*x\x7f]{0,4}[ -]{0,2}[0-9]{4}"
_HALF_HIDDEN = re.compile(rb"[2-69]" + LEFT + rb"[0-9]{3}[ -]{0,2}[0-9]{0,4}[*x\x7f]{0,2}" + _TAIL + RIGHT)
_COUNTRIES = b"|".join(sorted(IBAN_LENGTHS))
_IN_FOURS = re.compile(GROUPED_NUMBER[0])
_IBAN_START = re.compile(rb"[A-Z]" + LEFT + rb"[A-Z](?<=" + _COUNTRIES + rb")[0-9]{2}(?:[ -]?[A-Z0-9]{4}){2}")
_CARD_WORDS = re.compile(
    START
    + any_of(
        "بطاقة, بطاقات, ماستر, ماستر كارد, فيزا, كي كارد, كارت, كارتي, کارت, شماره کارت, کارتی, card, "
        "cards, visa, mastercard, cc, ccn, kart, karta, карта, карты, карту, номер карты"
    )
)
_CONTEXT = 48


def _find_cards(text: Text, ends: Ends) -> Iterator[Find]:
    for found in near(_CARD, text.exact, ends=ends, reach=24):
        digits = found[0].translate(None, BETWEEN)
        if not (_ISSUERS.fullmatch(digits) and is_luhn(digits) and len(set(digits)) > 1):
            continue
        is_grouped = len(digits) != len(found[0])
        is_named = _CARD_WORDS.search(text.lower, max(0, found.start() - _CONTEXT), found.start())
        yield Find("card", *found.span(), 0.95 if is_grouped or is_named else 0.7, digits)


def _find_half_hidden(text: Text, ends: Ends) -> Iterator[Find]:
    for found in near(_HALF_HIDDEN, text.lower, ends=ends, reach=40):
        yield Find("card", *found.span(), 0.4)


def _find_ibans(text: Text, _ends: Ends) -> Iterator[Find]:
    for found in _IBAN_START.finditer(text.exact):
        written = _of_length(IBAN_LENGTHS[found[0][:2]]).match(text.exact, found.start())
        if written and _IN_FOURS.search(written[0]) and is_iban(iban := written[0].translate(None, b" -")):
            yield Find("iban", *written.span(), 0.98, iban)


@cache
def _of_length(length: int) -> re.Pattern[bytes]:
    return re.compile(rb"(?:[A-Z0-9][ -]?){%d}[A-Z0-9]" % (length - 1) + RIGHT)


DETECTORS = (
    Detector(GROUPED_NUMBER, _find_cards),
    Detector((_TAIL,), _find_half_hidden),
    Detector(GROUPED_NUMBER[:1], _find_ibans),
)
