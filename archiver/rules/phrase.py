"""Phrases as packs and lexicons list them: what none may be, and which spellings are one."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from archiver.domain.folding import ALPHABET, fold

_LONGEST = 200
_LEAST = 2
_SYMBOLS = frozenset(ALPHABET)


def wrong_with(phrase: str) -> str | None:
    """Return what is wrong with a phrase and the way out, None where nothing is."""
    shown = phrase[:40]
    if len(phrase) > _LONGEST:
        return f"the term {shown!r}… is longer than {_LONGEST} characters; a few words are enough"
    folded = _folded(phrase).replace(" ", "")
    if strange := sorted(set(folded) - _SYMBOLS):
        return f"the term {shown!r} holds {strange[0]!r}, of a script that rules can't read; leave it out"
    if len(folded) < _LEAST:
        return f"the term {shown!r} folds to {folded!r}, less than two letters or digits; lengthen it"
    return None


def different(phrases: Iterable[str]) -> tuple[str, ...]:
    """Return the phrases sorted, one of those that fold to the same."""
    found: dict[str, str] = {}
    for phrase in sorted(phrases):
        found.setdefault(_folded(phrase), phrase)
    return tuple(found.values())


@lru_cache(maxsize=1024)
def _folded(phrase: str) -> str:
    """A list of phrases is asked twice: what is wrong with each, then which are one."""
    return fold(phrase).text
