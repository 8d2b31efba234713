"""What people search for: words, "phrases", prefix*, AND, OR, NOT and brackets, as a tree of folded words.

    either   = every { OR every }
    every    = [ NOT ] one { [ AND ] [ NOT ] one }        what NOT takes away, it takes from the others here
    one      = word | word* | "phrase" | "phrase"* | ( either )

Words are folded as texts are; one that has signs inside (a-b, an address) is a phrase of its parts, one that
is nothing but signs (؟) is as if it were not there. A word is found with clitics too (`domain.clitics`), a
phrase as it is written. Operators are in capitals. Any double quotation marks will do, in any order.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TypeAlias

from archiver.domain.errors import QueryInvalid
from archiver.domain.flag import Category
from archiver.domain.folding import fold
from archiver.domain.ids import ChannelId

LONGEST = 2_000
"""Characters of a query."""
MOST_TERMS = 64
DEEPEST = 16
"""Brackets within brackets."""

_QUOTES = '"“”„‟«»＂'
_STARS = "*٭"
_PIECE = re.compile(
    rf"(?P<quote>[{_QUOTES}])|(?P<star>[{_STARS}])|(?P<open>\()|(?P<close>\))|(?P<word>[^\s{_QUOTES}{_STARS}()]+)"
)
_ENDS = re.compile(f"[{_QUOTES}]")


@dataclass(frozen=True, slots=True)
class Term:
    """Folded words that stand one after the other; of a prefix, the last goes on anyhow.

    ``is_exact``: as they are written; else it is one word, and words that hold it will do.
    """

    words: tuple[str, ...]
    is_exact: bool
    is_prefix: bool = False


@dataclass(frozen=True, slots=True)
class Every:
    """All of two or more."""

    parts: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of two or more."""

    parts: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Without:
    """The one, and not the other."""

    wanted: Query
    unwanted: Query


Query: TypeAlias = Term | Every | Either | Without


class _Sign(Enum):
    AND = "AND"
    OR = "OR"
    NOT = "NOT"
    OPEN = "("
    CLOSE = ")"
    END = "the end"


