"""Repost groups of flagged posts, and the sketches that find them: written once, never changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from archiver.domain.ids import ChannelId, PostId
from archiver.domain.reposts import Candidate
from archiver.domain.revision import RevisionKey
from archiver.storage.archive import Reader, Transaction
from archiver.storage.driver import NewId, Row
from archiver.storage.moment import micros

_FOUND = "INSERT INTO repost_groups (founded_at) VALUES (:now)"
_JOIN = """
INSERT INTO reposts (channel_id, post_id, revision, repost_group_id, joined_at)
VALUES (:channel_id, :post_id, :revision, :group_id, :now)
"""
_ADD_SKETCHES = "INSERT INTO sketches (value, repost_id) VALUES (:value, :repost_id)"

_GROUPED = """
SELECT r.post_id, r.revision, r.repost_group_id
FROM reposts AS r WHERE r.channel_id = :channel_id AND r.post_id IN (:among)
"""
_HOLDERS = """
SELECT s.value, r.repost_group_id, s.repost_id
FROM sketches AS s JOIN reposts AS r ON r.repost_id = s.repost_id
WHERE s.value IN (:among)
"""
_TEXTS = """
SELECT s.repost_id, r.text
FROM reposts AS s JOIN revisions AS r
    ON r.channel_id = s.channel_id AND r.post_id = s.post_id AND r.revision = s.revision
WHERE s.repost_id IN (:among)
"""
_TEXTS_OF_POSTS = """
SELECT s.post_id, r.text
FROM reposts AS s JOIN revisions AS r
    ON r.channel_id = s.channel_id AND r.post_id = s.post_id AND r.revision = s.revision
WHERE s.channel_id = :channel_id AND s.post_id IN (:among)
"""

_GROUPS_BETWEEN = """
SELECT r.post_id, r.repost_group_id FROM reposts AS r
WHERE r.channel_id = :channel_id AND r.post_id BETWEEN :first AND :last
"""
_GROUP_OF = """
SELECT r.repost_group_id FROM reposts AS r
WHERE r.channel_id = :channel_id AND r.post_id = :post_id LIMIT 1
"""
_POSTS_OF = """
SELECT r.channel_id, r.post_id,
    (SELECT w.handle FROM watches AS w WHERE w.channel_id = r.channel_id LIMIT 1)
FROM reposts AS r WHERE r.repost_group_id = :group_id
GROUP BY r.channel_id, r.post_id ORDER BY min(r.repost_id)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupedPost:
    """A post of a group; ``handle`` is how its channel is watched."""

    channel_id: ChannelId
    post_id: PostId
    handle: str | None


async def found(tx: Transaction, *, at: datetime) -> NewId:
    """Begin a group; return what will be its id. It waits in the transaction."""
    return await tx.insert(_FOUND, {"now": micros(at)})


async def join(
    tx: Transaction, key: RevisionKey, group_id: int | NewId, *, values: Sequence[int], at: datetime
) -> NewId:
    """Put a flagged revision into a group, with those values of its sketch by which it is to be found.

    Return what will be its id; everything waits in the transaction.
    """
    repost_id = await tx.insert(
        _JOIN,
        {
            "channel_id": key.channel_id,
            "post_id": key.post_id,
            "revision": key.revision,
            "group_id": group_id,
            "now": micros(at),
        },
    )
    await tx.execute_many(_ADD_SKETCHES, [(value, repost_id) for value in values])
    return repost_id


async def grouped(db: Reader, channel_id: ChannelId, post_ids: Iterable[PostId]) -> dict[RevisionKey, int]:
    """Return the flagged revisions of some posts of a channel, with their groups."""
    rows = await db.fetch_in(_GROUPED, {"channel_id": channel_id}, among=post_ids)
    return {RevisionKey(channel_id, row[0], row[1]): row[2] for row in rows}


async def holders(db: Reader, values: Iterable[int]) -> dict[int, list[Candidate]]:
    """Return which flagged revisions have which of some values of sketches."""
    found_under: dict[int, list[Candidate]] = {}
    for value, group_id, repost_id in await db.fetch_in(_HOLDERS, {}, among=values):
        found_under.setdefault(value, []).append(Candidate(group_id, repost_id))
    return found_under


async def texts(db: Reader, repost_ids: Iterable[int]) -> dict[int, str]:
    """Return the texts of some flagged revisions."""
    rows: list[Row] = await db.fetch_in(_TEXTS, {}, among=repost_ids)
    return dict(rows)


async def texts_of_posts(
    db: Reader, channel_id: ChannelId, post_ids: Iterable[PostId]
) -> dict[PostId, list[str]]:
    """Return the texts of all flagged revisions of some posts of a channel."""
    found_texts: dict[PostId, list[str]] = {}
    for post_id, text in await db.fetch_in(_TEXTS_OF_POSTS, {"channel_id": channel_id}, among=post_ids):
        found_texts.setdefault(post_id, []).append(text)
    return found_texts


async def group_of(db: Reader, channel_id: ChannelId, post_id: PostId) -> int | None:
    """Return the group of a post, ``None`` where it has no flag, or shadows only."""
    row = await db.fetch_one(_GROUP_OF, {"channel_id": channel_id, "post_id": post_id})
    return int(row[0]) if row else None


async def groups_between(
    db: Reader, channel_id: ChannelId, *, first: PostId, last: PostId
) -> dict[PostId, int]:
    """Return the groups of the posts between two of a channel, both among them; most have none."""
    values = {"channel_id": channel_id, "first": first, "last": last}
    return dict(await db.fetch_all(_GROUPS_BETWEEN, values))


async def posts_of(db: Reader, group_id: int) -> list[GroupedPost]:
    """Return the posts of a group, in the order in which they came to it."""
    return [
        GroupedPost(channel_id=row[0], post_id=row[1], handle=row[2])
        for row in await db.fetch_all(_POSTS_OF, {"group_id": group_id})
    ]
