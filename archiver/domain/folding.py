"""Folding: what is left of a text when spellings, alphabets and disguises of letters are made one.

Each code point becomes nothing (marks, tatweel, zero-width and direction signs), a boundary (" ": white
space, punctuation, emoji), or folded letters and digits. A folded letter is the bare form of a family:
compatibility forms (NFKC) are undone, case and accents are gone, Arabic, Persian and Kurdish spellings meet
(ك ک ڪ گ are ك, ه ة ە ھ are ه), and Cyrillic and Greek letters that look Latin are Latin in every text,
Russian too: terms and queries go the same way. Boundaries in a row are one, and none stands at an end. A
repeated letter is one letter (حساااب), a repeated digit is not.

HTML that slipped into a text is read first: an entity is the character it stands for, a tag that only
decorates is nothing. Folding a folded text gives it back.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

VERSION = 1
"""Part of a rulebook's digest: to be raised when any text folds differently."""

_ARABIC = "ءابتثجحخدذرزسشصضطظعغفقكلمنهويٮںڡٯ"
_CYRILLIC = "бгджзилпфцчшщъыьэюяђљњћџ"

ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz" + _ARABIC + _CYRILLIC
"""All that text in our languages folds to, boundaries apart; letters of other scripts stay as they are."""

_FAMILIES = {
    "ا": "ٱٲٳٵ",
    "ب": "پٻڀ",
    "ت": "ٹٺټ",
    "ث": "ٽٿ",
    "ج": "چڄڃڿڇ",
    "د": "ڈڊڌڍڎ",
    "ذ": "ڐ",
    "ر": "ڑڕړڔڒ",
    "ز": "ژڙ",
    "ف": "ڤڦ",
    "ك": "کڪگڭڬڮڰڱڲڳڴ",
    "ل": "ڵڶڷڸ",
    "ن": "ڻڼڽ",
    "ه": "ةەھہۀۂۃۿ",
    "و": "ؤۄۅۆۇۈۉۊۋ",
    "ي": "ىئیێۍېۑےۓٸ",
    "": "ـٴ\u115f\u1160\u3164\uffa0",
    "a": "аαɑ",
    "b": "вβ",
    "c": "сϲϹ",
    "d": "ԁð",
    "e": "еєεəɛәҽ",
    "g": "ɡ",
    "h": "нһ",
    "i": "іιıɩ",
    "j": "јϳͿȷ",
    "k": "кκ",
    "l": "ӏ",
    "m": "м",
    "n": "η",
    "o": "оοө",
    "p": "рρ",
    "q": "ԛ",
    "s": "ѕ",
    "t": "тτ",
    "u": "υμ",
    "v": "νѵ",
    "w": "ԝω",
    "x": "хχ",
    "y": "уγүұ",
    "z": "ʐ",
    "г": "ґғ",
    "ae": "æӕ",
    "oe": "œ",
    " ": "™℠№ʹʺʻʼʽʾʿˈˊˋ",
}
_CAPITALS = dict(zip("ΖΗΜΝΥ", "zhmny", strict=True))
"""Greek capitals that look like another letter than their small ones."""

_BARE = {variant: letter for letter, variants in _FAMILIES.items() for variant in variants}

_LATIN_NAME = re.compile(r"LATIN (?:SMALL |CAPITAL )?LETTER (?:SMALL CAPITAL )?([A-Z])(?: WITH .*)?$")
_NAME_WITH = re.compile(r"((?:ARABIC|CYRILLIC SMALL) LETTER [A-Z ]+?) (?:WITH|ABOVE) .*")

