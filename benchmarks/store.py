"""How fast posts are committed: our write path, by the speed of plain sqlite3 with the same rows.

Both write pages of 100 posts into a new archive, one durable transaction a page: raw page, revisions, posts,
counts, cursor. Ours also looks up what is held, compresses the page and makes the rows, in an event loop;
plain sqlite3 is given the finished rows. ``ratio_with_judging`` adds the digests and the judgement of
`domain.findings`.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import random
import re
import sqlite3
import statistics
import struct
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from archiver.domain.channel import ChannelLook
from archiver.domain.cursor import Cursor
from archiver.domain.findings import Findings, find
from archiver.domain.ids import AccountId, ChannelId, PostId, RunId
from archiver.domain.page import Page, RawPage
from archiver.domain.post import (
    Content,
    Entity,
    ForwardOrigin,
    Media,
    MediaKind,
    Observation,
    PostCounts,
    Provenance,
)
from archiver.storage import channels, cursors, posts, runs
from archiver.storage.archive import Archive

LIMIT = 0.8
PAGE = 100
CHANNEL = ChannelId(1_200_300_400)
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PRAGMAS = """
PRAGMA synchronous = FULL;
PRAGMA wal_autocheckpoint = 16000;
PRAGMA journal_size_limit = 67108864;
PRAGMA foreign_keys = ON;
"""
ROWS = {
    "raw_pages": "SELECT * FROM raw_pages WHERE raw_page_id = (? + ?) / 200 + 1",
    "revisions": "SELECT * FROM revisions WHERE post_id BETWEEN ? AND ? ORDER BY revision_id",
    "posts": "SELECT * FROM posts WHERE post_id BETWEEN ? AND ?",
    "post_counts": "SELECT * FROM post_counts WHERE post_id BETWEEN ? AND ?",
}
LOWER = "UPDATE cursors SET low_water_id = ? WHERE channel_id = ?"
WORDS = re.findall(
    r"\w+",
    "عاجل بغداد تسريب وثائق وزارة الداخلية أسماء الموظفين قاعدة بيانات كاملة للبيع تواصل معنا البصرة الموصل "
    "هەواڵ کوردستان سلێمانی هەولێر بەڵگەنامە ناوەکان فرۆشتن پەیوەندی "
    "Срочно сегодня правительство сообщает источник документ утечка данные область район граждане новости",
)


def make_page(chance: random.Random, number: int) -> Page:
    """Return a page of new posts as a channel of these days shows them: three hundred letters each."""
    first = number * PAGE + 1
    seen = tuple(make_post(chance, PostId(post_id)) for post_id in range(first, first + PAGE))
    return Page(
        channel_id=CHANNEL, observations=seen, first_id=PostId(first), last_id=PostId(first + PAGE - 1),
        as_of=1_000_000, total=first + PAGE, is_end=False,
        raw=RawPage(layer=214, data=b"".join(make_bytes(chance, post) for post in seen)),
    )  # fmt: skip


def make_post(chance: random.Random, post_id: PostId) -> Observation:
    text = " ".join(chance.choices(WORDS, k=chance.randint(5, 85)))
    published_at = NOW - timedelta(days=200) + timedelta(minutes=3 * post_id)
    media = Media(
        kind=MediaKind.PHOTO, media_id=chance.getrandbits(62), width=1280, height=720,
        bytes=chance.randint(20_000, 400_000),
    )  # fmt: skip
    forward = ForwardOrigin(
        published_at=published_at, channel_id=ChannelId(chance.randint(10**9, 2 * 10**9)), post_id=PostId(77)
    )  # fmt: skip
    return Observation(
        channel_id=CHANNEL,
        post_id=post_id,
        published_at=published_at,
        edited_at=published_at if chance.random() < 0.2 else None,
        content=Content(
            text=text,
            entities=(
                Entity(kind="bold", offset=0, length=12),
                Entity(kind="text_url", offset=20, length=9, value=f"https://t.me/example/{post_id}"),
            ),
            media=media if chance.random() < 0.6 else None,
            forward=forward if chance.random() < 0.15 else None,
        ),
        counts=PostCounts(
            views=chance.randint(100, 90_000), forwards=chance.randint(0, 300),
            reactions=(("👍", chance.randint(0, 900)), ("🔥", chance.randint(0, 90))),
        ),
        as_of=1_000_000,
    )  # fmt: skip


def make_bytes(chance: random.Random, post: Observation) -> bytes:
    """Return about what Telegram sends for a post: numbers, hashes, a file reference and the text."""
    head = struct.pack("<IIiqqi", 0x9815CEC8, 0x1A000, post.post_id, CHANNEL, chance.getrandbits(62), 1)
    return head + chance.randbytes(60) + post.content.text.encode() + bytes(100)


async def store(
    path: Path, pages: Sequence[Page], *, judged: Sequence[Findings] | None = None, keep_raw: bool = True
) -> float:
    """Commit pages as `services.capture` does, judging them now unless they were; return the seconds."""
    archive = await Archive.open(path, clock=lambda: NOW)
    run_id = await _begin(archive)
    began = time.perf_counter()
    for number, page in enumerate(pages):
        findings = judged[number] if judged else None
        await _store_page(archive, run_id, page, findings=findings, keep_raw=keep_raw)
    took = time.perf_counter() - began
    await archive.close()
    return took


def store_plainly(path: Path, batches: Sequence[dict[str, list[tuple[object, ...]]]]) -> float:
    """Commit the same rows with sqlite3 alone; return the seconds it took."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.executescript(PRAGMAS)
        began = time.perf_counter()
        for batch in batches:
            db.execute("BEGIN IMMEDIATE")
            for sql, rows in batch.items():
                db.executemany(sql, rows)
            db.execute("COMMIT")
        return time.perf_counter() - began


