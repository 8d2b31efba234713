"""The posts of a case as they are kept, with their revisions."""

from __future__ import annotations

from collections.abc import Sequence

from archiver.domain.case_post import CasePost, ShownRevision
from archiver.domain.ids import CaseId
from archiver.storage.archive import Reader
from archiver.storage.driver import Row
from archiver.storage.moment import moment, moment_or_none

_POSTS = """
SELECT p.channel_id, p.post_id, p.published_at, g.joined_at, g.repost_id, p.tombstoned_at,
    (SELECT w.handle FROM watches AS w WHERE w.channel_id = p.channel_id LIMIT 1),
    (SELECT f.value FROM channel_facts AS f WHERE f.channel_id = p.channel_id AND f.fact = 'title'
        ORDER BY f.observed_at DESC LIMIT 1),
    (SELECT n.views FROM post_counts AS n WHERE n.channel_id = p.channel_id AND n.post_id = p.post_id
        ORDER BY n.sampled_at DESC LIMIT 1),
    (SELECT n.forwards FROM post_counts AS n WHERE n.channel_id = p.channel_id AND n.post_id = p.post_id
        ORDER BY n.sampled_at DESC LIMIT 1)
FROM (
    SELECT r.channel_id, r.post_id, min(r.joined_at) AS joined_at, min(r.repost_id) AS repost_id
    FROM reposts AS r WHERE r.repost_group_id = :case_id GROUP BY r.channel_id, r.post_id
    ORDER BY min(r.repost_id) LIMIT :limit
) AS g JOIN posts AS p ON p.channel_id = g.channel_id AND p.post_id = g.post_id
ORDER BY g.repost_id
"""
_COUNT = """
SELECT count(*) FROM (
    SELECT DISTINCT r.channel_id, r.post_id FROM reposts AS r WHERE r.repost_group_id = :case_id
)
"""
_REVISIONS = """
SELECT v.channel_id, v.post_id, v.revision, v.observed_at, v.edited_at, v.text, v.details, v.media_kind,
    v.media_name, v.media_bytes, v.digest
FROM (
    SELECT r.channel_id, r.post_id FROM reposts AS r WHERE r.repost_group_id = :case_id
    GROUP BY r.channel_id, r.post_id ORDER BY min(r.repost_id) LIMIT :limit
) AS g JOIN revisions AS v ON v.channel_id = g.channel_id AND v.post_id = g.post_id
ORDER BY v.channel_id, v.post_id, v.revision
"""


async def of_case(db: Reader, case_id: CaseId, *, limit: int) -> list[CasePost]:
    """Return the first posts of a case, in the order in which they came to it."""
    values = {"case_id": case_id, "limit": limit}
    revisions: dict[tuple[int, int], list[ShownRevision]] = {}
    for row in await db.fetch_all(_REVISIONS, values):
        revisions.setdefault((row[0], row[1]), []).append(_revision(row))
    return [_post(row, revisions[row[0], row[1]]) for row in await db.fetch_all(_POSTS, values)]


async def count(db: Reader, case_id: CaseId) -> int:
    """Return how many posts a case has."""
    row = await db.fetch_one(_COUNT, {"case_id": case_id})
    return int(row[0]) if row else 0


def _revision(row: Row) -> ShownRevision:
    return ShownRevision(
        revision=row[2],
        observed_at=moment(row[3]),
        edited_at=moment_or_none(row[4]),
        text=row[5],
        details=row[6],
        media_kind=row[7],
        media_name=row[8],
        media_bytes=row[9],
        digest=row[10],
    )


def _post(row: Row, revisions: Sequence[ShownRevision]) -> CasePost:
    return CasePost(
        channel_id=row[0],
        post_id=row[1],
        published_at=moment(row[2]),
        joined_at=moment(row[3]),
        repost_id=row[4],
        tombstoned_at=moment_or_none(row[5]),
        handle=row[6],
        channel_title=row[7],
        views=row[8],
        forwards=row[9],
        revisions=tuple(revisions),
    )
