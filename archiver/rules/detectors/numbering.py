"""Which digits are a telephone number: the `phonenumbers` library decides, by its own tables.

Its parser takes 15 us a number; for the countries that we meet most its table is asked directly, which says
the same.
"""

from __future__ import annotations

import re
from functools import cache

import phonenumbers
from phonenumbers import PhoneMetadata

_CODES = {"IQ": "964", "IR": "98", "RU": "7"}
_TABLES = (
    "fixed_line",
    "mobile",
    "toll_free",
    "premium_rate",
    "shared_cost",
    "personal_number",
    "voip",
    "pager",
    "uan",
)


def national(digits: str, region: str) -> str | None:
    """Return a number written as at home, without its leading zero, in E.164; None where it is none.

    Regions are IQ, IR and RU.
    """
    return f"+{_CODES[region]}{digits}" if _pattern(region).fullmatch(digits) else None


def international(digits: str) -> str | None:
    """Return a number written with its country code, without a plus, in E.164; None where it is none."""
    for region, code in _CODES.items():
        if digits.startswith(code):
            return national(digits[len(code) :].removeprefix("0"), region) or _parsed(digits)
    return _parsed(digits)


def _parsed(digits: str) -> str | None:
    try:
        number = phonenumbers.parse("+" + digits)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@cache
def _pattern(region: str) -> re.Pattern[str]:
    table = PhoneMetadata.metadata_for_region(region)
    if table is None:
        raise LookupError(f"phonenumbers knows no region {region}")
    own = [getattr(table, name) for name in _TABLES]
    return re.compile(
        "|".join(each.national_number_pattern for each in own if each and each.national_number_pattern)
    )
