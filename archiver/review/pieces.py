"""Texts as pages show them: masked, with what was found numbered, and with badges for what can't be seen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from archiver.domain.invisible import runs
from archiver.domain.masking import Found, Hidden, Segment, segments
from archiver.review.labels import HIDDEN
from archiver.services.masking import Masker

_PLACEHOLDER = re.compile(r"\[(?P<kind>[a-z_]+)(?::\w+)?\]")
_GROUPS_OF_DIGITS = re.compile(r"\+?(?=(?:[ .()\-]{0,2}\d){7})\d+(?:(?:[ .\-]|\) ?| ?\()\d+)*")
"""Seven digits and more, as in numbers of telephones and cards."""
_BEFORE = 4
"""The part of the width, one in so many, that stands before the first match."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of a text.

    ``badge`` names an invisible character, ``kind`` says that it is masked and as what. ``numbers`` are those
    of the matches that touch it; ``label`` shows those that begin here, ``anchor`` is where they are linked.
    ``is_number``: digits in groups, which are read from left to right in any text.
    """

    text: str
    badge: str | None = None
    kind: str | None = None
    pseudonym: str | None = None
    numbers: tuple[int, ...] = ()
    label: str | None = None
    anchor: str | None = None
    is_number: bool = False


class Veil:
    """Masks texts for one page; lifted where what it hides was revealed."""

    def __init__(self, masker: Masker, *, is_lifted: bool = False, with_joiners: bool = False) -> None:
        """``with_joiners`` gives zero-width joiners badges too."""
        self._masker = masker
        self.is_lifted = is_lifted
        self._with_joiners = with_joiners

    def pieces(self, text: str, found: Iterable[Found] = (), *, anchor: str = "") -> tuple[Piece, ...]:
        """Return a text; matches are linked as ``anchor`` and their number, where ``anchor`` is given."""
        return _pieces(
            segments(text, hidden=self._hidden([text])[0], found=found), anchor, self._with_joiners
        )

    def many(self, texts: Sequence[str]) -> list[tuple[Piece, ...]]:
        """Return some texts, masked at once."""
        return [
            _pieces(segments(text, hidden=hidden, found=()), "", self._with_joiners)
            for text, hidden in zip(texts, self._hidden(texts), strict=True)
        ]

    def masked(self, texts: Sequence[str]) -> list[str]:
        """Return some texts as plain text, masked unless that was lifted."""
        return list(texts) if self.is_lifted else self._masker.masked(texts)

    def _hidden(self, texts: Sequence[str]) -> Sequence[Sequence[Hidden]]:
        return [()] * len(texts) if self.is_lifted else self._masker.hidden(texts)


def plain(text: str) -> tuple[Piece, ...]:
    """Return a text that is masked already, with badges, and its placeholders as what they are."""
    pieces: list[Piece] = []
    place = 0
    for match in _PLACEHOLDER.finditer(text):
        if match["kind"] in HIDDEN:
            pieces += _badged(Segment(text=text[place : match.start()]), with_joiners=False)
            pieces += _badged(Segment(text=match[0], kind=match["kind"]), with_joiners=False)
            place = match.end()
    return (*pieces, *_badged(Segment(text=text[place:]), with_joiners=False))


def shortened(pieces: Sequence[Piece], width: int) -> tuple[Piece, ...]:
    """Return the beginning of a text, some ``width`` characters; a mask is not cut."""
    kept: list[Piece] = []
    for piece in pieces:
        if width <= 0:
            return (*kept, Piece(text="…"))
        if len(piece.text) > width and piece.kind is None and piece.badge is None:
            return (*kept, Piece(text=_cut(piece.text, width), numbers=piece.numbers), Piece(text="…"))
        kept.append(piece)
        width -= len(piece.text)
    return tuple(kept)


def around(pieces: Sequence[Piece], width: int) -> tuple[Piece, ...]:
    """Return some ``width`` characters of a text from shortly before the first match on."""
    first = next((number for number, piece in enumerate(pieces) if piece.numbers), 0)
    before: list[Piece] = []
    room = width // _BEFORE
    for piece in reversed(pieces[:first]):
        if len(piece.text) > room and piece.kind is None and piece.badge is None:
            tail = piece.text[len(piece.text) - room :]
            before = [Piece(text="…"), Piece(text=tail[tail.find(" ") + 1 :]), *before]
            break
        before.insert(0, piece)
        room -= len(piece.text)
    return (*before, *shortened(pieces[first:], width))


def _cut(text: str, width: int) -> str:
    """Cut between words, where there is a gap near: half an Arabic word has other letters."""
    head = text[:width]
    gap = max(head.rfind(" "), head.rfind("\n"))
    return head[:gap] if gap > width // 2 else head


def _pieces(parts: Sequence[Segment], anchor: str, with_joiners: bool) -> tuple[Piece, ...]:
    seen: set[int] = set()
    pieces: list[Piece] = []
    for part in parts:
        begins = [number for number in part.numbers if number not in seen]
        seen.update(begins)
        for piece in _badged(part, with_joiners=with_joiners):
            if piece.badge is None and begins and anchor:
                label = "·".join(str(number) for number in begins)
                pieces.append(replace(piece, label=label, anchor=f"{anchor}{begins[0]}"))
                begins = []
            else:
                pieces.append(piece)
    return tuple(pieces)


def _badged(part: Segment, *, with_joiners: bool) -> Iterator[Piece]:
    if part.kind is not None:
        _, _, pseudonym = part.text.strip("[]").partition(":")
        yield Piece(text=part.text, kind=part.kind, pseudonym=pseudonym or None, numbers=part.numbers)
        return
    for text, name in runs(part.text, with_joiners=with_joiners):
        if name is None:
            yield from _with_numbers(text, part.numbers)
        else:
            label = name if len(text) == 1 else f"{name}×{len(text)}"
            yield Piece(text=label, badge=name)


def _with_numbers(text: str, numbers: tuple[int, ...]) -> Iterator[Piece]:
    place = 0
    for match in _GROUPS_OF_DIGITS.finditer(text):
        if place < match.start():
            yield Piece(text=text[place : match.start()], numbers=numbers)
        yield Piece(text=match[0], numbers=numbers, is_number=True)
        place = match.end()
    if place < len(text):
        yield Piece(text=text[place:], numbers=numbers)
