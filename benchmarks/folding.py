"""Folding 100,000 posts, against `unicodedata.normalize` and `str.casefold` on the same posts.

Posts of about 300 characters in six languages, those of `benchmarks.flagging`. ``fold`` is one text at a time
with a map back to the original, as search and reposts use it; ``batch`` is the engine's view of 200 at once,
as rules do. The peer says less: it keeps marks, tatweel, punctuation and look-alike letters, and no places.
CPU time, medians of paired runs.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import unicodedata
from collections.abc import Iterable, Sequence
from functools import partial

from archiver.domain.folding import fold
from archiver.rules.evasion import FOLDED
from archiver.rules.view import View
from benchmarks.flagging import BATCH, cpu, make_posts, read_words

WAYS = ("fold", "batch")


def fold_all(posts: Sequence[str]) -> None:
    for post in posts:
        fold(post)


def view_all(posts: Sequence[str]) -> None:
    for start in range(0, len(posts), BATCH):
        View(posts[start : start + BATCH], FOLDED)


def normalize_all(posts: Sequence[str]) -> None:
    for post in posts:
        unicodedata.normalize("NFKC", post).casefold()


def main() -> None:
    """Measure, and print one JSON line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--posts", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5)
    wanted = parser.parse_args()
    words = read_words()
    posts = make_posts(random.Random(20261125), words, words, count=wanted.posts)
    fold_all(posts[:2_000])
    runs = [
        tuple(cpu(partial(work, posts)) for work in (fold_all, view_all, normalize_all))
        for _ in range(wanted.runs)
    ]
    print(
        json.dumps(
            {
                "benchmark": "folding",
                "peer": "unicodedata.normalize('NFKC', post).casefold()",
                "ratio": {
                    way: _median(spent[place] / spent[-1] for spent in runs) for place, way in enumerate(WAYS)
                },
                "us_per_post": {
                    way: _median(spent[place] / len(posts) * 1e6 for spent in runs)
                    for place, way in enumerate((*WAYS, "peer"))
                },
                "characters": round(sum(map(len, posts)) / len(posts)),
                "posts": len(posts),
            }
        )
    )


def _median(values: Iterable[float]) -> float:
    return round(statistics.median(values), 2)


if __name__ == "__main__":
    main()
