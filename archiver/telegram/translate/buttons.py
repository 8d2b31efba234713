"""The buttons under a post.

Since layer 229 a button is a label and a type, and the link stands in the type.
"""

from __future__ import annotations

from typing import Any

from telethon.tl import types

from archiver.domain.post import Button
from archiver.domain.text import sound_text

_LINKS = frozenset({types.InlineButtonTypeUrl, types.InlineButtonTypeUrlAuth, types.InlineButtonTypeWebView})


def buttons(markup: Any) -> tuple[Button, ...]:
    """Return the inline buttons, row by row; other keyboards are not part of a post."""
    if type(markup) is not types.ReplyInlineMarkup:
        return ()
    return tuple([_button(button) for row in markup.rows for button in row.buttons])


def _button(found: Any) -> Button:
    url = found.type.url if type(found.type) in _LINKS else None
    return Button(label=sound_text(found.text or ""), url=sound_text(url) if url else None)
