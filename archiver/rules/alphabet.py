"""The alphabet of the engine: one byte for each folded letter, and what every code point is in it.

The tables say what `domain.folding` says, because they ask it: a code point is looked up there when it is
first met.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from archiver.domain.folding import ALPHABET, fold, fold_character

Symbols = NDArray[np.uint8]
Codes = NDArray[np.uint32]
Positions = NDArray[np.int64]

DELETED = 0
OTHER = 1
"""A letter of a script that no phrase can be in."""
END = 10
"""Between two texts."""
SIGNS = {"!": 58, "$": 59, "@": 60}
"""Boundaries that can stand for a letter, beside the digits, which can too."""
GLUE = 35
"""Emoji and decoration: a boundary that can stand within a word."""
BOUNDARY = ord("_")
UNREPEATABLE = 64
"""Below it a symbol may stand beside itself."""
_EXPANDED = 254
_UNKNOWN = 255

_REPEATED = re.compile(r"([^0-9])\1+")
_GLUES = "*~|^•·●▪∙⋅"

SYMBOLS = {
    letter: ord(letter) if letter.isascii() else 128 + number for number, letter in enumerate(ALPHABET)
}
_LETTERS = frozenset(SYMBOLS) | {" "}
_SPELLING = str.maketrans({letter: chr(symbol) for letter, symbol in SYMBOLS.items()} | {" ": chr(BOUNDARY)})


def fold_phrase(text: str) -> str:
    """Return a phrase folded.

    Raises ``ValueError`` where it folds to fewer than two symbols or has a letter that the alphabet lacks.
    """
    folded = fold(text).text
    if not _LETTERS.issuperset(folded):
        missing = next(letter for letter in folded if letter not in _LETTERS)
        raise ValueError(f"cannot look for {text!r}: no letter of our alphabets is {missing!r}")
    if len(folded) < 2:
        raise ValueError(f"cannot look for {text!r}: fewer than two letters are left of it")
    return folded


def without_repeats(letters: str) -> str:
    """Return folded letters as they fold where others came between them before."""
    return _REPEATED.sub(r"\1", letters)


def spell(folded: str) -> bytes:
    """Return the symbols of a folded text that is within the alphabet."""
    return folded.translate(_SPELLING).encode("latin-1")


class Alphabet:
    """What code points are: symbols, by a table that learns.

    ``merged`` maps letters of the alphabet to those that they are taken for.
    """

    def __init__(self, merged: Mapping[str, str] | None = None) -> None:
        self._table: Symbols = np.full(0x110000, _UNKNOWN, np.uint8)
        self._several: dict[int, bytes] = {}
        self._merged = merged or {}
        self._merging = str.maketrans({**self._merged})

    def look_up(self, codes: Codes) -> Symbols:
        """Return a symbol for each code point; `expand` must follow."""
        symbols = self._table.take(codes)
        if _UNKNOWN in symbols.tobytes():
            self._learn(np.unique(codes[symbols == _UNKNOWN]).tolist())
            symbols = self._table.take(codes)
        return symbols

    def expand(self, codes: Codes, symbols: Symbols) -> tuple[Symbols, Positions | None]:
        """Write ligatures out; the second value says which code point made each symbol (None: its own)."""
        if _EXPANDED not in symbols.tobytes():
            return symbols, None
        is_several = symbols == _EXPANDED
        several = [self._several[code] for code in codes[is_several].tolist()]
        counts = np.ones(len(codes), np.int64)
        counts[is_several] = [len(each) for each in several]
        written = symbols.repeat(counts)
        written[is_several.repeat(counts)] = np.frombuffer(b"".join(several), np.uint8)
        return written, np.arange(len(codes)).repeat(counts)

    def spell(self, folded: str) -> bytes:
        """Return the symbols of a folded text as this alphabet takes its letters, repeats dropped."""
        return spell(without_repeats(folded.translate(self._merging)) if self._merged else folded)

    def _learn(self, codes: list[int]) -> None:
        for code in codes:
            symbols = self._symbols(chr(code))
            if len(symbols) > 1:
                self._several[code] = symbols
            self._table[code] = _EXPANDED if len(symbols) > 1 else symbols[0]

    def _symbols(self, character: str) -> bytes:
        folded = fold_character(character)
        if folded == " ":
            return bytes([_boundary(character)])
        symbols = bytes(
            BOUNDARY if letter == " " else SYMBOLS.get(self._merged.get(letter, letter), OTHER)
            for letter in folded
        )
        return symbols or bytes([DELETED])


def _boundary(character: str) -> int:
    if character in SIGNS:
        return SIGNS[character]
    return GLUE if character in _GLUES or _is_emoji(ord(character)) else BOUNDARY


def _is_emoji(code: int) -> bool:
    return 0x2190 <= code < 0x2C00 or 0x1F000 <= code < 0x1FB00
