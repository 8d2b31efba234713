"""Check digits: what tells a number that somebody was given from any other number."""

from __future__ import annotations

_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
_IBAN_LENGTHS = (
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 "
    "DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 "
    "IL23 IQ23 IR26 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 "
    "MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 "
    "SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30 "
)
IBAN_LENGTHS = {each[:2].encode(): int(each[2:]) for each in _IBAN_LENGTHS.split()}
"""How long an IBAN is, by country (https://www.swift.com/standards/data-standards/iban)."""


def is_luhn(digits: bytes) -> bool:
    """Say whether the last digit is the check digit of ISO/IEC 7812-1."""
    numbers = [digit - 48 for digit in digits]
    return (sum(numbers[-1::-2]) + sum(_DOUBLED[number] for number in numbers[-2::-2])) % 10 == 0


def is_iban(iban: bytes) -> bool:
    """Say whether this is an IBAN, in capitals without spaces: its length, and 1 modulo 97 (ISO 13616)."""
    if IBAN_LENGTHS.get(iban[:2]) != len(iban):
        return False
    moved = iban[4:] + iban[:4]
    return int("".join(str(int(chr(symbol), 36)) for symbol in moved)) % 97 == 1


def is_machine_readable(field: bytes, check: bytes) -> bool:
    """Say whether ``check`` is the check digit of a field of a travel document (ICAO 9303-3, section 4.9)."""
    total = sum(_mrz_value(symbol) * (7, 3, 1)[place % 3] for place, symbol in enumerate(field))
    return check == b"%d" % (total % 10)


def _mrz_value(symbol: int) -> int:
    return 0 if symbol == 0x3C else int(chr(symbol), 36)


def is_iranian_id(digits: bytes) -> bool:
    """Say whether these are the ten digits of an Iranian national code (کد ملی)."""
    if len(digits) != 10 or len(set(digits)) == 1:
        return False
    rest = _weighed(digits[:9], range(10, 1, -1)) % 11
    return digits[9] - 48 == (rest if rest < 2 else 11 - rest)


def is_russian_insurance(digits: bytes) -> bool:
    """Say whether these are the eleven digits of a Russian insurance number (СНИЛС)."""
    if len(digits) != 11 or len(set(digits)) == 1:
        return False
    return int(digits[9:]) == _weighed(digits[:9], range(9, 0, -1)) % 101 % 100


def is_russian_taxpayer(digits: bytes) -> bool:
    """Say whether these are the twelve digits of a person's Russian taxpayer number (ИНН)."""
    weights = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
    if len(digits) != 12 or len(set(digits)) == 1:
        return False
    first, second = _weighed(digits[:10], weights[1:]) % 11 % 10, _weighed(digits[:11], weights) % 11 % 10
    return digits[10:] == b"%d%d" % (first, second)


def _weighed(digits: bytes, weights: range | tuple[int, ...]) -> int:
    return sum((digit - 48) * weight for digit, weight in zip(digits, weights, strict=True))
