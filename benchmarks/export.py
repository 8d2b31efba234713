"""Exporting posts, masked, by the speed of the sqlite3 shell that writes the same columns as CSV.

The archive is made here: texts of about 300 characters in six languages, one in eight with a phone, wallet,
card or address in it (see benchmarks/flagging.py), counts for every post, flags for one in thirty. It is
measured twice: ``cold``, as an import leaves it, where languages and masks are worked out while the export
is written; and ``warm``, as the bot leaves it, who works them out in quiet moments (`services.marking`;
``mark_us_per_row`` is what that took of the processor). The limit is for the warm one.

The shell is given our own statement without the columns that only help us, so it reads the same rows in the
same order; it masks nothing and writes times as numbers. Each of its turns stands beside one of ours; both
are processes of their own. Ours can't see pandas, which a user need not have and pyarrow would load.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import random
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from archiver import wiring
from archiver.domain.export import MARK, Choice, Format
from archiver.domain.export_tables import POSTS
from archiver.services import marking
from archiver.storage import exports
from archiver.storage.archive import Archive
from benchmarks.flagging import make_posts, read_words

LIMIT = 0.5
MEMORY_LIMIT_MB = 200
CHANNELS = 20
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
START = 1_600_000_000_000_000
SECOND = 1_000_000
CHUNK = 20_000
TEXTS = 50_000
INSERTS = {
    "revisions": "INSERT INTO revisions VALUES (NULL, ?, ?, 1, ?, NULL, 'backfill', 1, ?, ?, '{}', ?, NULL,"
    " ?, NULL, NULL, NULL, ?, ?, ?, NULL)",
    "posts": "INSERT INTO posts VALUES (?, ?, ?, ?, ?, 1, 1, NULL, NULL, NULL, NULL)",
    "counts": "INSERT INTO post_counts VALUES (?, ?, ?, ?, ?, NULL, ?, NULL)",
    "flags": "INSERT INTO flags VALUES (NULL, ?, ?, 1, 'bench.rule', 'digest', 'extortion', 3, 1.0, 0, ?,"
    " NULL)",
}
START_WITHOUT_PANDAS = """
import sys
class WithoutPandas:
    def find_spec(self, name, path=None, target=None):
        if name == "pandas":
            raise ImportError(name)
