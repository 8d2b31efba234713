"""Which words a written word holds: what Arabic, Kurdish and Persian write together with a word is taken off.

`cores` says under which other words a word of a text is to be found: والكتاب under الكتاب, كتاب and one or
two more that a table can't rule out. It goes one way: a search for كتاب finds الكتاب, and one for الكتاب does
not find كتاب. A core has three letters at least, so that short words don't fall to pieces.

The tables are shorter than those of the rules (rules/boundaries.py), which look for few phrases in a post:
here each core of each word takes room in the index. They are in usual spelling, and folded as texts are.
"""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

from archiver.domain.folding import fold

VERSION = 1
"""To be raised when any word gets other cores: the index is made anew then."""

SHORTEST = 3

_BEFORE = "و ف ب ل ك س ال لل وال فال بال كال ولل فلل وبال وكال وب ول وك هال عال"
"""Arabic: and, so, in, to, like, will, the, and what they become together."""

_AFTER = (
    # Arabic: my, your, his, her, our, their; plurals and duals
    ("", "ي ني ك كم كن ه ها هم هن هما نا ان ين ون ات"),
    ("ات", "ي ك كم كن ه ها هم هن نا"),
    # Kurdish: the, the …s, a, …s, and whose
    ("", "م ت ی مان تان یان ن ین"),
    ("ەکە ەکان ێک یەک ان", "م ت ی مان تان یان"),
    ("ەکە ەکان", "دا ەوە ش"),
    # Persian: …s, and whose
    ("", "ها های هایی اش ش"),
    ("های", "م ت ش مان تان شان"),
)
"""What stands after a word: one of the first part, with one of the second or without."""

_AFTER_TA = "ي ك كم كن ه ها هم هن هما نا ان ين"
"""What stands after the t that a ta marbuta becomes."""


class Core(NamedTuple):
    """A word within another: ``start`` and ``end`` are places in that one, and may say less than ``word``."""

    word: str
    start: int
    end: int


def cores(word: str) -> tuple[Core, ...]:
    """Return the words that a folded word holds, itself left out, each once."""
    if len(word) <= SHORTEST or not _FIRST <= word[0] <= _LAST:
        return ()
    found: dict[str, Core] = {}
    for start in range(min(_LONGEST_BEFORE, len(word) - SHORTEST) + 1):
        if word[:start] in _PREFIXES:
            for end in range(max(start + SHORTEST, len(word) - _LONGEST_AFTER), len(word) + 1):
                for core in _between(word, start, end):
                    found.setdefault(core.word, core)
    found.pop(word, None)
    return tuple(found.values())


def _between(word: str, start: int, end: int) -> list[Core]:
    after = word[end:]
    if after not in _SUFFIXES:
        return []
    found = [Core(word[start:end], start, end)]
    if after in _SUFFIXES_OF_TA and word[end - 1] == _TA:
        found.append(Core(word[start : end - 1] + _TA_MARBUTA, start, end))
    if len(after) > 1 and after[0] == _HEH:  # a word's own last one and this were made one letter: خانه‌های
        found.append(Core(word[start : end + 1], start, end + 1))
    return found


def _folded(text: str) -> frozenset[str]:
    return frozenset(fold(text).text.split())


def _composed() -> frozenset[str]:
    pairs = (product(("", *first.split()), ("", *second.split())) for first, second in _AFTER)
    return frozenset(fold(one + other).text for each in pairs for one, other in each)


_FIRST, _LAST = "\u0620", "\u06ff"
_TA, _TA_MARBUTA, _HEH = "ت", fold("ة").text, "ه"
_PREFIXES = _folded(_BEFORE) | {""}
_SUFFIXES = _composed()
_SUFFIXES_OF_TA = _folded(_AFTER_TA)
_LONGEST_BEFORE = max(map(len, _PREFIXES))
_LONGEST_AFTER = max(map(len, _SUFFIXES))
