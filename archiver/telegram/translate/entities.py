"""Formatted stretches of a text (https://core.telegram.org/api/entities)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import attrgetter
from typing import Any

from telethon.tl import types

from archiver.domain.post import Entity
from archiver.domain.text import sound_text
from archiver.telegram.translate.words import word

_PREFIX = "MessageEntity"
_VALUES: Mapping[type, attrgetter[Any]] = {
    types.MessageEntityTextUrl: attrgetter("url"),
    types.MessageEntityPre: attrgetter("language"),
    types.MessageEntityCustomEmoji: attrgetter("document_id"),
    types.MessageEntityMentionName: attrgetter("user_id"),
}
_WORDS: Mapping[type, str] = {
    kind: word(name, without=_PREFIX) for name, kind in vars(types).items() if name.startswith(_PREFIX)
}


def entities(found: Iterable[Any]) -> tuple[Entity, ...]:
    """Return the stretches as Telegram gives them, offsets untouched, even where they leave the text."""
    return tuple([_entity(one) for one in found])


def _entity(found: Any) -> Entity:
    kind = type(found)
    value_of = _VALUES.get(kind)
    return Entity(
        kind=_WORDS.get(kind) or word(kind.__name__, without=_PREFIX),
        offset=found.offset,
        length=found.length,
        value=None if value_of is None else _text(value_of(found)),
    )


def _text(value: str | int | None) -> str | None:
    return None if value is None or value == "" else sound_text(str(value))
