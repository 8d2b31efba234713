"""Lexicons at work: what a text's words and groups say for a leak or a threat, and for which.

The first column of a lexicon says whether a text is of any of its categories, the others tell the categories
from each other. A rule's lexicon weighs as much as the first column when the rule's own column is positive
or the highest, and nothing otherwise. Pieces and words are divided by the root of their number
(`rules.pieces`), a group adds what it weighs when it is there.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from archiver.domain import flag
from archiver.domain.flag import Field, Match
from archiver.domain.language import language
from archiver.domain.rule import Lexicon
from archiver.rules.alphabet import Positions
from archiver.rules.languages import Languages
from archiver.rules.pieces import Pieces, Sums, Weights
from archiver.rules.scanner import Scan
from archiver.rules.view import View

_MOST_WORDS = 8
"""Words that explain a sum."""
_FEW = 3
"""Texts whose languages are told one by one: a batch takes longer to begin."""


class Weighing:
    """A lexicon made ready."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.pieces = Pieces(lexicon.rows, columns=len(lexicon.columns))
        self.base = np.array(lexicon.base, np.float32)
        self.groups = {name: row[0] for name, row in lexicon.groups.items()}
        self.languages = lexicon.languages
        self.highest_language = max((0.0, *lexicon.languages.values()))
        self.tell_languages = Languages().of if lexicon.languages else None
        self._columns = lexicon.columns
        self._places = {name: place for place, name in enumerate(lexicon.groups)}
        self._rows = np.array([*lexicon.groups.values()], np.float32).reshape(-1, len(lexicon.columns))

    def weigh(self, scan: Scan) -> Weighed:
        """Return what the texts of a scan weigh."""
        return Weighed(self, scan)

    def likeliest(self, weights: Weights, groups: Collection[str]) -> frozenset[str]:
        """Return the columns that are positive, or the highest but the first, for rows and groups found."""
        found = [self._places[name] for name in groups if name in self._places]
        summed = self.base + weights.sum(axis=0) + self._rows.take(found, axis=0).sum(axis=0)
        whole = summed.tolist()
        least = min(0.0, max(whole[1:]))
        return frozenset(name for name, own in zip(self._columns, whole, strict=True) if own >= least)


class Weighed:
    """What the texts of one batch weigh by one lexicon; disguised ones as they read without the disguise."""

    def __init__(self, weighing: Weighing, scan: Scan) -> None:
        self.weighing = weighing
        self._scan = scan
        self._languages: dict[int, str | None] = {}
        self._sums = [weighing.pieces.sums(part.view) for part in scan.parts]
        self._read = [weighing.pieces.sums(part.read) if part.read else None for part in scan.parts]
        base = float(weighing.base[0])
        self._words: list[float] = [base + first for sums in self._sums for first in sums.first.tolist()]
        for part, read in zip(scan.parts, self._read, strict=True):
            if read:
                firsts = read.first.tolist()
                for number, place in part.undone.items():
                    self._words[part.first + number] = base + firsts[place]

    def most(self, text: int, groups: Collection[str]) -> float:
        """Return what the first column can weigh at most, whichever of the groups count."""
        weights = self.weighing.groups
        positive = sum([weights[name] for name in groups if weights.get(name, 0.0) > 0])
        return self._words[text] + self.weighing.highest_language + positive

    def learn_languages(self, texts: Sequence[int]) -> None:
        """Find out the languages of texts that will be asked for, which takes less time at once."""
        if self.weighing.tell_languages and len(texts) > _FEW:
            told = self.weighing.tell_languages([self._scan.read(text) for text in texts])
            self._languages.update(zip(texts, told, strict=True))

    def of(self, text: int, groups: Collection[str]) -> Weight:
        """Return what a text weighs in whose content these groups were found."""
        place = bisect_right(self._scan.parts, text, key=lambda each: each.first) - 1
        part, sums = self._scan.parts[place], self._sums[place]
        read, number = self._read[place], text - part.first
        if part.read and read and number in part.undone:
            return Weight(self, text, _Rows(part.read, read, part.undone[number]), groups)
        return Weight(self, text, _Rows(part.view, sums, number), groups)

    def words(self, text: int) -> float:
        """Return what the words of a text weigh in the first column."""
        return self._words[text]

    def more(self, text: int) -> float:
        """Return what the first column weighs more in a text's language."""
        if not self.weighing.languages:
            return 0.0
        if text not in self._languages:
            self._languages[text] = language(self._scan.read(text))
        return self.weighing.languages.get(self._languages[text] or "", 0.0)


