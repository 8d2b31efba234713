"""One post: Telegram's Message or MessageService becomes an observation.

This is the hottest path of a backfill, so it looks kinds up by exact type and calls nothing for a part that
is not there. The text keeps what the wire gave: `domain.findings` makes it sound once, for everybody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from telethon.tl import types

from archiver.domain.ids import ChannelId
from archiver.domain.post import Content, Observation
from archiver.domain.text import sound_text
from archiver.telegram.translate.action import service_content
from archiver.telegram.translate.buttons import buttons
from archiver.telegram.translate.counts import counts
from archiver.telegram.translate.entities import entities
from archiver.telegram.translate.forward import Origins, forward, reply
from archiver.telegram.translate.media import media, poll
from archiver.telegram.translate.rich import rich_text

_POLL = types.MessageMediaPoll
_EPOCH = datetime.fromtimestamp(0, UTC)


def observation(message: Any, *, channel_id: ChannelId, as_of: int, origins: Origins) -> Observation | None:
    """Return what a look at a post showed; ``None`` for MessageEmpty, the place of no post.

    ``as_of`` is the channel's pts of the answer, ``origins`` the handles of the channels in its ``chats``.
    """
    read = _READ.get(type(message))
    if read is None:
        return None
    return Observation(
        channel_id=channel_id,
        post_id=message.id,
        published_at=message.date or _EPOCH,
        edited_at=message.edit_date,
        content=read(message, channel_id, origins),
        counts=counts(message),
        as_of=as_of,
    )


def _content(message: Any, channel_id: ChannelId, origins: Origins, /) -> Content:
    found, marks, author = message.media, message.entities, message.post_author
    header, origin, markup = message.reply_to, message.fwd_from, message.reply_markup
    text = message.message or ""
    if not text and message.rich_message is not None:
        text = rich_text(message.rich_message)
    return Content(
        text=text,
        entities=() if not marks else entities(marks),
        media=None if found is None else media(found),
        poll=poll(found) if type(found) is _POLL else None,
        buttons=() if markup is None else buttons(markup),
        reply=None if header is None else reply(header, channel_id),
        forward=None if origin is None else forward(origin, origins),
        album_id=message.grouped_id,
        author=sound_text(author) if author else None,
        via_bot_id=message.via_bot_id,
    )


def _service_content(message: Any, _channel_id: ChannelId, _origins: Origins, /) -> Content:
    return service_content(message)


_READ: Mapping[type, Callable[[Any, ChannelId, Origins], Content]] = {
    types.Message: _content,
    types.MessageService: _service_content,
}
