"""Characters that a reader can't see and that change what is read: to be shown as badges.

Direction marks and overrides turn a text round, fillers and zero-width characters break words that rules look
for, tag characters carry hidden text. The joiners (ZWNJ, ZWJ) are rightful letters of Kurdish, Persian and
emoji: they are left as they are unless somebody asks.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import groupby

JOINERS = {"\u200c": "ZWNJ", "\u200d": "ZWJ"}

_NAMES = {
    "\u00ad": "SHY", "\u034f": "CGJ", "\u061c": "ALM", "\u115f": "HCF", "\u1160": "HJF", "\u180e": "MVS",
    "\u200b": "ZWSP", "\u200e": "LRM", "\u200f": "RLM", "\u202a": "LRE", "\u202b": "RLE", "\u202c": "PDF",
    "\u202d": "LRO", "\u202e": "RLO", "\u2060": "WJ", "\u2061": "FA", "\u2062": "IT", "\u2063": "IS",
    "\u2064": "IP", "\u2066": "LRI", "\u2067": "RLI", "\u2068": "FSI", "\u2069": "PDI", "\u3164": "HF",
    "\ufeff": "BOM", "\uffa0": "HHF",
}  # fmt: skip
_TAGS = range(0xE0000, 0xE0080)
_SPACES = "\n\t"


def badge(character: str, *, with_joiners: bool = False) -> str | None:
    """Return the short name of a character that can't be seen, ``None`` for any other."""
    if character in JOINERS:
        return JOINERS[character] if with_joiners else None
    if character in _NAMES:
        return _NAMES[character]
    if ord(character) in _TAGS:
        return "TAG"
    is_control = unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} and character not in _SPACES
    return f"U+{ord(character):04X}" if is_control else None


def runs(text: str, *, with_joiners: bool = False) -> Iterator[tuple[str, str | None]]:
    """Yield a text in stretches: characters that can be seen, or a run of one that can't and its name."""
    for name, characters in groupby(text, key=lambda each: badge(each, with_joiners=with_joiners)):
        yield "".join(characters), name
