"""Finds phrases in texts, all in one pass, disguised ones too, and says where in the originals they stand."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from archiver.domain import flag
from archiver.domain.rule import Boundary
from archiver.rules import evasion
from archiver.rules.alphabet import Positions, fold_phrase, without_repeats
from archiver.rules.boundaries import Form, forms
from archiver.rules.engine import Backend
from archiver.rules.index import Index
from archiver.rules.places import Places
from archiver.rules.view import View

VIEWS = tuple(flag.View)
"""What the numbers in `Scan.views` mean."""

_BUFFER = 800_000
"""Code points that are scanned at once: a buffer costs as much as fifty posts, and more take more memory."""
_SHORTEST_APART = 5
"""Letters of a phrase that may be found without its gaps in a row of letters apart."""
_SHORTEST_DOTLESS = 4

_NONE = np.empty((5, 0), np.int64)
_Row = tuple[int, int, int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """What to look for. ``language`` decides which clitics it takes (None: what its letters allow)."""

    text: str
    boundary: Boundary
    may_be_disguised: bool = True
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Texts that were read at once: those from ``first`` on in ``view``.

    ``read`` shows what was behind disguises, if any was seen; ``undone`` maps the number of a text in the
    view to that of its first undoing there.
    """

    first: int
    view: View
    undone: Mapping[int, int]
    read: View | None


@dataclass(frozen=True, slots=True)
class Scan:
    """What was found, in columns of one length, in order of texts, starts and ends.

    Hit ``i`` is phrase ``phrases[i]`` in text ``texts[i]``, code points ``starts[i]`` to ``ends[i]`` of the
    original, read in the view ``VIEWS[views[i]]``.
    """

    texts: Positions
    starts: Positions
    ends: Positions
    phrases: Positions
    views: Positions
    parts: Sequence[Part]

    def places(self, text: int) -> Places:
        """Return the words and sentences of a text."""
        part = self._part(text)
        return part.view.places(text - part.first)

    def read(self, text: int) -> str:
        """Return a text as it reads without its first disguise, or as it is where it has none."""
        part = self._part(text)
        number = text - part.first
        if part.read and number in part.undone:
            return part.read.texts[part.undone[number]]
        return part.view.texts[number]

    def _part(self, text: int) -> Part:
        return self.parts[bisect_right(self.parts, text, key=lambda part: part.first) - 1]


class Scanner:
    """Finds phrases. Not for two threads at once.

    Raises ``ValueError``, naming it, for a phrase that folds to fewer than two letters or is outside the
    alphabet.
    """

    def __init__(self, phrases: Sequence[Phrase], backend: Backend | None = None) -> None:
        self._phrases = phrases
        told = [(number, form) for number, phrase in enumerate(phrases) for form in _forms(phrase)]
        self._gaps = [0] * len(phrases)
        for number, form in told:
            self._gaps[number] = form.core.count(" ")
        self._index = Index(told, evasion.FOLDED, backend=backend)
        self.backend = self._index.backend
        disguised = [(number, form) for number, form in told if phrases[number].may_be_disguised]
        self._joined = Index(list(_without_gaps(disguised)), evasion.FOLDED, backend="ahocorasick")
        self._dotless = Index(list(_with_dots(disguised)), evasion.DOTLESS, backend="ahocorasick")

    def scan(self, texts: Sequence[str]) -> Scan:
        """Return all that is found in the texts."""
        parts: list[Part] = []
        tables: list[NDArray[np.int64]] = []
        for first, end in _parts(texts):
            view = View(texts[first:end], evasion.FOLDED)
            undone = [*evasion.unspaced(view), *evasion.unglued(view), *evasion.unleeted(view)]
            read = View([each.text for each in undone], evasion.FOLDED) if undone else None
            firsts = {undone[place].number: place for place in reversed(range(len(undone)))}
            parts.append(Part(first=first, view=view, undone=firsts, read=read))
            rows = {*self._undone(undone, read), *self._undotted(view)}
            tables.append(_ordered(self._found(view), rows, first))
        table = tables[0] if len(tables) == 1 else np.concatenate((_NONE, *tables), axis=1)
        return Scan(table[0], table[1], table[2], table[3], table[4], parts)

    def _found(self, view: View) -> NDArray[np.int64]:
        """Return the columns texts, starts, ends, phrases, views of all that is found in a folded view."""
        phrases, starts, ends = self._index.find(view)
        table = np.zeros((len(_NONE), len(phrases)), np.int64)
        if len(phrases):
            table[:3] = view.located(starts, ends)
            table[3] = phrases
        return table

    def _undone(self, undone: Sequence[evasion.Undone], read: View | None) -> Iterator[_Row]:
        if read:
            yield from self._counted(undone, read, self._index)
            if any(each.is_erased for each in undone):
                yield from self._counted(undone, read, self._joined)

    def _undotted(self, view: View) -> Iterator[_Row]:
        undotted = [*evasion.undotted(view)]
        if undotted:
            read = View([each.text for each in undotted], evasion.DOTLESS)
            yield from self._counted(undotted, read, self._dotless)

    def _counted(self, undone: Sequence[evasion.Undone], read: View, index: Index) -> Iterator[_Row]:
        """Yield what counts of the finds in undone texts."""
        is_joined = index is self._joined
        phrases, starts, ends = index.find(read)
        found = (each.tolist() for each in (*read.located(starts, ends), phrases))
        for number, start, behind, phrase in zip(*found, strict=True):
            each = undone[number]
            gaps = self._gaps[phrase] if is_joined else 0
            is_right = self._phrases[phrase].may_be_disguised and (each.is_erased or not is_joined)
            end = each.trimmed(behind)
            if is_right and each.counts(start, end, gaps=gaps):
                yield each.number, start, end, phrase, VIEWS.index(each.view)


def _forms(phrase: Phrase) -> list[Form]:
    core = fold_phrase(phrase.text)
    return forms(phrase.text, core, boundary=phrase.boundary, language=phrase.language)


def _ordered(table: NDArray[np.int64], rows: set[_Row], first: int) -> NDArray[np.int64]:
    """Return columns with rows added, in order, and texts counted from ``first``."""
    if rows:
        table = np.concatenate((table, np.array([*rows], np.int64).T), axis=1)
    table[0] += first
    return table[:, np.lexsort(table[::-1])] if table.shape[1] > 1 else table


def _parts(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Cut texts into parts of about one buffer."""
    first = size = 0
    if sum(map(len, texts)) <= _BUFFER and texts:
        yield first, len(texts)
        return
    for number, text in enumerate(texts):
        if size and size + len(text) > _BUFFER:
            yield first, number
            first, size = number, 0
        size += len(text)
    if texts:
        yield first, len(texts)


def _without_gaps(told: Iterable[tuple[int, Form]]) -> Iterator[tuple[int, Form]]:
    for number, form in told:
        core = without_repeats(form.core.replace(" ", ""))
        if len(core) >= _SHORTEST_APART:
            yield number, Form(core, None, None)


def _with_dots(told: Iterable[tuple[int, Form]]) -> Iterator[tuple[int, Form]]:
    for number, form in told:
        if len(form.core) >= _SHORTEST_DOTLESS and not evasion.MERGED.keys().isdisjoint(form.core):
            yield number, form
