"""Formatted texts: parts with a kind each become one text with entities as Telegram has them.

Telegram counts UTF-16 units (https://core.telegram.org/api/entities); Telegram Desktop cuts the text where
entities begin and end, and leaves out those that lie within another.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from archiver.domain.post import Entity

_KINDS = {"link": "url", "text_link": "text_url", "strikethrough": "strike"}
"""Telegram Desktop's words for kinds that Telegram calls otherwise."""

_VALUES = {"text_url": "href", "pre": "language", "custom_emoji": "document_id", "mention_name": "user_id"}
_PLAIN = "plain"


class Formatted:
    """A text that is put together part by part."""

    def __init__(self) -> None:
        """Empty yet."""
        self.entities: list[Entity] = []
        self.units = 0
        self._parts: list[str] = []

    @property
    def text(self) -> str:
        """Return what was added so far."""
        return "".join(self._parts)

    def add(self, text: str) -> None:
        """Add a stretch of text."""
        self._parts.append(text)
        self.units += utf16_units(text)

    def mark(self, kind: str, *, since: int, value: str | None = None) -> None:
        """Note that what was added since so many units is of a kind; of nothing there is nothing to note."""
        if self.units > since:
            self.entities.append(
                Entity(kind=kind, offset=since, length=self.units - since, value=value or None)
            )


def formatted(told: object) -> tuple[str, tuple[Entity, ...]] | None:
    """Return the text and the entities of what Telegram Desktop calls a text, ``None`` for anything else.

    It is a string, or an array of strings and of objects with ``type`` and ``text``.
    """
    if isinstance(told, str):
        return told, ()
    if not isinstance(told, list):
        return None
    if len(told) == 1 and (alone := _plain(told[0])) is not None:
        return alone, ()
    whole = Formatted()
    for part in told:
        if not _add(whole, part):
            return None
    return whole.text, tuple(whole.entities)


def utf16_units(text: str) -> int:
    """Return how many UTF-16 units a text has."""
    if text.isascii():
        return len(text)
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _plain(part: object) -> str | None:
    """Return a part that is nothing but text, which most texts are alone."""
    if isinstance(part, dict) and part.get("type") == _PLAIN:
        part = part.get("text")
    return part if isinstance(part, str) else None


def _add(whole: Formatted, part: object) -> bool:
    if isinstance(part, str):
        whole.add(part)
        return True
    if not isinstance(part, dict) or not isinstance(part.get("text"), str):
        return False
    since = whole.units
    whole.add(part["text"])
    told = part.get("type")
    if told != _PLAIN and isinstance(told, str):
        kind = _KINDS.get(told, told)
        whole.mark(kind, since=since, value=_value(kind, part))
    return True


def _value(kind: str, part: Mapping[str, Any]) -> str | None:
    told = part.get(_VALUES.get(kind, ""))
    if told is None or isinstance(told, bool | list | dict | float):
        return None
    text = str(told)
    # of an emoji the path of its picture may be told in place of its id
    return None if kind == "custom_emoji" and not text.isdigit() else text
