"""Fold many texts at once, to be searched: what `domain.folding` says, three times as fast."""

from __future__ import annotations

import codecs
from collections.abc import Sequence

from archiver.domain.folding import fold
from archiver.rules.alphabet import BOUNDARY, OTHER, SYMBOLS, Alphabet
from archiver.rules.view import View

_LETTERS = {symbol: letter for letter, symbol in SYMBOLS.items()} | {BOUNDARY: " "}
_TABLE = "".join(_LETTERS.get(symbol, "\N{REPLACEMENT CHARACTER}") for symbol in range(256))
_alphabet = Alphabet()


def folded(texts: Sequence[str]) -> list[str]:
    """Return the folded text of each, in the same order."""
    if not texts:
        return []
    view = View(texts, _alphabet)
    stretches = (view.stretch(number) for number in range(len(texts)))
    symbols = [view.buffer[start:end] for start, end in stretches]
    return [_spelled(each, text) for each, text in zip(symbols, texts, strict=True)]


def _spelled(symbols: bytes, text: str) -> str:
    if OTHER in symbols:  # a letter of another script is none of the symbols
        return fold(text).text
    spelled, _ = codecs.charmap_decode(symbols, "strict", _TABLE)
    return spelled.strip(" ")
