"""Grouping 100,000 posts by their texts, against folding them alone.

Posts of about 300 characters in six languages, of scraps of the labelled posts of ``tests/evaluation``; one
in ten is an earlier one again, cut, with words dropped or a signature added. CPU time, median of paired runs;
memory is the most that grouping holds, a post.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
import tracemalloc
from collections.abc import Callable, Sequence
from pathlib import Path

from archiver.domain.folding import fold
from archiver.domain.reposts import groups

LIMIT = 12.0
SETS = Path("tests/evaluation")
SIGNATURE = "\n\nاشترك في القناة: t.me/some_channel"


def read_words() -> list[str]:
    """Return the words of the labelled posts, in their order."""
    return [
        word
        for path in sorted(SETS.glob("train-*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
        for word in json.loads(line)["text"].split()
    ]


def make_posts(chance: random.Random, words: Sequence[str], *, count: int) -> tuple[list[str], list[int]]:
    """Return posts, and for each the number of the post that it repeats, or its own."""
    posts: list[str] = []
    originals: list[int] = []
    for number in range(count):
        if number % 10 == 9:
            original = chance.randrange(number)
            posts.append(_edited(chance, posts[original]))
            originals.append(originals[original])
        else:
            starts = chance.choices(range(len(words)), k=16)
            picked = [word for at in starts for word in words[at : at + chance.randint(1, 5)]]
            posts.append(" ".join(picked))
            originals.append(number)
    return posts, originals


def _edited(chance: random.Random, text: str) -> str:
    words = text.split(" ")
    if chance.random() < 0.3:
        return text + SIGNATURE
    if chance.random() < 0.3:
        return " ".join(words[: max(4, 7 * len(words) // 10)])
    return " ".join(word for word in words if any(map(str.isdigit, word)) or chance.random() > 0.04)


def timed(work: Callable[[Sequence[str]], list[int]], posts: Sequence[str]) -> tuple[float, list[int]]:
    """Return the CPU seconds that a piece of work takes, and what it returns."""
    began = time.process_time()
    done = work(posts)
    return time.process_time() - began, done


def fold_all(posts: Sequence[str]) -> list[int]:
    return [len(fold(post).text) for post in posts]


def bytes_per_post(posts: Sequence[str]) -> int:
    """Return how much grouping some posts holds at most, a post."""
    tracemalloc.start()
    groups(posts)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return round(peak / len(posts))


def main() -> None:
    """Measure, and print one JSON line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--posts", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=1)
    wanted = parser.parse_args()
    posts, originals = make_posts(random.Random(20261125), read_words(), count=wanted.posts)
    runs = [(timed(groups, posts), timed(fold_all, posts)[0]) for _ in range(wanted.runs)]
    seconds = [spent for (spent, _), _ in runs]
    ratio = statistics.median(ours / theirs for ours, (_, theirs) in zip(seconds, runs, strict=True))
    found = runs[0][0][1]
    few, many = bytes_per_post(posts[:2_000]), bytes_per_post(posts[:10_000])
    again = [number for number, original in enumerate(originals) if original != number]
    print(
        json.dumps(
            {
                "benchmark": "reposts",
                "ratio": round(ratio, 2),
                "limit": LIMIT,
                "us_per_post": round(statistics.median(seconds) / len(posts) * 1e6, 1),
                "found": round(
                    sum(found[number] == found[originals[number]] for number in again) / len(again), 3
                ),
                "bytes_per_post": {"2000": few, "10000": many},
                "posts": len(posts),
            }
        )
    )


if __name__ == "__main__":
    main()
