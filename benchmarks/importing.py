"""Importing an export of Telegram Desktop, flags on, against parsing the same file alone.

Texts are the labelled posts of ``tests/evaluation`` put together to about 400 characters, one in fifty from
those that are to be flagged. The file is written as Telegram Desktop writes it. Each run parses it with
ijson (yajl2_c) into one object a post, the fastest parser of streams that one can install; with the
stretches of `archiver.desktop.cutting`, which are ours and faster still; and imports it into a new archive
by the installed command, once with all rules off.

``ratio`` is ijson's time over the import's, ``without_rules`` over that with rules off, ``ratio_to_ours``
that of our own cutting over the import's. ``floor`` is ijson's time over that of plain sqlite3, which
inserts the very rows of posts and revisions from memory: no import into this schema can be nearer to ijson.
Ratios are of clocks, those with ``cpu`` of processors, of all processes together. ``peak_mib`` is what
these hold together, ``largest_mib`` what the largest of them does.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import resource
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import ijson

from archiver.desktop.cutting import Cutter, Items
from archiver.desktop.told import Told
from tests.packs import quiet_folder

LIMIT, LIMIT_MIB = 0.3, 200
SETS = Path("tests/evaluation")
_LENGTH = 400
_BODY = "messages"
_TABLES = ("revisions", "posts")


class Spent(NamedTuple):
    """Seconds of the processor, and of the clock."""

    cpu: float
    clock: float


def read_texts() -> tuple[list[str], list[str]]:
    """Return the labelled posts: those that are benign, and those to be flagged."""
    posts = [
        json.loads(line)
        for path in sorted(SETS.glob("train-*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]
    benign = [post["text"] for post in posts if post["label"] == "benign"]
    return benign, [post["text"] for post in posts if post["label"] == "flag"]


def make_text(chance: random.Random, benign: list[str], harmful: list[str], number: int) -> str:
    if number % 50 == 0:
        return f"{chance.choice(harmful)} {number}"
    parts: list[str] = []
    while sum(map(len, parts)) < _LENGTH:
        parts.append(chance.choice(benign))
    return "\n".join(parts)


def make_posts(size: int) -> Iterator[str]:
    """Yield posts as Telegram Desktop writes them, until so many bytes are reached."""
    chance, (benign, harmful) = random.Random(1), read_texts()
    written = number = 0
    while written < size:
        number += 1
        text = make_text(chance, benign, harmful, number)
        first, space, rest = text.partition(" ")
        bold, plain = {"type": "bold", "text": first}, space + rest
        is_formatted = number % 3 == 0
        told: dict[str, object] = {
            "id": number,
            "type": "message",
            "date": "2023-01-01T03:00:00",
            "date_unixtime": str(1_672_531_200 + 60 * number),
            "from": "Rafidain",
            "from_id": "channel1200300400",
        }
        if number % 4 == 0:
            told |= {"photo": "(File not included.)", "width": 1280, "height": 720}
        told |= {
            "text": [bold, plain] if is_formatted else text,
            "text_entities": [bold, {"type": "plain", "text": plain}]
            if is_formatted
            else [{"type": "plain", "text": text}],
        }
        post = "\n  " + json.dumps(told, ensure_ascii=False, indent=1).replace("\n", "\n  ")
        written += len(post.encode())
        yield post


def write_export(path: Path, size: int) -> int:
    """Write an export of about so many bytes; return how many posts it has."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        file.write('{\n "name": "Rafidain",\n "type": "public_channel",\n "id": 1200300400,\n "messages": [')
        for post in make_posts(size):
            file.write("," * bool(count) + post)
            count += 1
        file.write("\n ]\n}")
    return count


def parse_with_ijson(path: Path) -> int:
    with path.open("rb") as file:
        return sum(1 for _ in ijson.get_backend("yajl2_c").items(file, f"{_BODY}.item", use_float=True))


def parse_with_ours(path: Path) -> int:
    with path.open("rb") as file:
        cutter, count = Cutter(file, path.name), 0
        for key in cutter.fields():
            if key == _BODY:
                count = sum(len(cut.items) for cut in cutter.items(Items(Told)))
            else:
                cutter.skip()
    return count


def timed(work: Callable[[Path], int], path: Path, *, posts: int) -> Spent:
    cpu, clock = time.process_time(), time.perf_counter()
    assert work(path) == posts
    return Spent(time.process_time() - cpu, time.perf_counter() - clock)


def run_import(path: Path, *, posts: int, rules: Path | None) -> tuple[Spent, dict[str, int]]:
    """Import into an archive of its own, by the built-in rules or others; return what that took and gave."""
    environment = os.environ | {"ARCHIVER_DATABASE": str(archive_of(path))}
    if rules:
        environment["ARCHIVER_RULES"] = str(rules)
    for each in path.parent.glob("archive.db*"):
        each.unlink()
    before, clock = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "archiver", "import", str(path), "--json"],
        env=environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with watched(process.pid) as memory:
        told = json.loads(process.communicate()[0])["files"][0]
    spent, after = time.perf_counter() - clock, resource.getrusage(resource.RUSAGE_CHILDREN)
    assert (process.returncode, told["new_posts"]) == (0, posts)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Spent(cpu, spent), {"flags": told["flags"], **memory}


