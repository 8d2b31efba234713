"""Revisions read back, in the order in which they came: for whatever goes through the archive anew."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from archiver.domain.ids import ChannelId
from archiver.domain.kept_content import kept_content
from archiver.domain.post import Content
from archiver.domain.revision import RevisionKey
from archiver.domain.stretch import Stretch
from archiver.storage.archive import Reader
from archiver.storage.driver import Row
from archiver.storage.moment import micros_or_none

_READ_COLUMNS = """
SELECT r.revision_id, r.channel_id, r.post_id, r.revision, r.text, r.details, r.forwarded_from_handle
FROM revisions AS r
"""
_WITHIN = (
    _READ_COLUMNS
    + """
WHERE r.revision_id BETWEEN :first AND :last ORDER BY r.revision_id LIMIT :limit
"""
)

# the plus keeps SQLite on the order of revision_id: by channel it would read and sort the whole channel
_CHOSEN = (
    _READ_COLUMNS
    + """
JOIN posts AS p ON p.channel_id = r.channel_id AND p.post_id = r.post_id
WHERE r.revision_id > :above
    AND (:channel_id IS NULL OR +r.channel_id = :channel_id)
    AND (:since IS NULL OR p.published_at >= :since)
ORDER BY r.revision_id LIMIT :limit
"""
)
_NEWEST_ID = "SELECT max(revision_id) FROM revisions"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRevision:
    """A revision as the archive holds it."""

    revision_id: int
    key: RevisionKey
    content: Content


async def within(db: Reader, stretch: Stretch, *, limit: int) -> list[KeptRevision]:
    """Return the first revisions of a stretch of ids."""
    values = {"first": stretch.first, "last": stretch.last, "limit": limit}
    return _revisions(await db.fetch_all(_WITHIN, values))


async def chosen(
    db: Reader, *, above: int, since: datetime | None, channel_id: ChannelId | None, limit: int
) -> list[KeptRevision]:
    """Return the first revisions above an id whose posts are of a channel, or published since a time."""
    values = {"above": above, "since": micros_or_none(since), "channel_id": channel_id, "limit": limit}
    return _revisions(await db.fetch_all(_CHOSEN, values))


async def newest_id(db: Reader) -> int:
    """Return the id of the newest revision, 0 when there is none."""
    row = await db.fetch_one(_NEWEST_ID)
    return int(row[0] or 0) if row else 0


def _revisions(rows: Iterable[Row]) -> list[KeptRevision]:
    return [
        KeptRevision(
            revision_id=row[0],
            key=RevisionKey(row[1], row[2], row[3]),
            content=kept_content(row[4], row[5], forwarded_from_handle=row[6]),
        )
        for row in rows
    ]
