"""Compares an archive with the world's own log: posts, revisions, tombstones, gaps."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archiver.loopback.channel import Channel

_UNSOUND = {
    "a revision repeats the one before": """
        SELECT a.channel_id, a.post_id, b.revision FROM revisions AS a JOIN revisions AS b
        ON b.channel_id = a.channel_id AND b.post_id = a.post_id AND b.revision = a.revision + 1
        WHERE a.digest = b.digest AND NOT EXISTS (SELECT 1 FROM tombstones AS t
            WHERE t.channel_id = a.channel_id AND t.post_id = a.post_id)
    """,
    "revisions 1 to n have a hole": """
        SELECT channel_id, post_id FROM revisions GROUP BY channel_id, post_id
        HAVING count(*) <> max(revision) OR min(revision) <> 1
    """,
    "a post is not its newest revision": """
        SELECT p.channel_id, p.post_id FROM posts AS p WHERE p.revision <> (SELECT max(r.revision)
            FROM revisions AS r WHERE r.channel_id = p.channel_id AND r.post_id = p.post_id)
    """,
    "revisions without a post": """
        SELECT channel_id, post_id FROM revisions EXCEPT SELECT channel_id, post_id FROM posts
    """,
    "a post was buried twice": """
        SELECT channel_id, post_id FROM tombstones AS t GROUP BY channel_id, post_id
        HAVING count(*) > 1 + (SELECT count(*) FROM reappearances AS r
            WHERE r.channel_id = t.channel_id AND r.post_id = t.post_id)
    """,
    "a post is buried without a tombstone": """
        SELECT channel_id, post_id FROM posts WHERE tombstoned_at IS NOT NULL
        EXCEPT SELECT channel_id, post_id FROM tombstones
    """,
    "an id is entered as lost twice": """
        SELECT a.channel_id, a.first_post_id, a.last_post_id FROM gaps AS a JOIN gaps AS b
        ON b.channel_id = a.channel_id AND b.gap_id > a.gap_id
            AND b.first_post_id <= a.last_post_id AND b.last_post_id >= a.first_post_id
        WHERE a.state = 'irreparable' AND b.state = 'irreparable'
    """,
}


# seen after they were looked for in vain, or in a page that was on its way when they were deleted
_LATE = """
    SELECT p.post_id FROM posts AS p JOIN gaps AS g ON g.channel_id = p.channel_id
        AND p.post_id BETWEEN g.first_post_id AND g.last_post_id
    WHERE p.channel_id = ? AND g.state = 'irreparable' AND p.first_observed_at >= g.opened_at
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What the archive says of one channel; ``late`` are posts that came after they were called lost."""

    revisions: dict[int, list[str]]
    tombstoned: frozenset[int]
    lost: frozenset[int]
    late: frozenset[int]
    first_post_id: int


def differences(path: Path, channel: Channel, *, since: int = 0) -> list[str]:
    """Return what the archive says otherwise than the loopback channel's own log; empty when they agree.

    ``since`` is the channel's event number when the watch began: what was gone by then is no loss.
    """
    held = _held(path, channel.id)
    if held is None:
        return [f"@{channel.handle}: never looked at"]
    # texts are worth comparing, and making, only once the ids agree
    found = [*_posts(held, channel), *_losses(held, channel, since)] or list(_texts(held, channel))
    return [f"@{channel.handle}: {line}" for line in found]


def health(path: Path) -> list[str]:
    """Return what SQLite finds wrong with the file, and what contradicts itself in it; empty when sound."""
    found = [str(row[0]) for row in rows(path, "PRAGMA integrity_check") if row[0] != "ok"]
    found += [f"a key leads nowhere: {row}" for row in rows(path, "PRAGMA foreign_key_check")]
    return found + [f"{what}: {row}" for what, sql in _UNSOUND.items() for row in rows(path, sql)]


def count(path: Path, table: str) -> int:
    """Return how many rows a table has; 0 while there is no archive yet."""
    found = rows(path, f"SELECT count(*) FROM {table}")  # noqa: S608 - our own names
    return int(found[0][0]) if found else 0


def rows(path: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """Return the rows of a question to the archive; none while it does not exist yet."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as db:
            return db.execute(sql, values).fetchall()
    except sqlite3.OperationalError as error:
        if str(error).startswith(("unable to open", "no such table")):
            return []
        raise


