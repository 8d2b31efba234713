"""Posts, their revisions, counts and tombstones."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from archiver.domain.findings import Findings, NewRevision
from archiver.domain.ids import ChannelId, PostId, RunId
from archiver.domain.page import RawPage
from archiver.domain.post import PostCounts, Provenance
from archiver.domain.revision import PostHead
from archiver.domain.sampling import next_post_due
from archiver.domain.text import sound_text
from archiver.storage import raw
from archiver.storage.archive import Reader, Transaction
from archiver.storage.driver import NewId, Row
from archiver.storage.moment import micros, micros_or_none, moment_or_none

_quoted = json.encoder.encode_basestring

_HEAD_COLUMNS = """
SELECT p.post_id, p.revision, r.digest, p.as_of, r.edited_at, p.sampled_at, p.tombstoned_as_of
FROM posts AS p JOIN revisions AS r
    ON r.channel_id = p.channel_id AND r.post_id = p.post_id AND r.revision = p.revision
"""
_HEADS = _HEAD_COLUMNS + "WHERE p.channel_id = :channel_id AND p.post_id BETWEEN :first_id AND :last_id"
_HEADS_OF = _HEAD_COLUMNS + "WHERE p.channel_id = :channel_id AND p.post_id IN (:among)"

_ADD_REVISIONS = """
INSERT INTO revisions (
    channel_id, post_id, revision, observed_at, edited_at, provenance, run_id, digest,
    text, details, media_kind, media_name, media_bytes, album_id, author, reply_to_post_id,
    forwarded_from_channel_id, forwarded_from_handle, forwarded_from_post_id, raw_page_id
) VALUES (
    :channel_id, :post_id, :revision, :observed_at, :edited_at, :provenance, :run_id, :digest,
    :text, :details, :media_kind, :media_name, :media_bytes, :album_id, :author, :reply_to_post_id,
    :forwarded_from_channel_id, :forwarded_from_handle, :forwarded_from_post_id, :raw_page_id
)
"""

# published_at is Telegram's claim of the first look that was no import (as_of 0); the rest follows the newest
_PUT_POSTS = """
INSERT INTO posts (
    channel_id, post_id, published_at, first_observed_at, last_observed_at, as_of, revision,
    sampled_at, sample_due_at
) VALUES (
    :channel_id, :post_id, :published_at, :first_observed_at, :last_observed_at, :as_of, :revision,
    :sampled_at, :sample_due_at
)
ON CONFLICT (channel_id, post_id) DO UPDATE SET
    published_at = CASE WHEN posts.as_of = 0 THEN excluded.published_at ELSE posts.published_at END,
    last_observed_at = excluded.last_observed_at,
    as_of = excluded.as_of,
    revision = excluded.revision,
    sampled_at = excluded.sampled_at,
    sample_due_at = excluded.sample_due_at,
    tombstoned_at = NULL,
    tombstoned_as_of = NULL
"""

# two looks within one microsecond show the same counts
_ADD_COUNTS = """
INSERT INTO post_counts (channel_id, post_id, sampled_at, views, forwards, replies, reactions, votes)
VALUES (:channel_id, :post_id, :sampled_at, :views, :forwards, :replies, :reactions, :votes)
ON CONFLICT (channel_id, post_id, sampled_at) DO NOTHING
"""
_ADD_REAPPEARANCES = """
INSERT INTO reappearances (channel_id, post_id, observed_at, run_id)
VALUES (:channel_id, :post_id, :observed_at, :run_id)
ON CONFLICT (channel_id, post_id, observed_at) DO NOTHING
"""

_ADD_TOMBSTONES = """
INSERT INTO tombstones (channel_id, post_id, noticed_at, last_seen_at, as_of, evidence, run_id)
SELECT channel_id, post_id, :noticed_at, last_observed_at, :as_of, :evidence, :run_id FROM posts
WHERE channel_id = :channel_id AND post_id IN (:among)
ON CONFLICT (channel_id, post_id, noticed_at) DO NOTHING
"""
_MARK_TOMBSTONED = """
UPDATE posts SET
    tombstoned_at = :noticed_at,
    tombstoned_as_of = :as_of,
    as_of = max(as_of, :as_of),
    sample_due_at = NULL
