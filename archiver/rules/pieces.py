"""What stands in a text for a lexicon to weigh: pieces of words, words, and pairs of words.

A piece is four folded letters in a row within a word, its edges counted as letters and written ``_``; a
digit is read as 0, for what a number is says little. Pieces outlive what changes around them: clitics and
endings, spellings, new words made of old ones. A word of three letters or more, and two words in a row, are
written ``=word`` and ``=word word``.

A text's sum is that of all that is in the table, each as often as it stands there, divided by the root of how
many they are: a long text weighs no more than a short one for being long.

Pieces are looked up letter pair by letter pair: the first two letters have a number among the first halves of
all pieces, the last two among the last halves, and the two numbers meet in a grid that holds the row. Words
are looked up by a hash that is computed for all of them at once, from sums over the whole buffer (Rabin and
Karp), and then compared with the full hash of the row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from archiver.rules.alphabet import BOUNDARY, END, SYMBOLS, Positions, Symbols
from archiver.rules.view import View

_LENGTH = 4
_SHORTEST_WORD = 3
_EDGE = "_"
_WORD = "="
_DIGITS_ARE_ZEROS = bytes(ord("0") if chr(symbol).isdecimal() else symbol for symbol in range(256))
_ZEROS = str.maketrans("123456789", "0" * 9)
_REPEATED = re.compile(r"([^0])\1", re.DOTALL)
_LETTERS = frozenset(SYMBOLS) - frozenset("123456789")

Summed = NDArray[np.float64]
Weights = NDArray[np.float32]
Hashes = NDArray[np.uint64]

_PRIME = 0x9E3779B97F4A7C15
_INVERSE = pow(_PRIME, -1, 1 << 64)
_SLOT_BITS = 18


def pieces(folded: str) -> Iterator[str]:
    """Yield all that could be a row of a folded text: the meaning of a row, and what rows are fitted to."""
    words = folded.translate(_ZEROS).split()
    for word in words:
        edged = _EDGE + word + _EDGE
        for start in range(len(edged) - _LENGTH + 1):
            if is_row(piece := edged[start : start + _LENGTH]):
                yield piece
        if is_row(_WORD + word):
            yield _WORD + word
    for first, second in pairwise(words):
        if is_row(pair := f"{_WORD}{first} {second}"):
            yield pair


def is_row(text: str) -> bool:
    """Say whether a text can be a row: a piece, a word or a pair of words, folded, of more than zeros."""
    if text.startswith(_WORD):
        words = text[1:].split(" ")
        is_long = len(words[0]) >= _SHORTEST_WORD if len(words) == 1 else len(words) == 2 and all(words)
        return is_long and _is_spelled(text[1:])
    return len(text) == _LENGTH and _EDGE not in text[1:-1] and _is_spelled(text)


def _is_spelled(text: str) -> bool:
    """Say whether a text can stand in a folded one whose digits are zeros, and holds more than these."""
    letters = text.replace(_EDGE, "").replace(" ", "")
    return bool(letters.strip("0")) and not _REPEATED.search(text) and _LETTERS.issuperset(letters)


class Pieces:
    """A table of rows, each with its weights, of which there are ``columns``."""

    def __init__(self, rows: Mapping[str, Sequence[float]], *, columns: int) -> None:
        self.names = ("", *rows)
        self._weights: Weights = np.zeros((len(rows) + 1, columns), np.float32)
        if rows:
            self._weights[1:] = list(rows.values())
        self._whether = self._weights[:, 0].copy()
        numbered = {row: number for number, row in enumerate(rows, start=1)}
        self._grid = _Grid({row: number for row, number in numbered.items() if not row.startswith(_WORD)})
        self._words = _Words({row[1:]: number for row, number in numbered.items() if row.startswith(_WORD)})

    def sums(self, view: View) -> Sums:
        """Return what the texts of a view weigh."""
        symbols: Symbols = np.frombuffer(view.buffer.translate(_DIGITS_ARE_ZEROS), np.uint8)
        found = (self._grid.find(symbols), self._words.find(symbols, view.boundaries))
        places, numbers = (np.concatenate(each) for each in zip(*found, strict=True))
        texts = view.text_ends.searchsorted(places)
        first: Summed = np.zeros(len(view.texts))
        first += np.bincount(texts, self._whether.take(numbers), minlength=len(first))
        return Sums(self._weights, (places, numbers, texts), first)


class Sums:
    """What the texts of a view weigh: ``counts`` of rows found, and the sums of the ``first`` weight."""

    def __init__(
        self, weights: Weights, found: tuple[Positions, Positions, Positions], first: Summed
    ) -> None:
        self._weights = weights
        self._places, self._numbers, self._texts = found
        self.counts: Positions = np.bincount(self._texts, minlength=len(first))
        self.first: Summed = first / np.sqrt(np.maximum(self.counts, 1))

    def of(self, text: int) -> tuple[Positions, Positions, Weights]:
        """Return where a text's rows stand, their numbers, and what each adds to the sums."""
        order, ends = self._by_text
        own = order[ends[text] - self.counts[text] : ends[text]]
        numbers = self._numbers.take(own)
        weights: Weights = self._weights.take(numbers, axis=0)
        weights /= max(1.0, len(numbers)) ** 0.5
        return self._places.take(own), numbers, weights

    @cached_property
    def _by_text(self) -> tuple[Positions, Positions]:
        return self._texts.argsort(kind="stable"), self.counts.cumsum()


