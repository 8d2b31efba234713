"""Phrases made ready: their forms as literals of one engine, and what may stand beside each of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from archiver.rules import engine
from archiver.rules.alphabet import BOUNDARY, Alphabet, Positions
from archiver.rules.boundaries import Form
from archiver.rules.view import View

_EDGE = bytes([BOUNDARY])
_LONGEST = 16
"""What stands before or after a core is shorter."""

_FREE = 0
"""Nothing to check: the engine looked for the boundary too, or anything may stand there."""
_OPTIONAL = 1
_NEEDED = 2

_Clitics = frozenset[bytes] | None


class Index:
    """Finds the forms of phrases in a view of the same alphabet.

    ``forms`` are pairs of a phrase's number and one of its forms. ``backend`` is what finds them, the best
    for so many unless it is named.
    """

    def __init__(
        self, forms: Sequence[tuple[int, Form]], alphabet: Alphabet, *, backend: engine.Backend | None = None
    ) -> None:
        spelled = _Spelling(alphabet)
        cores = [alphabet.spell(form.core) for _, form in forms]
        self._before = [spelled.clitics(form.before) for _, form in forms]
        self._after = [spelled.clitics(form.after) for _, form in forms]
        self._phrases = np.array([phrase for phrase, _ in forms], np.int64)
        self._lengths = np.array([len(core) for core in cores], np.int64)
        self._needs_before = np.array([_need(each) for each in self._before], np.uint8)
        self._needs_after = np.array([_need(each) for each in self._after], np.uint8)
        self._padding = np.array([each == _bare for each in self._after], np.int64)
        owners: dict[bytes, list[int]] = {}
        for number, core in enumerate(cores):
            literal = _padded(core, self._before[number], self._after[number])
            owners.setdefault(literal, []).append(number)
        self._counts = np.array([len(each) for each in owners.values()], np.int64)
        self._owners = np.array([number for each in owners.values() for number in each], np.int64)
        self._firsts = _before_each(self._counts)
        self.backend = backend or engine.backend_for(len(owners))
        self._engine = engine.build(list(owners), self.backend)

    def find(self, view: View) -> tuple[Positions, Positions, Positions]:
        """Return phrase, start and end of all that is found, in symbols of the view."""
        literals, ends = self._engine.find(view.buffer)
        if not len(literals):
            return literals, ends, ends
        forms, ends = self._forms(literals, ends)
        ends = ends - self._padding.take(forms)
        starts = ends - self._lengths.take(forms)
        is_right = self._stands(view, forms, (starts, ends))
        return self._phrases.take(forms[is_right]), starts[is_right], ends[is_right]

    def _forms(self, literals: Positions, ends: Positions) -> tuple[Positions, Positions]:
        """Return the forms that each literal is, and where they end."""
        counts = self._counts.take(literals)
        ends = ends.repeat(counts)
        place = self._firsts.take(literals) - _before_each(counts)
        return self._owners.take(place.repeat(counts) + np.arange(len(ends))), ends

    def _stands(self, view: View, forms: Positions, spans: tuple[Positions, Positions]) -> NDArray[np.bool_]:
        starts, ends = spans
        before, after = self._needs_before.take(forms), self._needs_after.take(forms)
        is_begun = (before == _FREE) | (before == _OPTIONAL) & (view.symbols.take(starts - 1) == BOUNDARY)
        is_ended = (after == _FREE) | (after == _OPTIONAL) & (view.symbols.take(ends) == BOUNDARY)
        is_right: NDArray[np.bool_] = is_begun & is_ended
        open_ = (~is_right).nonzero()[0]
        if len(open_):
            columns = (each.take(open_).tolist() for each in (forms, starts, ends, is_begun, is_ended))
            is_right[open_] = [
                (begun or _begins(view.buffer, start, self._before[form]))
                and (ended or _ends(view.buffer, end, self._after[form]))
                for form, start, end, begun, ended in zip(*columns, strict=True)
            ]
        return is_right


def _before_each(counts: Positions) -> Positions:
    """Return how much is counted before each of the counts."""
    total: Positions = counts.cumsum()
    return total - counts


class _Spelling:
    """Spells sets of clitics, each set once."""

    def __init__(self, alphabet: Alphabet) -> None:
        self._alphabet = alphabet
        self._spelled: dict[frozenset[str], frozenset[bytes]] = {}

    def clitics(self, clitics: frozenset[str] | None) -> _Clitics:
        if clitics is None:
            return None
        if clitics not in self._spelled:
            self._spelled[clitics] = frozenset(map(self._alphabet.spell, clitics))
        return self._spelled[clitics]


_bare = frozenset({b""})


def _need(clitics: _Clitics) -> int:
    if clitics is None or clitics == _bare:
        return _FREE
    return _OPTIONAL if b"" in clitics else _NEEDED


def _padded(core: bytes, before: _Clitics, after: _Clitics) -> bytes:
    return (_EDGE if before == _bare else b"") + core + (_EDGE if after == _bare else b"")


def _begins(buffer: bytes, start: int, clitics: _Clitics) -> bool:
    """Say whether a word's beginning up to a core is one of the clitics.

    A repeated letter is folded to one, so the last letter of a clitic may be the core's first.
    """
    edge = buffer.rfind(_EDGE, max(start - _LONGEST, 0), start)
    between = buffer[edge + 1 : start]
    return edge >= 0 and not (clitics or _bare).isdisjoint((between, between + buffer[start : start + 1]))


def _ends(buffer: bytes, end: int, clitics: _Clitics) -> bool:
    edge = buffer.find(_EDGE, end, end + _LONGEST)
    between = buffer[end:edge]
    return edge >= 0 and not (clitics or _bare).isdisjoint((between, buffer[end - 1 : end] + between))
