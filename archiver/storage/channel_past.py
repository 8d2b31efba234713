"""The past of a channel: names, facts, availability and subscribers over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from archiver.domain.channel import Availability, Fact
from archiver.domain.channel_past import AvailabilityChange, FactChange, HandleChange, SubscriberSample
from archiver.domain.ids import ChannelId
from archiver.storage.archive import Reader
from archiver.storage.moment import micros, moment, moment_or_none

_HANDLES = """
SELECT handle, observed_at, is_held FROM channel_handles WHERE channel_id = :channel_id
ORDER BY observed_at, handle
"""
_FACTS = """
SELECT fact, observed_at, value FROM channel_facts WHERE channel_id = :channel_id ORDER BY observed_at, fact
"""
_AVAILABILITY = """
SELECT availability, observed_at, detail FROM channel_availability WHERE channel_id = :channel_id
ORDER BY observed_at
"""
_SUBSCRIBERS = """
SELECT sampled_at, subscribers FROM subscriber_counts
WHERE channel_id = :channel_id AND sampled_at >= :since ORDER BY sampled_at
"""
_WATCH = """
SELECT handle, labels, state, note FROM watches WHERE channel_id = :channel_id ORDER BY handle LIMIT 1
"""
_TALLY = """
SELECT c.first_observed_at,
    (SELECT count(*) FROM posts AS p WHERE p.channel_id = c.channel_id),
    (SELECT count(*) FROM tombstones AS t WHERE t.channel_id = c.channel_id),
    (SELECT max(p.last_observed_at) FROM posts AS p WHERE p.channel_id = c.channel_id)
FROM channels AS c WHERE c.channel_id = :channel_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """How a channel is watched, and how much the archive holds of it."""

    handle: str | None
    labels: tuple[str, ...]
    state: str | None
    first_observed_at: datetime
    posts: int
    tombstones: int
    last_observed_at: datetime | None


async def held(db: Reader, channel_id: ChannelId) -> Held | None:
    """Return how much there is of a channel, ``None`` where there is no such channel."""
    row = await db.fetch_one(_TALLY, {"channel_id": channel_id})
    if row is None:
        return None
    watch: Sequence[str | None] = await db.fetch_one(_WATCH, {"channel_id": channel_id}) or (None, "", None)
    return Held(
        handle=watch[0],
        labels=tuple(label for label in (watch[1] or "").split(",") if label),
        state=watch[2],
        first_observed_at=moment(row[0]),
        posts=row[1],
        tombstones=row[2],
        last_observed_at=moment_or_none(row[3]),
    )


async def handles(db: Reader, channel_id: ChannelId) -> list[HandleChange]:
    """Return a channel's names over time, the oldest first."""
    rows = await db.fetch_all(_HANDLES, {"channel_id": channel_id})
    return [HandleChange(handle=row[0], at=moment(row[1]), is_held=bool(row[2])) for row in rows]


async def facts(db: Reader, channel_id: ChannelId) -> list[FactChange]:
    """Return what a channel said of itself over time, the oldest first."""
    rows = await db.fetch_all(_FACTS, {"channel_id": channel_id})
    return [FactChange(fact=Fact(row[0]), at=moment(row[1]), value=row[2]) for row in rows]


async def availability(db: Reader, channel_id: ChannelId) -> list[AvailabilityChange]:
    """Return how a channel was found over time, the oldest first."""
    rows = await db.fetch_all(_AVAILABILITY, {"channel_id": channel_id})
    return [
        AvailabilityChange(availability=Availability(row[0]), at=moment(row[1]), detail=row[2])
        for row in rows
    ]


async def subscribers(db: Reader, channel_id: ChannelId, since: datetime) -> list[SubscriberSample]:
    """Return a channel's subscriber counts since a time, the oldest first."""
    values = {"channel_id": channel_id, "since": micros(since)}
    rows = await db.fetch_all(_SUBSCRIBERS, values)
    return [SubscriberSample(at=moment(row[0]), subscribers=row[1]) for row in rows]
