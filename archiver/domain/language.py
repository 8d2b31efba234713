"""Which languages a text may be in, as a gate for terms, and which one it most likely is, as a column.

Both look at scripts and telling letters: ێ ۆ ڕ ڵ ە are Kurdish, پ چ ژ گ Persian or Kurdish, ة ى أ إ Arabic, ê
î û ş ç Kurmanji. The gate forgives: Iraqis write گ and چ, Kurds ة and ي, Badinis their Kurmanji in Arabic
letters, all of them their language in Latin ones; everybody mixes, and a text that hides gives its letters
up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from archiver.domain.folding import fold
from archiver.domain.rule import LANGUAGES


def _characters(*ranges: tuple[int, int]) -> frozenset[str]:
    return frozenset(chr(code) for first, last in ranges for code in range(first, last + 1))


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _folded_words(words: str) -> frozenset[str]:
    return _words(fold(words).text)


ARABIC_SCRIPT = _characters(
    (0x620, 0x64A), (0x66E, 0x6D5), (0x750, 0x77F), (0xFB50, 0xFDFF), (0xFE70, 0xFEFC)
)
CYRILLIC = _characters((0x400, 0x52F))
LATIN = _characters((0x41, 0x5A), (0x61, 0x7A), (0xC0, 0x24F))

KURDISH = frozenset("ەێۆڕڵ")
PERSIAN = frozenset("پچژگکی")
ARABIC = frozenset("ةىأإ")
ARABIC_FORMS = frozenset("يك")
_NOT_KURDISH = frozenset("ثذضظصط")
KURMANJI = frozenset("êîûşçÊÎÛŞÇ")

_FEW = 2
_SHORT = 12
_LONG = 40
ARTICLE = "ال"

ENGLISH_WORDS = _words(
    "the and of to in for is you your we our with this that are have from will not on or it be if all by"
)
KURMANJI_WORDS = _words(
    """ku bi li ji di de û ez tu te min wî wê me hûn ew ev vê vî xwe jî ne na her hemû yên ya yê bo an ger nav
    were bike dike dikin heye hene dê lê kir bû re ra va da we"""
)

_ARABIC_WORDS = _folded_words(
    """في من على إلى عن أن هذا هذه التي الذي مع كل أو لا ما لم بعد قبل خلال تم قد كان بين حتى يا هو هي هاي
    هذي شنو اكو ماكو راح عندي عندك اللي وين شلون هسه مو علی الی بس"""
)
_PERSIAN_WORDS = _folded_words(
    """به در چه چند روز بی فقط از که را این آن با برای است می شد شده های ها خود تا هم بر یا هر کرد کرده شود
    دارد دارم نیست یک اگه رو میشه میکنم نمی ما شما بود کن کنید کنم باید همه ولی اگر بشه داره"""
)
_SORANI_WORDS = _folded_words(
    """لە بە بۆ کە ئەم ئەو لەگەڵ هەموو نییە دەکات کرد بوو هەیە یان ئێمە ئێوە خۆت من تۆ بێ لێ پێ ئەگەر هەر ناو
    دوای پێش دەبێت کراوە ئەمڕۆ سەر چی کەس بکە نەک تەنها وە دا لای لەسەر"""
)
_BADINI_WORDS = _folded_words(
    "ل ب د ژ یێن یا یێ دێ تە مە وی کو ئەڤ ڤێ ڤی وێ هەمی هەمە دهێتە هاتە ناڤ ناڤێ دگەل پشتی بۆ هەتا تو ئەز هین"
)
WORDS = {"ar": _ARABIC_WORDS, "fa": _PERSIAN_WORDS, "ckb": _SORANI_WORDS, "kmr": _BADINI_WORDS}


def possible_languages(text: str) -> frozenset[str]:
    """Return all of ``LANGUAGES`` that the text may be in: at least one, and all where nothing tells."""
    return _possible(text) or _possible(fold(text).text) or frozenset(LANGUAGES)


def language(text: str) -> str | None:
    """Return which of ``LANGUAGES`` the text is most likely in; None where it has no letter of theirs."""
    letters = Counter(text)
    scripts = {
        _arabic_script: _count(letters, ARABIC_SCRIPT),
        _latin: _count(letters, LATIN),
        _cyrillic: _count(letters, CYRILLIC),
    }
    guess = max(scripts, key=scripts.__getitem__)
    if scripts[guess]:
        return guess(text)
    folded = fold(text).text
    return language(folded) if folded != text else None


def _possible(text: str) -> frozenset[str]:
    letters = frozenset(text)
    found: set[str] = set()
    if not letters.isdisjoint(CYRILLIC):
        found.add("ru")
    if not letters.isdisjoint(ARABIC_SCRIPT):
        found |= _possible_in_arabic_script(text, letters)
    if not letters.isdisjoint(LATIN):
        found |= _possible_in_latin(text, letters, is_mixed=bool(found))
    return frozenset(found)


def _possible_in_latin(text: str, letters: frozenset[str], *, is_mixed: bool) -> set[str]:
    if letters & KURMANJI:
        return {"en", "kmr"}
    if len(ENGLISH_WORDS.intersection(text.lower().split())) > _FEW:
        return {"en"}
    return {"en", "kmr"} if is_mixed else set(LANGUAGES)


def _possible_in_arabic_script(text: str, letters: frozenset[str]) -> set[str]:
    if letters & KURDISH:
        is_mixed = letters & (_NOT_KURDISH | ARABIC)
        return {"ar", "ckb", "fa", "kmr"} if is_mixed else {"ckb", "kmr"}
    found = {"ar", "ckb", "fa"}
    if letters & PERSIAN:
        is_arabic = letters & (ARABIC | ARABIC_FORMS) or _articles(text.split())
        if len(text) >= _SHORT and not is_arabic:
            found.remove("ar")
    elif len(text) >= _LONG and len(letters & ARABIC) > 1:
        found.remove("fa")
    if len(text) >= _LONG and len(letters & _NOT_KURDISH) > 1:
        found.remove("ckb")
    return found


def _articles(words: Iterable[str]) -> int:
    return sum(word.startswith(ARTICLE) for word in words)


def _cyrillic(_text: str) -> str:
    return "ru"


def _latin(text: str) -> str:
    words = text.lower().split()
    kurmanji = sum(character in KURMANJI for character in text) + sum(
        word in KURMANJI_WORDS for word in words
    )
    return "kmr" if kurmanji > sum(word in ENGLISH_WORDS for word in words) else "en"


def _arabic_script(text: str) -> str:
    folded = fold(text).text.split(" ")
    letters, words = Counter(text), Counter(folded)
    kurdish, persian = _count(letters, KURDISH), _count(letters, PERSIAN)
    scores = {
        "ar": 2 * _count(letters, ARABIC) + _count(letters, ARABIC_FORMS) + 2 * _articles(folded),
        "fa": persian,
        "ckb": 2 * kurdish + persian,
    }
    if kurdish:
        scores["kmr"] = scores["ckb"]
    for each in scores:
        scores[each] += 2 * _count(words, WORDS[each])
    return max(scores, key=scores.__getitem__)


def _count(counts: Counter[str], telling: frozenset[str]) -> int:
    """Return how many there are of those that tell."""
    return sum(count for each, count in counts.items() if each in telling)
