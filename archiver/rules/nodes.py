"""YAML as a tree of texts, lists and mappings that know their lines; nothing is made of it but that.

It is read from the events of PyYAML's safe loader, so that what packs don't need never comes to life: no
tag is obeyed, no alias is followed (ten lines of aliases can stand for a billion words), nesting ends
early. Every scalar is the text that stands there: ``on``, ``no`` and ``007`` are not turned into something
else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

_LOADER: type[yaml.CSafeLoader] | type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DEEPEST = 12
_WAY_OUT = "look at the indentation (spaces only), and put a text with ': ' in it in quotes"
# https://yaml.org/spec/1.1/#id868524, "c-printable"
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text. ``is_empty`` says that nothing was written, or ``null``."""

    text: str
    line: int
    is_empty: bool


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple[Node, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Pairs:
    """A mapping as it was written: in its order, a key that stands there twice included."""

    pairs: tuple[tuple[Node, Node], ...]
    line: int


Node = Scalar | Items | Pairs


class NoYaml(Exception):
    """The text is no YAML that a pack can be written in; the reader of packs makes it a fault."""

    def __init__(self, line: int, said: str) -> None:
        """``line`` counts from 1."""
        super().__init__(said)
        self.line = line


def compose(text: str) -> Node | None:
    """Return the tree of the only document in a text, None where it is empty; raises NoYaml."""
    if found := _FORBIDDEN.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise NoYaml(line, f"the character U+{ord(found[0]):04X}, which YAML does not allow; delete it")
    try:
        return _document(yaml.parse(text, Loader=_LOADER))
    except yaml.YAMLError as error:
        line = _line(getattr(error, "problem_mark", None))
        raise NoYaml(line, f"no YAML: {_said(error)}; {_WAY_OUT}") from error


def _document(events: Iterator[yaml.Event]) -> Node | None:
    found: Node | None = None
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent) and found is not None:
            raise NoYaml(_line(event.start_mark), "a second document; a file is one pack, without ---")
        if isinstance(event, yaml.NodeEvent):
            found = _node(event, events, 0)
    return None if isinstance(found, Scalar) and found.is_empty else found


def _node(event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Node:
    line = _line(event.start_mark)
    _refuse_magic(event, line)
    if depth > _DEEPEST:
        raise NoYaml(line, f"nested deeper than {_DEEPEST}")
    match event:
        case yaml.ScalarEvent(value=text):
            is_empty = not event.style and text in {"", "~", "null"}
            return Scalar(text, line, is_empty)
        case yaml.SequenceStartEvent():
            return Items(tuple(_children(events, depth, until=yaml.SequenceEndEvent)), line)
    children = list(_children(events, depth, until=yaml.MappingEndEvent))
    return Pairs(tuple(zip(children[::2], children[1::2], strict=True)), line)


def _children(events: Iterator[yaml.Event], depth: int, *, until: type[yaml.Event]) -> Iterator[Node]:
    for event in events:
        if isinstance(event, until):
            return
        yield _node(event, events, depth + 1)


def _refuse_magic(event: yaml.Event, line: int) -> None:
    anchor: str | None = getattr(event, "anchor", None)
    if anchor is not None:
        raise NoYaml(line, f"an anchor or alias, {anchor[:30]!r}; write it out, or put * in quotes")
    tag: str | None = getattr(event, "tag", None)
    if tag is not None:
        raise NoYaml(
            line, f"a tag, {tag[:60]!r}; put ! in quotes: a pack holds texts, lists and mappings only"
        )


def _said(error: yaml.YAMLError) -> str:
    said = getattr(error, "problem", None) or "it can't be read"
    context = getattr(error, "context", None)
    return f"{said} ({context})" if context else said


def _line(mark: Any) -> int:
    return mark.line + 1 if mark else 1
