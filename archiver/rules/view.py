"""A batch of texts as the engine reads them: one buffer of folded symbols, and the way back to the originals.

Each text stands between two boundaries, and an end stands before, between and after the texts, so that a
padded phrase is found at the edges of a text and never across two: ``_<_first text_<_second text_<_``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from archiver.domain.folding import read_markup
from archiver.rules.alphabet import (
    BOUNDARY,
    DELETED,
    END,
    GLUE,
    SIGNS,
    UNREPEATABLE,
    Alphabet,
    Positions,
    Symbols,
)
from archiver.rules.places import Places

_GAP = 3
_BETWEEN = "\n" * _GAP
_DELETED = bytes([DELETED])
_WITHOUT_SIGNS = bytes(BOUNDARY if symbol in {*SIGNS.values(), GLUE} else symbol for symbol in range(256))


class View:
    """Texts, folded.

    ``buffer`` is what the engine reads, ``symbols`` the same as an array. ``spelled`` is what it was made of:
    signs that can stand for letters are still seen, and letters still repeat. Positions that come out of a
    view count the code points of one text.
    """

    def __init__(self, texts: Sequence[str], alphabet: Alphabet) -> None:
        joined = _BETWEEN.join(("", *texts, ""))
        if "&" in joined or "<" in joined:
            texts = [read_markup(text) for text in texts]
            joined = _BETWEEN.join(("", *texts, ""))
        self.texts = texts
        codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
        self._firsts = np.array([*accumulate((len(text) + _GAP for text in texts), initial=_GAP)], np.int64)
        looked_up = alphabet.look_up(codes)
        looked_up[self._firsts - _GAP + 1] = END
        self._written, self._origins = alphabet.expand(codes, looked_up)
        self.spelled = self._written.tobytes().translate(None, _DELETED)
        self._plain = np.frombuffer(self.spelled.translate(_WITHOUT_SIGNS), np.uint8)
        self._is_new = np.ones(len(self._plain), np.bool_)
        self._is_new[1:] = (self._plain[1:] != self._plain[:-1]) | (self._plain[1:] < UNREPEATABLE)
        self.symbols: Symbols = self._plain[self._is_new]
        self.buffer = self.symbols.tobytes()

    @cached_property
    def boundaries(self) -> Positions:
        """Return where in ``symbols`` the boundaries are."""
        return _where(self.symbols == BOUNDARY)

    @cached_property
    def text_ends(self) -> Positions:
        """Return where in ``symbols`` each text has ended: a place belongs to the first that is behind it."""
        return self._ends[1:]

    def originals(self, positions: Positions) -> tuple[Positions, Positions]:
        """Return the numbers of the texts and the code points of symbols of ``spelled``."""
        joined = self._joined(positions)
        texts = self._text_of(joined)
        return texts, joined - self._firsts.take(texts)

    def located(self, starts: Positions, ends: Positions) -> tuple[Positions, Positions, Positions]:
        """Return text, start and end of stretches of ``symbols``, each ending before a letter or boundary.

        What belongs to the last letter is inside: its marks, repeats, tatweel and zero-width signs.
        """
        first, last = self._source(starts), self._source(ends)
        if self._origins is not None:
            last = self._beyond_ligatures(ends, last)
        texts = self._text_of(first)
        offsets = self._firsts.take(texts)
        return texts, first - offsets, last - offsets

    def stretch(self, text: int) -> tuple[int, int]:
        """Return where in ``symbols`` a text stands, its two boundaries included."""
        return int(self._ends[text]) + 1, int(self._ends[text + 1])

    def places(self, text: int) -> Places:
        """Return the words and sentences of a text."""
        start, end = self.stretch(text)
        low, high = np.searchsorted(self.boundaries, (start, end))
        between = self.boundaries[low:high]
        _, starts, ends = self.located(between[:-1] + 1, between[1:])
        return Places(self.texts[text], starts.tolist(), ends.tolist())

    @cached_property
    def _ends(self) -> Positions:
        return _where(self.symbols == END)

    @cached_property
    def _deleted(self) -> Positions:
        return _shifts(self._written == DELETED)

    @cached_property
    def _repeated(self) -> Positions:
        return _shifts(~self._is_new)

    def _source(self, symbols: Positions) -> Positions:
        """Return where in the joined texts the code points are that made some symbols."""
        return self._joined(_unshifted(symbols, self._repeated))

    def _joined(self, spelled: Positions) -> Positions:
        written = _unshifted(spelled, self._deleted)
        return written if self._origins is None else self._origins.take(written)

    def _text_of(self, joined: Positions) -> Positions:
        return self._firsts.searchsorted(joined, "right") - 1

    def _beyond_ligatures(self, ends: Positions, last: Positions) -> Positions:
        """Move ends that would cut a ligature behind it."""
        is_cut = last == self._source(ends - 1)
        while is_cut.any():
            ends = ends + is_cut
            last = self._source(ends)
            is_cut = last == self._source(ends - 1)
        return last


def _where(claims: NDArray[np.bool_]) -> Positions:
    found: Positions = claims.nonzero()[0]
    return found


def _shifts(is_left_out: NDArray[np.bool_]) -> Positions:
    """Return from which positions on one thing more was left out, in positions of what was kept."""
    left_out = _where(is_left_out)
    return left_out - np.arange(len(left_out))


def _unshifted(kept: Positions, shifts: Positions) -> Positions:
    """Return the positions that things had before others were left out."""
    return kept + shifts.searchsorted(kept, "right")
