"""Flagging a whole archive again with the built-in rules, as ``archiver reflag`` does it.

The archive has a million posts of about 300 characters, stretches of the labelled posts of
``tests/evaluation``: one in ten of any of them, the others of those that are to be flagged by no rule. Each
archive is flagged in a process of its own, for its peak of memory; ``growth`` is what ten times the posts
add to it. ``ratio`` is CPU time, by that of flagging posts of the same archive in memory: what reading,
grouping and writing come to.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from archiver.domain.channel import ChannelLook
from archiver.domain.clock import utc_now
from archiver.domain.ids import AccountId, ChannelId, RunId
from archiver.domain.post import Content
from archiver.rules.flagger import Flagger
from archiver.rules.rulebook import rulebook
from archiver.services.flagging import Flagging
from archiver.services.reflagging import reflag
from archiver.storage import channels, runs
from archiver.storage.archive import Archive

CHANNEL = ChannelId(1_200_300_400)
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SETS = Path("tests/evaluation")
LINK_KEY = b"k" * 32
BATCH = 500
PAGE = 10_000
IN_MEMORY = 10_000

ADD_REVISION = """
INSERT INTO revisions (channel_id, post_id, revision, observed_at, provenance, run_id, digest, text, details)
VALUES (:channel_id, :post_id, 1, :now, 'backfill', :run_id, :digest, :text, '{}')
"""
ADD_POST = """
INSERT INTO posts (channel_id, post_id, published_at, first_observed_at, last_observed_at, as_of, revision)
VALUES (:channel_id, :post_id, :published_at, :now, :now, 1, 1)
"""
TEXTS = "SELECT text FROM revisions ORDER BY revision_id LIMIT :count"


def read_words(*labels: str) -> list[str]:
    """Return the words of the labelled posts with one of these labels, in their order."""
    lines = (line for path in sorted(SETS.glob("train-*.jsonl")) for line in path.open(encoding="utf-8"))
    return [
        word for post in map(json.loads, lines) if post["label"] in labels for word in post["text"].split()
    ]


def make_texts(chance: random.Random, *, count: int) -> Iterator[str]:
    every, benign = read_words("flag", "benign"), read_words("benign")
    for number in range(count):
        words = every if number % 10 == 0 else benign
        start = chance.randrange(len(words))
        yield " ".join(words[start : start + chance.randint(25, 75)])


def fill(path: Path, *, count: int) -> None:
    """Make an archive of so many posts."""
    run_id = asyncio.run(_begin(path))
    now = _micros(NOW)
    texts = enumerate(make_texts(random.Random(20261125), count=count), start=1)
    with closing(sqlite3.connect(path)) as db, db:
        while page := [*islice(texts, PAGE)]:
            rows = [
                {
                    "channel_id": CHANNEL, "post_id": post_id, "run_id": run_id, "now": now, "text": text,
                    "published_at": _micros(NOW - timedelta(minutes=count - post_id)),
                    "digest": f"{post_id:064x}",
                }
                for post_id, text in page
            ]  # fmt: skip
            db.executemany(ADD_REVISION, rows)
            db.executemany(ADD_POST, rows)


async def _begin(path: Path) -> RunId:
    """Enter a run and a channel, for the rows to refer to."""
    look = ChannelLook(channel_id=CHANNEL, access_hash=1, handles=("example",), facts={})
    archive = await Archive.open(path, clock=lambda: NOW)
    async with archive.write() as tx:
        run_id = await runs.begin(tx, at=NOW, version="benchmark", layer=214)
        await channels.record_look(tx, look, account_id=AccountId(1), observed_at=NOW, run_id=run_id)
    await archive.close()
    return run_id


def _micros(moment: datetime) -> int:
    return round(moment.timestamp() * 1e6)


async def flag_archive(path: Path) -> dict[str, float]:
    """Return what it took to flag an archive again, and to flag its first posts in memory."""
    book = rulebook(None)
    flagger = Flagger(book, link_key=LINK_KEY)
    before = _peak_mib()
    archive = await Archive.open(path, clock=utc_now)
    clock, cpu = time.perf_counter(), time.process_time()
    done = await reflag(
        archive,
        Flagging(rulebook=book, flag=flagger.flag),
        clock=utc_now,
        progress=lambda _done, _total: None,
    )
    spent, cpu = time.perf_counter() - clock, time.process_time() - cpu
    peak = _peak_mib()
    await archive.close()
    return {
        "posts": done.revisions, "flags": done.flags, "failed": len(done.failed), "seconds": spent,
        "cpu": cpu / done.revisions, "in_memory": _cpu_in_memory(path, flagger), "peak": peak,
        "before": before,
    }  # fmt: skip


def _cpu_in_memory(path: Path, flagger: Flagger) -> float:
    """Return the CPU seconds that flagging takes a post, nothing read or written."""
    with closing(sqlite3.connect(path)) as db:
        contents = [Content(text=text) for (text,) in db.execute(TEXTS, {"count": IN_MEMORY})]
    began = time.process_time()
    for start in range(0, len(contents), BATCH):
        flagger.flag(contents[start : start + BATCH])
    return (time.process_time() - began) / len(contents)


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(folder: Path, *, count: int) -> dict[str, float]:
    """Make an archive, and return what a process of its own says of flagging it."""
    path = folder / f"{count}.db"
    fill(path, count=count)
    command: Sequence[str] = (sys.executable, "-m", "benchmarks.reflag", "--archive", str(path))
    told: dict[str, float] = json.loads(
        subprocess.run(command, check=True, capture_output=True, text=True).stdout
    )
    path.unlink()
    return told


def main() -> None:
    """Measure, and print one JSON line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--posts", type=int, default=1_000_000)
    parser.add_argument(
        "--archive", type=Path, help="flag this one, made by an earlier call, and say what it took"
    )
    wanted = parser.parse_args()
    if wanted.archive:
        print(json.dumps(asyncio.run(flag_archive(wanted.archive))))
        return
    with tempfile.TemporaryDirectory() as name:
        few, many = (measure(Path(name), count=count) for count in (wanted.posts // 10, wanted.posts))
    print(
        json.dumps(
            {
                "benchmark": "reflag",
                "posts_per_second": round(many["posts"] / many["seconds"]),
                "ratio": round(many["cpu"] / many["in_memory"], 2),
                "us_per_post": {
                    "reflag": round(many["cpu"] * 1e6),
                    "in_memory": round(many["in_memory"] * 1e6),
                },
                "peak_mib": {str(each["posts"]): round(each["peak"]) for each in (few, many)},
                "growth": round(many["peak"] / few["peak"], 2),
                "flagger_mib": round(many["before"]),
                "flags": many["flags"],
                "failed": many["failed"],
                "posts": many["posts"],
            }
        )
    )


if __name__ == "__main__":
    main()
