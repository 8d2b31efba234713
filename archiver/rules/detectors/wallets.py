"""Wallets and their keys, told by their checks: Bitcoin and its kin, Ethereum, TRON, TON, Monero."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from archiver.rules.detectors import base58, keccak
from archiver.rules.detectors.bech32 import is_segwit_address
from archiver.rules.detectors.detector import Detector, Ends, Find, Text, near
from archiver.rules.detectors.words import LEFT, RIGHT

_BASE58 = rb"[1-9A-HJ-NP-Za-km-z]"
_VERSIONS = {0x00: b"13", 0x05: b"3", 0x30: b"L", 0x32: b"M", 0x1E: b"D", 0x41: b"T"}
"""The first byte of a base58 address: Bitcoin (two), Litecoin (two), Dogecoin, TRON."""

_ADDRESS = re.compile(
    rb"[0-9A-Zbkl]"
    + LEFT
    + rb"(?:(?<=[13LMDT])(?P<old>" + _BASE58 + rb"{31,33})"
    + rb"|(?<=[bBlL])(?P<segwit>(?:[cC]|[tT][cC])1[A-Za-z0-9]{30,87})"
    + rb"|(?<=0)(?P<ethereum>x[0-9A-Fa-f]{40})"
    + rb"|(?<=[EUk0])(?P<ton>Q[A-Za-z0-9_-]{46})"
    + rb"|(?<=[48])(?P<monero>[0-9AB]" + _BASE58 + rb"{93})"
    + rb"|(?<=[5KL])(?P<key>" + _BASE58 + rb"{50,51}))"
    + RIGHT
)  # fmt: skip
_CASELESS = frozenset({"segwit", "ethereum"})
"""Where the case of letters doesn't tell two addresses apart."""

_TON_TAGS = frozenset({0x11, 0x51, 0x91, 0xD1})
"""Bounceable or not, and both for the test network
(https://docs.ton.org/blockchain-basics/primitives/addresses)."""


def _is_old(address: bytes) -> bool:
    body = base58.decoded(address)
    return body is not None and len(body) == 21 and address[:1] in _VERSIONS.get(body[0], b"")


def _is_ethereum(address: bytes) -> bool:
    digits = address[2:].decode()
    return digits in {digits.lower(), digits.upper()} or _is_checksummed(digits)


@lru_cache(maxsize=4096)
def _is_checksummed(digits: str) -> bool:
    return keccak.is_checksummed(digits)


def _is_ton(address: bytes) -> bool:
    whole = base64.urlsafe_b64decode(address)
    return whole[0] in _TON_TAGS and binascii.crc_hqx(whole[:34], 0).to_bytes(2, "big") == whole[34:]


def _is_key(key: bytes) -> bool:
    body = base58.decoded(key)
    return body is not None and body[0] == 0x80 and len(body) in {33, 34}


_CHECKS: dict[str, Callable[[bytes], bool]] = {
    "old": _is_old,
    "segwit": is_segwit_address,
    "ethereum": _is_ethereum,
    "ton": _is_ton,
    "monero": bool,
    "key": _is_key,
}


def _find(text: Text, ends: Ends) -> Iterator[Find]:
    for found in near(_ADDRESS, text.exact, ends=ends, reach=48):
        shape, written = str(found.lastgroup), found[0]
        if not _CHECKS[shape](written):
            continue
        if shape == "key":
            yield Find("private_key", *found.span(), 0.99)
        else:
            confidence = 0.8 if shape == "monero" else 0.99
            yield Find(
                "wallet", *found.span(), confidence, written.lower() if shape in _CASELESS else written
            )


DETECTORS = (Detector((rb"[0-9a-z]{32}", rb"[euk0]q[a-z0-9_-]{46}"), _find),)
