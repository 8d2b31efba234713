"""Likeness: whether two words are one, spelled or inflected another way."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from archiver.domain.repost_words import CLITICS, NUMERALS
from archiver.domain.wording import TARGET, is_number

_LEET = str.maketrans("013457", "oieast")
_LAST_VOWELS = "اهيو"
_VOWELS = str.maketrans("", "", "ءاهويaeiouyаеиоуыэюя")
_PRONOUNS = ("ها", "هم", "كم", "نا", "يان", "مان", "تان", "ه", "ك", "ي", "م", "ت")
_PERSONS = ("ت", "ي", "ن", "ا")
_ARTICLES = ("عبدال", "ال")
_PHONE = 9
"""Digits of a phone that stay when its country is written or left out."""
_SHORTEST_STEM = 3
_LONG_STEM = 5
_LONG_ENOUGH = 5
"""Letters of a word in which one may be wrong: another letter makes another name of a shorter one."""
_LONG = 9
"""Letters of a word in which two may be wrong."""
_LONGEST_GAP = 30
"""Words on either side of a difference that are worth comparing one by one."""


def are_alike(word: str, other: str) -> bool:
    """Say whether two folded words are one: a clitic, an ending, a letter or two apart.

    Numbers and targets are one when they are the same; a phone may lack its country.
    """
    if word == other:
        return True
    if TARGET in (word[0], other[0]) or not NUMERALS.isdisjoint((word, other)):
        return False
    if is_number(word) or is_number(other):
        return _is_same_number(word, other)
    return _is_inflected(*sorted((word, other), key=len)) or _is_misspelled(word, other)


def unlike(left: Sequence[str], right: Sequence[str]) -> tuple[list[int], list[int]]:
    """Return the places of the words on either side that have no like on the other, in the same order."""
    if "".join(left) == "".join(right):
        return [], []
    if max(len(left), len(right)) > _LONGEST_GAP:
        return list(range(len(left))), list(range(len(right)))
    alone: list[int] = []
    others: list[int] = []
    start = 0
    for place, word in enumerate(left):
        like = next((at for at in range(start, len(right)) if are_alike(word, right[at])), None)
        if like is None:
            alone.append(place)
        else:
            others += range(start, like)
            start = like + 1
    return alone, [*others, *range(start, len(right))]


def _is_same_number(word: str, other: str) -> bool:
    if word.isdigit() and other.isdigit():
        return min(len(word), len(other)) >= _PHONE and word[-_PHONE:] == other[-_PHONE:]
    if is_number(word) and is_number(other):
        return False
    return not (word.isdigit() or other.isdigit()) and word.translate(_LEET) == other.translate(_LEET)


def _is_inflected(short: str, long: str) -> bool:
    if len(short) < _SHORTEST_STEM:
        return False
    if not _stems(short).isdisjoint(_stems(long)):
        return True
    if long.startswith(short):
        return len(long) <= len(short) + 2
    before = long.removesuffix(short)
    return before in CLITICS or (before in _PERSONS and len(short) >= 4)


def _stems(word: str) -> set[str]:
    """Return what may be left of a word without its last vowels, or without a pronoun."""
    stems = {word, word.rstrip(_LAST_VOWELS), *(word.removesuffix(pronoun) for pronoun in _PRONOUNS)}
    return {stem for stem in stems if len(stem) >= _SHORTEST_STEM}


def _is_misspelled(word: str, other: str) -> bool:
    for article in _ARTICLES:
        if word.startswith(article) and other.startswith(article):
            word, other = word.removeprefix(article), other.removeprefix(article)
    shortest = min(len(word), len(other))
    if shortest < _LONG_ENOUGH:
        return False
    if shortest > _LONG_ENOUGH and _have_same_bones(word, other):
        return True
    return _is_near(word, other, most=2 if shortest >= _LONG else 1)


def _have_same_bones(word: str, other: str) -> bool:
    bones = word.translate(_VOWELS)
    if len(bones) >= _SHORTEST_STEM + 1 and bones == other.translate(_VOWELS):
        return True
    alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(word, other, strict=False)))
    return alike >= max(_LONG_STEM, 0.55 * max(len(word), len(other)))


def _is_near(word: str, other: str, *, most: int) -> bool:
    """Say whether at most so many letters must be put, left out or replaced."""
    if abs(len(word) - len(other)) > most:
        return False
    row = list(range(len(other) + 1))
    for number, letter in enumerate(word, 1):
        above, row = row, [number]
        for at, against in enumerate(other, 1):
            row.append(min(above[at] + 1, row[at - 1] + 1, above[at - 1] + (letter != against)))
        if min(row) > most:
            return False
    return row[-1] <= most
