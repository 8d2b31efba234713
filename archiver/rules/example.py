"""Read the examples of a rule: a text, or a mapping where a text alone does not make the post."""

from __future__ import annotations

from collections.abc import Mapping

from archiver.domain.channel import parse_handle
from archiver.domain.errors import HandleInvalid
from archiver.domain.post import Button, Content, Entity, ForwardOrigin, Media, MediaKind, Poll
from archiver.domain.rule import ENTITY_KINDS, Example
from archiver.domain.text import sound_text
from archiver.rules.nodes import Node, Pairs, Scalar
from archiver.rules.sheet import Sheet

KEYS = ("text", "media", "file_name", "forwarded_from", "buttons", "poll", "entities")
"""The keys of an example that is more than a text."""

SIDES = ("flag", "benign")
"""The two kinds of examples."""


def read_examples(sheet: Sheet, node: Node) -> tuple[tuple[Example, ...], tuple[Example, ...]]:
    """Return the posts that must be flagged, and those that must not."""
    keys = sheet.keys(node, SIDES, what="examples")
    flag, benign = (
        tuple(_example(sheet, item) for item in sheet.items(keys[side], what=side)) if side in keys else ()
        for side in SIDES
    )
    return flag, benign


def _example(sheet: Sheet, node: Node) -> Example:
    if isinstance(node, Scalar):
        return Example(content=Content(text=sheet.text(node, what="an example") or ""), line=node.line)
    if isinstance(node, Pairs) and any(" " in getattr(key, "text", "") for key, _ in node.pairs):
        sheet.fault(node.line, "an example that reads as a mapping; put the text in quotes, for its colon")
        return Example(content=Content(text=""), line=node.line)
    keys = sheet.keys(node, KEYS, what="an example")
    text = _text(sheet, keys, "text") or ""
    content = Content(
        text=text,
        entities=_entities(sheet, keys, text),
        media=_media(sheet, keys),
        poll=_poll(sheet, keys),
        buttons=_buttons(sheet, keys),
        forward=_forward(sheet, keys),
    )
    return Example(content=content, line=node.line)


def _text(sheet: Sheet, keys: Mapping[str, Node], key: str) -> str | None:
    return sheet.text(keys[key], what=key) if key in keys else None


def _entities(sheet: Sheet, keys: Mapping[str, Node], text: str) -> tuple[Entity, ...]:
    """Return entities of these kinds, each over the whole text."""
    if "entities" not in keys:
        return ()
    units = len(sound_text(text).encode("utf-16-le")) // 2
    kinds = sheet.words(keys["entities"], ENTITY_KINDS, what="entity")
    return tuple(Entity(kind=kind, offset=0, length=units) for kind in kinds)


def _media(sheet: Sheet, keys: Mapping[str, Node]) -> Media | None:
    name = _text(sheet, keys, "file_name")
    kind = sheet.word(keys["media"], tuple(MediaKind), what="kind of media") if "media" in keys else None
    if kind is None and name is None:
        return None
    return Media(kind=MediaKind(kind or MediaKind.FILE), name=name)


def _poll(sheet: Sheet, keys: Mapping[str, Node]) -> Poll | None:
    if "poll" not in keys:
        return None
    question, *answers = [text for text, _ in sheet.texts(keys["poll"], what="poll")] or [""]
    return Poll(question=question, answers=tuple(answers))


def _buttons(sheet: Sheet, keys: Mapping[str, Node]) -> tuple[Button, ...]:
    if "buttons" not in keys:
        return ()
    return tuple(_button(sheet, item) for item in sheet.items(keys["buttons"], what="buttons"))


def _button(sheet: Sheet, node: Node) -> Button:
    if isinstance(node, Scalar):
        return Button(label=sheet.text(node, what="a button") or "")
    keys = sheet.keys(node, ("label", "url"), what="a button")
    return Button(label=_text(sheet, keys, "label") or "", url=_text(sheet, keys, "url"))


def _forward(sheet: Sheet, keys: Mapping[str, Node]) -> ForwardOrigin | None:
    handle = _text(sheet, keys, "forwarded_from")
    if handle is None:
        return None
    try:
        return ForwardOrigin(handle=parse_handle(handle))
    except HandleInvalid as error:
        sheet.fault(keys["forwarded_from"].line, str(error))
        return None
