"""What an answer says of channels, and of those that are none."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from telethon.tl import types

from archiver.domain.channel import Availability, ChannelLook, Fact
from archiver.domain.ids import ChannelId
from archiver.domain.text import sound_text


def channel_look(channel: Any, *, as_of: int | None = None) -> ChannelLook:
    """Return what a Channel says of itself, or a ChannelForbidden of being out of reach.

    A ``min`` Channel is a passing mention: its hash and its marks are not to be trusted
    (https://core.telegram.org/api/min), so only its names and its photo are facts.
    """
    if type(channel) is types.ChannelForbidden:
        return _forbidden(channel, as_of)
    if channel.min:
        return ChannelLook(
            channel_id=ChannelId(channel.id),
            access_hash=None,
            handles=handles(channel) or None,
            facts=_appearance(channel),
            as_of=as_of,
        )
    reason = _reason_everywhere(channel)
    return ChannelLook(
        channel_id=ChannelId(channel.id),
        access_hash=channel.access_hash,
        handles=handles(channel),
        facts=_appearance(channel) | _marks(channel),
        availability=Availability.REACHABLE if reason is None else Availability.RESTRICTED,
        detail=reason,
        as_of=as_of,
        is_joined=not channel.left,
    )


def full_look(chat_full: Any) -> ChannelLook:
    """Return all that a messages.ChatFull says of its channel, subscribers and event number included."""
    full = chat_full.full_chat
    own = next((chat for chat in chat_full.chats if _is_channel(chat) and chat.id == full.id), None)
    base = (
        channel_look(own)
        if own is not None
        else ChannelLook(channel_id=ChannelId(full.id), access_hash=None, handles=None, facts={})
    )
    told = {
        Fact.ABOUT: sound_text(full.about or ""),
        Fact.PHOTO_ID: _id(getattr(full.chat_photo, "id", None)),
        Fact.LINKED_CHANNEL_ID: _id(full.linked_chat_id),
    }
    return replace(base, facts=base.facts | told, subscribers=full.participants_count, as_of=full.pts)


def looks(chats: Iterable[Any]) -> tuple[ChannelLook, ...]:
    """Return what an answer says of the broadcast channels in it; groups are left out."""
    return tuple([channel_look(chat) for chat in chats if _is_channel(chat) and not _is_group(chat)])


def origins(chats: Iterable[Any]) -> dict[int, str]:
    """Return the shown handles of the channels in an answer, by channel id."""
    shown = ((chat.id, handles(chat)) for chat in chats if type(chat) is types.Channel)
    return {channel_id: names[0] for channel_id, names in shown if names}


def handles(channel: Any) -> tuple[str, ...]:
    """Return the names that lead to a channel, lower-case, the shown one first.

    A channel has a ``username`` or a list of ``usernames``; one that is switched off leads nowhere.
    https://core.telegram.org/constructor/username
    """
    names = [channel.username, *(name.username for name in channel.usernames or () if name.active)]
    return tuple(dict.fromkeys(sound_text(name).lower() for name in names if name))


def holder(resolved: Any) -> Any:
    """Return the object that a contacts.ResolvedPeer names, or ``None`` when it did not bring it.

    Ids of people, groups and channels overlap (https://core.telegram.org/api/peers), so each is looked for
    among its own.
    """
    peer = resolved.peer
    if type(peer) is types.PeerUser:
        return next((user for user in resolved.users if user.id == peer.user_id), None)
    wants_channel = type(peer) is types.PeerChannel
    wanted = peer.channel_id if wants_channel else peer.chat_id
    chats = (chat for chat in resolved.chats if _is_channel(chat) is wants_channel)
    return next((chat for chat in chats if chat.id == wanted), None)


def refusal(found: Any) -> str | None:
    """Return what something is when it is no public broadcast channel, else ``None``.

    ``a person``, ``a bot``, ``a group``, ``a private channel``.
    """
    if isinstance(found, types.User | types.UserEmpty):
        return "a bot" if getattr(found, "bot", None) else "a person"
    if not _is_channel(found) or _is_group(found) or not found.broadcast:
        return "a group"
    is_public = type(found) is types.Channel and bool(handles(found))
    return None if is_public else "a private channel"


def _is_channel(chat: Any) -> bool:
    """Say whether something has a channel's id; groups of the newer kind have one too."""
    return type(chat) is types.Channel or type(chat) is types.ChannelForbidden


def _is_group(channel: Any) -> bool:
    if channel.megagroup or channel.monoforum:
        return True
    return type(channel) is types.Channel and bool(channel.gigagroup or channel.forum)


def _forbidden(channel: Any, as_of: int | None) -> ChannelLook:
    """Return the look of a ChannelForbidden, which does not tell a closed channel from a ban on us.

    It stands for "we were banned, or for some other reason" (https://core.telegram.org/constructor/channelForbidden),
    as the error CHANNEL_PRIVATE does, so it is PRIVATE like that one; only an end of the ban gives it away.
    A channel that Telegram itself blocked comes as a Channel with a restriction on all platforms.
    """
    is_ban = channel.until_date is not None and channel.until_date.timestamp() > 0
    return ChannelLook(
        channel_id=ChannelId(channel.id),
        access_hash=None,
        handles=None,
        facts={Fact.TITLE: sound_text(channel.title or "")},
        availability=Availability.BANNED if is_ban else Availability.PRIVATE,
        detail=f"account banned until {channel.until_date:%Y-%m-%dT%H:%M:%SZ}" if is_ban else "forbidden",
        as_of=as_of,
        is_joined=False,
    )


def _appearance(channel: Any) -> dict[Fact, str]:
    return {
        Fact.TITLE: sound_text(channel.title or ""),
        Fact.PHOTO_ID: _id(getattr(channel.photo, "photo_id", None)),
    }


def _marks(channel: Any) -> dict[Fact, str]:
    reasons = [[reason.platform, reason.reason, reason.text] for reason in channel.restriction_reason or ()]
    return {
        Fact.IS_SCAM: _claim(channel.scam),
        Fact.IS_FAKE: _claim(channel.fake),
        Fact.IS_VERIFIED: _claim(channel.verified),
        Fact.IS_PROTECTED: _claim(channel.noforwards),
        Fact.RESTRICTIONS: sound_text(json.dumps(reasons, ensure_ascii=False)),
    }


def _reason_everywhere(channel: Any) -> str | None:
    """Return why Telegram hides a channel on every platform, ``None`` where it does not."""
    reasons = (reason.reason for reason in channel.restriction_reason or () if reason.platform == "all")
    return next((f"all:{sound_text(reason)}" for reason in reasons), None)


def _claim(flag: bool | None) -> str:
    return "1" if flag else "0"


def _id(number: int | None) -> str:
    """Return an id as text; empty where there is none, which is a fact as well."""
    return str(number) if number else ""
