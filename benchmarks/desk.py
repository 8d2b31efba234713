"""The desk on a large archive: how long a claim, a decision, the queue and a case take.

Posts, revisions, flags and cases are written straight into the tables; what is measured are the services that
the pages and the API call, one after the other, and then the pages themselves, on the wall's clock.
Milliseconds.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from archiver.domain.arrival import draw
from archiver.domain.clock import utc_now
from archiver.domain.decision import Ruling
from archiver.domain.flag import Category
from archiver.domain.ids import ChannelId, PostId
from archiver.domain.priority import priority
from archiver.domain.reviewer import Reviewer, Role
from archiver.domain.taxonomy import Reason, Verdict
from archiver.services import cases, claiming, deciding, statistics as counting
from archiver.services.cases import Filters
from archiver.services.deciding import Aim
from archiver.services.queue import Queue
from archiver.storage import reviewers
from archiver.storage.archive import Archive
from archiver.storage.moment import micros
from benchmarks._desk_pages import measure_pages

LIMITS = {"claim_p99": 20.0, "page_queue": 150.0, "page_case": 150.0}
CHANNELS = 100
LANGUAGES = ("ar", "ar", "ar", "ckb", "ckb", "kmr", "en", "fa")
TEXT = "ادفع {0} دولار قبل يوم الخميس لو ننشر كل الفواتير وصور العمال بالقناة " * 3

SETUP = """
INSERT INTO runs (run_id, started_at, beat_at, version, layer) VALUES (1, 0, 0, '0', 1);
INSERT INTO rulebooks VALUES ('book', 0);
INSERT INTO rules VALUES ('book', 'r.said', 't', 'extortion', 3, 'on', '', 0, 1, '{}');
"""
REVISION = """
INSERT INTO revisions (
    channel_id, post_id, revision, observed_at, provenance, run_id, digest, text, details
) VALUES (?, ?, 1, ?, 'live', 1, ?, ?, '{}')
"""
POST = """
INSERT INTO posts (
    channel_id, post_id, published_at, first_observed_at, last_observed_at, as_of, revision
) VALUES (?, ?, ?, ?, ?, 1, 1)
"""
FLAG = """
INSERT INTO flags (
    flag_id, channel_id, post_id, revision, rule_id, rulebook_digest, category, severity, score, is_shadow,
    flagged_at, run_id
) VALUES (?, ?, ?, 1, 'r.said', 'book', 'extortion', 3, 1.0, 0, ?, 1)
"""
REPOST = """
INSERT INTO reposts (repost_group_id, channel_id, post_id, revision, joined_at) VALUES (?, ?, ?, 1, ?)
"""
CASE = """
INSERT INTO cases (
    case_id, state, round, version, category, severity, opened_at, waiting_since, published_at, audience,
    precision, priority, draw, channel_id, post_id, language
) VALUES (?, 'open', 1, 1, ?, ?, ?, ?, ?, ?, 0.5, ?, ?, ?, ?, ?)
"""

HARMLESS = Ruling(verdict=Verdict.NOT_A_VIOLATION, reasons=(Reason.NEWS,))

Result = TypeVar("Result")


def fill(path: Path, *, posts: int, flagged: int, chance: random.Random) -> None:
    """Write an archive: every post has one revision, the first of each channel's a flag and a case."""
    now = micros(utc_now())
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.executescript(f"PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; {SETUP}")
        db.execute("BEGIN")
        db.executemany("INSERT INTO channels VALUES (?, 0)", ((number,) for number in range(CHANNELS)))
        db.executemany(
            REVISION, ((n % CHANNELS, n // CHANNELS, now, f"{n:064}", TEXT.format(n)) for n in range(posts))
        )
        db.executemany(POST, ((n % CHANNELS, n // CHANNELS, now - n * 10**6, now, now) for n in range(posts)))
        keys = [(n + 1, n % CHANNELS, n // CHANNELS, now) for n in range(flagged)]
        db.executemany(FLAG, keys)
        db.executemany("INSERT INTO repost_groups VALUES (?, ?)", ((key[0], now) for key in keys))
        db.executemany(REPOST, keys)
        db.executemany(CASE, _cases(flagged, now, chance))
        db.execute("COMMIT")


def _cases(flagged: int, now: int, chance: random.Random) -> Iterator[tuple[object, ...]]:
    categories, present = list(Category), utc_now()
    for n in range(flagged):
        severity, audience = chance.choice([1, 2, 2, 3, 3, 3, 4]), chance.randrange(100_000)
        age = timedelta(seconds=chance.randrange(30 * 86_400))
        weight = priority(severity=severity, audience=audience, precision=0.5, published_at=present - age)
        channel_id, post_id = n % CHANNELS, n // CHANNELS
        yield (
            n + 1, chance.choice(categories), severity, now, now - n, now, audience, weight,
            draw(ChannelId(channel_id), PostId(post_id)), channel_id, post_id, chance.choice(LANGUAGES),
        )  # fmt: skip


async def timed(work: Callable[[], Awaitable[Result]]) -> tuple[float, Result]:
    """Return the milliseconds that a piece of work takes, and what it returns."""
    began = time.perf_counter()
    done = await work()
    return (time.perf_counter() - began) * 1e3, done


async def work_off(queue: Queue, people: list[Reviewer], count: int) -> dict[str, float]:
    """Claim and decide cases, and tell how long that takes."""
    claims, decisions = [], []
    for number in range(count):
        who = people[number % len(people)]
        spent, hold = await timed(lambda who=who: claiming.claim_next(queue, who))  # type: ignore[misc]
        claims.append(spent)
        aim = Aim(case_id=hold.lease.case_id, token=hold.token, version=1 + await _is_second(queue, hold))
        spent, _ = await timed(
            lambda who=who, aim=aim: deciding.decide(queue, who, aim, ruling=HARMLESS)  # type: ignore[misc]
        )
        decisions.append(spent)
    return {
        "claim_p50": statistics.median(claims),
        "claim_p99": statistics.quantiles(claims, n=100)[98],
        "claim_longest": max(claims),
        "decide_p50": statistics.median(decisions),
        "decide_p99": statistics.quantiles(decisions, n=100)[98],
    }


async def _is_second(queue: Queue, hold: claiming.Hold) -> bool:
    async with queue.archive.read() as db:
        row = await db.fetch_one(
            "SELECT version FROM cases WHERE case_id = :case_id", {"case_id": hold.lease.case_id}
        )
    return row is not None and row[0] == 2


async def median_of(work: Callable[[], Awaitable[object]], times: int = 7) -> float:
    return statistics.median([(await timed(work))[0] for _ in range(times)])


async def measure(path: Path, wanted: argparse.Namespace) -> dict[str, float]:
    """Fill an archive and ask the services."""
    archive = await Archive.open(path, clock=utc_now)
    await archive.close()
    fill(path, posts=wanted.posts, flagged=wanted.cases, chance=random.Random(1))
    archive = await Archive.open(path, clock=utc_now)
    queue = Queue(archive=archive, clock=utc_now, fresh=random.Random(2).randbytes)
    async with archive.write() as tx:
        people = [
            await reviewers.add(tx, f"p{n}", role=Role.REVIEWER, password="-", at=utc_now())  # noqa: S106
            for n in range(4)
        ]
    one = people[0]
    found = await work_off(queue, people, wanted.claims)
    # the worst: whoever asks has decided first on the most urgent tenth of all
    async with archive.write() as tx:
        await tx.execute(
            "UPDATE cases SET state = 'second_review', first_reviewer_id = 1 WHERE case_id IN ("
            "SELECT case_id FROM cases WHERE state = 'open' ORDER BY priority DESC LIMIT :many)",
            {"many": wanted.cases // 10},
        )
    found |= {f"{name}_behind_own": value for name, value in (await work_off(queue, [one], 200)).items()}
    rare = Filters(severity=1, category=Category.SEXTORTION, language="fa")
    found["queue"] = await median_of(lambda: cases.read_queue(queue, one, Filters()))
    found["queue_filtered"] = await median_of(lambda: cases.read_queue(queue, one, rare))
    found["queue_of_channel"] = await median_of(
        lambda: cases.read_queue(queue, one, Filters(channel_id=ChannelId(7)))
    )
    found["counts"] = await median_of(lambda: counting.read_counts(queue, one))
    hold = await claiming.claim_next(queue, one)
    found["case"] = await median_of(lambda: cases.read_case(queue, one, hold.lease.case_id))
    await archive.close()
    return found


def main() -> None:
    """Measure, and print one JSON line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--posts", type=int, default=1_000_000)
    parser.add_argument("--cases", type=int, default=200_000)
    parser.add_argument("--claims", type=int, default=1_000)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "archive.db"
        found = asyncio.run(measure(path, wanted)) | measure_pages(path)
    print(
        json.dumps(
            {
                "benchmark": "desk",
                "posts": wanted.posts,
                "cases": wanted.cases,
                "ms": {name: round(value, 2) for name, value in found.items()},
                "limits_ms": LIMITS,
            }
        )
    )


if __name__ == "__main__":
    main()
