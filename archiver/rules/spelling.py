"""Say what is wrong with a word that is not known, and which one may have been meant."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches

_FEW = 12
_ALIKE = 0.6


def unknown(kind: str, word: str, known: Collection[str]) -> str:
    """Return a sentence such as ``unknown key 'titel'; did you mean title?``.

    Where nothing known is like the word, all that is known is listed, as far as it is short.
    """
    said = f"unknown {kind} {word[:60]!r}"
    if close := get_close_matches(word.lower(), known, n=1, cutoff=_ALIKE):
        return f"{said}; did you mean {close[0]}?"
    if len(known) > _FEW:
        return f"{said}; docs/reference/rules.md says what there is"
    return f"{said}; there is {', '.join(sorted(known))}"