WHERE channel_id = :channel_id AND post_id IN (:among)
"""

_NEWEST = """
SELECT post_id FROM posts WHERE channel_id = :channel_id AND tombstoned_at IS NULL
ORDER BY post_id DESC LIMIT :limit
"""
_BEFORE = """
SELECT post_id FROM posts WHERE channel_id = :channel_id AND published_at < :moment
ORDER BY post_id DESC LIMIT 1
"""
_COUNT_LIVE = "SELECT count(*) FROM posts WHERE channel_id = :channel_id AND tombstoned_at IS NULL"

# all channels, however many: a few that can't be reached must not keep the others waiting
_DUE = """
SELECT c.channel_id, max(p.post_id), min(p.post_id)
FROM channels AS c JOIN posts AS p ON p.channel_id = c.channel_id AND p.sample_due_at <= :now
GROUP BY c.channel_id ORDER BY min(p.sample_due_at)
"""
_RECENT = """
SELECT post_id, published_at FROM posts WHERE channel_id = :channel_id ORDER BY post_id DESC LIMIT 50
"""


async def heads(
    db: Reader, channel_id: ChannelId, *, first_id: PostId, last_id: PostId
) -> dict[PostId, PostHead]:
    """Return what is held of a stretch of ids, both ends included."""
    values = {"channel_id": channel_id, "first_id": first_id, "last_id": last_id}
    return _heads(await db.fetch_all(_HEADS, values))


async def heads_of(db: Reader, channel_id: ChannelId, post_ids: Iterable[PostId]) -> dict[PostId, PostHead]:
    """Return what is held of some ids."""
    return _heads(await db.fetch_in(_HEADS_OF, {"channel_id": channel_id}, among=post_ids))


async def record(
    tx: Transaction,
    findings: Findings,
    *,
    channel_id: ChannelId,
    observed_at: datetime,
    provenance: Provenance,
    run_id: RunId,
    raw_page: RawPage | None,
) -> None:
    """Write what a batch of looks adds; ``raw_page`` holds the bytes that its revisions came in."""
    now, raw_page_id = micros(observed_at), None
    if raw_page is not None:
        raw_page_id = await raw.keep(tx, raw_page, run_id=run_id, observed_at=observed_at)
    await add_revisions(
        tx, channel_id, findings.revisions,
        observed_at=observed_at, provenance=provenance, run_id=run_id, raw_page_id=raw_page_id,
    )  # fmt: skip
    await tx.execute_many(
        _PUT_POSTS,
        [_post_row(findings, head) for head in findings.heads.values()],
        shared={"channel_id": channel_id, "first_observed_at": now, "last_observed_at": now},
    )
    await add_counts(tx, channel_id, findings.samples, sampled_at=observed_at)
    await tx.execute_many(
        _ADD_REAPPEARANCES,
        [(post_id,) for post_id in findings.returned],
        shared={"channel_id": channel_id, "observed_at": now, "run_id": run_id},
    )


async def add_revisions(
    tx: Transaction,
    channel_id: ChannelId,
    revisions: Iterable[NewRevision],
    *,
    observed_at: datetime,
    provenance: Provenance,
    run_id: RunId | None,
    raw_page_id: NewId | None = None,
) -> None:
    """Write new revisions, which `record` does with all else; without a run they are an import's."""
    shared = {
        "channel_id": channel_id,
        "observed_at": micros(observed_at),
        "provenance": provenance.value,
        "run_id": run_id,
        "raw_page_id": raw_page_id,
    }
    await tx.execute_many(_ADD_REVISIONS, [_revision_row(new) for new in revisions], shared=shared)


async def add_counts(
    tx: Transaction,
    channel_id: ChannelId,
    samples: Iterable[tuple[PostId, PostCounts]],
    *,
    sampled_at: datetime,
) -> None:
    """Write the counts of posts at one moment."""
    await tx.execute_many(
        _ADD_COUNTS,
        [_counts_row(post_id, seen) for post_id, seen in samples],
        shared={"channel_id": channel_id, "sampled_at": micros(sampled_at)},
    )


