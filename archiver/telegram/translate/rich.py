"""Rich posts (layer 227 on): the text is a tree of blocks, and the plain text beside it may be empty.

The tree becomes lines of plain text, so that it can be searched and compared; formatting stays in the raw
page. New kinds of blocks are read too: whatever stands under a name of _PARTS is text or leads to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from telethon.tl import types
from telethon.tl.tlobject import TLObject

# in reading order; a caption comes after what it speaks of
_PARTS = ("title", "author", "text", "alt", "source", "blocks", "items", "rows", "cells", "cover", "articles",
          "buttons", "description", "caption", "credit")  # fmt: skip
_INLINE = ("alt", "source", "text", "texts")
_DEEPEST = 64
_LINE: int = types.TextPlain.SUBCLASS_OF_ID


def rich_text(message: Any) -> str:
    """Return the plain text of a RichMessage, a line a block; what nests deeper than 64 is left out."""
    lines = (line for block in message.blocks for line in _lines(block, 0))
    return "\n".join(line for line in lines if line)


def _lines(found: Any, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        return
    if isinstance(found, str):
        yield found
    elif isinstance(found, list):
        for one in found:
            yield from _lines(one, depth + 1)
    elif isinstance(found, TLObject) and found.SUBCLASS_OF_ID == _LINE:
        yield _inline(found, depth)
    elif isinstance(found, TLObject):
        for name in _PARTS:
            yield from _lines(getattr(found, name, None), depth + 1)


def _inline(found: Any, depth: int) -> str:
    """Return the text of one line: a tree of formatted stretches."""
    if isinstance(found, str):
        return found
    if depth > _DEEPEST:
        return ""
    if isinstance(found, list):
        return "".join([_inline(one, depth + 1) for one in found])
    if not isinstance(found, TLObject):
        return ""
    return "".join([_inline(getattr(found, name, None), depth + 1) for name in _INLINE])
