"""Importing an export of Telegram Desktop, flags on, against parsing the same file alone.

Texts are the labelled posts of ``tests/evaluation`` put together to about 400 characters, one in fifty from
those that are to be flagged. The file is written as Telegram Desktop writes it. Each run parses it with
ijson (yajl2_c) into one object a post, the fastest parser of streams that one can install; with the
stretches of `archiver.desktop.cutting`, which are ours and faster still; and imports it into a new archive
by the installed command. ``ratio`` is ijson's time over the import's, ``ratio_to_ours`` that of our own
cutting. CPU times of the parsers' process and of the command's, clocks beside them.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import ijson

from archiver.desktop.cutting import Cutter, Items
from archiver.desktop.told import Told

LIMIT, LIMIT_MIB = 0.3, 200
SETS = Path("tests/evaluation")
_LENGTH = 400
_BODY = "messages"


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


def run_import(path: Path, *, posts: int) -> tuple[Spent, dict[str, int]]:
    """Import into an archive of its own; return what that took, and what it gave."""
    environment = os.environ | {"ARCHIVER_DATABASE": str(path.with_name("archive.db"))}
    before, clock = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    program = (
        "import sys; from pathlib import Path; from archiver.cli.main import main\n"
        "code = main(sys.argv[1:]); print(Path('/proc/self/status').read_text(), file=sys.stderr)\n"
        "sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "import", str(path), "--json"],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    spent, after = time.perf_counter() - clock, resource.getrusage(resource.RUSAGE_CHILDREN)
    told = json.loads(done.stdout)["files"][0]
    assert told["new_posts"] == posts
    peak = re.search(r"VmHWM:\s+(\d+) kB", done.stderr)
    assert peak is not None
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Spent(cpu, spent), {"flags": told["flags"], "peak_mib": round(int(peak[1]) / 1024)}


def measure(folder: Path, *, size: int) -> dict[str, object]:
    path = folder / "result.json"
    posts = write_export(path, size)
    plain = timed(parse_with_ijson, path, posts=posts)
    ours = timed(parse_with_ours, path, posts=posts)
    whole, told = run_import(path, posts=posts)
    return {
        "benchmark": "importing",
        "ratio": round(plain.clock / whole.clock, 3),
        "limit": LIMIT,
        "cpu_ratio": round(plain.cpu / whole.cpu, 3),
        "ratio_to_ours": round(ours.clock / whole.clock, 3),
        "cpu_ratio_to_ours": round(ours.cpu / whole.cpu, 3),
        "posts": posts,
        "mib": round(path.stat().st_size / (1 << 20)),
        "posts_per_s": round(posts / whole.clock),
        "mib_per_s": {
            "ijson": round(path.stat().st_size / (1 << 20) / plain.clock, 1),
            "ours": round(path.stat().st_size / (1 << 20) / ours.clock, 1),
            "import": round(path.stat().st_size / (1 << 20) / whole.clock, 1),
        },
        **told,
        "limit_mib": LIMIT_MIB,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mib", type=int, default=64, help="size of the export")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(measure(Path(folder), size=wanted.mib << 20)))


if __name__ == "__main__":
    main()