def archive_of(path: Path) -> Path:
    return path.with_name("archive.db")


@contextmanager
def watched(process_id: int) -> Iterator[dict[str, int]]:
    """Give what a process and those that it made hold of memory: the most of all together, and of one."""
    most, ended = {"peak_mib": 0, "largest_mib": 0}, threading.Event()

    def watch() -> None:
        while not ended.wait(0.2):
            found = [each for each in map(memory_of, family(process_id)) if each]
            most["peak_mib"] = max(most["peak_mib"], sum(own for own, _ in found) >> 10)
            most["largest_mib"] = max(most["largest_mib"], max((held for _, held in found), default=0) >> 10)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield most
    finally:
        ended.set()
        thread.join()


def family(process_id: int) -> Iterator[int]:
    yield process_id
    for told in Path(f"/proc/{process_id}/task").glob("*/children"):
        with suppress(OSError):
            yield from map(int, told.read_text().split())


def memory_of(process_id: int) -> tuple[int, int] | None:
    """Return a process's own KiB, of what is shared its part, and all that it holds."""
    try:
        told = Path(f"/proc/{process_id}/smaps_rollup").read_text()
    except OSError:
        return None
    found = dict(re.findall(r"^(Pss|Rss): +(\d+) kB", told, re.MULTILINE))
    return (int(found["Pss"]), int(found["Rss"])) if len(found) == 2 else None


def insert_plainly(path: Path) -> tuple[Spent, int]:
    """Put posts and revisions of an archive, at most 50,000, into another from memory; return how many."""
    with closing(sqlite3.connect(archive_of(path))) as db:
        schema = [row[0] for row in db.execute("SELECT sql FROM sqlite_master WHERE sql NOT NULL")]
        parts = [list(batched(db.execute(f"SELECT * FROM {table} LIMIT 50000"))) for table in _TABLES]  # noqa: S608
        widths = [len(part[0][0]) for part in parts]
    with closing(sqlite3.connect(path.with_name("floor.db"), isolation_level=None)) as db:
        db.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
        for sql in schema:
            if "sqlite_sequence" not in sql and "search_index_" not in sql:
                db.execute(sql)
        cpu, clock = time.process_time(), time.perf_counter()
        for rows in zip(*parts, strict=True):
            db.execute("BEGIN IMMEDIATE")
            for table, width, own in zip(_TABLES, widths, rows, strict=True):
                places = ", ".join("?" * width)
                db.executemany(f"INSERT INTO {table} VALUES ({places})", own)  # noqa: S608
            db.execute("COMMIT")
        spent = Spent(time.process_time() - cpu, time.perf_counter() - clock)
    return spent, sum(map(len, parts[0]))


def batched(rows: Iterable[tuple[object, ...]]) -> Iterator[list[tuple[object, ...]]]:
    """Yield rows by transactions as large as those of an import."""
    left = iter(rows)
    while part := list(islice(left, 500)):
        yield part


def measure(folder: Path, *, size: int, is_flagged: bool) -> dict[str, object]:
    path = folder / "result.json"
    posts = write_export(path, size)
    plain = timed(parse_with_ijson, path, posts=posts)
    ours = timed(parse_with_ours, path, posts=posts)
    bare, quiet = run_import(path, posts=posts, rules=quiet_folder(folder / "rules"))
    floor, count = insert_plainly(path)
    whole, told = run_import(path, posts=posts, rules=None) if is_flagged else (bare, quiet)
    mib, share = path.stat().st_size / (1 << 20), count / posts
    return {
        "benchmark": "importing",
        "ratio": round(plain.clock / whole.clock, 3),
        "limit": LIMIT,
        "cpu_ratio": round(plain.cpu / whole.cpu, 3),
        "without_rules": round(plain.clock / bare.clock, 3),
        "cpu_without_rules": round(plain.cpu / bare.cpu, 3),
        "floor": round(plain.clock * share / floor.clock, 3),
        "cpu_floor": round(plain.cpu * share / floor.cpu, 3),
        "ratio_to_ours": round(ours.clock / whole.clock, 3),
        "is_flagged": is_flagged,
        "posts": posts,
        "mib": round(mib),
        "posts_per_s": round(posts / whole.clock),
        "mib_per_s": {
            "ijson": round(mib / plain.clock, 1),
            "ours": round(mib / ours.clock, 1),
            "import": round(mib / whole.clock, 1),
        },
        **told,
        "limit_mib": LIMIT_MIB,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mib", type=int, default=64, help="size of the export")
    parser.add_argument("--without-rules", action="store_true", help="don't flag at all")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        told = measure(Path(folder), size=wanted.mib << 20, is_flagged=not wanted.without_rules)
        print(json.dumps(told))


if __name__ == "__main__":
    main()
