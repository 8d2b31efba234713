"""Where in a text something stands, counted in words and sentences."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

_SENTENCE_END = re.compile(r"[.!?؟۔…]+[\"'»”’)\]]*(?:\s+|$)|\n\s*")


@dataclass(frozen=True, slots=True)
class Place:
    """The first and the last word of a stretch, and the sentence in which it begins; all count from 0."""

    first: int
    last: int
    sentence: int


class Places:
    """The words and sentences of a text. ``starts`` and ``ends`` are those of its words, in code points."""

    def __init__(self, text: str, starts: Sequence[int], ends: Sequence[int]) -> None:
        self._text = text
        self._starts = starts
        self._ends = ends

    @property
    def words(self) -> int:
        """Return how many words there are."""
        return len(self._starts)

    @property
    def sentences(self) -> int:
        """Return how many sentences were begun."""
        return len(self._breaks) + 1

    def at(self, start: int, end: int) -> Place:
        """Return the place of ``start`` to ``end``; what has no letter stands before the next word."""
        first = bisect_right(self._ends, start)
        last = bisect_left(self._starts, end) - 1
        return Place(first, max(first, last), bisect_right(self._breaks, start))

    @cached_property
    def _breaks(self) -> list[int]:
        ends = (found.end() for found in _SENTENCE_END.finditer(self._text))
        return [end for end in ends if end < len(self._text)]
