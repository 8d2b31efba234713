"""Compares an archive with the world's own log, post by post, revision by revision, tombstone by tombstone."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What the archive says of one channel."""

    revisions: dict[int, list[str]]
    tombstoned: frozenset[int]
    lost: frozenset[int]
    first_post_id: int


def differences(path: Path, channel: Any) -> list[str]:
    """Return what the archive says otherwise than the loopback channel's own log; empty when they agree."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as db:
        held = _held(db, channel.id)
    if held is None:
        return [f"@{channel.handle}: never looked at"]
    found = [*_posts(held, channel), *_versions(held, channel), *_losses(held, channel)]
    return [f"@{channel.handle}: {line}" for line in found]


def health(path: Path) -> list[str]:
    """Return what SQLite finds wrong with the file, and what stands in it twice; empty when it is sound."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as db:
        found = [row[0] for row in db.execute("PRAGMA integrity_check") if row[0] != "ok"]
        found += [str(row) for row in db.execute("PRAGMA foreign_key_check")]
        found += [
            f"revision {row} repeats the one before"
            for row in db.execute(
                "SELECT a.channel_id, a.post_id, b.revision FROM revisions AS a JOIN revisions AS b "
                "ON b.channel_id = a.channel_id AND b.post_id = a.post_id AND b.revision = a.revision + 1 "
                "WHERE a.digest = b.digest AND NOT EXISTS (SELECT 1 FROM tombstones AS t "
                "WHERE t.channel_id = a.channel_id AND t.post_id = a.post_id)"
            )
        ]
        found += [
            f"post {row} has revisions 1 to n with a hole"
            for row in db.execute(
                "SELECT channel_id, post_id FROM revisions GROUP BY channel_id, post_id "
                "HAVING count(*) <> max(revision) OR min(revision) <> 1"
            )
        ]
    return found


def count(path: Path, table: str) -> int:
    """Return how many rows a table has."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as db:
        return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - our own names


def rows(path: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """Return the rows of a question to the archive; none while it does not exist yet."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as db:
            return db.execute(sql, values).fetchall()
    except sqlite3.OperationalError:
        return []


def _held(db: sqlite3.Connection, channel_id: int) -> Held | None:
    cursor = db.execute("SELECT first_post_id FROM cursors WHERE channel_id = ?", (channel_id,)).fetchone()
    if cursor is None:
        return None
    revisions: dict[int, list[str]] = {}
    for post_id, text in db.execute(
        "SELECT post_id, text FROM revisions WHERE channel_id = ? ORDER BY post_id, revision", (channel_id,)
    ):
        revisions.setdefault(post_id, []).append(text)
    gone = db.execute(
        "SELECT post_id FROM posts WHERE channel_id = ? AND tombstoned_at IS NOT NULL", (channel_id,)
    )
    lost: set[int] = set()
    for first, last in db.execute(
        "SELECT first_post_id, last_post_id FROM gaps "
        "WHERE channel_id = ? AND state = 'irreparable' AND first_post_id IS NOT NULL",
        (channel_id,),
    ):
        lost.update(range(first, last + 1))
    return Held(
        revisions=revisions,
        tombstoned=frozenset(row[0] for row in gone),
        lost=frozenset(lost),
        first_post_id=cursor[0],
    )


def _posts(held: Held, channel: Any) -> Iterator[str]:
    live = {post_id: _sound(channel.versions(post_id)[-1]) for post_id in channel.live}
    if missing := sorted(live.keys() - held.revisions.keys()):
        yield f"{len(missing)} posts missing: {missing[:10]}"
    if buried := sorted(live.keys() & held.tombstoned):
        yield f"{len(buried)} posts have a tombstone but stand: {buried[:10]}"
    stale = [post_id for post_id in live.keys() & held.revisions.keys() if held.revisions[post_id][-1] != live[post_id]]
    if stale:
        yield f"{len(stale)} posts are not as they stand: {sorted(stale)[:10]}"
    if invented := sorted(held.revisions.keys() - set(channel.ever)):
        yield f"posts that never were: {invented[:10]}"
    standing = held.revisions.keys() - live.keys() - held.tombstoned
    if standing:
        yield f"{len(standing)} deleted posts without a tombstone: {sorted(standing)[:10]}"


def _versions(held: Held, channel: Any) -> Iterator[str]:
    for post_id, texts in held.revisions.items():
        if post_id in channel.ever and not _is_subsequence(texts, [_sound(v) for v in channel.versions(post_id)]):
            yield f"post {post_id}: revisions are not its versions in their order"


def _losses(held: Held, channel: Any) -> Iterator[str]:
    unseen = {post_id for post_id in channel.ever if post_id > held.first_post_id} - held.revisions.keys()
    unsaid = unseen - held.lost - set(channel.live)
    if unsaid:
        yield f"{len(unsaid)} posts came and went, and no gap says so: {sorted(unsaid)[:10]}"
    if lied := held.lost & held.revisions.keys():
        yield f"posts are said to be lost but are held: {sorted(lied)[:10]}"


def _is_subsequence(part: list[str], whole: list[str]) -> bool:
    remaining = iter(whole)
    return all(any(text == other for other in remaining) for text in part)


def _sound(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
