"""The difference of a channel: what happened since an event number, edits and deletions included.

https://core.telegram.org/method/updates.getChannelDifference
"""

from __future__ import annotations

from typing import Any

from telethon.tl import types

from archiver.domain.ids import ChannelId, PostId
from archiver.domain.page import RawPage, Slice, TooLong
from archiver.telegram.translate.channel import origins
from archiver.telegram.translate.pages import observe, own_looks

_POSTS = frozenset({types.UpdateNewChannelMessage, types.UpdateEditChannelMessage})


def difference(answer: Any, *, channel_id: ChannelId, raw: RawPage | None = None) -> Slice | TooLong:
    """Return a slice of the difference, or that Telegram will not list it.

    Every post of a slice is true as of the slice's own event number, whatever its update says: TDLib applies
    them so too. A place that turns out empty is gone.
    """
    kind = type(answer)
    if kind is types.updates.ChannelDifferenceTooLong:
        as_of: int = getattr(answer.dialog, "pts", None) or 0
        return TooLong(channel_id=channel_id, as_of=as_of, looks=own_looks(answer.chats, channel_id))
    if kind is types.updates.ChannelDifferenceEmpty:
        return Slice(
            channel_id=channel_id,
            observations=(),
            deleted=(),
            as_of=answer.pts,
            is_final=bool(answer.final),
            wait=answer.timeout,
        )
    return _slice(answer, channel_id, raw=raw)


def _slice(answer: Any, channel_id: ChannelId, *, raw: RawPage | None) -> Slice:
    edited = [update.message for update in answer.other_updates if type(update) in _POSTS]
    messages = [*answer.new_messages, *edited]
    return Slice(
        channel_id=channel_id,
        observations=observe(
            messages, channel_id=channel_id, as_of=answer.pts, origins=origins(answer.chats)
        ),
        deleted=_deleted(answer.other_updates, messages),
        as_of=answer.pts,
        is_final=bool(answer.final),
        wait=answer.timeout,
        looks=own_looks(answer.chats, channel_id),
        raw=raw,
    )


def _deleted(updates: list[Any], messages: list[Any]) -> tuple[PostId, ...]:
    told = [
        post_id
        for update in updates
        if type(update) is types.UpdateDeleteChannelMessages
        for post_id in update.messages
    ]
    empty = [message.id for message in messages if type(message) is types.MessageEmpty]
    return tuple(dict.fromkeys([*told, *empty]))
