r"""How detectors read texts: joined, one byte for each character that counts, with a way back.

A value is hidden between look-alikes: Arabic-Indic or fullwidth digits, tatweel, direction marks, keycaps.
The view undoes that character by character, so that one plain expression over bytes finds it:

* ASCII characters stand for themselves, and so does what NFKC says is one of them; every digit of every
  script is an ASCII digit, every dash ``-``, every space a space, every end of a line ``\\n``;
* marks, format characters and tatweel are left out;
* Arabic, Kurdish and Persian letters are folded to families (``FAMILIES``) and stand at 0x80 and above, small
  Cyrillic letters and five Kurdish Latin ones too; any other letter is ``OTHER``, so that a byte from 0x80 on
  is always a letter;
* a sign of money has a byte below 9, any other sign or emoji is ``SIGN``;
* every text stands between two ``END``, a kind of space that nothing inside a text becomes.

``exact`` keeps the case of Latin letters, ``lower`` doesn't. Both have the same offsets.
"""

from __future__ import annotations

import sys
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

END = 0x0C
SIGN = 0x7F
OTHER = 0x80

MONEY = dict(zip("€£₽﷼₮₿", range(2, 8), strict=True))
FAMILIES = {
    **dict.fromkeys("أإآٱٲٳ", "ا"),
    **dict.fromkeys("ىیېێۍےئ", "ي"),
    **dict.fromkeys("کڪګگڬ", "ك"),
    **dict.fromkeys("ةھەہۀۂۃۿ", "ه"),
    **dict.fromkeys("ؤۆۇۈۊۋ", "و"),
    **dict(zip("ڕڵڤپچژ", "رلفبجز", strict=True)),
    "ё": "е",
}
_ALPHABET = "ءابتثجحخدذرزسشصضطظعغفقكلمنهويабвгдежзийклмнопрстуфхцчшщъыьэюяêîûşç"
LETTERS = {letter: OTHER + 1 + place for place, letter in enumerate(_ALPHABET)}

_SIGNS = dict(zip("،؛؟۔٪٫٬…«»“”„‘’│┃¦−", ',;?.%.,."""""\'\'|||-', strict=True))
_LINE_ENDS = "\n\r\v\f\x85\u2028\u2029"
_FILLERS = "\u0640\u115f\u1160\u3164\uffa0"
_KNOWN = ((0, 0x3400), (0xA000, 0xAC00), (0xD800, 0xE000), (0xF900, 0x20000), (0xE0000, 0xE0200))
"""Where the tables are filled in; all else is letters of other scripts."""


@dataclass(frozen=True, slots=True)
class View:
    """Texts as detectors read them; text ``i`` stands between the ``END`` at ``ends[i]`` and the next."""

    exact: bytes
    lower: bytes
    ends: Sequence[int]
    _origins: Sequence[int]
    _deleted: Sequence[int] | None

    def original(self, text: int) -> Callable[[int], int]:
        """Return what turns a place in a text of the view into code points of the original.

        A place stands behind all that was left out before it, so that the end of a value holds its last
        marks.
        """
        deleted, end = self._deleted, self.ends[text]
        origin = end - self._origins[text] - 1
        if deleted is None:
            return lambda place: place + origin
        return lambda place: place + bisect_right(deleted, end + place) + origin


def view(texts: Sequence[str]) -> View:
    """Return these texts as detectors read them."""
    joined = "\n".join(("", *texts, ""))
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    symbols = table().take(codes)
    origins = [0, *(last + place for place, last in enumerate(accumulate(map(len, texts)), 1))]
    symbols[origins] = END
    exact = symbols.tobytes()
    if b"\0" not in exact:
        return View(exact, exact.lower(), origins, origins, None)
    exact = exact.replace(b"\0", b"")
    places = np.flatnonzero(symbols == 0)
    ends = (np.asarray(origins) - places.searchsorted(origins)).tolist()
    return View(exact, exact.lower(), ends, origins, (places - np.arange(len(places))).tolist())


def symbol(character: str) -> int:
    """Return the byte that a character is in the view; 0 leaves it out."""
    if " " <= character <= "~":
        return ord(character)
    if character in _LINE_ENDS:
        return 0x0A
    return _letter(character) or _other(character)


def _letter(character: str) -> int:
    small = character.lower()
    return LETTERS.get(FAMILIES.get(small, small), 0)


def _other(character: str) -> int:
    category = unicodedata.category(character)
    if category in {"Mn", "Me", "Cf"} or character in _FILLERS:
        return 0
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return 0x30 + digit
    if character in MONEY:
        return MONEY[character]
    if character in _SIGNS:
        return ord(_SIGNS[character])
    plain = unicodedata.normalize("NFKC", character)
    if len(plain) == 1 and plain != character:
        return symbol(plain)
    return _by_category(category)


def _by_category(category: str) -> int:
    match category:
        case "Pd":
            return 0x2D
        case "Zs":
            return 0x20
    return OTHER if category[0] == "L" else SIGN


@cache
def table() -> NDArray[np.uint8]:
    """Return the byte of every code point."""
    symbols = np.full(sys.maxunicode + 1, OTHER, np.uint8)
    for code in _codes():
        symbols[code] = symbol(chr(code))
    symbols[ord("\t")] = 0x09
    return symbols


def _codes() -> Iterator[int]:
    for first, after in _KNOWN:
        yield from range(first, after)
