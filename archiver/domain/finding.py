"""What a query finds in a text that is folded already: whether it is met, and by which characters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archiver.domain.clitics import cores
from archiver.domain.folding import fold
from archiver.domain.query import Either, Every, Query, Term, Without, terms_of


def meets(words: Sequence[str], query: Query) -> bool:
    """Say whether a text of these words is what a query asks for: what the index says of it too."""
    match query:
        case Term():
            return next(_places(words, query), None) is not None
        case Without():
            return meets(words, query.wanted) and not meets(words, query.unwanted)
        case Every():
            return all(meets(words, part) for part in query.parts)
        case Either():
            return any(meets(words, part) for part in query.parts)


def found_places(text: str, query: Query) -> tuple[tuple[int, int], ...]:
    """Return the (start, end) of the characters of the original that a query finds, in order.

    Of a word with clitics only the word that was asked for is among them, of a prefix the prefix. Places do
    not overlap.
    """
    folded = fold(text)
    words = folded.text.split(" ") if folded.text else []
    starts = _starts(words)
    places = sorted(
        folded.span(starts[first] + start, starts[last] + end)
        for term in terms_of(query)
        for (first, start), (last, end) in _places(words, term)
    )
    return tuple(_merged(places))


Place = tuple[int, int]
"""The number of a word, and a place in it."""


def _places(words: Sequence[str], term: Term) -> Iterator[tuple[Place, Place]]:
    if not term.is_exact:
        for number, word in enumerate(words):
            for start, end in _within(word, term):
                yield (number, start), (number, end)
        return
    count, last = len(term.words), term.words[-1]
    for number in range(len(words) - count + 1):
        end = number + count - 1
        is_here = words[end].startswith(last) if term.is_prefix else words[end] == last
        if is_here and tuple(words[number:end]) == term.words[:-1]:
            yield (number, 0), (end, len(last))


def _within(word: str, term: Term) -> Iterator[tuple[int, int]]:
    asked = term.words[0]
    if word == asked or (term.is_prefix and word.startswith(asked)):
        yield 0, len(asked)
        return
    for core in cores(word):
        if term.is_prefix and core.word.startswith(asked):
            yield core.start, core.start + min(len(asked), core.end - core.start)
            return
        if core.word == asked:
            yield core.start, core.end
            return


def _starts(words: Sequence[str]) -> list[int]:
    starts, at = [], 0
    for word in words:
        starts.append(at)
        at += len(word) + 1
    return starts


def _merged(places: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield places in order, those that overlap as one."""
    held: tuple[int, int] | None = None
    for start, end in places:
        if held and start < held[1]:
            held = held[0], max(held[1], end)
        else:
            if held:
                yield held
            held = start, end
    if held:
        yield held
