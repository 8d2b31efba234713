"""Disguises that folding leaves: letters apart, digits and signs for letters, Arabic without dots.

Each is looked for only where its signs are. A disguise is undone in the text itself, code point for code
point, so that what is found in the undone text stands at the same place in the original. Most of it is found
in the folded text already: a find counts only where it covers enough of the places that were touched.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise, repeat
from string import ascii_lowercase, digits

import numpy as np
from numpy.typing import NDArray

from archiver.domain import flag
from archiver.rules.alphabet import BOUNDARY, SIGNS, SYMBOLS, Alphabet, Positions, Symbols
from archiver.rules.view import View

_SHAPES = {"ٮ": "بتثنيں", "ح": "جخ", "د": "ذ", "ر": "ز", "س": "ش", "ص": "ض", "ط": "ظ", "ع": "غ", "ڡ": "فقٯ"}
MERGED = {letter: shape for shape, letters in _SHAPES.items() for letter in letters}
"""Letters that are one without their dots, and which one."""

FOLDED = Alphabet()
DOTLESS = Alphabet(MERGED)

_NOTHING = "\u200b"
_STRANGE = "\u4e00"
"""A letter of no alphabet of ours: nothing is found in it."""

_APART = ((1, 3), (2, 4))
"""How long a word is at most, and how many such words stand in a row at least, where letters are apart."""
_SHORT = max(letters for letters, _ in _APART)
_FEW = min(least for _, least in _APART)
_BREAKS = 2
"""A word that was taken apart is broken at least so often; once is an accident (if in to: into)."""

_LETTER = b"[a-z\x80-\xfd]"
_GLUED = re.compile(b"#(?<=%b#)#?(?=%b)" % (_LETTER, _LETTER))

_LEET = b"013457" + bytes(SIGNS[sign] for sign in "!$@")
_LEET_READINGS = tuple(dict(zip(_LEET, letters, strict=True)) for letters in ("oieastisa", "oleastlsa"))
"""A one is an i or an l."""
_LEET_SIGN = re.compile(b"[%s]" % _LEET)
_LEET_WORD = re.compile(b"[a-z%s]+" % _LEET)
_IS_LEET = np.isin(np.arange(256), [*_LEET])
_LEET_EDGE = bytes(SIGNS[sign] for sign in "!@")
"""Such a sign at the edge of a word is what it says: Leak! @handle."""

_WORD = re.compile(b"[^_]+")
_DOTTED = frozenset(SYMBOLS[letter] for letter in MERGED if letter not in "يںٯ")
_WITHOUT_DOTS = frozenset(SYMBOLS[letter] for letter in "ٮںڡٯ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """Text ``number`` of a view with a disguise undone, as long as it was.

    A find in it counts where it covers at least ``least`` of the ``touched`` stretches, which are in order.
    ``is_erased`` says that those were made nothing.
    """

    number: int
    text: str
    view: flag.View
    touched: Sequence[tuple[int, int]] = ()
    least: int = 0
    is_erased: bool = False

    def counts(self, start: int, end: int, *, gaps: int = 0) -> bool:
        """Say whether a find counts; ``gaps`` touched stretches in it were no disguise."""
        return bisect_left(self.touched, (end,)) - bisect_left(self.touched, (start,)) >= self.least + gaps

    def trimmed(self, end: int) -> int:
        """Return the end of a find without what was erased behind its last letter."""
        if self.is_erased:
            behind = bisect_left(self.touched, (end,)) - 1
            while behind >= 0 and self.touched[behind][1] == end:
                end = self.touched[behind][0]
                behind -= 1
        return end


def unspaced(view: View) -> Iterator[Undone]:
    """Yield texts whose letters stand apart, with those letters joined."""
    firsts = view.boundaries[:-1] + 1
    widths = view.boundaries[1:] - firsts
    is_word = view.symbols.take(firsts) > BOUNDARY
    if not _has_run(is_word & (widths <= _SHORT), _FEW):
        return
    seen: dict[int, list[tuple[int, int]]] = {}
    for letters, least in _APART:
        is_short = is_word & (widths <= letters)
        if _has_run(is_short, least):
            inner = _inner(is_short, least)
            between = view.boundaries.take(inner)
            for number, spans in _by_text(*view.located(between, between + 1)):
                if seen.get(number) != spans:
                    seen[number] = spans
                    yield _erased(view, number, spans, least=_BREAKS)


def unglued(view: View) -> Iterator[Undone]:
    """Yield texts with emoji or decoration inside words, without them."""
    glues = [place for found in _GLUED.finditer(view.spelled) for place in range(*found.span())]
    if not glues:
        return
    numbers, starts = view.originals(np.array(glues))
    _, ends = view.originals(np.array(glues) + 1)
    for number, spans in _by_text(numbers, starts, ends):
        yield _erased(view, number, spans, least=1)


def unleeted(view: View) -> Iterator[Undone]:
    """Yield texts with digits and signs within Latin words read as letters, each way that differs."""
    signs = _leet(view)
    if not signs:
        return
    numbers, starts = view.originals(np.array(signs))
    rows = zip(numbers.tolist(), starts.tolist(), (view.spelled[sign] for sign in signs), strict=True)
    for number, group in groupby(rows, key=lambda row: row[0]):
        touched, symbols = zip(*(((start, start + 1), symbol) for _, start, symbol in group), strict=True)
        fillers = {tuple(reading[symbol] for symbol in symbols) for reading in _LEET_READINGS}
        for each in sorted(fillers):
            text = _rewritten(view.texts[number], touched, each)
            yield Undone(number=number, text=text, view=flag.View.LEET, touched=touched, least=1)


def undotted(view: View) -> Iterator[Undone]:
    """Yield texts with letters that lack their dots, for DOTLESS; words with dots are struck out."""
    if not any(symbol in view.buffer for symbol in _WITHOUT_DOTS):
        return
    signs = np.isin(view.symbols, [*_WITHOUT_DOTS]).nonzero()[0]
    for number in np.unique(view.located(signs, signs + 1)[0]).tolist():
        first, end = view.stretch(number)
        words = [each for each in _WORD.finditer(view.buffer, first, end) if _is_dotted(each[0])]
        starts = np.array([each.start() for each in words], np.int64)
        _, begins, ends = view.located(starts, np.array([each.end() for each in words], np.int64))
        spans = zip(begins.tolist(), ends.tolist(), strict=True)
        text = _rewritten(view.texts[number], spans, repeat(_STRANGE))
        yield Undone(number=number, text=text, view=flag.View.DOTLESS)


def _has_run(is_short: NDArray[np.bool_], least: int) -> bool:
    count = len(is_short) - least + 1
    is_run = is_short[:count]
    for shift in range(1, least):
        is_run = is_run & is_short[shift : shift + count]
    return bool(count > 0 and is_run.any())


def _inner(is_short: NDArray[np.bool_], least: int) -> Positions:
    """Return the boundaries (by number) inside of runs of at least ``least`` short words."""
    padded = np.zeros(len(is_short) + 2, np.bool_)
    padded[1:-1] = is_short
    edges = (padded[1:] != padded[:-1]).nonzero()[0]
    firsts, ends = edges[::2], edges[1::2]
    is_run = ends - firsts >= least
    steps = np.zeros(len(is_short) + 1, np.int8)
    steps[firsts[is_run]] = 1
    steps[ends[is_run]] = -1
    is_in_run = steps.cumsum(dtype=np.int8).view(np.bool_)
    found: Positions = (is_in_run[:-1] & is_in_run[1:]).nonzero()[0]
    return found + 1


def _by_text(
    numbers: Positions, starts: Positions, ends: Positions
) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    cuts = [0, *((numbers[1:] != numbers[:-1]).nonzero()[0] + 1).tolist(), len(numbers)]
    spans = [*zip(starts.tolist(), ends.tolist(), strict=True)]
    for first, end in pairwise(cuts):
        if end > first:
            yield int(numbers[first]), spans[first:end]


def _erased(view: View, number: int, spans: list[tuple[int, int]], *, least: int) -> Undone:
    return Undone(
        number=number,
        text=_rewritten(view.texts[number], spans, repeat(_NOTHING)),
        view=flag.View.UNSPACED,
        touched=spans,
        least=least,
        is_erased=True,
    )


def _rewritten(text: str, spans: Iterable[tuple[int, int]], fillers: Iterable[str]) -> str:
    """Return the text with each span filled with its filler, which is a single code point.

    Spans are in order; two may be one, where a ligature holds several words.
    """
    parts: list[str] = []
    behind = 0
    for (start, end), filler in zip(spans, fillers, strict=False):
        if end > behind:
            parts += text[behind:start], filler * (end - max(start, behind))
            behind = end
    return "".join((*parts, text[behind:]))


def _is_dotted(word: bytes) -> bool:
    return not _DOTTED.isdisjoint(word) and _WITHOUT_DOTS.isdisjoint(word)


def _leet(view: View) -> list[int]:
    """Return where in ``spelled`` the signs of leet words are, those of links and mail addresses left out."""
    words = [*_leet_words(view.spelled)]
    if not words:
        return []
    _, firsts = view.originals(np.array([start for start, _ in words]))
    numbers, lasts = view.originals(np.array([end - 1 for _, end in words]))
    rows = zip(words, numbers.tolist(), firsts.tolist(), lasts.tolist(), strict=True)
    return [
        place
        for (start, end), number, first, last in rows
        if not _is_address(view.texts[number], first, last)
        for place in range(start, end)
        if view.spelled[place] in _LEET
    ]


def _leet_words(spelled: bytes) -> Iterator[tuple[int, int]]:
    """Yield where words mix Latin letters, two at least and half of the word, with leet signs."""
    end = 0
    if not _LEET_SIGN.search(spelled):
        return
    for near in _leet_signs(np.frombuffer(spelled, np.uint8)).tolist():
        if near < end:
            continue
        start, end = spelled.rfind(b"_", 0, near) + 1, spelled.find(b"_", near)
        word = spelled[start:end].rstrip(_LEET_EDGE)
        last = start + len(word)
        word = word.lstrip(_LEET_EDGE)
        if _LEET_WORD.fullmatch(word):
            letters = len(word.translate(None, _LEET))
            if letters >= max(2, len(word) - letters):
                yield last - len(word), last


def _leet_signs(spelled: Symbols) -> Positions:
    """Return where a leet sign stands before a Latin letter and behind one, or before three of them."""
    is_letter = (spelled - np.uint8(ord("a"))) < len(ascii_lowercase)
    is_sign = (spelled - np.uint8(ord("0"))) < len(digits) + len(SIGNS)
    is_before = is_sign[2:-3] & is_letter[3:-2]
    if not is_before.any():
        return np.empty(0, np.int64)
    is_behind = is_letter[1:-4] | (is_sign[1:-4] & is_letter[:-5])
    is_first = (spelled[1:-4] == BOUNDARY) & is_letter[4:-1] & is_letter[5:]
    found: Positions = (is_before & (is_behind | is_first)).nonzero()[0] + 2
    return found[_IS_LEET.take(spelled.take(found))]


def _is_address(text: str, first: int, last: int) -> bool:
    """Say whether a word is part of a link, behind a slash, or of a mail address, before a dot."""
    return text[first - 1 : first] == "/" or (text[last + 1 : last + 2] == "." and "@" in text[first:last])