sys.meta_path.insert(0, WithoutPandas())
from archiver.cli.main import main
sys.exit(main())
"""
REACTIONS = '[["👍", 12], ["🔥", 3]]'

Row = tuple[object, ...]
T = TypeVar("T")


async def make_archive(path: Path, *, posts: int) -> None:
    """Write an archive of so many posts."""
    archive = await Archive.open(path, clock=lambda: NOW)
    await archive.close()
    chance = random.Random(20261125)
    words = read_words()
    texts = make_posts(chance, words, ["one phrase"], count=min(posts, TEXTS))
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA synchronous = OFF")
        begin(db)
        for first in range(0, posts, CHUNK):
            rows = [
                make_rows(chance, words, texts, number) for number in range(first, min(first + CHUNK, posts))
            ]
            for table, sql in INSERTS.items():
                db.executemany(sql, [each[table] for each in rows if table in each])
            db.commit()
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def begin(db: sqlite3.Connection) -> None:
    """Enter what posts refer to."""
    db.execute("INSERT INTO rulebooks VALUES ('digest', ?)", (START,))
    db.execute("INSERT INTO rules VALUES ('digest', 'bench.rule', 't', 'extortion', 3, 'on', '', 0, 1, '{}')")
    db.execute("INSERT INTO runs VALUES (1, ?, ?, ?, 'benchmark', 1, 'digest')", (START, START, START))
    for number in range(CHANNELS):
        db.execute("INSERT INTO channels VALUES (?, ?)", (1000 + number, START))
        db.execute(
            "INSERT INTO watches (handle, state, added_at, channel_id) VALUES (?, 'watched', ?, ?)",
            (f"bench_{number}", START, 1000 + number),
        )


def make_rows(
    chance: random.Random, words: Sequence[str], texts: Sequence[str], number: int
) -> dict[str, Row]:
    """Return the rows of a post."""
    key = 1000 + number % CHANNELS, number // CHANNELS + 1
    at = START + number * SECOND
    media = ("photo", chance.randint(20_000, 400_000)) if chance.random() < 0.6 else (None, None)
    source = (
        (chance.randint(10**9, 2 * 10**9), "somewhere", 77) if chance.random() < 0.15 else (None, None, None)
    )
    text = f"{texts[number % len(texts)]} {words[number % len(words)]}"
    rows: dict[str, Row] = {
        "revisions": (*key, at, f"{chance.getrandbits(256):064x}", text, *media, *source),
        "posts": (*key, at, at, at),
        "counts": (*key, at, chance.randint(100, 90_000), chance.randint(0, 300), REACTIONS),
    }
    return rows | ({"flags": (*key, at)} if number % 30 == 0 else {})


class Took(NamedTuple):
    """What a process took: seconds of time and of CPU, and MB at its peak."""

    seconds: float
    cpu: float
    peak: float


def run(words: Sequence[str], **how: Any) -> Took:
    """Run a process to its end."""
    began = time.perf_counter()
    process = subprocess.Popen(words, **how)
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return Took(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024 / 1e6)


def shell(path: Path, out: Path) -> Took:
    """Let the sqlite3 shell write the columns of posts."""
    statement = exports.rows(POSTS, Choice(), marks=marking.version())
    whole = re.sub(r":(\w+)", lambda found: repr(statement.values[found[1]]), statement.sql)
    columns = ", ".join(f"substr({MARK}, 2)" if each.is_made else each.name for each in POSTS.columns)
    sql = f"SELECT {columns} FROM ({whole})"  # noqa: S608 - our own constants
    with out.open("wb") as file:
        return run(["sqlite3", "-csv", "-header", str(path), sql], stdout=file)


def ours(path: Path, out: Path, form: Format) -> Took:
    """Let our command export posts."""
    environment = {**os.environ, "ARCHIVER_DATABASE": str(path)}
    words = [
        sys.executable,
        "-c",
        START_WITHOUT_PANDAS,
        "export",
        "posts",
        "--out",
        str(out),
        "--format",
        form,
    ]
    took = run(words, env=environment, stdout=subprocess.DEVNULL)
    shutil.rmtree(out)
    return took


def make(path: Path, posts: int) -> None:
    """Write an archive of so many posts."""
    asyncio.run(make_archive(path, posts=posts))


def mark(path: Path) -> float:
    """Mark every revision, as the bot does; return the seconds of CPU that it took."""
    return asyncio.run(mark_archive(path))


def apart(work: Callable[..., T], *given: object) -> T:
    """Do it in a process of its own: those that we measure are told to have had our memory at least."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as process:
        return process.submit(work, *given).result()


async def mark_archive(path: Path) -> float:
    archive = await Archive.open(path, clock=lambda: NOW)
    began = time.process_time()
    await marking.catch_up(archive, await wiring.marker(archive), progress=lambda _done, _total: None)
    took = time.process_time() - began
    await archive.close()
    return took


def measure(path: Path, folder: Path, *, state: str, posts: int, runs: int) -> Iterator[dict[str, object]]:
    for form in (Format.CSV, Format.JSONL, Format.PARQUET):
        pairs = [(shell(path, folder / "shell.csv"), ours(path, folder / "out", form)) for _ in range(runs)]
        yield {
            "benchmark": "export",
            "archive": state,
            "format": form,
            "ratio": round(statistics.median(theirs.seconds / own.seconds for theirs, own in pairs), 3),
            **({"limit": LIMIT} if state == "warm" else {}),
            "rows_per_s": round(posts / statistics.median(own.seconds for _, own in pairs)),
            "cpu_us_per_row": round(statistics.median(own.cpu for _, own in pairs) / posts * 1e6, 1),
            "shell_cpu_us_per_row": round(
                statistics.median(theirs.cpu for theirs, _ in pairs) / posts * 1e6, 1
            ),
            "peak_mb": round(max(own.peak for _, own in pairs)),
            "peak_limit_mb": MEMORY_LIMIT_MB,
            "posts": posts,
            "runs": runs,
        }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--posts", type=int, default=200_000)
    parser.add_argument("--runs", type=int, default=3)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "archive.db"
        apart(make, path, wanted.posts)
        for found in measure(path, folder, state="cold", posts=wanted.posts, runs=1):
            print(json.dumps(found), flush=True)
        marked = apart(mark, path) / wanted.posts * 1e6
        for found in measure(path, folder, state="warm", posts=wanted.posts, runs=wanted.runs):
            print(json.dumps(found | {"mark_us_per_row": round(marked, 1)}), flush=True)


if __name__ == "__main__":
    main()
