"""How fast posts are committed: our write path, by the speed of plain sqlite3 with the same rows.

Both write pages of 100 posts into a new archive, one durable transaction a page: raw page, revisions, posts,
counts, cursor. Ours also looks up what is held, compresses the page and makes the rows, beside an event loop;
plain sqlite3 is given the finished rows, the page compressed. That is the strict ``ratio``, by the clock, and
``cpu_ratio`` by the processor's time, which other work on the machine disturbs less.

``ratio_with_compression_on_both_sides``: plain sqlite3 compresses the page too. ``ratio_with_judging``: ours
adds the digests and the judgement of `domain.findings`. ``ratio_without_raw``: no raw pages on either side.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import random
import sqlite3
import statistics
import struct
import tempfile
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import zstandard

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
from archiver.storage.archive import Archive, Transaction
from archiver.storage.raw import LEVEL

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
    "raw_pages": "SELECT * FROM raw_pages WHERE raw_page_id = :page",
    "revisions": "SELECT * FROM revisions WHERE post_id BETWEEN :first AND :last ORDER BY revision_id",
    "posts": "SELECT * FROM posts WHERE post_id BETWEEN :first AND :last",
    "post_counts": "SELECT * FROM post_counts WHERE post_id BETWEEN :first AND :last",
}
LOWER = "UPDATE cursors SET low_water_id = ? WHERE channel_id = ?"
LETTERS = (
    "اأبتثجحخدذرزسشصضطعغفقكلمنهوي",
    "ئابپتجچحخدرزژسشعغفڤقکگلمنهەوۆیێ",
    "абвгдежзийклмнопрстуфхцчшщыьэюя",
)

Batch = dict[str, list[tuple[object, ...]]]
"""Rows by the statement that inserts each."""


def make_words(chance: random.Random) -> list[str]:
    """Return five thousand words of three alphabets, about as hard to compress as news."""
    lengths = [chance.randint(2, 9) for _ in range(5_000)]
    return ["".join(chance.choices(LETTERS[number % 3], k=length)) for number, length in enumerate(lengths)]


def make_page(chance: random.Random, words: Sequence[str], number: int) -> Page:
    """Return a page of new posts as a channel of these days shows them: three hundred letters each."""
    first = number * PAGE + 1
    seen = tuple(make_post(chance, words, PostId(post_id)) for post_id in range(first, first + PAGE))
    return Page(
        channel_id=CHANNEL, observations=seen, first_id=PostId(first), last_id=PostId(first + PAGE - 1),
        as_of=1_000_000, total=first + PAGE, is_end=False,
        raw=RawPage(layer=214, data=b"".join(make_bytes(chance, post) for post in seen)),
    )  # fmt: skip


def make_post(chance: random.Random, words: Sequence[str], post_id: PostId) -> Observation:
    text = " ".join(chance.choices(words, k=chance.randint(5, 85)))
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


async def _store_page(archive: Archive, run_id: RunId, page: Page, *, findings: Findings | None) -> None:
    async def store(tx: Transaction) -> None:
        heads = await posts.heads(tx, page.channel_id, first_id=page.first_id, last_id=page.last_id)
        await posts.record(
            tx, findings or find(page.observations, heads, now=NOW),
            channel_id=page.channel_id, observed_at=NOW, provenance=Provenance.BACKFILL,
            run_id=run_id, raw_page=page.raw,
        )  # fmt: skip
        await cursors.lower(tx, page.channel_id, low_water_id=page.first_id, history_complete_at=None)

    await archive.write_at_once(store)


def read_batches(path: Path) -> list[Batch]:
    """Return what an archive holds as one batch of rows a page, for `plain`."""
    with closing(sqlite3.connect(path)) as db:
        newest = db.execute("SELECT max(post_id) FROM posts").fetchone()[0]
        return [_read_batch(db, first) for first in range(1, newest, PAGE)]


def _read_batch(db: sqlite3.Connection, first: int) -> Batch:
    values = {"first": first, "last": first + PAGE - 1, "page": first // PAGE + 1}
    batch = {_insert(db, table): db.execute(sql, values).fetchall() for table, sql in ROWS.items()}
    return {**batch, LOWER: [(first, CHANNEL)]}


def _insert(db: sqlite3.Connection, table: str) -> str:
    width = len(db.execute(f"SELECT * FROM {table} LIMIT 0").description)  # noqa: S608 - our own table
    return f"INSERT INTO {table} VALUES ({', '.join('?' * width)})"  # noqa: S608 - our own table


Store = Callable[[int], Awaitable[None]]
"""Commits the page of that number."""


@asynccontextmanager
async def ours(path: Path, pages: Sequence[Page], judged: Sequence[Findings] | None) -> AsyncIterator[Store]:
    """Give our way to commit a page, as `services.capture` does it; it is judged now unless it was."""
    archive = await Archive.open(path, clock=lambda: NOW)
    run_id = await _begin(archive)

    async def store(number: int) -> None:
        findings = judged[number] if judged else None
        await _store_page(archive, run_id, pages[number], findings=findings)

    yield store
    await archive.close()


@asynccontextmanager
async def plain(path: Path, batches: Sequence[Batch], pages: Sequence[Page] = ()) -> AsyncIterator[Store]:
    """Give the way of sqlite3 alone to commit the rows of a page.

    It compresses the bytes of the pages it is given, and writes the same ones that are in the rows already.
    """
    archive = await Archive.open(path, clock=lambda: NOW)
    await _begin(archive)
    await archive.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.executescript(PRAGMAS)

        async def store(number: int) -> None:
            if pages and (page := pages[number].raw):
                zstandard.compress(page.data, LEVEL)
            db.execute("BEGIN IMMEDIATE")
            for sql, rows in batches[number].items():
                db.executemany(sql, rows)
            db.execute("COMMIT")

        yield store


async def fill(path: Path, pages: Sequence[Page]) -> int:
    """Write all pages; return the bytes that a post takes."""
    async with ours(path, pages, None) as store:
        for number in range(len(pages)):
            await store(number)
    return round(path.stat().st_size / len(pages) / PAGE)


@dataclass(slots=True)
class Spent:
    """Seconds by the clock, and of the processor's time."""

    clock: float = 0.0
    cpu: float = 0.0


