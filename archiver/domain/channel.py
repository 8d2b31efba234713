"""A channel: who it is, what it says of itself, how it can be reached, and whether we watch it."""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from archiver.domain.errors import HandleInvalid
from archiver.domain.ids import ChannelId

# Telegram: 5 to 32 of a-z, 0-9 and underscore, a letter first; some short ones (4) were sold at auction.
_HANDLE = re.compile(r"[a-z][a-z0-9_]{2,30}[a-z0-9]", re.IGNORECASE | re.ASCII)
_LINK = re.compile(
    r"(?:https?://)?(?:www\.)?(?:t\.me|telegram\.me|telegram\.dog)/(?:s/)?@?([^/?#]+)", re.IGNORECASE
)
# the first words of links that lead elsewhere: https://core.telegram.org/api/links
_NO_CHANNEL = frozenset(
    {
        "addemoji", "addlist", "addstickers", "addtheme", "boost", "c", "confirmphone", "contact", "giftcode",
        "invoice", "joinchat", "login", "proxy", "setlanguage", "share", "socks",
    }
)  # fmt: skip
# what clings to a handle that was copied out of a right-to-left text, or out of the first line of a file
_INVISIBLE = "\u00a0\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"


class Availability(StrEnum):
    """What a look at a channel showed."""

    REACHABLE = "reachable"
    PRIVATE = "private"
    BANNED = "banned"
    RESTRICTED = "restricted"
    HANDLE_FREED = "handle_freed"
    DELETED = "deleted"


READABLE = frozenset({Availability.REACHABLE, Availability.RESTRICTED})
"""What lets a channel's posts be read: a restriction hides them in some apps, not from a reader."""


class WatchState(StrEnum):
    """Whether we follow a channel. ``gone`` is what we conclude, never what we were told."""

    WATCHED = "watched"
    PAUSED = "paused"
    GONE = "gone"


class Fact(StrEnum):
    """What a channel says of itself, or Telegram of it; each is kept over time."""

    TITLE = "title"
    ABOUT = "about"
    PHOTO_ID = "photo_id"
    IS_SCAM = "is_scam"
    IS_FAKE = "is_fake"
    IS_VERIFIED = "is_verified"
    IS_PROTECTED = "is_protected"
    RESTRICTIONS = "restrictions"
    LINKED_CHANNEL_ID = "linked_channel_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelLook:
    """What one answer of Telegram said of a channel.

    ``facts`` holds only what this answer could know: a fact that is absent was not looked at. Values are
    text; truth is ``1`` or ``0``; restrictions are JSON ``[[platform, reason, text], …]``.
    ``handles`` are the names the channel holds now, the shown one first; ``None`` where not told.
    ``subscribers`` and ``as_of`` (Telegram's pts) are ``None`` where the answer had none.
    """

    channel_id: ChannelId
    access_hash: int | None
    handles: tuple[str, ...] | None
    facts: dict[Fact, str]
    availability: Availability = Availability.REACHABLE
    detail: str | None = None
    subscribers: int | None = None
    as_of: int | None = None
    is_joined: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """A channel and the hash that lets one account, and no other, ask for it.

    https://core.telegram.org/api/peers#access-hash
    """

    channel_id: ChannelId
    access_hash: int
    is_joined: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """One line of the watch list; ``channel_id`` is unknown until the handle was resolved once."""

    handle: str
    state: WatchState
    added_at: datetime
    channel_id: ChannelId | None = None
    labels: tuple[str, ...] = ()
    note: str | None = None
    priority: int = 0
    refusal: str | None = None
    resolved_at: datetime | None = None


GONE_AFTER = timedelta(hours=24)
"""How long a channel must stay out of reach before we say that it is gone."""


def conclude(state: WatchState, availability: Availability, *, since: datetime, now: datetime) -> WatchState:
    """Return the watch state after a look that showed ``availability``, which has lasted ``since`` then.

    One refusal proves little (research: telethon.md 3, "Gone?"): gone is what two looks a day apart agree on.
    """
    if state is WatchState.PAUSED:
        return state
    if availability in READABLE:
        return WatchState.WATCHED
    return WatchState.GONE if now - since >= GONE_AFTER else state


def parse_handle(text: str) -> str:
    """Return the lower-case handle in ``@name``, ``name`` or a t.me link.

    Raises HandleInvalid for anything else, invite links to private chats included.
    """
    stripped = text.strip(string.whitespace + _INVISIBLE)
    link = _LINK.match(stripped)
    name = link[1] if link else stripped.removeprefix("@")
    if name.startswith("+") or name.lower() in _NO_CHANNEL:
        raise HandleInvalid(f"{stripped!r} is no public channel; give its @handle or https://t.me/handle")
    if not _HANDLE.fullmatch(name):
        raise HandleInvalid(f"{stripped!r} is no handle; give @name or https://t.me/name")
    return name.lower()
