"""A post of the world as it stands, and the few words in which a test or a script asks for one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypedDict


@dataclass(frozen=True, slots=True, kw_only=True)
class Forward:
    """Where a forwarded post comes from: a channel, or a person who hides behind a name."""

    at: dt.datetime
    channel_id: int | None = None
    post_id: int | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One post; `media`, `entities` and `action` are Telethon's objects."""

    id: int
    at: dt.datetime
    text: str = ""
    raw_text: bytes | None = None
    """What stands on the wire in place of the text, valid UTF-8 or not."""
    edited_at: dt.datetime | None = None
    entities: tuple[Any, ...] = ()
    media: Any = None
    album_id: int | None = None
    forward: Forward | None = None
    reply_to: int | None = None
    action: Any = None
    buttons: tuple[tuple[str, str], ...] = ()
    author: str | None = None
    via_bot_id: int | None = None
    views: int = 1
    forwards: int = 0
    replies: int | None = None
    reactions: tuple[tuple[str, int], ...] = ()

    @property
    def content(self) -> Post:
        """The post without what is counted: two equal contents are one version."""
        return replace(self, edited_at=None, views=0, forwards=0, replies=None, reactions=())


class Draft(TypedDict, total=False):
    """What a post may be given besides its text.

    ``media`` is a kind (``"photo"``, see media.py), a `Medium` or Telethon's object; ``poll`` is a question
    and its answers; ``forward`` is a channel, a channel and a post id, or a hidden person's name; ``service``
    is ``"title"``, ``"photo"``, ``"photo_removed"``, ``"pin"``, ``"created"`` or Telethon's action.
    """

    media: Any
    album_id: int | None
    poll: tuple[str, Sequence[str]] | None
    forward: Any
    reply_to: int | None
    service: Any
    entities: Sequence[Any] | None
    buttons: Sequence[tuple[str, str]]
    author: str | None
    via_bot_id: int | None
    views: int
    forwards: int
    replies: int | None
    reactions: Sequence[tuple[str, int]]