async def race(ways: Mapping[str, Store], page_count: int) -> dict[str, Spent]:
    """Return what each way took for all pages; they take turns, so that noise hits all alike."""
    spent = {name: Spent() for name in ways}
    order = deque(ways)
    for number in range(page_count):
        order.rotate()
        for name in order:
            clock, cpu = time.perf_counter(), time.process_time()
            await ways[name](number)
            spent[name].clock += time.perf_counter() - clock
            spent[name].cpu += time.process_time() - cpu
    return spent


@dataclass(frozen=True, slots=True)
class Inputs:
    """The pages of a race, as Telegram sends them, and what ours and plain sqlite3 are given of them."""

    pages: Sequence[Page]
    bare: Sequence[Page]
    judged: Sequence[Findings]
    batches: Sequence[Batch]
    bare_batches: Sequence[Batch]

    def ways(self, folder: Path) -> dict[str, AbstractAsyncContextManager[Store]]:
        """Return the ways to commit them, each to a file of its own."""
        return {
            "plain": plain(folder / "plain.db", self.batches),
            "plain, packing": plain(folder / "packing.db", self.batches, self.pages),
            "plain, bare": plain(folder / "bare-plain.db", self.bare_batches),
            "ours": ours(folder / "ours.db", self.pages, self.judged),
            "ours, judging": ours(folder / "judging.db", self.pages, None),
            "ours, bare": ours(folder / "bare.db", self.bare, self.judged),
        }


async def measure(folder: Path, *, run_count: int, page_count: int) -> dict[str, object]:
    chance = random.Random(20260301)
    words = make_words(chance)
    pages = [make_page(chance, words, number) for number in range(page_count)]
    bare = [replace(page, raw=None) for page in pages]
    bytes_per_post = await fill(folder / "whole.db", pages)
    bytes_per_post_without_raw = await fill(folder / "bare.db", bare)
    inputs = Inputs(
        pages=pages, bare=bare, judged=[find(page.observations, {}, now=NOW) for page in pages],
        batches=read_batches(folder / "whole.db"), bare_batches=read_batches(folder / "bare.db"),
    )  # fmt: skip
    gc.freeze()  # the inputs are no garbage to look through
    spent = [await _run(folder, inputs) for _ in range(run_count)]
    post_count = page_count * PAGE
    return {
        "benchmark": "store",
        "ratio": _ratio(spent, "plain", "ours"),
        "limit": LIMIT,
        "cpu_ratio": _median(run["plain"].cpu / run["ours"].cpu for run in spent),
        "ratio_with_compression_on_both_sides": _ratio(spent, "plain, packing", "ours"),
        "ratio_with_judging": _ratio(spent, "plain", "ours, judging"),
        "ratio_without_raw": _ratio(spent, "plain, bare", "ours, bare"),
        "ours_posts_per_s": round(_median(post_count / run["ours"].clock for run in spent)),
        "plain_posts_per_s": round(_median(post_count / run["plain"].clock for run in spent)),
        "bytes_per_post": bytes_per_post,
        "bytes_per_post_without_raw": bytes_per_post_without_raw,
        "posts": post_count,
        "runs": run_count,
    }


async def _run(folder: Path, inputs: Inputs) -> dict[str, Spent]:
    with tempfile.TemporaryDirectory(dir=folder) as place:
        async with AsyncExitStack() as stack:
            opened = inputs.ways(Path(place))
            ways = {name: await stack.enter_async_context(way) for name, way in opened.items()}
            return await race(ways, len(inputs.pages))


def _ratio(spent: Sequence[Mapping[str, Spent]], plain: str, ours: str) -> float:
    return _median(run[plain].clock / run[ours].clock for run in spent)


def _median(values: Iterable[float]) -> float:
    return round(statistics.median(values), 3)


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
