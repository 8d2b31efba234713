"""What the desk shows of a channel: its past, its newest posts, and how much of it is archived."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from archiver.domain.case_post import NearbyPost
from archiver.domain.channel_past import AvailabilityChange, FactChange, HandleChange, SubscriberSample
from archiver.domain.ids import ChannelId, PostId
from archiver.storage import channel_past, surroundings
from archiver.storage.archive import Archive
from archiver.storage.channel_past import Held

_AFTER_ALL = 2**62


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelView:
    """A channel as its page shows it; ``posts`` from the newest down."""

    channel_id: ChannelId
    held: Held
    handles: tuple[HandleChange, ...]
    facts: tuple[FactChange, ...]
    availability: tuple[AvailabilityChange, ...]
    subscribers: tuple[SubscriberSample, ...]
    posts: tuple[NearbyPost, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """The posts around a post, both from the oldest on."""

    before: tuple[NearbyPost, ...]
    after: tuple[NearbyPost, ...]


async def read_channel(
    archive: Archive, channel_id: ChannelId, *, since: datetime, before: int | None = None, limit: int = 20
) -> ChannelView | None:
    """Return a channel with its subscribers since a time and its posts before an id, if it is known."""
    async with archive.read() as db:
        held = await channel_past.held(db, channel_id)
        if held is None:
            return None
        return ChannelView(
            channel_id=channel_id,
            held=held,
            handles=tuple(await channel_past.handles(db, channel_id)),
            facts=tuple(await channel_past.facts(db, channel_id)),
            availability=tuple(await channel_past.availability(db, channel_id)),
            subscribers=tuple(await channel_past.subscribers(db, channel_id, since)),
            posts=tuple(await surroundings.before(db, channel_id, before or _AFTER_ALL, limit=limit)),
        )


async def read_surroundings(
    archive: Archive, channel_id: ChannelId, post_id: PostId, *, limit: int = 5
) -> Surroundings:
    """Return the posts around a post of a channel."""
    async with archive.read() as db:
        before = await surroundings.before(db, channel_id, post_id, limit=limit)
        after = await surroundings.after(db, channel_id, post_id, limit=limit)
    return Surroundings(before=tuple(reversed(before)), after=tuple(after))
