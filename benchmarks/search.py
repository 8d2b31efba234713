"""Searching an archive: `services.searching` against the bare FTS5 query that returns the same rows.

Posts of about 300 characters in six languages, stretches of the labelled posts of ``tests/evaluation``; one
in ten has a second revision. 200 queries as people type them: words, as often as they stand in the posts, in
twos and threes, phrases, prefixes, OR and NOT. Wall time, both in turns, a warm file. ``index`` says what
making the index took and takes.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from archiver.domain.channel import ChannelLook
from archiver.domain.ids import AccountId, ChannelId
from archiver.domain.query import Query, parse
from archiver.rules.folded import folded
from archiver.services.indexing import catch_up
from archiver.services.searching import Wanted, search_archive
from archiver.storage import channels, runs, search
from archiver.storage.archive import Archive
from archiver.storage.moment import micros
from benchmarks.flagging import make_posts, read_words

LIMIT = 2.0
NOW = datetime(2026, 3, 1, tzinfo=UTC)
CHANNELS = 200
QUERIES = 200
BEST = 20
BARE = """
SELECT rowid, bm25(search_index, 2.0, 1.0) AS score FROM search_index
WHERE search_index MATCH ? ORDER BY score LIMIT ?
"""
REVISIONS = """
INSERT INTO revisions (
    channel_id, post_id, revision, observed_at, provenance, run_id, digest, text, details
) VALUES (?, ?, ?, ?, 'live', 1, '', ?, '{}')
"""
POSTS = """
INSERT INTO posts (
    channel_id, post_id, published_at, first_observed_at, last_observed_at, as_of, revision
) VALUES (?, ?, ?, ?, ?, 1, ?)
"""


async def fill(path: Path, chance: random.Random, words: Sequence[str], *, count: int) -> None:
    """Write posts, of which the archive will index one revision after the other."""
    archive = await Archive.open(path, clock=lambda: NOW)
    async with archive.write() as tx:
        run_id = await runs.begin(tx, at=NOW, version="benchmark", layer=214)
        for number in range(1, CHANNELS + 1):
            look = ChannelLook(
                channel_id=ChannelId(number), access_hash=1, handles=(f"channel_{number}",), facts={}
            )
            await channels.record_look(tx, look, account_id=AccountId(1), observed_at=NOW, run_id=run_id)
    await archive.close()
    with closing(sqlite3.connect(path)) as db:
        for start in range(0, count, 10_000):
            texts = make_posts(chance, words, ["pay or we publish"], count=min(10_000, count - start))
            revisions, posts = [], []
            for number, text in enumerate(texts, start):
                place = number % CHANNELS + 1, number // CHANNELS + 1
                at = micros(NOW + timedelta(seconds=number))
                edits = 2 if number % 10 == 0 else 1
                revisions += [
                    (*place, edit, at, text if edit == edits else text[:200]) for edit in range(1, edits + 1)
                ]
                posts.append((*place, at, at, at, edits))
            with db:
                db.executemany(REVISIONS, revisions)
                db.executemany(POSTS, posts)


def make_queries(chance: random.Random, words: Sequence[str], *, count: int) -> list[str]:
    """Return queries whose words stand in the posts."""

    def word() -> str:
        return chance.choice(words)

    def phrase() -> str:
        start = chance.randrange(len(words) - 1)
        return f'"{words[start]} {words[start + 1]}"'

    makers: list[Callable[[], str]] = [
        word, word, word, lambda: f"{word()} {word()}", lambda: f"{word()} {word()} {word()}", phrase,
        lambda: f"{word()[:4]}*", lambda: f"{word()} OR {word()}", lambda: f"{word()} NOT {word()}",
        lambda: f"({word()} OR {phrase()}) NOT {word()}",
    ]  # fmt: skip
    return [makers[number % len(makers)]() for number in range(count)]


async def race(path: Path, queries: Sequence[Query]) -> tuple[list[float], list[float]]:
    """Return the seconds of each query, ours and bare; each pair takes turns."""
    archive = await Archive.open(path, clock=lambda: NOW)
    ours, bare = [], []
    with closing(sqlite3.connect(path)) as db:
        for number, query in enumerate(queries):
            expression = search.expression(query)

            async def look(query: Query = query) -> None:
                began = time.perf_counter()
                await search_archive(archive, folded, Wanted(query=query, limit=BEST))
                ours.append(time.perf_counter() - began)

            def ask(expression: str = expression) -> None:
                began = time.perf_counter()
                db.execute(BARE, (expression, BEST)).fetchall()
                bare.append(time.perf_counter() - began)

            if number % 2:
                ask()
            await look()
            if not number % 2:
                ask()
    await archive.close()
    return ours, bare


async def measure(path: Path, *, count: int) -> dict[str, object]:
    chance = random.Random(20260301)
    words = read_words()
    await fill(path, chance, words, count=count)
    archive = await Archive.open(path, clock=lambda: NOW)
    began = time.process_time()
    await catch_up(archive, folded, progress=lambda _done, _total: None)
    indexing_seconds = time.process_time() - began
    await archive.close()
    with closing(sqlite3.connect(path)) as db:
        index_bytes = db.execute("SELECT sum(length(block)) FROM search_index_data").fetchone()[0]
    queries = [parse(text) for text in make_queries(chance, words, count=QUERIES)]
    await race(path, queries)  # warms the file
    ours, bare = await race(path, queries)
    return {
        "benchmark": "search",
        "ratio": round(quantile(ours, 0.95) / quantile(bare, 0.95), 3),
        "limit": LIMIT,
        "ours_ms": [round(1e3 * quantile(ours, each), 2) for each in (0.5, 0.95, 1.0)],
        "bare_ms": [round(1e3 * quantile(bare, each), 2) for each in (0.5, 0.95, 1.0)],
        "index": {"cpu_seconds": round(indexing_seconds, 1), "bytes_per_post": round(index_bytes / count)},
        "posts": count,
    }


def quantile(values: Sequence[float], part: float) -> float:
    return sorted(values)[min(len(values) - 1, int(part * len(values)))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=1_000_000)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(measure(Path(folder) / "archive.db", count=wanted.posts))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
