"""Numbers over time, for charts: counted by SQLite, channel by channel."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from archiver.domain.flag import Category
from archiver.domain.ids import ChannelId
from archiver.domain.series import Sample
from archiver.storage.archive import Reader
from archiver.storage.driver import Values
from archiver.storage.moment import micros, moment

_EPOCH = date(1970, 1, 1)
_ALWAYS = (0, 2**62)

_CHANNELS = """
SELECT c.channel_id,
    (SELECT value FROM channel_facts AS f WHERE f.channel_id = c.channel_id AND f.fact = 'title'
        ORDER BY f.observed_at DESC LIMIT 1),
    coalesce(
        (SELECT w.handle FROM watches AS w WHERE w.channel_id = c.channel_id LIMIT 1),
        (SELECT h.handle FROM channel_handles AS h WHERE h.channel_id = c.channel_id
            ORDER BY h.observed_at DESC LIMIT 1)
    ),
    (SELECT s.subscribers FROM subscriber_counts AS s WHERE s.channel_id = c.channel_id
        ORDER BY s.sampled_at DESC LIMIT 1)
FROM channels AS c ORDER BY c.channel_id
"""
_SUBSCRIBERS = """
SELECT sampled_at, subscribers FROM subscriber_counts
WHERE channel_id = :channel_id AND sampled_at >= :since AND sampled_at < :until ORDER BY sampled_at
"""
_POSTS = """
SELECT channel_id, published_at / 86400000000, count(*) FROM posts
WHERE channel_id IN (:among) AND published_at >= :since AND published_at < :until
GROUP BY 1, 2 ORDER BY 1, 2
"""
_HOURS = """
SELECT 0, published_at / 3600000000 % 24, count(*) FROM posts
WHERE channel_id IN (:among) AND published_at >= :since AND published_at < :until
GROUP BY 2
"""
_EDITS = """
SELECT channel_id, coalesce(edited_at, observed_at) / 86400000000, count(*) FROM revisions
WHERE channel_id IN (:among) AND revision > 1
    AND coalesce(edited_at, observed_at) >= :since AND coalesce(edited_at, observed_at) < :until
GROUP BY 1, 2 ORDER BY 1, 2
"""
_DELETIONS = """
SELECT channel_id, noticed_at / 86400000000, count(*) FROM tombstones
WHERE channel_id IN (:among) AND noticed_at >= :since AND noticed_at < :until
GROUP BY 1, 2 ORDER BY 1, 2
"""
# one post counts once, whatever rules of whatever rulebooks said it of how many revisions
_FLAGS = """
SELECT f.channel_id, p.published_at / 86400000000, count(DISTINCT f.post_id), f.category
FROM flags AS f JOIN posts AS p ON p.channel_id = f.channel_id AND p.post_id = f.post_id
WHERE f.channel_id IN (:among) AND f.is_shadow = 0
    AND p.published_at >= :since AND p.published_at < :until
GROUP BY 1, 2, 4 ORDER BY 1, 2, 4
"""
_FLAGGED = """
SELECT f.channel_id, p.published_at / 86400000000, count(DISTINCT f.post_id)
FROM flags AS f JOIN posts AS p ON p.channel_id = f.channel_id AND p.post_id = f.post_id
WHERE f.channel_id IN (:among) AND f.is_shadow = 0
    AND p.published_at >= :since AND p.published_at < :until
GROUP BY 1, 2 ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelName:
    """What a channel is called, and how many subscribers it had when they were counted last."""

    channel_id: ChannelId
    title: str | None
    handle: str | None
    subscribers: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A time, its end left out; ``None``: from the first, to the last."""

    since: datetime | None = None
    until: datetime | None = None


class DayCount(NamedTuple):
    """How many of a channel on a day, UTC."""

    channel_id: ChannelId
    day: date
    value: int


async def channels(db: Reader) -> list[ChannelName]:
    """Return every channel that was ever looked at."""
    rows = await db.fetch_all(_CHANNELS)
    return [ChannelName(channel_id=row[0], title=row[1], handle=row[2], subscribers=row[3]) for row in rows]


async def subscribers(db: Reader, channel_id: ChannelId, span: Span) -> list[Sample]:
    """Return the samples of a channel's subscribers, in order of time."""
    rows = await db.fetch_all(_SUBSCRIBERS, {"channel_id": channel_id, **_within(span)})
    return [Sample(moment(at), count) for at, count in rows]


async def posts(db: Reader, channel_ids: Sequence[ChannelId], span: Span) -> list[DayCount]:
    """Return the posts of each day on which they were published."""
    return await _daily(db, _POSTS, channel_ids, span)


async def edits(db: Reader, channel_ids: Sequence[ChannelId], span: Span) -> list[DayCount]:
    """Return the revisions above the first of each day: of the edit, else of when we saw it."""
    return await _daily(db, _EDITS, channel_ids, span)


async def deletions(db: Reader, channel_ids: Sequence[ChannelId], span: Span) -> list[DayCount]:
    """Return the tombstones of each day on which they were noticed."""
    return await _daily(db, _DELETIONS, channel_ids, span)


async def flagged(db: Reader, channel_ids: Sequence[ChannelId], span: Span) -> list[DayCount]:
    """Return the flagged posts of each day on which they were published; shadows do not count."""
    return await _daily(db, _FLAGGED, channel_ids, span)


async def flags(db: Reader, channel_ids: Sequence[ChannelId], span: Span) -> dict[Category, list[DayCount]]:
    """Return the same of each category that there is, in the order of the glossary."""
    found: dict[Category, list[DayCount]] = {category: [] for category in Category}
    for channel_id, number, count, name in await db.fetch_in(_FLAGS, _within(span), among=channel_ids):
        found[Category(name)].append(DayCount(channel_id, _day(number), count))
    return {category: counts for category, counts in found.items() if counts}


async def hours(db: Reader, channel_ids: Sequence[ChannelId], span: Span) -> tuple[int, ...]:
    """Return the posts of each hour of the day, UTC, from 0 to 23."""
    counts = [0] * 24
    for _, hour, count in await db.fetch_in(_HOURS, _within(span), among=channel_ids):
        counts[hour] += count
    return tuple(counts)


async def _daily(db: Reader, sql: str, channel_ids: Iterable[ChannelId], span: Span) -> list[DayCount]:
    rows = await db.fetch_in(sql, _within(span), among=channel_ids)
    return [DayCount(channel_id, _day(number), count) for channel_id, number, count in rows]


def _within(span: Span) -> Values:
    first, last = _ALWAYS
    return {
        "since": first if span.since is None else micros(span.since),
        "until": last if span.until is None else micros(span.until),
    }


def _day(number: int) -> date:
    return _EPOCH + timedelta(days=number)
