"""Base58Check, in which Bitcoin, Litecoin, Dogecoin and TRON write addresses and keys.

The alphabet leaves out 0, O, I and l; the last four bytes are the first four of the double SHA-256 of the
others (https://en.bitcoin.it/wiki/Base58Check_encoding).
"""

from __future__ import annotations

import hashlib

_ALPHABET = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUES = {symbol: value for value, symbol in enumerate(_ALPHABET)}


def decoded(text: bytes) -> bytes | None:
    """Return what this stands for, version first, without its check; None where the check is wrong."""
    number = 0
    for symbol in text:
        value = _VALUES.get(symbol)
        if value is None:
            return None
        number = number * 58 + value
    zeros = len(text) - len(text.lstrip(b"1"))
    whole = bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")
    body, check = whole[:-4], whole[-4:]
    is_right = hashlib.sha256(hashlib.sha256(body).digest()).digest()[:4] == check
    return body if is_right and body else None
