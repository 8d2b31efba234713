"""Values that look real and are nobody's, with right check digits, and what the detectors say of a text."""

from __future__ import annotations

import hashlib
from functools import cache

from archiver.rules.detectors.detector import Detection
from archiver.rules.detectors.detectors import Detectors

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_EASTERN = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


@cache
def detectors(backend: str | None = None, link_key: bytes | None = None) -> Detectors:
    return Detectors(link_key, backend)


def find(text: str) -> list[Detection]:
    return detectors().find([text])[0]


def found(text: str, *, at_least: float = 0.0) -> list[tuple[str, str]]:
    """Return the kinds in a text, each with the characters that it stands for."""
    return [(each.kind, text[each.start : each.end]) for each in find(text) if each.confidence >= at_least]


def of_kind(kind: str, text: str) -> list[str]:
    return [value for each, value in found(text) if each == kind]


def confidence(kind: str, text: str) -> float:
    return max((each.confidence for each in find(text) if each.kind == kind), default=0.0)


def link(kind: str, text: str) -> str | None:
    """Return the link of the only value of this kind in a text."""
    (detection,) = [each for each in detectors(link_key=b"a key").find([text])[0] if each.kind == kind]
    return detection.link


def eastern(digits: str) -> str:
    return digits.translate(_EASTERN)


def persian(digits: str) -> str:
    return digits.translate(_PERSIAN)


def wide(digits: str) -> str:
    return digits.translate(_WIDE)


def with_luhn(digits: str) -> str:
    """Return a card number: these digits and their check digit."""
    doubled = [int(digit) * 2 for digit in digits[::-2]]
    total = sum(each - 9 if each > 9 else each for each in doubled) + sum(map(int, digits[-2::-2]))
    return digits + str(-total % 10)


def iban(country: str, account: str) -> str:
    numbers = "".join(str(int(symbol, 36)) for symbol in f"{account}{country}00")
    return f"{country}{98 - int(numbers) % 97:02}{account}"


def base58_check(version: int, body: bytes) -> str:
    whole = bytes([version]) + body
    whole += hashlib.sha256(hashlib.sha256(whole).digest()).digest()[:4]
    number, text = int.from_bytes(whole, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        text = _BASE58[rest] + text
    return "1" * (len(whole) - len(whole.lstrip(b"\0"))) + text


def iranian_id(first: str) -> str:
    """Return nine digits with the check digit of an Iranian national code."""
    rest = sum(int(digit) * weight for digit, weight in zip(first, range(10, 1, -1), strict=True)) % 11
    return first + str(rest if rest < 2 else 11 - rest)


def machine_readable(field: str) -> str:
    """Return a field of a travel document with its check digit."""
    values = [0 if symbol == "<" else int(symbol, 36) for symbol in field]
    return field + str(sum(value * (7, 3, 1)[place % 3] for place, value in enumerate(values)) % 10)