class _Rows:
    """The rows of a lexicon that stand in a text of a view."""

    def __init__(self, view: View, sums: Sums, number: int) -> None:
        self.view = view
        self.places, self.numbers, self.weights = sums.of(number)


class _Word(NamedTuple):
    """A word, the row in it that weighs most, and where it stands in the symbols of a view."""

    weight: float
    row: str
    start: int
    end: int


class Weight:
    """What one text weighs by a lexicon.

    ``columns`` are the categories that it speaks for, ``groups`` what each group weighs that weighs anything.
    """

    def __init__(self, weighed: Weighed, text: int, rows: _Rows, groups: Collection[str]) -> None:
        self._weighed = weighed
        self._text = text
        self._rows = rows
        weights = weighed.weighing.groups
        self.groups = {name: weights[name] for name in groups if weights.get(name)}
        self.columns = weighed.weighing.likeliest(rows.weights, groups)

    @cached_property
    def most(self) -> float:
        """Return what the first column weighs where the language speaks for it most."""
        return self._sum(self._weighed.weighing.highest_language)

    @cached_property
    def whole(self) -> float:
        """Return what the first column weighs; the language is told now, which takes longest."""
        return self._sum(self._weighed.more(self._text))

    def matches(self, lexicon: str) -> Iterator[Match]:
        """Yield the words that weigh most for any category."""
        for word, start, end in self._shown:
            yield Match(
                group=lexicon, term=word.row, field=Field.TEXT, start=start, end=end,
                view=flag.View.FOLDED, weight=round(word.weight, 4),
            )  # fmt: skip

    def _sum(self, language_: float) -> float:
        return self._weighed.words(self._text) + language_ + sum(self.groups.values())

    @cached_property
    def _shown(self) -> Sequence[tuple[_Word, int, int]]:
        words = sorted(_heavy_words(self._rows, self._weighed.weighing.pieces), reverse=True)[:_MOST_WORDS]
        starts = np.array([word.start for word in words], np.int64)
        ends = np.array([word.end for word in words], np.int64)
        _, firsts, lasts = self._rows.view.located(starts, ends)
        return [*zip(words, firsts.tolist(), lasts.tolist(), strict=True)]


def _heavy_words(rows: _Rows, pieces: Pieces) -> Iterator[_Word]:
    """Yield the words that weigh most, `_MOST_WORDS` at least where there are so many."""
    if not len(rows.places):
        return
    boundaries = rows.view.boundaries
    # what begins with a word's edge stands at the boundary before it
    owners = boundaries.searchsorted(rows.places, "right") - 1
    order = owners.argsort(kind="stable")
    owners, weights = owners.take(order), rows.weights[:, 0].take(order)
    is_first = np.ones(len(owners), np.bool_)
    is_first[1:] = owners[1:] != owners[:-1]
    firsts = is_first.nonzero()[0]
    totals = _totals(weights, is_first, firsts)
    least = max(0.0, sorted(totals)[-_MOST_WORDS:][0])
    cuts, single = [*firsts.tolist(), len(owners)], weights.tolist()
    for place, total in enumerate(totals):
        if total >= least and total > 0:
            first, end = cuts[place : place + 2]
            heaviest = single.index(max(single[first:end]), first)
            owner = int(owners[first])
            start, behind = boundaries[owner : owner + 2].tolist()
            yield _Word(total, pieces.names[rows.numbers[order[heaviest]]], start + 1, behind)


def _totals(weights: Weights, is_first: NDArray[np.bool_], firsts: Positions) -> list[float]:
    """Return the sum of each stretch of weights.

    A nothing stands before each, so that it is added up as an array of its own would be, bit for bit.
    """
    padded = np.zeros(len(weights) + len(firsts), np.float32)
    padded[np.arange(len(weights)) + is_first.cumsum()] = weights
    starts = firsts + np.arange(len(firsts))
    totals: list[float] = np.add.reduceat(padded, starts).tolist()
    return totals
