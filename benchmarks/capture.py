"""Archiving 20,000 posts, against bare Telethon that reads the same posts and throws them away.

Same server, same run, one process a measurement, pairs in turn. Limit: 1.5 times the wall time.
"""

from __future__ import annotations

import asyncio
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import structlog
from telethon import TelegramClient
from telethon.crypto import rsa
from telethon.sessions import StringSession

from archiver import wiring
from archiver.domain.channel import Access
from archiver.domain.clock import utc_now
from archiver.services.backfill import backfill
from archiver.services.run import Policy, Run
from archiver.services.sync import sync
from archiver.storage import runs
from archiver.storage.archive import Archive
from archiver.telegram import asking
from archiver.telegram.line import Line, LineSettings, Server
from benchmarks._loopback import Place, serve

POSTS, PAIRS, LIMIT = 20_000, 5, 1.5


def main() -> None:
    """Measure, and print one JSON line."""
    with tempfile.TemporaryDirectory() as name, serve(Path(name), channels=1, posts=POSTS) as place:
        pairs = [(_measure("bare", name, place), _measure("ours", name, place)) for _ in range(PAIRS + 1)][1:]
    bare, ours = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    print(
        json.dumps(
            {
                "benchmark": "capture",
                "posts": POSTS,
                "wall_ratio": _median(ours_one["wall"] / bare_one["wall"] for bare_one, ours_one in pairs),
                "cpu_ratio": _median(ours_one["cpu"] / bare_one["cpu"] for bare_one, ours_one in pairs),
                "limit": LIMIT,
                "bare_posts_per_s": round(POSTS / statistics.median(one["wall"] for one in bare)),
                "ours_posts_per_s": round(POSTS / statistics.median(one["wall"] for one in ours)),
                "bytes_per_post": round(ours[-1]["bytes"] / POSTS),
                "raw_bytes_per_post": round(ours[-1]["raw_bytes"] / POSTS),
                "pairs": PAIRS,
            }
        )
    )


def _measure(what: str, folder: str, place: Place) -> dict[str, float]:
    told = json.dumps({"what": what, "folder": folder, "address": place.address, "key": place.key,
                       "session": str(place.session), "api_session": place.api_session})  # fmt: skip
    command = [sys.executable, "-m", "benchmarks.capture", told]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _median(ratios: Any) -> float:
    return round(float(statistics.median(ratios)), 2)


async def _child(told: dict[str, str]) -> dict[str, float]:
    return await (_bare(told) if told["what"] == "bare" else _ours(told))


async def _bare(told: dict[str, str]) -> dict[str, float]:
    rsa.add_key(told["key"], old=False)
    client = TelegramClient(StringSession(told["api_session"]), 1, "bench")
    await client.connect()
    channel = await client.get_input_entity("bench_0")
    begun = _now()
    posts = 0
    async for _ in client.iter_messages(channel, limit=None, wait_time=0):
        posts += 1
    spent = _since(begun)
    assert posts == POSTS, posts
    await client.disconnect()
    return spent


async def _ours(told: dict[str, str]) -> dict[str, float]:
    wiring.tune_process()
    path = Path(told["folder"]) / f"{time.monotonic_ns()}.db"
    run = await _run(told, path)
    look = await asking.resolve(run.line.calls, "bench_0")
    access = Access(channel_id=look.channel_id, access_hash=look.access_hash or 0)
    begun = _now()
    await sync(run, access)
    while await backfill(run, access):
        pass
    spent = _since(begun)
    async with run.archive.read() as db:
        held = await db.fetch_one("SELECT count(*) FROM posts")
        raw = await db.fetch_one("SELECT sum(length(data)) FROM raw_pages")
        size = await db.fetch_one("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
    assert held == (POSTS,), held
    assert raw is not None
    assert size is not None
    await run.line.close()
    await run.archive.close()
    return spent | {"bytes": size[0], "raw_bytes": raw[0]}


async def _run(told: dict[str, str], path: Path) -> Run:
    dc, place = told["address"].split("@")
    host, port = place.rsplit(":", 1)
    server = Server(dc=int(dc), host=host, port=int(port), key=told["key"])
    settings = LineSettings(api_id=1, api_hash="bench", session=Path(told["session"]), server=server, pace=0)

    async def on_flood(_method: str, _seconds: float) -> None:
        raise AssertionError("the benchmark's server sets no limits")

    line = Line(settings, on_flood=on_flood)
    archive = await Archive.open(path, clock=utc_now)
    account_id = await line.open()
    async with archive.write() as tx:
        run_id = await runs.begin(tx, at=utc_now(), version="bench", layer=0)
    return Run(
        archive=archive, line=line, clock=utc_now, run_id=run_id, account_id=account_id, policy=Policy()
    )


def _now() -> tuple[float, float]:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return time.perf_counter(), used.ru_utime + used.ru_stime


def _since(begun: tuple[float, float]) -> dict[str, float]:
    wall, cpu = _now()
    return {"wall": wall - begun[0], "cpu": cpu - begun[1]}


if __name__ == "__main__":
    if len(sys.argv) > 1:
        structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
        print(json.dumps(asyncio.run(_child(json.loads(sys.argv[1])))))
    else:
        main()
