"""What a detector is made of: the signs that call it, and a function that finds values in one text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Text(NamedTuple):
    """One text of the view between its two `view.END`, as written and in small letters."""

    exact: bytes
    lower: bytes


class Find(NamedTuple):
    """A value of a kind at its place in the view.

    ``value`` is the value in its normal form, for kinds whose values are linked; it never leaves this room.
    """

    kind: str
    start: int
    end: int
    confidence: float
    value: bytes | None = None


Ends = Sequence[int] | None
"""Where in a text the signs of a detector end, in order; None where the gate can't say."""


@dataclass(frozen=True, slots=True)
class Detector:
    """Signs and a search.

    ``find`` finds nothing in a text where none of the ``signs`` stands. Signs are expressions over
    ``Text.lower`` in what re, re2 and hyperscan have in common: no look-around, no back reference, no ``^``
    and ``$``. ``find`` finds the same with ``Ends`` and without.
    """

    signs: tuple[bytes, ...]
    find: Callable[[Text, Ends], Iterable[Find]]
    least: int = 1


class Detection(NamedTuple):
    """A value of a kind in a text, without the value.

    ``start`` and ``end`` count code points of the text as it was given, end exclusive, marks of the last
    character included. ``link`` is the same for the same value: a keyed HMAC, 32 hex digits, or None where
    there is no key or the kind names nobody.
    """

    kind: str
    start: int
    end: int
    confidence: float
    link: str | None = None


def near(pattern: re.Pattern[bytes], text: bytes, *, ends: Ends, reach: int) -> Iterator[re.Match[bytes]]:
    """Yield what ``finditer`` would, but look only near signs.

    Every match must hold a sign that ends at most ``reach`` characters behind its begin and one behind its
    end.
    """
    if ends is None:
        yield from pattern.finditer(text)
        return
    after = 0
    for end in ends:
        if end <= after + 1:
            continue
        found = pattern.search(text, max(after, end - reach))
        if found is None:
            return
        yield found
        after = found.end()


def plain(kind: str, pattern: bytes, *, signs: tuple[bytes, ...], confidence: float, reach: int) -> Detector:
    """Return a detector of what an expression matches in ``lower``, or its group ``found``."""
    compiled = re.compile(pattern)
    group = compiled.groupindex.get("found", 0)

    def find(text: Text, ends: Ends) -> Iterator[Find]:
        for match in near(compiled, text.lower, ends=ends, reach=reach):
            yield Find(kind, *match.span(group), confidence)

    return Detector(signs, find)
