"""Bech32 and Bech32m, in which Bitcoin and Litecoin write segregated-witness addresses.

The rules are BIP 173 (https://github.com/bitcoin/bips/blob/master/bip-0173.mediawiki) and BIP 350 (bip-0350,
beside it): version 0 is checked with the constant of Bech32, later ones with that of Bech32m.
"""

from __future__ import annotations

from collections.abc import Iterable

_ALPHABET = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_VALUES = {symbol: value for value, symbol in enumerate(_ALPHABET)}
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_BECH32, _BECH32M = 1, 0x2BC830A3
_LENGTHS = {0: (20, 32)}
"""How long a program of a version may be; other versions: 2 to 40 bytes."""


def is_segwit_address(address: bytes) -> bool:
    """Say whether this is an address, written in small letters or in capitals, not mixed."""
    small = address.lower()
    if address not in {small, address.upper()}:
        return False
    prefix, _, data = small.rpartition(b"1")
    values = [_VALUES[symbol] for symbol in data if symbol in _VALUES]
    if not prefix or len(values) != len(data) or len(values) < 8:
        return False
    version, program = values[0], values[1:-6]
    expected = _BECH32 if version == 0 else _BECH32M
    expanded = [symbol >> 5 for symbol in prefix] + [0] + [symbol & 31 for symbol in prefix]
    return _remainder(expanded + values) == expected and _is_program(version, program)


def _remainder(values: Iterable[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATOR):
            check ^= generator if top >> bit & 1 else 0
    return check


def _is_program(version: int, program: list[int]) -> bool:
    size, rest = divmod(len(program) * 5, 8)
    is_padded_with_zeros = rest < 5 and (not rest or program[-1] & ((1 << rest) - 1) == 0)
    return version <= 16 and is_padded_with_zeros and (size in _LENGTHS.get(version, range(2, 41)))
