"""The stretch of a text around what was found in it, with what must not be shown masked."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise

HARMLESS_KINDS = frozenset(
    {"bulk_rows", "column_list", "deadline", "file_size", "payment_service", "price", "sample"}
)
"""Kinds of detectors that name neither a person nor a secret; whatever is not among them is masked."""

_ELLIPSIS = "…"
_BEFORE = 3
"""The part of the width, one in so many, that stands before the first place."""
_LONGEST_WORD = 20
"""How far the ends may move to cut no word: the letters of half an Arabic word have other shapes."""


@dataclass(frozen=True, slots=True)
class Place:
    """Code points of a text, the end exclusive; ``mask`` stands in their stead, e.g. ``[phone]``."""

    start: int
    end: int
    mask: str | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of an excerpt; ``is_found`` says that it is what the excerpt is about, the next one not."""

    text: str
    is_found: bool


def excerpt(text: str, *, found: Iterable[Place], hidden: Iterable[Place], width: int) -> tuple[Piece, ...]:
    """Return some ``width`` code points around the first place of ``found``, in one line.

    ``hidden`` are the places with a mask; a mask is shown whole, and found when it touches what was found. A
    place that reaches beyond the text is clipped. Nothing is put between letters, so that joined ones stay
    joined; control characters and direction marks, which could steer a terminal, are left out or replaced.
    """
    marked = _clipped(found, len(text))
    masks = _apart(_clipped(hidden, len(text)))
    start, end = _window(text, marked, masks, width)
    pieces = [Piece(_ELLIPSIS, is_found=False)] if start else []
    pieces += _pieces(text, (start, end), marked, masks)
    pieces += [Piece(_ELLIPSIS, is_found=False)] if end < len(text) else []
    return tuple(
        Piece("".join(piece.text for piece in run), is_found=is_found)
        for is_found, run in groupby(pieces, key=lambda piece: piece.is_found)
    )


def _clipped(places: Iterable[Place], length: int) -> list[Place]:
    kept = (Place(max(0, place.start), min(place.end, length), place.mask) for place in places)
    return sorted((place for place in kept if place.start < place.end), key=lambda place: place.start)


def _apart(masks: list[Place]) -> list[Place]:
    """Return masks of which none overlaps another: of those that do, all is hidden under the first one's."""
    apart: list[Place] = []
    for mask in masks:
        if apart and mask.start < apart[-1].end:
            apart[-1] = Place(apart[-1].start, max(apart[-1].end, mask.end), apart[-1].mask)
        else:
            apart.append(mask)
    return apart


def _window(text: str, found: list[Place], masks: list[Place], width: int) -> tuple[int, int]:
    """Return the ends of the excerpt; neither cuts a mask, nor a word that is not very long."""
    first = found[0].start if found else 0
    start = max(0, min(first - width // _BEFORE, len(text) - width))
    end = min(len(text), start + width)
    least, most = max(0, start - _LONGEST_WORD), min(len(text), end + _LONGEST_WORD)
    while start > least and not text[start - 1].isspace():
        start -= 1
    while end < most and not text[end].isspace():
        end += 1
    # a mask stands at the beginning of its place
    start = next((mask.start for mask in masks if mask.start < start < mask.end), start)
    return start, end


def _pieces(text: str, window: tuple[int, int], found: list[Place], masks: list[Place]) -> Iterator[Piece]:
    at, end = window
    cuts = sorted({at, end, *(edge for place in (*found, *masks) for edge in (place.start, place.end))})
    for first, last in pairwise(cuts):
        if first < at or last > end:
            continue
        mask = next((each for each in masks if each.start <= first < each.end), None)
        if mask is None:
            yield Piece(_in_one_line(text[first:last]), is_found=_touches(found, first, last))
        elif mask.start == first:
            yield Piece(mask.mask or _ELLIPSIS, is_found=_touches(found, mask.start, mask.end))


def _touches(found: list[Place], start: int, end: int) -> bool:
    return any(place.start < end and start < place.end for place in found)


def _in_one_line(text: str) -> str:
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    if character.isspace():
        return " "
    if unicodedata.bidirectional(character) in {
        "LRE",
        "RLE",
        "PDF",
        "LRO",
        "RLO",
        "LRI",
        "RLI",
        "FSI",
        "PDI",
    }:
        return ""
    return "\N{REPLACEMENT CHARACTER}" if unicodedata.category(character) in {"Cc", "Cs"} else character
