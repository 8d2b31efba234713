"""Expressions over the view, written in plain letters: words, numbers, and where a word ends."""

from __future__ import annotations

import re
from itertools import product

from archiver.rules.detectors.view import symbol

WORD = rb"0-9A-Za-z_\x80-\xff"
"""Inside a class: what a word is made of."""
LEFT = rb"(?<![" + WORD + rb"].)"
"""Behind the first character of an expression, which is how re finds its place fastest: no word goes on
there."""
RIGHT = rb"(?![" + WORD + rb"])"
EDGE = rb"[^" + WORD + rb"]"
"""A character beside a word; a text has one before and one behind."""
NUMBER = (
    rb"[0-9](?<![0-9A-Za-z_@#/].)(?<![0-9][.,:/-].)"
    rb"(?:[0-9]{0,2}(?:[ ,.'][0-9]{3}){1,4}|[0-9]{0,9}(?:[.,/][0-9]{1,3})?)"
)
"""A number that is not the tail of something else."""
GAP = rb"[ \t+~-]{0,3}"
"""What may stand between a number and its unit."""

_SPACE = rb"[ _-]{0,2}"
_PLAIN = dict(zip("êîûşç", "eiusc", strict=True))
_Trie = dict[bytes, "_Trie"]


def expression(source: str) -> bytes:
    """Return a regular expression over the view for one that is written in letters and ASCII signs."""
    return b"".join(_escaped(character) for character in source)


def any_of(words: str) -> bytes:
    """Return an expression for any of these words or phrases, which commas part; the longest is tried first.

    It is for ``lower``; a space may be a dash or be missing, Kurdish Latin letters may have lost their marks.
    """
    trie: _Trie = {}
    for word in (word.strip() for word in words.split(",")):
        for spelling in product(*(_spellings(character) for character in word)):
            node = trie
            for piece in (piece for piece in spelling if piece):
                node = node.setdefault(piece, {})
            node[b""] = {}
    return _written(trie)


def sign(source: bytes) -> bytes:
    """Return what a gate looks for in ``lower`` to know that an expression over ``exact`` may match there."""
    if re.search(rb"\\[A-Z]|\(\?", source.replace(b"(?:", b"")):
        raise ValueError(f"not for a gate: {source!r}")
    return source.lower()


def _escaped(character: str) -> bytes:
    return character.encode() if character.isascii() else _byte(character)


def _spellings(character: str) -> tuple[bytes, ...]:
    if character == " ":
        return (_SPACE,)
    plain = _PLAIN.get(character)
    return (_byte(character), plain.encode()) if plain else (_byte(character),)


def _byte(character: str) -> bytes:
    found = symbol(character)
    return re.escape(bytes([found])) if found else b""


def _written(trie: _Trie) -> bytes:
    branches = [piece + (_written(rest) if rest else b"") for piece, rest in sorted(trie.items()) if piece]
    whole = b"|".join(branches)
    if b"" not in trie:
        return whole if len(branches) == 1 else b"(?:" + whole + b")"
    return b"(?:" + whole + b")?" if branches else b""


START = EDGE + expression("(?:و|ف)?(?:بال|كال|ال|لل|ب|ل|ك)?")
"""Before a word: the character beside it, and what Arabic writes together with it."""
