"""The search index: an FTS5 table without content behind a cursor, and what lies above that, unindexed.

No text of a user is FTS5 syntax: a query comes as a tree of folded words, and a folded word is letters and
digits only. The tokenizer *ascii* takes whatever is beyond ASCII for a letter, so that it cuts a folded text
at its boundaries and nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from archiver.domain.ids import ChannelId, PostId
from archiver.domain.query import Choice, Either, Every, Query, Term, Without
from archiver.domain.revision import RevisionKey
from archiver.storage.archive import Reader, Transaction
from archiver.storage.driver import Row, Values
from archiver.storage.moment import micros_or_none, moment, moment_or_none

_GET = "SELECT version, revision_id FROM search_cursor"
_PUT = """
INSERT INTO search_cursor (search_cursor_id, version, revision_id) VALUES (1, :version, :revision_id)
ON CONFLICT (search_cursor_id) DO UPDATE SET version = excluded.version, revision_id = excluded.revision_id
"""
_ADD = "INSERT INTO search_index (rowid, words, cores) VALUES (:revision_id, :words, :cores)"
_CLEAR = "INSERT INTO search_index (search_index) VALUES ('delete-all')"
_TEXTS = """
SELECT revision_id, text, media_name FROM revisions WHERE revision_id > :above
ORDER BY revision_id LIMIT :limit
"""

# what stands as it was asked for counts twice as much as what holds it; among equals what was archived last
_HITS = """
SELECT h.revision_id, h.score, r.channel_id, r.post_id, r.revision, p.revision, p.published_at
FROM (
    SELECT rowid AS revision_id, bm25(search_index, 2.0, 1.0) AS score FROM search_index
    WHERE search_index MATCH :expression ORDER BY score, rowid DESC LIMIT :limit
) AS h
CROSS JOIN revisions AS r ON r.revision_id = h.revision_id
CROSS JOIN posts AS p ON p.channel_id = r.channel_id AND p.post_id = r.post_id
"""
_IS_CHOSEN = """
    (:channel_id IS NULL OR r.channel_id = :channel_id)
    AND (:since IS NULL OR p.published_at >= :since)
    AND (:until IS NULL OR p.published_at < :until)
    AND (:flagged = 0 OR EXISTS (
        SELECT 1 FROM flags AS f
        WHERE f.channel_id = r.channel_id AND f.post_id = r.post_id AND f.is_shadow = 0
            AND (:category IS NULL OR f.category = :category)
    ))
"""
# CROSS JOIN keeps SQLite on the order written: the index first, then by key what it found
_HITS_CHOSEN = (
    """
SELECT i.rowid, bm25(search_index, 2.0, 1.0) AS score, r.channel_id, r.post_id, r.revision, p.revision,
    p.published_at
FROM search_index AS i
CROSS JOIN revisions AS r ON r.revision_id = i.rowid
CROSS JOIN posts AS p ON p.channel_id = r.channel_id AND p.post_id = r.post_id
WHERE search_index MATCH :expression AND"""
    + _IS_CHOSEN
    + "ORDER BY score, i.rowid DESC LIMIT :limit"
)
_TAIL = (
    """
SELECT r.revision_id, r.text, r.media_name, r.channel_id, r.post_id, r.revision, p.revision, p.published_at
FROM revisions AS r
CROSS JOIN posts AS p ON p.channel_id = r.channel_id AND p.post_id = r.post_id
WHERE r.revision_id > :above AND"""
    + _IS_CHOSEN
    + "ORDER BY r.revision_id LIMIT :limit"
)
_FOUND = """
SELECT r.revision_id, r.channel_id, r.post_id, r.revision, r.text, r.media_name, r.observed_at,
    p.published_at, p.revision, p.tombstoned_at,
    coalesce(
        (SELECT w.handle FROM watches AS w WHERE w.channel_id = r.channel_id LIMIT 1),
        (SELECT h.handle FROM channel_handles AS h WHERE h.channel_id = r.channel_id
            ORDER BY h.observed_at DESC LIMIT 1)
    )
