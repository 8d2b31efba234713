"""What Telegram answers when asked about posts: a page of history, a slice of a difference, or an event."""

from __future__ import annotations

from dataclasses import dataclass, field

from archiver.domain.channel import ChannelLook
from archiver.domain.ids import ChannelId, PostId
from archiver.domain.post import Observation


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPage:
    """The exact bytes of one TL object; the first four name its constructor.

    ``layer`` is the version of Telegram's schema that the bytes follow.
    """

    layer: int
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A stretch of a channel's history, newest first.

    Every post that stood between ``first_id`` and ``last_id`` (inclusive) when the channel was at event
    number ``as_of`` is among the observations, or its id is in ``absent``. ``total`` is how many posts
    Telegram says the channel holds. ``is_end`` is true when no older post exists.
    """

    channel_id: ChannelId
    observations: tuple[Observation, ...]
    first_id: PostId
    last_id: PostId
    as_of: int
    total: int
    is_end: bool
    looks: tuple[ChannelLook, ...] = ()
    absent: tuple[PostId, ...] = ()
    raw: RawPage | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """Events of one channel up to event number ``as_of``: posts as they stand now, and ids that are gone.

    ``is_final`` is false when Telegram has more to tell at once. ``wait`` is how many seconds Telegram asks
    us to leave between two such questions.
    """

    channel_id: ChannelId
    observations: tuple[Observation, ...]
    deleted: tuple[PostId, ...]
    as_of: int
    is_final: bool
    wait: float | None = None
    looks: tuple[ChannelLook, ...] = ()
    raw: RawPage | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TooLong:
    """Telegram will not list the events since our cursor; they must be looked for up to ``as_of``."""

    channel_id: ChannelId
    as_of: int
    looks: tuple[ChannelLook, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One pushed event of a channel: a post that is new or edited, or posts that are gone.

    ``number`` and ``count`` are Telegram's pts and pts_count.
    """

    channel_id: ChannelId
    number: int
    count: int
    observations: tuple[Observation, ...] = ()
    deleted: tuple[PostId, ...] = ()
    raw: RawPage | None = field(default=None, repr=False)
