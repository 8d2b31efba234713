"""Wording: a text as it is compared with others, in folded words and without what channels put around it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
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
_LONGEST_CALL = 8
"""Words between what asks to follow a channel and its name."""
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
class _Tokens:
    """All words of a text in their order, and the places of those with something about them."""

    words: list[str] = field(default_factory=list)
    names: set[int] = field(default_factory=set)
    marks: set[int] = field(default_factory=set)
    """Targets and hashtags."""
    lines: list[int] = field(default_factory=list)
    """The first words of lines."""

    def add(self, word: str, before: str, *, is_name: bool = False, is_mark: bool = False) -> None:
        """Add a word; ``before`` is what stands between it and the last one."""
        place = len(self.words)
        if "\n" in before:
            self.lines.append(place)
        if is_name:
            self.names.add(place)
        if is_mark:
            self.marks.add(place)
        self.words.append(word)


@lru_cache(maxsize=1024)
def wording(text: str) -> Wording:
    """Return the wording of a text; any string has one, and it may have no words."""
    tokens = _tokens(text)
    words = tokens.words
    start, end = _body(tokens)
    names = frozenset(at - start for at in tokens.names if start <= at < end)
    around = words[max(0, end - 2) :]
    return Wording(
        words=tuple(words[start:end]),
        names=names if 2 * len(names) <= end - start else frozenset(),
        signed=frozenset(word for word in words[end:] if word[0] == TARGET),
        is_contact=not CONTACT.isdisjoint(around) and CHANNEL.isdisjoint(around),
    )


def is_number(word: str) -> bool:
    """Say whether a folded word has digits; targets have none that count."""
    return word[0] != TARGET and any("0" <= letter <= "9" for letter in word)


def _tokens(text: str) -> _Tokens:
    tokens = _Tokens()
    at = 0
    for found in _TARGET.finditer(text):
        before = _add_words(tokens, text[at : found.start()])
        place = found["channel"] or found["handle"] or found[0]
        tokens.add(TARGET + fold(place).text.replace(" ", ""), before, is_mark=True)
        at = found.end()
    _add_words(tokens, text[at:])
    return tokens


def _add_words(tokens: _Tokens, text: str) -> str:
    """Add the words of a stretch between targets; return what stands behind the last of them."""
    folded = fold(text)
    starts, at, gap = folded.starts, 0, 0
    for word in folded.text.split(" ") if folded.text else ():
        start = starts[at]
        before = text[gap:start]
        at += len(word) + 1
        gap = starts[at - 1]
        if tokens.words and _is_one_number(tokens.words[-1], word, before):
            tokens.words[-1] += word
            continue
        is_name = text[start].isupper() and bool(tokens.words) and _is_name(text[start:gap], before)
        tokens.add(word, before, is_name=is_name, is_mark=before[-1:] == "#")
    return text[gap:]


def _is_name(word: str, before: str) -> bool:
    return not word.isupper() and _SENTENCE_ENDS.isdisjoint(before)


def _is_one_number(word: str, more: str, between: str) -> bool:
    return more.isdigit() and word.isdigit() and len(between) <= _WIDEST_GAP and "\n" not in between


def _body(tokens: _Tokens) -> tuple[int, int]:
    """Return where the text itself begins and ends; all of it where too little would be left."""
    end = _end_of_text(tokens, _end_of_lines(tokens))
    start = _start_of_text(tokens.words[:end])
    body, whole = end - start, len(tokens.words)
    return (start, end) if body >= _LEAST_BODY or 2 * body >= max(whole, 1) else (0, whole)


def _end_of_lines(tokens: _Tokens) -> int:
    """Leave off the lines at the end that are signatures."""
    end = len(tokens.words)
    for start in reversed(tokens.lines):
        if start == 0 or not _is_signature(tokens, start, end):
            break
        end = start
    return end


def _is_signature(tokens: _Tokens, start: int, end: int) -> bool:
    words = [tokens.words[at] for at in range(start, end) if at not in tokens.marks]
    is_following = not FOLLOWING.isdisjoint(words)
    is_title = end < len(tokens.words) and not CHANNEL.isdisjoint(words)
    is_told = is_following or is_title or len(words) < end - start
    names = [word for word in words if word not in CHANNEL and not is_light(word)]
    is_short = end - start <= _LONGEST_SIGNATURE and len(names) <= _MOST_NAMES
    return is_told and is_short and (is_following or not any(map(is_number, words)))


def _end_of_text(tokens: _Tokens, end: int) -> int:
    """Leave off the marks at the end of the last line, with the words that ask to follow them."""
    words, at = tokens.words, end
    while at and (at - 1 in tokens.marks or words[at - 1] in CHANNEL or is_light(words[at - 1])):
        at -= 1
        if at in tokens.marks or words[at] in CHANNEL:
            end = at
    if end < len(words):
        for at in range(max(end // 2 + 1, end - _LONGEST_CALL), end):
            if words[at] in FOLLOWING:
                return at
    return end


def _start_of_text(words: Sequence[str]) -> int:
    """Leave off the words that announce a text, as far as the last of them."""
    start = 0
    for place, word in enumerate(words, 1):
        if word.removeprefix("و") in OPENING:
            start = place
        elif not is_light(word):
            break
    return start
