"""The text form of conditions: ``near(threat, contact, 12) and (price or deadline) and not common.news``.

    condition   = conjunction { "or" conjunction }
    conjunction = negation { "and" negation }
    negation    = "not" negation | "(" condition ")" | call | name
    call        = ( "any" | "all" ) "(" condition { "," condition } ")"
                | "atleast" "(" number { "," condition } ")"
                | "count" "(" name { "," name } ")" ">=" number
                | "near" "(" name "," name { "," name } "," number ")"
                | "sentence" "(" name "," name { "," name } ")"
    name        = word | word "." word

A word is written in small letters, digits, ``-`` and ``_``, a letter first; the words of the grammar name no
group. ``not`` binds closest, then ``and``, then ``or``. What each means is in `domain.condition`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from archiver.domain.condition import AtLeast, Condition, Every, Near, Not, Present, SameSentence, Some
from archiver.rules.spelling import unknown

CALLS = ("any", "all", "atleast", "count", "near", "sentence")
RESERVED = frozenset({"and", "or", "not", *CALLS})
"""Words that can't name a group."""

WORD = r"[a-z][a-z0-9_-]*"
"""How packs, groups and rules are named."""

_TOKEN = re.compile(
    rf"\s*(?:(?P<name>{WORD}(?:\.{WORD})?)|(?P<number>[0-9]+)|(?P<sign>>=|[(),])|(?P<end>\Z))"
)
_LONGEST = 10_000
_DEEPEST = 40
_MOST_GROUPS = 6
_MOST_WORDS = 200


class Misread(Exception):
    """A condition that can't be read; the reader of packs makes it a fault. ``column`` counts from 1."""

    def __init__(self, column: int, said: str) -> None:
        super().__init__(f"column {column} of the condition: {said}")


def parse(text: str, *, pack: str) -> Condition:
    """Return the condition; groups that it names without a pack are ``pack``'s. Raises Misread."""
    if len(text) > _LONGEST:
        raise Misread(1, f"longer than {_LONGEST:,} characters; split the rule")
    reader = _Reader(_tokens(text), pack)
    condition = reader.condition(0)
    reader.expect_end()
    return condition


class _Token(NamedTuple):
    kind: str
    text: str
    column: int


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    place = 0
    while not tokens or tokens[-1].kind != "end":
        found = _TOKEN.match(text, place)
        if found is None or found.lastgroup is None:
            rest = text[place:].lstrip()
            column = len(text) - len(rest) + 1
            raise Misread(column, f"what is {rest[:12]!r}? names are small letters, digits, - and _")
        tokens.append(_Token(found.lastgroup, found[found.lastgroup], found.start(found.lastgroup) + 1))
        place = found.end()
    return tokens


class _Reader:
    """Reads tokens from the left, one method a line of the grammar."""

    def __init__(self, tokens: list[_Token], pack: str) -> None:
        self._tokens = tokens
        self._pack = pack
        self._place = 0

    def condition(self, depth: int) -> Condition:
        parts = [self._conjunction(depth)]
        while self._took("or"):
            parts.append(self._conjunction(depth))
        return parts[0] if len(parts) == 1 else Some(tuple(parts), 1)

    def expect_end(self) -> None:
        if self._next.kind != "end":
            raise self._misread("and, or, or the end")

    def _conjunction(self, depth: int) -> Condition:
        parts = [self._negation(depth)]
        while self._took("and"):
            parts.append(self._negation(depth))
        return parts[0] if len(parts) == 1 else Every(tuple(parts))

    def _negation(self, depth: int) -> Condition:
        if depth > _DEEPEST:
            raise Misread(self._next.column, f"nested deeper than {_DEEPEST}")
        if self._took("not"):
            return Not(self._negation(depth + 1))
        if self._took("("):
            inner = self.condition(depth + 1)
            self._expect(")")
            return inner
        return self._call(depth) if self._is_call() else Present(self._name())

    def _is_call(self) -> bool:
        is_name = self._next.kind == "name" and self._next.text not in {"and", "or"}
        return is_name and self._tokens[self._place + 1].text == "("

    def _call(self, depth: int) -> Condition:
        call = self._take()
        if call.text not in CALLS:
            raise Misread(call.column, unknown("function", call.text, CALLS))
        self._expect("(")
        match call.text:
            case "near":
                return self._near(call)
            case "sentence":
                return SameSentence(self._several(call, self._names()))
            case "count":
                return self._count(call)
            case "atleast":
                return self._at_least(depth)
        parts = self._parts(depth)
        return Some(parts, 1) if call.text == "any" else Every(parts)

    def _near(self, call: _Token) -> Condition:
        names = [self._name()]
        while self._took(","):
            if self._next.kind == "number":
                words = self._number(0, _MOST_WORDS)
                self._expect(")")
                return Near(self._several(call, names), words)
            names.append(self._name())
        raise self._misread("a comma and the number of words, as in near(a, b, 12)")

    def _count(self, call: _Token) -> Condition:
        groups = self._different(call, self._names())
        if not self._took(">="):
            raise self._misread(">= and a number, as in count(a, b) >= 3")
        return AtLeast(groups, self._number(1, 1_000))

    def _at_least(self, depth: int) -> Condition:
        number = self._number(1, 1_000)
        self._expect(",")
        column = self._next.column
        parts = self._parts(depth)
        if number > len(parts):
            raise Misread(column, f"{number} of {len(parts)} can never hold; add parts or lower the number")
        return Some(parts, number)

    def _parts(self, depth: int) -> tuple[Condition, ...]:
        parts = [self.condition(depth + 1)]
        while self._took(","):
            parts.append(self.condition(depth + 1))
        self._expect(")")
        return tuple(parts)

    def _names(self) -> list[str]:
        names = [self._name()]
        while self._took(","):
            names.append(self._name())
        self._expect(")")
        return names

    def _several(self, call: _Token, names: list[str]) -> tuple[str, ...]:
        if not 2 <= len(names) <= _MOST_GROUPS:
            raise Misread(call.column, f"{call.text} takes 2 to {_MOST_GROUPS} groups, not {len(names)}")
        return self._different(call, names)

    def _different(self, call: _Token, names: list[str]) -> tuple[str, ...]:
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise Misread(call.column, f"{call.text} names {twice} twice; once is enough")
        return tuple(names)

    def _name(self) -> str:
        token = self._next
        if token.kind != "name":
            raise self._misread("the name of a group")
        if RESERVED & set(token.text.split(".")):
            raise Misread(token.column, f"{token.text} is a word of conditions and names no group")
        self._take()
        return token.text if "." in token.text else f"{self._pack}.{token.text}"

    def _number(self, least: int, most: int) -> int:
        token = self._next
        if token.kind != "number":
            raise self._misread("a whole number")
        if len(token.text) > len(str(most)) or not least <= int(token.text) <= most:
            raise Misread(token.column, f"{token.text[:12]} is not between {least} and {most:,}")
        return int(self._take().text)

    @property
    def _next(self) -> _Token:
        return self._tokens[self._place]

    def _take(self) -> _Token:
        self._place += 1
        return self._tokens[self._place - 1]

    def _took(self, text: str) -> bool:
        if self._next.text != text or self._next.kind == "end":
            return False
        self._place += 1
        return True

    def _expect(self, sign: str) -> None:
        if not self._took(sign):
            raise self._misread(f"{sign!r}")

    def _misread(self, wanted: str) -> Misread:
        token = self._next
        found = "the end" if token.kind == "end" else repr(token.text)
        return Misread(token.column, f"expected {wanted}, found {found}")
