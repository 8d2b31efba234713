"""Rich posts (layer 227 on): the text is a tree of blocks, and the plain text beside it may be empty.

The tree becomes lines of plain text, so that it can be searched and compared; formatting stays in the raw
page. New kinds of blocks are read too: whatever stands under a name of _PARTS is text or leads to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

# in reading order; a table cell may be empty, and a caption comes after what it speaks of
_PARTS = ("title", "author", "text", "texts", "alt", "source", "blocks", "items", "rows", "cells", "cover",
          "articles", "description", "caption", "credit")  # fmt: skip
_INLINE = frozenset({"text", "texts", "alt", "source"})
_DEEPEST = 64


def rich_text(message: Any) -> str:
    """Return the plain text of a RichMessage, a line a block; what nests deeper than 64 is left out."""
    lines = (line for block in message.blocks for line in _lines(block, 0))
    return "\n".join(line for line in lines if line)


def _lines(block: Any, depth: int) -> Iterator[str]:
    if isinstance(block, str):
        yield block
    if depth > _DEEPEST:
        return
    for name in _PARTS:
        part = getattr(block, name, None)
        if name in _INLINE:
            yield _inline(part, depth + 1)
        else:
            for one in part if isinstance(part, list) else [part]:
                yield from _lines(one, depth + 1)


def _inline(found: Any, depth: int) -> str:
    """Return the text of one line: a tree of formatted stretches."""
    if isinstance(found, str):
        return found
    if found is None or depth > _DEEPEST:
        return ""
    if isinstance(found, list):
        return "".join([_inline(one, depth) for one in found])
    return "".join([_inline(getattr(found, name, None), depth + 1) for name in sorted(_INLINE)])
