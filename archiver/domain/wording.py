"""Wording: a text as it is compared with others, in folded words and without what channels put around it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from archiver.domain.folding import fold
from archiver.domain.repost_words import CHANNEL, CONTACT, FOLLOWING, OPENING, is_light

TARGET = "@"
"""What a word begins with that leads somewhere: a handle, an address, a link."""

_TARGET = re.compile(
    r"[\w.+-]+@[\w-]+\.[\w.-]*\w"
    r"|(?:https?://)?(?:www\.)?(?:t|telegram)\.(?:me|dog)/(?:joinchat/|s/|\+)?(?P<channel>[\w-]+)(?:/\d+)?"
    r"|https?://[^\s<>«»\"')\]]+"
    r"|@(?P<handle>\w{2,})",
    re.IGNORECASE,
)
_SENTENCE_ENDS = frozenset(".!?…:|•\n")

_WIDEST_GAP = 3
"""How many characters may stand between two runs of digits that are one number."""
_LONGEST_SIGNATURE = 14
"""Words in a line of a signature."""
_MOST_NAMES = 5
"""Words in a line of a signature that are neither light nor a signature's own: a channel's name."""
_LEAST_BODY = 4
"""Words that must be left of a text, unless they are half of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The words of a text, without its signature and what announces it.

    A number is one word, however its digits are grouped. ``names`` are the positions of words with a capital
    amid a sentence; none where most words have one. ``signed`` are the targets of the signature;
    ``is_contact`` says that they are whom to write to, not whom to follow.
    """

    words: tuple[str, ...]
    names: frozenset[int]
    signed: frozenset[str]
    is_contact: bool


@dataclass(slots=True)
class _Token:
    word: str
    end: int
    is_name: bool = False
    is_mark: bool = False
    """A target or a hashtag."""
    opens_line: bool = False


@lru_cache(maxsize=1024)
def wording(text: str) -> Wording:
    """Return the wording of a text; any string has one, and it may have no words."""
    tokens = _tokens(text)
    start, end = _body(tokens)
    names = frozenset(at for at, token in enumerate(tokens[start:end]) if token.is_name)
    around = {token.word for token in tokens[max(0, end - 2) :]}
    return Wording(
        words=tuple(token.word for token in tokens[start:end]),
        names=names if 2 * len(names) <= end - start else frozenset(),
        signed=frozenset(token.word for token in tokens[end:] if token.word[0] == TARGET),
        is_contact=not around.isdisjoint(CONTACT) and around.isdisjoint(CHANNEL),
    )


def is_number(word: str) -> bool:
    """Say whether a folded word has digits; targets have none that count."""
    return word[0] != TARGET and any("0" <= letter <= "9" for letter in word)


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    for found in _TARGET.finditer(text):
        _add_words(tokens, text, at, found.start())
        place = found["channel"] or found["handle"] or found[0]
        word = TARGET + fold(place).text.replace(" ", "")
        opens = _opens_line(tokens, text, found.start())
        tokens.append(_Token(word, found.end(), is_mark=True, opens_line=opens))
        at = found.end()
    _add_words(tokens, text, at, len(text))
    return tokens


def _add_words(tokens: list[_Token], text: str, first: int, last: int) -> None:
    for word, start, end in _words(text, first, last):
        before = text[tokens[-1].end : start] if tokens else "\n"
        if tokens and _is_one_number(tokens[-1].word, word, before):
            tokens[-1].word += word
            tokens[-1].end = end
            continue
        is_capital = text[start].isupper() and not text[start:end].isupper()
        tokens.append(
            _Token(
                word,
                end,
                is_name=is_capital and _SENTENCE_ENDS.isdisjoint(before),
                is_mark=before.endswith("#"),
                opens_line="\n" in before,
            )
        )


def _words(text: str, first: int, last: int) -> Iterator[tuple[str, int, int]]:
    """Yield the folded words of a stretch, and where they stand in the text."""
    folded, at = fold(text[first:last]), 0
    for word in folded.text.split(" "):
        if word:
            start, end = folded.span(at, at + len(word))
            yield word, first + start, first + end
        at += len(word) + 1


def _is_one_number(word: str, more: str, between: str) -> bool:
    return word.isdigit() and more.isdigit() and len(between) <= _WIDEST_GAP and "\n" not in between


def _opens_line(tokens: list[_Token], text: str, start: int) -> bool:
    return not tokens or "\n" in text[tokens[-1].end : start]


def _body(tokens: Sequence[_Token]) -> tuple[int, int]:
    """Return where the text itself begins and ends; all of it where too little would be left."""
    end = _end_of_text(tokens, _end_of_lines(tokens))
    start = _start_of_text(tokens, end)
    body = end - start
    return (start, end) if body >= _LEAST_BODY or 2 * body >= max(len(tokens), 1) else (0, len(tokens))


def _end_of_lines(tokens: Sequence[_Token]) -> int:
    """Leave off the lines at the end that are signatures."""
    end = len(tokens)
    for start in reversed(range(1, len(tokens))):
        if tokens[start].opens_line:
            if not _is_signature(tokens[start:end]):
                break
            end = start
    return end


def _is_signature(line: Sequence[_Token]) -> bool:
    words = [token.word for token in line if not token.is_mark]
    is_following = any(word in FOLLOWING for word in words)
    if len(line) > _LONGEST_SIGNATURE or not (is_following or any(token.is_mark for token in line)):
        return False
    names = [word for word in words if word not in CHANNEL and not is_light(word)]
    return len(names) <= _MOST_NAMES and (is_following or not any(map(is_number, words)))


def _end_of_text(tokens: Sequence[_Token], end: int) -> int:
    """Leave off the marks at the end of the last line, with the words that ask to follow them."""
    at = end
    while at and (tokens[at - 1].is_mark or tokens[at - 1].word in CHANNEL or is_light(tokens[at - 1].word)):
        at -= 1
        if tokens[at].is_mark or tokens[at].word in CHANNEL:
            end = at
    for at in range(max(end // 2 + 1, end - 8), end):
        if end < len(tokens) and tokens[at].word in FOLLOWING:
            return at
    return end


def _start_of_text(tokens: Sequence[_Token], end: int) -> int:
    """Leave off the words that announce a text, as far as the last of them."""
    start = at = 0
    while at < end and (tokens[at].word in OPENING or is_light(tokens[at].word)):
        at += 1
        if tokens[at - 1].word in OPENING:
            start = at
    return start
