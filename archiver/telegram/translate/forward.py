"""Where a post comes from, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from telethon.tl import types

from archiver.domain.ids import ChannelId
from archiver.domain.post import ForwardOrigin, Reply
from archiver.domain.text import sound_text

Origins = Mapping[int, str]
"""The shown handles of the channels that came beside a post, by channel id."""


def forward(header: Any, origins: Origins) -> ForwardOrigin:
    """Return what a header says of the first place of publication.

    https://core.telegram.org/constructor/messageFwdHeader
    """
    origin = header.from_id
    kind = type(origin)
    channel_id = origin.channel_id if kind is types.PeerChannel else None
    return ForwardOrigin(
        published_at=header.date,
        channel_id=channel_id,
        handle=origins.get(channel_id) if channel_id is not None else None,
        post_id=header.channel_post,
        user_id=origin.user_id if kind is types.PeerUser else None,
        name=_text(header.from_name),
        author=_text(header.post_author),
    )


def reply(header: Any, channel_id: ChannelId) -> Reply | None:
    """Return what a post in ``channel_id`` answers; a story has no post id.

    https://core.telegram.org/constructor/messageReplyHeader
    """
    kind = type(header)
    if kind is types.MessageReplyHeader:
        return Reply(
            post_id=header.reply_to_msg_id,
            channel_id=_other(header.reply_to_peer_id, channel_id),
            quote=_text(header.quote_text),
        )
    if kind is types.MessageReplyStoryHeader:
        return Reply(post_id=None, channel_id=_other(header.peer, channel_id))
    return None


def _other(peer: Any, channel_id: ChannelId) -> ChannelId | None:
    other: ChannelId | None = peer.channel_id if type(peer) is types.PeerChannel else None
    return None if other == channel_id else other


def _text(text: str | None) -> str | None:
    return sound_text(text) if text else None
