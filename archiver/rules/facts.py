"""What a content has beside its words: entities, media, file names, where it came from, plain traits."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from archiver.domain.flag import Field, View
from archiver.domain.post import Content, MediaKind
from archiver.domain.rule import Group
from archiver.domain.text import code_point_span, sound_text

_SHORT, _LONG = 12, 120
"""Words; see `domain.rule.TRAITS`."""


class Hit(NamedTuple):
    """One find of a group in a field of a content, in code points of that field."""

    term: str
    field: Field
    start: int
    end: int
    view: View
    confidence: float
    link: str | None


def other_fields(content: Content) -> Iterator[tuple[Field, str]]:
    """Yield the fields of a content that hold words beside its text."""
    if content.media and content.media.name:
        yield Field.MEDIA_NAME, content.media.name
    if content.buttons:
        lines = (f"{button.label} {button.url}" if button.url else button.label for button in content.buttons)
        yield Field.BUTTONS, "\n".join(lines)
    if content.poll:
        yield Field.POLL, "\n".join((content.poll.question, *content.poll.answers))


class Facts:
    """Finds what contents have of some named groups beside terms and detectors."""

    def __init__(self, groups: Sequence[tuple[str, Group]]) -> None:
        self._groups = groups
        self._of_words = [(name, group) for name, group in groups if not _OF_OTHERS.issuperset(group.traits)]

    def find(self, content: Content) -> Iterator[tuple[str, Hit]]:
        """Yield what is there, group by group."""
        is_bare = content.media is None and content.forward is None and not content.entities
        traits: dict[str, bool] = {}
        for name, group in self._of_words if is_bare else self._groups:
            for trait in group.traits:
                if trait not in traits:
                    traits[trait] = _TRAITS[trait](content)
            for hit in () if is_bare else _things(content, group):
                yield name, hit
            for trait in group.traits:
                if traits[trait]:
                    yield name, _fact(trait, Field.FORWARD if trait == "forwarded" else Field.MEDIA)


def _things(content: Content, group: Group) -> Iterator[Hit]:
    """Yield what of a group is there beside words, but for traits."""
    yield from _entities(content, group)
    media = content.media
    if media and media.kind in group.media:
        yield _fact(media.kind, Field.MEDIA)
    if group.file_names and media and media.name and _pattern(group.file_names).fullmatch(media.name):
        yield Hit(_named(media.name, group), Field.MEDIA_NAME, 0, len(media.name), View.PLAIN, 1.0, None)
    forward = content.forward
    if forward and forward.handle and forward.handle.lower() in group.forwarded_from:
        yield _fact(forward.handle.lower(), Field.FORWARD)


def _entities(content: Content, group: Group) -> Iterator[Hit]:
    for entity in content.entities if group.entities else ():
        if entity.kind in group.entities:
            start, end = code_point_span(sound_text(content.text), offset=entity.offset, length=entity.length)
            yield Hit(entity.kind, Field.TEXT, start, end, View.PLAIN, 1.0, None)


def _fact(term: str, field: Field) -> Hit:
    return Hit(str(term), field, 0, 0, View.PLAIN, 1.0, None)


def _named(name: str, group: Group) -> str:
    return next(each for each in group.file_names if _pattern((each,)).fullmatch(name))


@lru_cache(maxsize=1024)
def _pattern(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(fnmatch.translate, patterns)), re.IGNORECASE)


_TRAITS: Mapping[str, Callable[[Content], bool]] = {
    "forwarded": lambda content: content.forward is not None,
    "has_buttons": lambda content: bool(content.buttons),
    "has_poll": lambda content: content.poll is not None,
    "has_file": lambda content: content.media is not None and content.media.kind is MediaKind.FILE,
    "no_text": lambda content: not content.text.strip(),
    "short": lambda content: len(content.text.split(maxsplit=_SHORT)) <= _SHORT,
    "long": lambda content: len(content.text.split(maxsplit=_LONG)) > _LONG,
}
_OF_OTHERS = frozenset({"forwarded", "has_file"})
"""Traits that no content has which is words only."""
