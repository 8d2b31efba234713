"""Say what is wrong with a word that is not known, and which one may have been meant."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches

_FEW = 12
_ALIKE = 0.6
_ALIKE_GROUPS = 0.75
"""Groups of one pack begin alike."""
_ELSEWHERE = {"group": "add it to the groups of the pack, or take one of common.yml"}


def unknown(kind: str, word: str, known: Collection[str]) -> str:
    """Return a sentence such as ``unknown key 'titel'; did you mean title?``.

    Where nothing known is like the word, all that is known is listed, as far as it is short.
    """
    said = f"unknown {kind} {word[:60]!r}"
    alike = _ALIKE_GROUPS if kind == "group" else _ALIKE
    if close := get_close_matches(word.lower(), known, n=1, cutoff=alike):
        return f"{said}; did you mean {close[0]}?"
    if len(known) > _FEW:
        return f"{said}; {_ELSEWHERE.get(kind, 'docs/reference/rules.md says what there is')}"
    return f"{said}; there is {', '.join(sorted(known))}"
