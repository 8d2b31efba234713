"""Service posts: a channel tells that its title, photo or pin changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from telethon.tl import types

from archiver.domain.post import Content
from archiver.domain.text import sound_text
from archiver.telegram.translate.words import word

_WORDS: Mapping[type, str] = {
    types.MessageActionChatEditTitle: "title_changed",
    types.MessageActionChatEditPhoto: "photo_changed",
    types.MessageActionChatDeletePhoto: "photo_removed",
    types.MessageActionPinMessage: "post_pinned",
    types.MessageActionChannelCreate: "channel_created",
}


def service_content(message: Any) -> Content:
    """Return the content of a service post.

    ``action_detail`` is the new title, the id of the new photo or the id of the pinned post, where told;
    other actions have their own snake_case name and no detail.
    """
    kind = type(message.action)
    describe = _DETAILS.get(kind)
    detail = None if describe is None else describe(message)
    return Content(
        text="",
        action=_WORDS.get(kind) or word(kind.__name__, without="MessageAction"),
        action_detail=None if detail is None else sound_text(str(detail)),
    )


def _title(message: Any) -> object:
    return message.action.title


def _photo(message: Any) -> object:
    return getattr(message.action.photo, "id", None)


def _pinned(message: Any) -> object:
    return getattr(message.reply_to, "reply_to_msg_id", None)


_DETAILS: Mapping[type, Callable[[Any], object]] = {
    types.MessageActionChatEditTitle: _title,
    types.MessageActionChannelCreate: _title,
    types.MessageActionChatEditPhoto: _photo,
    types.MessageActionPinMessage: _pinned,
}
