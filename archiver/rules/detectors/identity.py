"""Numbers that a state gave a person: identity cards, passports, housing cards, number plates.

Few of them have check digits, so a word beside them decides. Iraqi national cards have twelve digits of which
the first four are a year; Iraqi passports a letter and eight digits; machine-readable lines are those of ICAO
9303.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from archiver.rules.detectors.check_digits import (
    is_iranian_id,
    is_machine_readable,
    is_russian_insurance,
    is_russian_taxpayer,
)
from archiver.rules.detectors.detector import Detector, Ends, Find, Text, near
from archiver.rules.detectors.signs import GROUPED_NUMBER
from archiver.rules.detectors.words import LEFT, RIGHT, START, any_of, expression

_YEARS = range(1900, 2036)
_BEFORE, _AFTER = 48, 24
"""How far from a number the word that names it may stand, in characters."""

_ID_WORDS = any_of(
    "البطاقة الوطنية, بطاقة وطنية, البطاقة الموحدة, بطاقة موحدة, رقم الهوية, هوية الاحوال, الهوية, هويته, "
    "هويتها, رقم البطاقة, الرقم الوطني, رقم وطني, هوية رقم, ژمارەی ناسنامە, ناسنامە, ناسنامەی, "
    "کارتی نیشتیمانی, کارتی نیشتمانی, بەتاقەی نیشتیمانی, ژمارەی کارت, jimara nasnameyê, hejmara nasnameyê, "
    "nasname, nasnameya, karta niştimanî, national id, id number, id no, id card, national card, civil id, "
    "شماره ملی, کارت ملی, شناسنامه"
)
_PASSPORT_WORDS = any_of(
    "جواز, الجواز, جوازه, جوازها, جواز سفر, رقم الجواز, جوازات, الباسبورت, باسبورت, پاسپۆرت, پاسپۆرتی, "
    "پاسەپۆرت, پاسپورت, گذرنامه, pasaport, pasaporta, passport, passport no, паспорт, паспорта, "
    "паспортные, серия, загран"
)
_RESIDENCE_WORDS = any_of(
    "بطاقة السكن, بطاقة سكن, بطاقات السكن, هوية الاقامة, بطاقة الاقامة, اقامة رقم, کارتی نیشتەجێبوون, "
    "پسوولەی نیشتەجێبوون, کارتی نیشتەجێ, karta rûniştinê, karta niştecihiyê, residence card, "
    "residency card, residence permit, housing card, کارت اقامت, شماره اقامت, вид на жительство, внж, рвп"
)
_PLATE_WORDS = any_of(
    "رقم السيارة, رقم سيارته, رقم سيارتها, لوحة السيارة, لوحة سيارته, لوحة, لوحتها, سيارته رقم, "
    "السيارة المرقمة, رقم المركبة, سيارته, سيارتها, ژمارەی سەیارە, ژمارەی سەیارەکەی, ژمارەی ئۆتۆمبێل, "
    "تابلۆی سەیارە, سەیارەکەی, سەیارەکەیان, سەیارە ژمارە, hejmara seyarê, hejmara erebeyê, plaka, plakaya, "
    "seyara wî, plate, licence plate, license plate, plate no, car number, پلاک, شماره پلاک, госномер, "
    "номер машины, гос номер"
)
_IRANIAN_WORDS = any_of("کد ملی, کدملی, شماره ملی, کارت ملی, کد ملّی, national code")
_INSURANCE_WORDS, _TAX_WORDS = any_of("снилс, snils"), any_of("инн, inn")
_RUSSIAN_PASSPORT_WORDS = any_of("паспорт, паспорта, паспортные данные, серия, серия и номер, загранпаспорт")

_LETTERS = expression("[ابتجدهوزحطيكلمنسعفصقرشa-z]")
_NEW_PLATE = rb"[1-3][0-9][ -]{0,2}" + _LETTERS + rb"[ -]{0,2}[0-9]{3,6}"
_PLATE = (
    rb"(?:"
    + _NEW_PLATE
    + rb"|[0-9]{4,7}[ -]{0,2}(?:"
    + _LETTERS
    + rb")?|"
    + _LETTERS
    + rb"[ -]{0,2}[0-9]{4,6})"
)
_TO_VALUE = rb"[^0-9\n]{0,24}"


def _near(words: bytes) -> Callable[[Text, int, int], bool]:
    pattern = re.compile(START + words)

    def is_near(text: Text, start: int, end: int) -> bool:
        before = pattern.search(text.lower, max(0, start - _BEFORE), start)
        return bool(before or pattern.search(text.lower, end, end + _AFTER))

    return is_near


_names_an_id, _names_a_passport = _near(_ID_WORDS), _near(_PASSPORT_WORDS)
_CARD_NUMBER = re.compile(
    rb"[12]" + LEFT + rb"(?<![0-9][.,-].)[0-9]{3}[ -]?[0-9]{4}[ -]?[0-9]{4}(?![.,-]?[0-9])" + RIGHT
)
_PASSPORT_NUMBER = re.compile(rb"[A-Z]" + LEFT + rb"[ -]?[0-9]{8}" + RIGHT)
_LINES = re.compile(
    rb"(?P<card>ID[A-Z]{3}[A-Z0-9<]{9}[0-9<][A-Z0-9<]{15})"
    rb"|(?P<names>P[A-Z<][A-Z<]{3}[A-Z<]{39})"
    rb"|(?P<numbers>[A-Z0-9<]{9}[0-9][A-Z<]{3}[0-9]{6}[0-9][MF<X][0-9]{6}[0-9][A-Z0-9<]{16})"
)
_FILLER = rb"<<"
"""Stands in every machine-readable line that has room left."""


def _find_cards(text: Text, ends: Ends) -> Iterator[Find]:
    for found in near(_CARD_NUMBER, text.exact, ends=ends, reach=24):
        digits = found[0].translate(None, b" -")
        is_named = _names_an_id(text, *found.span())
        if int(digits[:4]) in _YEARS and (is_named or len(found[0]) == 12):
            yield Find("national_id", *found.span(), 0.9 if is_named else 0.3, digits)


def _find_passports(text: Text, ends: Ends) -> Iterator[Find]:
    for found in near(_PASSPORT_NUMBER, text.exact, ends=ends, reach=12):
        confidence = 0.9 if _names_a_passport(text, *found.span()) else 0.3
        yield Find("passport", *found.span(), confidence, found[0].translate(None, b" -"))


def _find_lines(text: Text, _ends: Ends) -> Iterator[Find]:
    for found in _LINES.finditer(text.exact):
        line = found[0]
        if _FILLER not in line:
            continue
        match found.lastgroup:
            case "names":
                yield Find("passport", *found.span(), 0.9)
            case "card" if is_machine_readable(line[5:14], line[14:15]):
                number = line[15:].split(b"<")[0] or line[5:14]
                yield Find("national_id", *found.span(), 0.95, number)
            case "numbers" if is_machine_readable(line[:9], line[9:10]):
                yield Find("passport", *found.span(), 0.95, line[:9].rstrip(b"<"))


def _after(
    kind: str,
    words: bytes,
    value: bytes,
    *,
    is_valid: Callable[[bytes], bool] = bool,
    confidence: float = 0.9,
) -> Detector:
    """Return a detector of digits that mean something only after a word that names them."""
    pattern = re.compile(START + words + _TO_VALUE + rb"(?P<value>" + value + rb")" + RIGHT)

    def find(text: Text, ends: Ends) -> Iterator[Find]:
        for found in near(pattern, text.lower, ends=ends, reach=128):
            normal = found["value"].translate(None, b" -")
            if is_valid(normal):
                yield Find(kind, *found.span("value"), confidence, normal)

    return Detector((words + _TO_VALUE + value,), find)


DETECTORS = (
    Detector(GROUPED_NUMBER, _find_cards),
    Detector((rb"[^0-9a-z][a-z][ -]?[0-9]{8}[^0-9]",), _find_passports),
    Detector((_FILLER,), _find_lines),
    _after("national_id", _IRANIAN_WORDS, rb"[0-9]{3}[ -]?[0-9]{6}[ -]?[0-9]", is_valid=is_iranian_id),
    _after("national_id", _INSURANCE_WORDS, rb"(?:[0-9]{3}[ -]?){3}[0-9]{2}", is_valid=is_russian_insurance),
    _after("national_id", _TAX_WORDS, rb"[0-9]{12}", is_valid=is_russian_taxpayer),
    _after("passport", _RUSSIAN_PASSPORT_WORDS, rb"[0-9]{2} ?[0-9]{2} ?[0-9]{6}"),
    _after("residence_card", _RESIDENCE_WORDS, rb"[0-9]{5,12}", confidence=0.8),
    _after("vehicle_plate", _PLATE_WORDS, _PLATE, confidence=0.7),
)
