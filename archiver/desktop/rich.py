"""Rich posts in exports of Telegram Desktop: a tree of blocks stands where a post's text would.

It becomes lines of plain text, a line a block, as `telegram.translate.rich` makes them of what Telegram
sends.
"""

from __future__ import annotations

from collections.abc import Iterator

_LINES = ("title", "author", "text", "alt", "source", "description", "credit")
_BLOCKS = ("blocks", "items", "rows", "cells", "cover", "articles", "buttons", "caption")
_INLINE = ("alt", "source", "text")
_DEEPEST = 64


def rich_text(told: object) -> str:
    """Return the plain text of what an export calls a rich message, empty where it is none.

    What nests deeper than 64 is left out.
    """
    return "\n".join(line for line in _lines(told, 0) if line)


def _lines(told: object, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        return
    if isinstance(told, list):
        for each in told:
            yield from _lines(each, depth + 1)
    elif isinstance(told, dict):
        for name in _LINES:
            yield _inline(told.get(name), depth + 1)
        for name in _BLOCKS:
            yield from _lines(told.get(name), depth + 1)


def _inline(told: object, depth: int) -> str:
    """Return the text of one line: a tree of formatted stretches."""
    if isinstance(told, str):
        return told
    if depth > _DEEPEST:
        return ""
    if isinstance(told, list):
        return "".join([_inline(each, depth + 1) for each in told])
    if not isinstance(told, dict):
        return ""
    return "".join([_inline(told.get(name), depth + 1) for name in _INLINE])