async def _begin(archive: Archive) -> RunId:
    """Enter a run and a channel with its cursor, for the rows to refer to."""
    look = ChannelLook(channel_id=CHANNEL, access_hash=1, handles=("example",), facts={})
    cursor = Cursor(
        channel_id=CHANNEL, as_of=1, first_post_id=PostId(1), high_water_id=PostId(10**7),
        low_water_id=PostId(10**7),
    )  # fmt: skip
    async with archive.write() as tx:
        run_id = await runs.begin(tx, at=NOW, version="benchmark", layer=214)
        await channels.record_look(tx, look, account_id=AccountId(1), observed_at=NOW, run_id=run_id)
        await cursors.put(tx, cursor)
    return run_id


async def _store_page(
    archive: Archive, run_id: RunId, page: Page, *, findings: Findings | None, keep_raw: bool
) -> None:
    async with archive.write() as tx:
        heads = await posts.heads(tx, page.channel_id, first_id=page.first_id, last_id=page.last_id)
        findings = findings or find(page.observations, heads, now=NOW)
        await posts.record(
            tx, findings, channel_id=page.channel_id, observed_at=NOW, provenance=Provenance.BACKFILL,
            run_id=run_id, raw_page=page.raw if keep_raw else None,
        )  # fmt: skip
        await cursors.lower(tx, page.channel_id, low_water_id=page.first_id, history_complete_at=None)


def read_batches(path: Path) -> list[dict[str, list[tuple[object, ...]]]]:
    """Return what an archive holds as one batch of rows a page, for `store_plainly`."""
    batches = []
    with closing(sqlite3.connect(path)) as db:
        for (raw_page_id,) in db.execute("SELECT raw_page_id FROM raw_pages ORDER BY raw_page_id").fetchall():
            first = (raw_page_id - 1) * PAGE + 1
            batch = {
                _insert(db, table): db.execute(sql, (first, first + PAGE - 1)).fetchall()
                for table, sql in ROWS.items()
            }
            batch[LOWER] = [(first, CHANNEL)]
            batches.append(batch)
    return batches


def _insert(db: sqlite3.Connection, table: str) -> str:
    width = len(db.execute(f"SELECT * FROM {table} LIMIT 0").description)  # noqa: S608 - our own table
    return f"INSERT INTO {table} VALUES ({', '.join('?' * width)})"  # noqa: S608 - our own table


async def measure(folder: Path, *, run_count: int, page_count: int) -> dict[str, object]:
    chance = random.Random(20260301)
    pages = [make_page(chance, number) for number in range(page_count)]
    await store(folder / "first.db", pages)
    await store(folder / "without_raw.db", pages, keep_raw=False)
    batches = read_batches(folder / "first.db")
    judged = [find(page.observations, {}, now=NOW) for page in pages]
    gc.freeze()  # the inputs are no garbage to look through
    ours: list[float] = []
    plain: list[float] = []
    whole: list[float] = []
    path = folder / "timed.db"
    for _ in range(run_count):
        ours.append(await store(path, pages, judged=judged))
        _remove(path)
        await (await _empty(path)).close()
        plain.append(store_plainly(path, batches))
        _remove(path)
        whole.append(await store(path, pages))
        _remove(path)
    post_count = page_count * PAGE
    return {
        "benchmark": "store",
        "ratio": _ratio(plain, ours),
        "ratio_with_judging": _ratio(plain, whole),
        "limit": LIMIT,
        "ours_posts_per_s": round(post_count / statistics.median(ours)),
        "plain_posts_per_s": round(post_count / statistics.median(plain)),
        "bytes_per_post": round((folder / "first.db").stat().st_size / post_count),
        "bytes_per_post_without_raw": round((folder / "without_raw.db").stat().st_size / post_count),
        "posts": post_count,
        "runs": run_count,
    }


def _ratio(plain: Sequence[float], ours: Sequence[float]) -> float:
    return round(statistics.median(p / o for p, o in zip(plain, ours, strict=True)), 3)


async def _empty(path: Path) -> Archive:
    archive = await Archive.open(path, clock=lambda: NOW)
    await _begin(archive)
    return archive


def _remove(path: Path) -> None:
    for each in path.parent.glob(path.name + "*"):
        each.unlink()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--pages", type=int, default=200)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(measure(Path(folder), run_count=wanted.runs, page_count=wanted.pages))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
