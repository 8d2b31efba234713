"""Say what of a text must not be shown: what detectors find in it, and the names beside it in a list."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from archiver.domain.excerpt import HARMLESS_KINDS
from archiver.domain.masking import Hidden, mask
from archiver.domain.rows import FAMILIES, ROW, Value, rows
from archiver.rules.detectors.detector import Detection

Detect = Callable[[Sequence[str]], Sequence[Sequence[Detection]]]
"""Texts in, what detectors find in each out."""

PSEUDONYM_DIGITS = 8
"""Hexadecimal digits of a pseudonym: that any two of 10,000 different values of a kind have the same has a
chance of one in a hundred; among 90,000, one pair is to be expected. The kind stands beside it."""

_SUMMARY = "bulk_personal"
"""Says of many values that they are many; each is hidden for itself."""


class Masker:
    """Finds what must be hidden in texts. One thread at a time may use it, as its detectors."""

    def __init__(self, detect: Detect, pseudonym: Callable[[str], str] | None = None) -> None:
        """``pseudonym`` makes one of a detection's link; without it placeholders are alike."""
        self._detect = detect
        self._pseudonym = pseudonym

    def hidden(self, texts: Sequence[str]) -> list[tuple[Hidden, ...]]:
        """Return what must not be shown of each text, in order of place; places may overlap."""
        return [
            tuple(self._places(text, found)) if found else ()
            for text, found in zip(texts, self._detect(texts), strict=True)
        ]

    def masked(self, texts: Sequence[str]) -> list[str]:
        """Return the texts with placeholders."""
        return [
            mask(text, places) if places else text
            for text, places in zip(texts, self.hidden(texts), strict=True)
        ]

    def _places(self, text: str, found: Sequence[Detection]) -> list[Hidden]:
        places = [
            Hidden(each.kind, each.start, each.end, self._name(each.link))
            for each in found
            if each.kind not in HARMLESS_KINDS and each.kind != _SUMMARY
        ]
        places += _hidden_rows(text, found)
        return sorted(places, key=_start)

    def _name(self, link: str | None) -> str | None:
        return self._pseudonym(link) if self._pseudonym and link else None


def _start(place: Hidden) -> int:
    return place.start


def pseudonym(link: str) -> str:
    """Return the pseudonym of a value whose link was made with the archive's key for pseudonyms."""
    return link[:PSEUDONYM_DIGITS]


def _hidden_rows(text: str, found: Sequence[Detection]) -> Iterator[Hidden]:
    if not any(each.kind in FAMILIES for each in found):
        return
    for start, end in rows(text, (Value(each.kind, each.start, each.end) for each in found)):
        yield Hidden(ROW, start, end)
