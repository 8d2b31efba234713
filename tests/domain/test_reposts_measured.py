"""How right the groups are, on ``tests/evaluation/reposts.jsonl``."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Hashable, Iterable
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from archiver.domain.reposts import groups

_SET = Path(__file__).parents[1] / "evaluation" / "reposts.jsonl"
POSTS: list[dict[str, Any]] = [json.loads(line) for line in _SET.read_text("utf-8").splitlines()]
LANGUAGES = sorted({post["language"] for post in POSTS})


def pairs(groups_of: Iterable[Hashable]) -> set[tuple[int, int]]:
    """Return the pairs of places that have the same group."""
    places: dict[Hashable, list[int]] = defaultdict(list)
    for place, group in enumerate(groups_of):
        places[group].append(place)
    return {pair for same in places.values() for pair in combinations(same, 2)}


def measured(posts: list[dict[str, Any]], *, seed: int) -> tuple[float, float]:
    """Return precision and recall over pairs, the posts coming in some order."""
    shuffled = random.Random(seed).sample(posts, len(posts))
    found = pairs(groups([post["text"] for post in shuffled]))
    true = pairs(post["group"] for post in shuffled)
    return len(found & true) / len(found), len(found & true) / len(true)


@pytest.mark.parametrize("seed", [1, 2])
def test_pairs_are_right_and_few_are_missed_in_whatever_order_posts_come(seed: int) -> None:
    precision, recall = measured(POSTS, seed=seed)

    assert precision >= 0.98
    assert recall >= 0.90


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_is_left_behind(language: str) -> None:
    precision, recall = measured([post for post in POSTS if post["language"] == language], seed=3)

    assert precision >= 0.98
    assert recall >= 0.88


def test_the_set_is_worth_measuring_on() -> None:
    assert len({post["family"] for post in POSTS}) >= 160
    assert LANGUAGES == ["ar", "ckb", "en", "fa", "kmr", "ru"]
    assert sum(post["kind"].startswith("other_") for post in POSTS) >= 400
    assert len({post["id"] for post in POSTS}) == len(POSTS)
