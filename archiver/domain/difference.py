"""The difference between two versions of a text, word by word."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from itertools import islice
from typing import NamedTuple

_WORDS = re.compile(r"\s+|[^\s]+")
_MOST_WORDS = 4_000
"""Beyond so many, white space counted, the rest is compared as one piece."""


class Piece(NamedTuple):
    """A stretch of one of the two texts; ``is_other`` says that the other text has it not."""

    text: str
    is_other: bool


class Difference(NamedTuple):
    """Both texts in pieces."""

    before: tuple[Piece, ...]
    after: tuple[Piece, ...]


def difference(before: str, after: str) -> Difference:
    """Return what became of a text; the pieces of each side together are that side."""
    old, new = _words(before), _words(after)
    olds: list[Piece] = []
    news: list[Piece] = []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for name, first, last, start, end in matcher.get_opcodes():
        is_other = name != "equal"
        if first < last:
            olds.append(Piece("".join(old[first:last]), is_other))
        if start < end:
            news.append(Piece("".join(new[start:end]), is_other))
    return Difference(tuple(olds), tuple(news))


def _words(text: str) -> list[str]:
    found = list(islice(_WORDS.finditer(text), _MOST_WORDS))
    words = [match[0] for match in found]
    rest = text[found[-1].end() :] if found else ""
    return [*words, rest] if rest else words