_IN_LINE = "a|b|i|u|s|em|strong|del|ins|strike|code|pre|span|font|mark|small|tg-spoiler|spoiler"
_MARKUP = re.compile(
    rf"&(?:#[0-9]{{1,7}}|#[xX][0-9a-fA-F]{{1,6}}|[a-zA-Z][a-zA-Z0-9]{{1,30}});"
    rf"|<(?:/?(?P<inline>{_IN_LINE})|/?(?:p|br|div|li|ul))(?:\s[^<>]{{0,300}})?/?>",
    re.IGNORECASE,
)
_NOTHING = "\u200b"


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text and where it comes from.

    ``starts[i]`` is the code point of the original that made character ``i``. One more entry says where the
    last character ends.
    """

    text: str
    starts: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the (start, end) in the original of ``text[start:end]``, which is not empty.

        What belongs to the last letter is inside: its marks, repeats, tatweel and zero-width signs. A
        ligature that is half inside is inside.
        """
        last = self.starts[end - 1]
        while end < len(self.text) and self.starts[end] == last:
            end += 1
        return self.starts[start], self.starts[end]


def fold(text: str) -> Folded:
    """Return the folded text; any string has one, and it may be empty."""
    source = read_markup(text)
    letters, starts = _collapse(enumerate(map(_folds.__getitem__, source)))
    folded = "".join(letters)
    if len(folded) != len(letters):  # a ligature is several letters
        each = ((position, letter) for position, sign in enumerate(source) for letter in _folds[sign])
        letters, starts = _collapse(each)
        folded = "".join(letters)
    if folded[-1:] == " ":
        return Folded(folded[:-1], tuple(starts))
    return Folded(folded, (*starts, len(text)))


def fold_character(character: str) -> str:
    """Return what a single code point becomes, whatever stands beside it.

    "" is deleted, " " is a boundary; anything else are letters and digits, of ``ALPHABET`` where the script
    is ours. A sign that reads as several words has boundaries inside.
    """
    return _folds[character]


def read_markup(text: str) -> str:
    """Return the text with its HTML read, as long as it was: what a tag has too much is zero-width."""
    if "&" not in text and "<" not in text:
        return text
    return _MARKUP.sub(_read, text)


def _read(found: re.Match[str]) -> str:
    markup = found[0]
    character = html.unescape(markup)
    if markup[0] == "<":
        character = _NOTHING if found["inline"] else "\n"
    return character + _NOTHING * (len(markup) - 1) if len(character) == 1 else markup


def _collapse(letters: Iterable[tuple[int, str]]) -> tuple[list[str], list[int]]:
    """Drop what is deleted or repeated, and the boundary at the beginning."""
    kept: list[str] = []
    starts: list[int] = []
    last = " "
    for position, letter in letters:
        if letter != last:
            if letter:
                last = letter
                kept.append(letter)
                starts.append(position)
        elif letter not in _REPEATABLE:
            kept.append(letter)
            starts.append(position)
    return kept, starts


def _fold_any(character: str) -> str:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return ""
    if character in _CAPITALS:
        return _CAPITALS[character]
    if character in _BARE:
        return _BARE[character]
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", character).casefold())
    parts = (_fold_plain(each) for each in unicodedata.normalize("NFD", plain))
    folded = unicodedata.normalize("NFC", "".join(parts))
    return " ".join(folded.split(" ")).strip(" ") or folded[:1]


def _fold_plain(character: str) -> str:
    """Fold a code point that has no decomposition."""
    category = unicodedata.category(character)
    if category in {"Mn", "Me", "Cf"}:
        return ""
    if character in _BARE:
        return _BARE[character]
    if character in ALPHABET:
        return character
    if category[0] == "N":
        digit = unicodedata.digit(character, None)
        return " " if digit is None else str(digit)
    return _fold_named(character) or (character if category[0] == "L" or category == "Mc" else " ")


def _fold_named(character: str) -> str | None:
    """Fold a letter whose name says of which one it is a form."""
    name = unicodedata.name(character, "")
    if latin := _LATIN_NAME.search(name):
        return latin[1].lower()
    base = _NAME_WITH.fullmatch(name)
    try:
        return _fold_any(unicodedata.lookup(base[1])) if base else None
    except KeyError:
        return None


class _Folds(dict[str, str]):
    """Remembers what each code point becomes."""

    def __missing__(self, character: str) -> str:
        folded = self[character] = _fold_any(character)
        return folded


_folds = _Folds()
_REPEATABLE = frozenset(ALPHABET[10:] + " ")
