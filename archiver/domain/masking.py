"""A text with what must not be shown masked: as one string, or in segments for a page.

A mask is a typed placeholder, ``[phone]``; with a pseudonym, ``[phone:7f3a21bc]``, it is the same for the
same value wherever it stands. Where masks overlap, all that any of them covers is hidden under the one that
begins first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple


class Hidden(NamedTuple):
    """Code points of a text that must not be shown, the end exclusive; ``kind`` is that of a detector."""

    kind: str
    start: int
    end: int
    pseudonym: str | None = None

    @property
    def placeholder(self) -> str:
        """Return what stands in their stead."""
        return f"[{self.kind}:{self.pseudonym}]" if self.pseudonym else f"[{self.kind}]"


class Found(NamedTuple):
    """Code points of a text that a match with this number points at, the end exclusive."""

    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A piece of a text; ``kind`` says what of, where it is a mask and ``text`` its placeholder.

    ``numbers`` are those of the matches that touch it, in rising order.
    """

    text: str
    kind: str | None = None
    numbers: tuple[int, ...] = ()


def mask(text: str, hidden: Iterable[Hidden]) -> str:
    """Return the text with placeholders; a place that reaches beyond it is clipped."""
    parts, at = [], 0
    for each in apart(hidden, length=len(text)):
        parts += [text[at : each.start], each.placeholder]
        at = each.end
    return "".join(parts) + text[at:]


def segments(text: str, *, hidden: Iterable[Hidden], found: Iterable[Found]) -> tuple[Segment, ...]:
    """Return the whole text in pieces, none of them empty; places that reach beyond it are clipped.

    A mask is one piece, and touched by whatever touches any of its characters. Letters are cut where a match
    begins or ends, and nothing is put between them.
    """
    marks = sorted(_clipped_marks(found, len(text)), key=_start)
    pieces: list[Segment] = []
    at = 0
    for each in apart(hidden, length=len(text)):
        pieces += _shown(text, (at, each.start), _touching(marks, at, each.start))
        numbers = tuple(sorted({mark.number for mark in _touching(marks, each.start, each.end)}))
        pieces.append(Segment(text=each.placeholder, kind=each.kind, numbers=numbers))
        at = each.end
    pieces += _shown(text, (at, len(text)), _touching(marks, at, len(text)))
    return tuple(pieces)


def apart(hidden: Iterable[Hidden], *, length: int) -> list[Hidden]:
    """Return places of which none overlaps another, in order, clipped to a text of this length."""
    clipped = (_clipped(each, length) for each in hidden)
    places: list[Hidden] = []
    for each in sorted((each for each in clipped if each.start < each.end), key=_start):
        if places and each.start < places[-1].end:
            places[-1] = places[-1]._replace(end=max(places[-1].end, each.end))
        else:
            places.append(each)
    return places


def _clipped(hidden: Hidden, length: int) -> Hidden:
    if hidden.start >= 0 and hidden.end <= length:
        return hidden
    return hidden._replace(start=max(0, hidden.start), end=min(hidden.end, length))


def _start(place: Hidden | Found) -> int:
    return place.start


def _clipped_marks(found: Iterable[Found], length: int) -> Iterator[Found]:
    for number, start, end in found:
        if max(0, start) < min(end, length):
            yield Found(number, max(0, start), min(end, length))


def _touching(marks: Sequence[Found], start: int, end: int) -> list[Found]:
    return [mark for mark in marks if mark.start < end and start < mark.end]


def _shown(text: str, place: tuple[int, int], marks: Sequence[Found]) -> Iterator[Segment]:
    """Yield the pieces of a place where nothing is hidden."""
    first, after = place
    edges = {edge for mark in marks for edge in (mark.start, mark.end) if first < edge < after}
    cuts = [first, *sorted(edges), after]
    for start, end in pairwise(cuts):
        if start < end:
            numbers = {mark.number for mark in marks if mark.start < end and start < mark.end}
            yield Segment(text=text[start:end], numbers=tuple(sorted(numbers)))