class _Grid:
    """Finds pieces."""

    def __init__(self, numbers: Mapping[str, int]) -> None:
        halves = {row: _halves(row) for row in numbers}
        self._firsts, first_count = _numbered(first for first, _ in halves.values())
        self._lasts, self._width = _numbered(last for _, last in halves.values())
        kind = np.min_scalar_type(max(numbers.values(), default=0))
        self._cells = np.zeros(first_count * self._width, kind)
        firsts, lasts = np.array([*halves.values()], np.int64).reshape(-1, 2).T
        cells = self._firsts.take(firsts) * self._width + self._lasts.take(lasts)
        self._cells[cells] = [*numbers.values()]

    def find(self, symbols: Symbols) -> tuple[Positions, Positions]:
        """Return where pieces stand, in order, and their numbers."""
        pairs = symbols[:-1].astype(np.uint16) << 8
        pairs |= symbols[1:]
        cells = self._firsts.take(pairs[:-2]) * self._width
        cells += self._lasts.take(pairs[2:])
        numbers = self._cells.take(cells)
        places = numbers.nonzero()[0]
        return places, numbers.take(places).astype(np.int64)


class _Words:
    """Finds words and pairs of words."""

    def __init__(self, numbers: Mapping[str, int]) -> None:
        self._powers: Hashes = np.ones(1, np.uint64)
        self._inverses: Hashes = np.ones(1, np.uint64)
        self._hashes: Hashes = np.zeros(1, np.uint64)
        self._numbers = np.zeros(1, np.int64)
        hashes = {_hash(row): number for row, number in numbers.items()}
        if hashes:
            self._hashes = np.array([0, *hashes], np.uint64)
            self._numbers = np.array([0, *hashes.values()], np.int64)
        self._bits = _SLOT_BITS
        while (slots := self._fill(self._hashes)) is None:
            self._bits += 1
        self._slots = slots

    def find(self, symbols: Symbols, boundaries: Positions) -> tuple[Positions, Positions]:
        """Return the boundaries before words, in order, then those before pairs, and their numbers."""
        starts, ends = boundaries[:-1], boundaries[1:]
        is_word = (ends - starts > 1) & (symbols.take(starts + 1) != END)
        words, pairs = is_word.nonzero()[0], (is_word[:-1] & is_word[1:]).nonzero()[0]
        firsts = starts.take(np.concatenate((words, pairs)))
        rows = self._among(symbols, firsts + 1, ends.take(np.concatenate((words, pairs + 1))))
        places = rows.nonzero()[0]
        return firsts.take(places), self._numbers.take(rows.take(places))

    def _among(self, symbols: Symbols, starts: Positions, ends: Positions) -> NDArray[np.int32]:
        """Return the row, by its place among the hashes, that each stretch of symbols is, 0 for none."""
        sums = self._sums(symbols)
        hashes = (sums.take(ends) - sums.take(starts)) * self._inverses.take(starts)
        mixed = _mixed(hashes)
        rows = self._slots[0].take(_slot(mixed, 0, self._bits))
        others = (self._hashes.take(rows) != hashes).nonzero()[0]
        seconds = self._slots[1].take(_slot(mixed.take(others), 1, self._bits))
        rows[others] = seconds * (self._hashes.take(seconds) == hashes.take(others))
        return rows

    def _sums(self, symbols: Symbols) -> Hashes:
        """Return the hash of all that stands before each symbol, and of the whole."""
        if len(self._powers) <= len(symbols):
            self._powers = _powers(_PRIME, 2 * len(symbols))
            self._inverses = _powers(_INVERSE, 2 * len(symbols))
        sums = np.zeros(len(symbols) + 1, np.uint64)
        np.cumsum(symbols * self._powers[: len(symbols)], out=sums[1:])
        return sums

    def _fill(self, hashes: Hashes) -> tuple[NDArray[np.int32], NDArray[np.int32]] | None:
        """Give each row one of two slots; ``None`` where there are too few."""
        first: dict[int, int] = {}
        second: dict[int, int] = {}
        mixed = _mixed(hashes)
        slots = (_slot(mixed, which, self._bits).tolist() for which in (0, 1))
        for row, (one, other) in enumerate(zip(*slots, strict=True)):
            if row and first.setdefault(one, row) != row and second.setdefault(other, row) != row:
                return None
        return _table(first, self._bits), _table(second, self._bits)


def _table(slots: Mapping[int, int], bits: int) -> NDArray[np.int32]:
    table = np.zeros(1 << bits, np.int32)
    table[list(slots)] = list(slots.values())
    return table


def _mixed(hashes: Hashes) -> Hashes:
    mixed: Hashes = (hashes ^ (hashes >> np.uint64(32))) * np.uint64(_PRIME)
    return mixed


def _slot(mixed: Hashes, which: int, bits: int) -> Positions:
    return (mixed >> np.uint64(64 - (which + 1) * bits) & np.uint64((1 << bits) - 1)).view(np.int64)


def _powers(base: int, count: int) -> Hashes:
    powers = np.full(count, base, np.uint64)
    powers[0] = 1
    return np.cumprod(powers, dtype=np.uint64)


def _hash(words: str) -> int:
    hashed = 0
    for letter in reversed(words):
        hashed = hashed * _PRIME + (BOUNDARY if letter == " " else SYMBOLS[letter])
    return hashed % (1 << 64)


def _halves(piece: str) -> tuple[int, int]:
    a, b, c, d = (BOUNDARY if letter == _EDGE else SYMBOLS[letter] for letter in piece)
    return a << 8 | b, c << 8 | d


def _numbered(pairs: Iterator[int]) -> tuple[NDArray[np.int32], int]:
    """Number the pairs that occur, from 1; 0 is any other. Return the numbers, and how many there are."""
    numbers = np.zeros(1 << 16, np.int32)
    occurring = sorted(set(pairs))
    numbers[occurring] = range(1, len(occurring) + 1)
    return numbers, len(occurring) + 1