@dataclass(frozen=True, slots=True)
class _Token:
    """A term or a sign, and the place of its first character, from 1."""

    what: Term | _Sign
    place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which posts are searched: of a channel, published since and before a time, flagged (as a category)."""

    channel_id: ChannelId | None = None
    since: datetime | None = None
    until: datetime | None = None
    is_flagged: bool = False
    category: Category | None = None


def parse(text: str) -> Query:
    """Return what a query asks for; raises QueryInvalid, which names the place and the way out."""
    if len(text) > LONGEST:
        raise QueryInvalid(f"the query has more than {LONGEST:,} characters; search for less at once")
    tokens = list(_tokens(text))
    terms = [token for token in tokens if isinstance(token.what, Term)]
    if len(terms) > MOST_TERMS:
        raise QueryInvalid(f"the query has more than {MOST_TERMS} words; search for less at once")
    if not tokens:
        raise QueryInvalid("the query has no letter and no digit; give a word to search for")
    return _Reader([*tokens, _Token(_Sign.END, len(text) + 1)]).whole()


def terms_of(query: Query) -> Iterator[Term]:
    """Yield the terms that a text may be found by: not those that NOT takes away."""
    match query:
        case Term():
            yield query
        case Without():
            yield from terms_of(query.wanted)
        case Every() | Either():
            for part in query.parts:
                yield from terms_of(part)


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while piece := _PIECE.search(text, at):
        place, at = piece.start() + 1, piece.end()
        match piece.lastgroup:
            case "quote":
                token, at = _phrase(text, place, at)
            case "word":
                token, at = _word(piece[0], text, place, at)
            case "star":
                raise QueryInvalid(
                    f"the * at place {place} has no word before it; write it at a word's end: wor*"
                )
            case _:
                token = _Token(_Sign(piece[0]), place)
        if token is not None:
            yield token


def _phrase(text: str, place: int, at: int) -> tuple[_Token | None, int]:
    end = _ENDS.search(text, at)
    if end is None:
        raise QueryInvalid(
            f"the quotation mark at place {place} has no second one; close it, or take it away"
        )
    inside, after = text[at : end.start()], end.end()
    if star := re.search(f"[{_STARS}]", inside):
        found = at + star.start() + 1
        raise QueryInvalid(f"the * at place {found} is within quotation marks; write it behind them")
    is_prefix, after = _starred(text, after)
    return _term(inside, place, is_exact=True, is_prefix=is_prefix), after


def _word(word: str, text: str, place: int, at: int) -> tuple[_Token | None, int]:
    bare = "".join(each for each in word if unicodedata.category(each) != "Cf")
    is_prefix, after = _starred(text, at)
    if not is_prefix and bare in {"AND", "OR", "NOT"}:
        return _Token(_Sign(bare), place), after
    if is_prefix and after < len(text) and re.match(r"[^\s()]", text[after]):
        raise QueryInvalid(f"the * at place {at + 1} is within a word; write it at the word's end: wor*")
    return _term(word, place, is_exact=False, is_prefix=is_prefix), after


def _starred(text: str, at: int) -> tuple[bool, int]:
    is_starred = text[at : at + 1] in set(_STARS)
    return is_starred, at + is_starred


def _term(text: str, place: int, *, is_exact: bool, is_prefix: bool) -> _Token | None:
    words = tuple(fold(text).text.split())
    if not words:
        if is_prefix:
            raise QueryInvalid(f"at place {place} there is no letter or digit before the *; write wor*")
        return None
    return _Token(Term(words, is_exact=is_exact or len(words) > 1, is_prefix=is_prefix), place)


class _Reader:
    def __init__(self, tokens: Sequence[_Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    def whole(self) -> Query:
        query = self._either()
        if self._now.what is not _Sign.END:
            raise QueryInvalid(f"the ) at place {self._now.place} closes nothing; open it, or take it away")
        return query

    @property
    def _now(self) -> _Token:
        return self._tokens[self._at]

    def _takes(self, sign: _Sign) -> bool:
        is_there = self._now.what is sign
        self._at += is_there
        return is_there

    def _either(self) -> Query:
        parts = [self._every()]
        while self._takes(_Sign.OR):
            parts.append(self._every())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _every(self) -> Query:
        first, wanted, unwanted = self._now, list[Query](), list[Query]()
        while True:
            is_unwanted = self._takes(_Sign.NOT)
            (unwanted if is_unwanted else wanted).append(self._one())
            if not self._takes(_Sign.AND) and self._now.what in {_Sign.OR, _Sign.CLOSE, _Sign.END}:
                return _every(first, wanted, unwanted)

    def _one(self) -> Query:
        token = self._now
        self._at += 1
        if isinstance(token.what, Term):
            return token.what
        if token.what is not _Sign.OPEN:
            raise QueryInvalid(
                f"at place {token.place} a word should stand, not {token.what.value}; {_QUOTE_IT}"
            )
        self._depth += 1
        if self._depth > DEEPEST:
            raise QueryInvalid(f"the bracket at place {token.place} is too deep; use fewer within each other")
        query = self._either()
        if not self._takes(_Sign.CLOSE):
            raise QueryInvalid(f"the ( at place {token.place} is not closed; close it, or take it away")
        self._depth -= 1
        return query


_QUOTE_IT = 'to search for AND, OR or NOT themselves write "AND"'


def _every(first: _Token, wanted: Sequence[Query], unwanted: Sequence[Query]) -> Query:
    if not wanted:
        raise QueryInvalid(f"at place {first.place} NOT has nothing to take away from; write: this NOT that")
    whole = wanted[0] if len(wanted) == 1 else Every(tuple(wanted))
    if not unwanted:
        return whole
    return Without(whole, unwanted[0] if len(unwanted) == 1 else Either(tuple(unwanted)))
