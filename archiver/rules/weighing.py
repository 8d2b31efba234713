"""Lexicons at work: what a text's words and groups say for a leak or a threat, and for which.

The first column of a lexicon says whether a text is of any of its categories, the others tell the categories
from each other. A rule's lexicon weighs as much as the first column when the rule's own column is positive
or the highest, and nothing otherwise. Pieces and words are divided by the root of their number
(`rules.pieces`), a group adds what it weighs when it is there.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping

import numpy as np

from archiver.domain import flag
from archiver.domain.flag import Field, Match
from archiver.domain.language import language
from archiver.domain.rule import Lexicon
from archiver.rules.pieces import Pieces, Sums
from archiver.rules.scanner import Scan
from archiver.rules.view import View

_MOST_WORDS = 8
"""Words that explain a sum."""


class Weighing:
    """A lexicon made ready."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._columns = {name: number for number, name in enumerate(lexicon.columns)}
        self._base = np.array(lexicon.base, np.float32)
        self._pieces = Pieces(lexicon.rows, columns=len(lexicon.columns))
        self._groups = {name: np.array(row, np.float32) for name, row in lexicon.groups.items()}
        self.languages = lexicon.languages
        self.groups: Mapping[str, float] = {name: row[0] for name, row in lexicon.groups.items()}

    def weigh(self, scan: Scan) -> Weighed:
        """Return what the texts of a scan weigh."""
        return Weighed(self, scan)

    def sums(self, view: View) -> Sums:
        """Return what the pieces and words of a view's texts weigh."""
        return self._pieces.sums(view)

    def base(self) -> float:
        """Return what the first column weighs before anything is found."""
        return float(self._base[0])

    def is_told(self, sums: Sums, text: int, column: str, groups: Collection[str]) -> bool:
        """Say whether a column is positive, or the highest but the first."""
        _, _, weights = sums.of(text)
        summed = self._base + weights.sum(axis=0)
        for name in self._groups.keys() & groups:
            summed += self._groups[name]
        own = summed[self._columns[column]]
        return bool(own >= 0 or own >= summed[1:].max())

    def words(self, view: View, sums: Sums, text: int) -> Iterator[tuple[float, str, int, int]]:
        """Yield a text's words: weight, the row that weighs most, start and end in ``view.symbols``."""
        places, numbers, weights = sums.of(text)
        # what begins with a word's edge stands at the boundary before it
        owners = np.searchsorted(view.boundaries, places, "right") - 1
        for owner in np.unique(owners).tolist():
            own = (owners == owner).nonzero()[0]
            row = self._pieces.names[int(numbers[own[weights[own, 0].argmax()]])]
            yield (
                float(weights[own, 0].sum()), row,
                int(view.boundaries[owner]) + 1, int(view.boundaries[owner + 1]),
            )  # fmt: skip


class Weighed:
    """What the texts of one batch weigh by one lexicon; disguised ones as they read without the disguise."""

    def __init__(self, weighing: Weighing, scan: Scan) -> None:
        self._weighing = weighing
        self._scan = scan
        self._parts = scan.parts
        self._sums = [weighing.sums(part.view) for part in scan.parts]
        self._read = {part.first: weighing.sums(part.read) for part in scan.parts if part.read}

    def most(self, text: int, groups: Collection[str]) -> float:
        """Return what the first column can weigh at most, whichever of the groups count."""
        weights = self._weighing.groups
        most = max(0.0, *self._weighing.languages.values()) if self._weighing.languages else 0.0
        return self._words_of(text) + most + sum(max(0.0, weights.get(name, 0.0)) for name in groups)

    def of(self, text: int, column: str, groups: Collection[str]) -> float | None:
        """Return what a rule of this column weighs, ``None`` when other columns are likelier.

        What the first column weighs more in the text's language is in it.
        """
        _, sums, number = self._locate(text)
        if not self._weighing.is_told(sums, number, column, groups):
            return None
        weights = self._weighing.groups
        return self._words_of(text) + self._more(text) + sum(weights.get(name, 0.0) for name in groups)

    def groups(self, groups: Collection[str]) -> dict[str, float]:
        """Return what each of the groups weighs that weighs anything."""
        weights = self._weighing.groups
        return {name: weights[name] for name in groups if weights.get(name)}

    def words(self, text: int, lexicon: str) -> Iterator[Match]:
        """Yield the words that weigh most for any category."""
        view, sums, number = self._locate(text)
        words = sorted(self._weighing.words(view, sums, number), reverse=True)[:_MOST_WORDS]
        for weight, row, start, end in words:
            if weight > 0:
                _, firsts, lasts = view.located(np.array([start]), np.array([end]))
                yield Match(
                    group=lexicon, term=row, field=Field.TEXT, start=int(firsts[0]), end=int(lasts[0]),
                    view=flag.View.FOLDED, weight=round(weight, 4),
                )  # fmt: skip

    def _more(self, text: int) -> float:
        languages = self._weighing.languages
        return languages.get(language(self._scan.read(text)) or "", 0.0) if languages else 0.0

    def _words_of(self, text: int) -> float:
        _, sums, number = self._locate(text)
        return self._weighing.base() + float(sums.first[number])

    def _locate(self, text: int) -> tuple[View, Sums, int]:
        """Return the view in which a text is read, its sums, and the text's number there."""
        place = bisect_right(self._parts, text, key=lambda each: each.first) - 1
        part, number = self._parts[place], text - self._parts[place].first
        if part.read and number in part.undone:
            return part.read, self._read[part.first], part.undone.index(number)
        return part.view, self._sums[place], number