async def bury(
    tx: Transaction,
    channel_id: ChannelId,
    post_ids: Sequence[PostId],
    *,
    as_of: int,
    noticed_at: datetime,
    evidence: str,
    run_id: RunId,
) -> None:
    """Write tombstones for posts of ours; ``evidence`` is ``told`` or ``absent``."""
    values = {
        "channel_id": channel_id,
        "noticed_at": micros(noticed_at),
        "as_of": as_of,
        "evidence": evidence,
        "run_id": run_id,
    }
    await tx.execute_in(_ADD_TOMBSTONES, values, among=post_ids)
    await tx.execute_in(_MARK_TOMBSTONED, values, among=post_ids)


async def newest_ids(db: Reader, channel_id: ChannelId, limit: int) -> list[PostId]:
    """Return the ids of the newest posts that are not gone, newest first."""
    rows = await db.fetch_all(_NEWEST, {"channel_id": channel_id, "limit": limit})
    return [PostId(row[0]) for row in rows]


async def id_before(db: Reader, channel_id: ChannelId, at: datetime) -> PostId | None:
    """Return the newest post that was published before a time."""
    row = await db.fetch_one(_BEFORE, {"channel_id": channel_id, "moment": micros(at)})
    return PostId(row[0]) if row else None


async def count_live(db: Reader, channel_id: ChannelId) -> int:
    """Return how many posts we hold that are not gone."""
    row = await db.fetch_one(_COUNT_LIVE, {"channel_id": channel_id})
    return int(row[0]) if row else 0


async def due_channels(db: Reader, now: datetime) -> list[tuple[ChannelId, PostId, PostId]]:
    """Return the channels with posts whose counts are due, the longest waiting first.

    Each comes as (channel, newest, oldest such post).
    """
    rows = await db.fetch_all(_DUE, {"now": micros(now)})
    return [(ChannelId(row[0]), PostId(row[1]), PostId(row[2])) for row in rows]


async def hourly_rate(db: Reader, channel_id: ChannelId, now: datetime) -> float:
    """Return how many posts an hour a channel publishes of late; 0 when it holds less than two."""
    rows = await db.fetch_all(_RECENT, {"channel_id": channel_id})
    if len(rows) < 2:
        return 0.0
    stretch = timedelta(microseconds=max(1, micros(now) - rows[-1][1]))
    return len(rows) / (stretch / timedelta(hours=1))


def _heads(rows: Iterable[Row]) -> dict[PostId, PostHead]:
    return {
        row[0]: PostHead(
            post_id=row[0],
            revision=row[1],
            digest=row[2],
            as_of=row[3],
            edited_at=moment_or_none(row[4]),
            sampled_at=moment_or_none(row[5]),
            tombstoned_as_of=row[6],
        )
        for row in rows
    }


def _revision_row(new: NewRevision) -> Row:
    seen, content = new.observation, new.observation.content
    media, forward = content.media, content.forward
    return (
        seen.post_id, new.revision, micros_or_none(seen.edited_at), new.digest, new.text, new.details,
        media.kind.value if media else None, _sound(media.name) if media else None,
        media.bytes if media else None,
        content.album_id, _sound(content.author), content.reply.post_id if content.reply else None,
        forward.channel_id if forward else None, forward.handle if forward else None,
        forward.post_id if forward else None,
    )  # fmt: skip


def _sound(name: str | None) -> str | None:
    """Return a name as SQLite can keep it."""
    return None if name is None else sound_text(name)


def _post_row(findings: Findings, head: PostHead) -> Row:
    published_at = findings.published_at[head.post_id]
    due = next_post_due(published_at, sampled_at=head.sampled_at)
    return (
        head.post_id, micros(published_at), head.as_of, head.revision,
        micros_or_none(head.sampled_at), micros_or_none(due),
    )  # fmt: skip


def _counts_row(post_id: PostId, counts: PostCounts) -> Row:
    pairs = ", ".join([f"{_opening(emoji)}{count}]" for emoji, count in counts.reactions])
    reactions = f"[{pairs}]" if pairs else None
    return (post_id, counts.views, counts.forwards, counts.replies, reactions, counts.votes)


@lru_cache(maxsize=512)
def _opening(emoji: str) -> str:
    """Return the JSON of a reaction up to its count; a channel's posts have the same few."""
    return f"[{_quoted(emoji)}, "
