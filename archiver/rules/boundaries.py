"""How much of a word a phrase must be: what Arabic, Kurdish, Persian and others write together with a word.

All of it is in the tables of this file, in usual spelling; they are folded as texts are. A word of fewer than
three letters takes nothing: too many other words begin or end with it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import product

from archiver.domain.folding import fold, fold_character
from archiver.domain.language import possible_languages
from archiver.domain.rule import Boundary

_BEFORE = {
    "ar": """
        و ف ب ل ك س ال لل وال فال بال كال ولل فلل وبال وكال وب ول وك وس فب فل فس
        هال عال دال شال وهال وعال د دا ود ودا ح رح راح وح ورح وراح لا ولا ما وما
    """,
    "ckb": "دە ئە نا نە ب بە لە مە بێ و",
    "kmr": "di na ne bi ve د نا نە ب ڤە و",
    "fa": "و ب ن می نمی بی نا",
}
"""What stands before a word."""

_AFTER: dict[str, tuple[str, ...]] = {
    "ar": ("ات ت ة ين ون ان و وا ي ن", "ي ني ك ج كم كن ه ها هم هن هما نا لي لك لج له لها لهم لكم لنا"),
    "ckb": ("ەکە ەکان ان ێک یەک گەل ە", "م ت ی مان تان یان ن ین یت", "دا ەوە ش یش ە ی یە"),
    "kmr": ("ek eke ekê ekî yek an ên êk یێن ێن ان ەک", "ê a e î i ya yê yên im in bû n ێ ا ی ە م ن"),
    "en": ("s es",),
    "fa": ("ها های هایی ان ی ه", "م ت ش ام ات اش مان تان شان مون تون شون یم ید ند", "و رو را"),
    "ru": (
        "а я о е и ы у ю й ь ой ей ом ем ам ям ах ях ами ями ов ев ью ий ия ию ии ием "
        "ый ая ое ые ого его ому ему ых их ым им",
    ),
}
"""What stands after a word, in the order in which it does; each step may be left out."""

_TA_MARBUTA = "ة"
_AFTER_TA = "ي ك ج كم كن ه ها هم هن هما نا ان ين اي"
"""What stands after the t that a ta marbuta becomes; alone it would be another word."""
_AFTER_AT = "ي ك ج كم كن ه ها هم هن هما نا"
"""What stands after the plural that takes the place of a ta marbuta."""

_RUSSIAN_LAST = "аяоеиыуюйь"
"""Letters that a Russian word gives up when it takes another ending."""

_KURMANJI = frozenset("êîûşç")

_SHORTEST = 3
_SHORTEST_UNTOLD = 5
"""Of a Latin word that takes Kurmanji endings though nothing says that it is Kurmanji."""

_BARE = frozenset({""})


@dataclass(frozen=True, slots=True)
class Form:
    """A way in which a phrase may stand in a text, folded.

    ``before`` and ``after`` are what may stand between ``core`` and the boundaries; ``None``: anything.
    """

    core: str
    before: frozenset[str] | None
    after: frozenset[str] | None


def forms(text: str, core: str, *, boundary: Boundary, language: str | None = None) -> list[Form]:
    """Return the forms of a phrase, folded to ``core``; without a language its letters say what it takes."""
    if boundary is Boundary.PART:
        return [Form(core, None, None)]
    if boundary is Boundary.WORD:
        return [Form(core, _BARE, _BARE)]
    words = core.split(" ")
    before = _before(_languages(text, words[0], _letter(text), language=language))
    last = _letter(reversed(text))
    return _ended(core, before, last, _languages(text, words[-1], last, language=language))


def _letter(text: Iterable[str]) -> str:
    return next(letter for letter in text if fold_character(letter).strip())


def _ended(core: str, before: frozenset[str], last: str, languages: frozenset[str]) -> list[Form]:
    if languages == {"ru"} and last.lower() in _RUSSIAN_LAST and len(core.split(" ")[-1]) > _SHORTEST:
        return [Form(core[:-1], before, _after(languages))]
    found = [Form(core, before, _after(languages))]
    if "ar" in languages and unicodedata.normalize("NFKC", last) == _TA_MARBUTA:
        found.append(Form(core[:-1] + "ت", before, _folded(_AFTER_TA.split())))
        found.append(Form(core[:-1] + "ات", before, _folded(_AFTER_AT.split()) | _BARE))
    return found


def _languages(text: str, word: str, letter: str, *, language: str | None) -> frozenset[str]:
    """Return the languages whose clitics a word of the text takes; ``letter`` tells its script."""
    if len(word) < _SHORTEST:
        return frozenset()
    name = unicodedata.name(unicodedata.normalize("NFKC", letter)[0], "")
    if name.startswith("CYRILLIC"):
        return frozenset({"ru"})
    if name.startswith("ARABIC"):
        written = frozenset({"ar", "ckb", "fa", "kmr"} if language == "kmr" else {"ar", "ckb", "fa"})
    else:
        written = frozenset({"en", "kmr"})
    spoken = frozenset({language}) if language else possible_languages(text)
    found = written & spoken or written
    is_told = language == "kmr" or not _KURMANJI.isdisjoint(text.lower())
    return found if is_told or len(word) >= _SHORTEST_UNTOLD else found - {"kmr"}


@cache
def _before(languages: frozenset[str]) -> frozenset[str]:
    return _BARE.union(*(_folded(_BEFORE.get(each, "").split()) for each in languages))


@cache
def _after(languages: frozenset[str]) -> frozenset[str]:
    return _BARE.union(*(_folded(_composed(_AFTER.get(each, ()))) for each in languages))


def _composed(steps: Iterable[str]) -> Iterable[str]:
    return map("".join, product(*(("", *step.split()) for step in steps)))


def _folded(parts: Iterable[str]) -> frozenset[str]:
    return frozenset(fold(part).text for part in parts)
