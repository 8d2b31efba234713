"""What happened last in the archive, newest first: for people who watch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from archiver.domain.ids import PostId
from archiver.storage.archive import Reader
from archiver.storage.moment import moment

# from the newest rows down: neither table is walked
_LATEST = """
SELECT at, kind, post_id, handle, text FROM (
    SELECT * FROM (
        SELECT r.observed_at AS at, CASE r.revision WHEN 1 THEN 'posted' ELSE 'edited' END AS kind,
            r.post_id AS post_id, r.channel_id AS channel_id, r.text AS text
        FROM revisions AS r WHERE r.provenance <> 'backfill' ORDER BY r.revision_id DESC LIMIT :limit
    ) AS written
    UNION ALL
    SELECT * FROM (
        SELECT t.noticed_at, 'deleted', t.post_id, t.channel_id, r.text
        FROM tombstones AS t
        JOIN posts AS p ON p.channel_id = t.channel_id AND p.post_id = t.post_id
        JOIN revisions AS r
            ON r.channel_id = p.channel_id AND r.post_id = p.post_id AND r.revision = p.revision
        ORDER BY t.noticed_at DESC LIMIT :limit
    ) AS gone
) AS happened
JOIN watches AS w ON w.channel_id = happened.channel_id
ORDER BY at DESC LIMIT :limit
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """A post was posted, edited or deleted; ``text`` is the newest that we hold, ``at`` our clock."""

    at: datetime
    kind: str
    handle: str
    post_id: PostId
    text: str


async def latest(db: Reader, *, limit: int) -> list[Happening]:
    """Return what happened last in watched channels; what a backfill found is not news."""
    return [
        Happening(at=moment(row[0]), kind=row[1], post_id=row[2], handle=row[3], text=row[4])
        for row in await db.fetch_all(_LATEST, {"limit": limit})
    ]
