"""Surroundings: the posts before and after a post in its channel, as they stand."""

from __future__ import annotations

from collections.abc import Sequence

from archiver.domain.case_post import NearbyPost
from archiver.domain.ids import ChannelId, PostId
from archiver.storage.archive import Reader
from archiver.storage.driver import Row
from archiver.storage.moment import moment, moment_or_none

_POST_COLUMNS = """
SELECT p.post_id, p.published_at, p.tombstoned_at, p.revision, r.text, r.media_kind, r.media_name,
    r.media_bytes,
    (SELECT s.repost_group_id FROM reposts AS s
        WHERE s.channel_id = p.channel_id AND s.post_id = p.post_id LIMIT 1)
FROM posts AS p JOIN revisions AS r
    ON r.channel_id = p.channel_id AND r.post_id = p.post_id AND r.revision = p.revision
WHERE p.channel_id = :channel_id
"""
_BEFORE = _POST_COLUMNS + " AND p.post_id < :post_id ORDER BY p.post_id DESC LIMIT :limit"
_AFTER = _POST_COLUMNS + " AND p.post_id > :post_id ORDER BY p.post_id LIMIT :limit"


async def before(db: Reader, channel_id: ChannelId, post_id: int, *, limit: int) -> list[NearbyPost]:
    """Return the posts before an id, the newest first."""
    return _near(await db.fetch_all(_BEFORE, _values(channel_id, post_id, limit)))


async def after(db: Reader, channel_id: ChannelId, post_id: int, *, limit: int) -> list[NearbyPost]:
    """Return the posts after an id, the oldest first."""
    return _near(await db.fetch_all(_AFTER, _values(channel_id, post_id, limit)))


def _values(channel_id: ChannelId, post_id: int, limit: int) -> dict[str, object]:
    return {"channel_id": channel_id, "post_id": post_id, "limit": limit}


def _near(rows: Sequence[Row]) -> list[NearbyPost]:
    return [
        NearbyPost(
            post_id=PostId(row[0]),
            published_at=moment(row[1]),
            tombstoned_at=moment_or_none(row[2]),
            revision=row[3],
            text=row[4],
            media_kind=row[5],
            media_name=row[6],
            media_bytes=row[7],
            case_id=row[8],
        )
        for row in rows
    ]
