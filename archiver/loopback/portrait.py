"""How a channel, a person or an account looks in an answer, to the account that asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from telethon.tl import types as t

from archiver.loopback.account import Account
from archiver.loopback.channel import Channel
from archiver.loopback.media import DC
from archiver.loopback.world import Person, World

_FOUNDED = dt.datetime(2022, 1, 1, tzinfo=dt.UTC)


def chat(channel: Channel, account: Account) -> Any:
    """Return a Channel, or a ChannelForbidden where the account is shut out for good."""
    look, access_hash = channel.look, account.access_hash(channel.id)
    is_group = look.kind != "broadcast"
    if look.state == "deleted" or channel.id in account.expelled:
        return t.ChannelForbidden(
            channel.id, access_hash, look.title, broadcast=not is_group, megagroup=is_group
        )
    is_single = len(look.handles) == 1
    reasons = [t.RestrictionReason(*restriction) for restriction in look.restrictions]
    return t.Channel(
        id=channel.id,
        title=look.title,
        photo=_chat_photo(look.photo),
        date=_FOUNDED,
        broadcast=not is_group,
        megagroup=is_group,
        gigagroup=look.kind == "gigagroup",
        forum=look.kind == "forum",
        access_hash=access_hash,
        username=look.handles[0] if is_single else None,
        usernames=_usernames(look.handles),
        left=channel.id not in account.joined,
        restricted=bool(reasons),
        restriction_reason=reasons or None,
        has_link=look.linked_channel_id is not None,
        **look.flags,
    )


def full_chat(channel: Channel) -> Any:
    """Return a ChannelFull."""
    look = channel.look
    return t.ChannelFull(
        id=channel.id,
        about=look.about,
        read_inbox_max_id=0,
        read_outbox_max_id=0,
        unread_count=0,
        chat_photo=look.photo or t.PhotoEmpty(0),
        notify_settings=t.PeerNotifySettings(),
        bot_info=[],
        pts=channel.pts,
        participants_count=None if look.hides_subscribers else look.subscribers,
        linked_chat_id=look.linked_channel_id,
    )


def stranger(channel_id: int) -> Any:
    """Return a channel from outside the world, mentioned in passing."""
    return t.Channel(
        id=channel_id,
        title=f"Stranger {channel_id % 1000}",
        photo=t.ChatPhotoEmpty(),
        date=_FOUNDED,
        broadcast=True,
        min=True,
        access_hash=channel_id,
        username=f"stranger_{channel_id % 1000}",
    )


def chats(world: World, account: Account, channel: Channel, *, post_ids: Iterable[int] = ()) -> list[Any]:
    """Return the channels that come along with posts of a channel: itself, and where they came from."""
    origins = channel.shelf.origins(post_ids) - {channel.id}
    others = [world.channels.get(origin) or origin for origin in sorted(origins)]
    return [
        chat(channel, account),
        *(stranger(other) if isinstance(other, int) else chat(other, account) for other in others),
    ]


def self_user(account: Account) -> Any:
    """Return the account as it sees itself."""
    return t.User(
        id=account.id,
        is_self=True,
        access_hash=account.id,
        first_name="Archive",
        phone=account.phone.lstrip("+"),
    )


def user(person: Person) -> Any:
    """Return a person or a bot."""
    return t.User(
        id=person.id,
        access_hash=person.id,
        first_name=person.handle,
        username=person.handle,
        bot=person.is_bot,
        bot_info_version=1 if person.is_bot else None,
    )


def _chat_photo(photo: Any) -> Any:
    return t.ChatPhotoEmpty() if photo is None else t.ChatPhoto(photo.id, DC)


def _usernames(handles: list[str]) -> Any:
    names = [t.Username(handle, active=True, editable=place == 0) for place, handle in enumerate(handles)]
    return names if len(names) > 1 else None