FROM revisions AS r JOIN posts AS p ON p.channel_id = r.channel_id AND p.post_id = r.post_id
WHERE r.revision_id IN (:among)
"""
_NEWEST_OF = """
SELECT o.revision_id, r.revision_id FROM revisions AS o
JOIN posts AS p ON p.channel_id = o.channel_id AND p.post_id = o.post_id
JOIN revisions AS r ON r.channel_id = p.channel_id AND r.post_id = p.post_id AND r.revision = p.revision
WHERE o.revision_id IN (:among)
"""
_BEST = float("-inf")


class IndexCursor(NamedTuple):
    """The newest revision that the index holds, with all before it; ``version`` says how they were folded."""

    version: str
    revision_id: int


class Searched(NamedTuple):
    """What is searched of a revision."""

    revision_id: int
    text: str
    media_name: str | None


class Indexed(NamedTuple):
    """A row of the index: folded words, and the cores of them, with spaces between."""

    revision_id: int
    words: str
    cores: str


class Hit(NamedTuple):
    """A revision that a query finds, the better the lower the score; the time is in microseconds."""

    revision_id: int
    score: float
    channel_id: ChannelId
    post_id: PostId
    revision: int
    newest_revision: int
    published_at: int


EVERYTHING = Choice()


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRevision:
    """A revision, and the post that it is of; ``handle`` is how the channel is watched, or was seen last."""

    revision_id: int
    key: RevisionKey
    text: str
    media_name: str | None
    observed_at: datetime
    published_at: datetime
    newest_revision: int
    tombstoned_at: datetime | None
    handle: str | None


async def cursor(db: Reader) -> IndexCursor | None:
    """Return how far the index goes; ``None`` where none was begun."""
    row = await db.fetch_one(_GET)
    return IndexCursor(*row) if row else None


async def texts(db: Reader, *, above: int, limit: int) -> list[Searched]:
    """Return the first revisions above an id."""
    return [Searched(*row) for row in await db.fetch_all(_TEXTS, {"above": above, "limit": limit})]


async def add(tx: Transaction, rows: Sequence[Indexed], *, reached: IndexCursor) -> None:
    """Add the revisions that come right above the cursor, and move it up."""
    await tx.execute_many(_ADD, [tuple(row) for row in rows])
    await tx.execute(_PUT, reached._asdict())


async def clear(tx: Transaction, *, version: str) -> None:
    """Begin the index anew."""
    await tx.execute(_CLEAR)
    await tx.execute(_PUT, IndexCursor(version, 0)._asdict())


async def hits(db: Reader, query: Query, *, choice: Choice, limit: int) -> list[Hit]:
    """Return the best revisions in the index that a query finds; of equals those that were archived last."""
    values = {**_chosen(choice), "expression": expression(query), "limit": limit}
    sql = _HITS if choice == EVERYTHING else _HITS_CHOSEN
    return [Hit(*row) for row in await db.fetch_all(sql, values)]


async def tail(db: Reader, *, above: int, choice: Choice, limit: int) -> list[tuple[Searched, Hit]]:
    """Return the first revisions above an id of the posts that are chosen, and what they are if found.

    They have the best score there can be, as none can be compared.
    """
    values = {**_chosen(choice), "above": above, "limit": limit}
    rows = await db.fetch_all(_TAIL, values)
    return [(Searched(*row[:3]), Hit(row[0], _BEST, *row[3:])) for row in rows]


async def found(db: Reader, revision_ids: Sequence[int]) -> dict[int, FoundRevision]:
    """Return revisions by their ids."""
    rows = await db.fetch_in(_FOUND, {}, among=revision_ids)
    return {row[0]: _found(row) for row in rows}


async def newest_of(db: Reader, revision_ids: Sequence[int]) -> dict[int, int]:
    """Return the ids of the newest revisions of the posts that some revisions are of."""
    return dict(await db.fetch_in(_NEWEST_OF, {}, among=revision_ids))


def expression(query: Query) -> str:
    """Return a query in FTS5's language: https://www.sqlite.org/fts5.html#full_text_query_syntax."""
    match query:
        case Term():
            columns = "words" if query.is_exact else "{words cores}"
            return f'{columns} : "{" ".join(query.words)}"{" *" if query.is_prefix else ""}'
        case Every():
            return _joined(" AND ", query.parts)
        case Either():
            return _joined(" OR ", query.parts)
        case Without():
            return _joined(" NOT ", (query.wanted, query.unwanted))


def _chosen(choice: Choice) -> Values:
    return {
        "channel_id": choice.channel_id,
        "since": micros_or_none(choice.since),
        "until": micros_or_none(choice.until),
        "flagged": choice.is_flagged or choice.category is not None,
        "category": choice.category,
    }


def _joined(operator: str, parts: Sequence[Query]) -> str:
    return operator.join(f"({expression(part)})" for part in parts)


def _found(row: Row) -> FoundRevision:
    return FoundRevision(
        revision_id=row[0],
        key=RevisionKey(row[1], row[2], row[3]),
        text=row[4],
        media_name=row[5],
        observed_at=moment(row[6]),
        published_at=moment(row[7]),
        newest_revision=row[8],
        tombstoned_at=moment_or_none(row[9]),
        handle=row[10],
    )