def _held(path: Path, channel_id: int) -> Held | None:
    cursor = rows(path, "SELECT first_post_id FROM cursors WHERE channel_id = ?", channel_id)
    if not cursor:
        return None
    texts = "SELECT post_id, text FROM revisions WHERE channel_id = ? ORDER BY post_id, revision"
    revisions: dict[int, list[str]] = {}
    for post_id, text in rows(path, texts, channel_id):
        revisions.setdefault(post_id, []).append(text)
    gone = "SELECT post_id FROM posts WHERE channel_id = ? AND tombstoned_at IS NOT NULL"
    return Held(
        revisions=revisions,
        tombstoned=frozenset(row[0] for row in rows(path, gone, channel_id)),
        lost=lost_ids(path, channel_id),
        late=frozenset(row[0] for row in rows(path, _LATE, channel_id)),
        first_post_id=cursor[0][0],
    )


def lost_ids(path: Path, channel_id: int) -> frozenset[int]:
    """Return the ids that the archive says were gone before it could read them."""
    ledger = (
        "SELECT first_post_id, last_post_id FROM gaps "
        "WHERE channel_id = ? AND state = 'irreparable' AND first_post_id IS NOT NULL"
    )
    return frozenset(
        post_id for first, last in rows(path, ledger, channel_id) for post_id in range(first, last + 1)
    )


def _posts(held: Held, channel: Channel) -> Iterator[str]:
    live, ever = set(channel.shelf.live), set(channel.ever)
    yield from _told("posts missing", live - held.revisions.keys())
    yield from _told("posts have a tombstone but stand", live & held.tombstoned)
    yield from _told("posts never were", held.revisions.keys() - ever)
    yield from _told("deleted posts without a tombstone", held.revisions.keys() - live - held.tombstoned)


def _losses(held: Held, channel: Channel, since: int) -> Iterator[str]:
    # where Telegram lists no events, only a later post shows that ids over the newest one were used
    newest = max([*channel.shelf.live[-1:], *held.revisions, *held.lost], default=0)
    watched = {post_id for post_id in channel.ever if held.first_post_id < post_id <= newest}
    before = {
        entry.post_id for entry in channel.chronicle if entry.kind == "delete" and entry.number <= since
    }
    unseen = watched - held.revisions.keys() - before
    yield from _told("posts came and went, and no gap says so", unseen - held.lost - set(channel.shelf.live))
    yield from _told("posts are said to be lost but were held", held.lost & held.revisions.keys() - held.late)


def _texts(held: Held, channel: Channel) -> Iterator[str]:
    versions = {post_id: [_sound(text) for text in channel.versions(post_id)] for post_id in held.revisions}
    standing = [post_id for post_id in channel.shelf.live if post_id in held.revisions]
    yield from _told(
        "posts are not as they stand", {n for n in standing if held.revisions[n][-1] != versions[n][-1]}
    )
    yield from _told(
        "posts whose revisions are not their versions in their order",
        {n for n, texts in held.revisions.items() if not _is_subsequence(texts, versions[n])},
    )


def _told(what: str, post_ids: set[int] | frozenset[int]) -> Iterator[str]:
    if post_ids:
        yield f"{len(post_ids)} {what}: {sorted(post_ids)[:10]}"


def _is_subsequence(part: list[str], whole: list[str]) -> bool:
    remaining = iter(whole)
    return all(any(text == other for other in remaining) for text in part)


def _sound(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
