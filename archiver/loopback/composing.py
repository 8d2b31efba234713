"""From the few words of a draft to a post."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from telethon.tl import types as t

from archiver.loopback.media import make_media, make_photo, make_poll
from archiver.loopback.post import Draft, Forward, Post


def compose(text: str, draft: Draft, *, rng: random.Random, at: dt.datetime) -> Post:
    """Return the post that a draft describes; it still wants an id."""
    poll = draft.get("poll")
    return Post(
        id=0,
        at=at,
        text=text,
        media=make_poll(*poll, rng) if poll else make_media(draft.get("media"), rng, at=at),
        entities=tuple(draft.get("entities") or ()),
        album_id=draft.get("album_id"),
        forward=_forward(draft.get("forward"), at),
        reply_to=draft.get("reply_to"),
        action=_action(draft.get("service"), rng, at),
        buttons=tuple(draft.get("buttons") or ()),
        author=draft.get("author"),
        via_bot_id=draft.get("via_bot_id"),
        views=draft.get("views", 1),
        forwards=draft.get("forwards", 0),
        replies=draft.get("replies"),
        reactions=tuple(draft.get("reactions") or ()),
    )


def _forward(origin: Any, at: dt.datetime) -> Forward | None:
    if origin is None or isinstance(origin, Forward):
        return origin
    if isinstance(origin, str):
        return Forward(at=at, name=origin)
    channel, post_id = origin if isinstance(origin, tuple) else (origin, None)
    return Forward(at=at, channel_id=channel.id, post_id=post_id or channel.shelf.newest_id or 1)


def _action(wanted: Any, rng: random.Random, at: dt.datetime) -> Any:
    match wanted:
        case "title":
            return t.MessageActionChatEditTitle("A new title")
        case "photo":
            return t.MessageActionChatEditPhoto(make_photo(rng, at=at))
        case "photo_removed":
            return t.MessageActionChatDeletePhoto()
        case "pin":
            return t.MessageActionPinMessage()
        case "created":
            return t.MessageActionChannelCreate("The beginning")
        case _:
            return wanted
