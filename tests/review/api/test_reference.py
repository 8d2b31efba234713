"""The reference of the API has every route and every word, and the desk understands its examples."""

from __future__ import annotations

import json
import re
import shlex
from typing import Any

import pytest

from archiver.domain.refusal import Refusal
from archiver.review.api import problem
from archiver.review.api.routes import PREFIX, ROUTES
from tests.house.tree import ROOT
from tests.review.api.steps import program
from tests.review.conftest import RunningDesk

TEXT = (ROOT / "docs/reference/api.md").read_text("utf-8")
# what a schema holds off, and what is said of fields as a whole
UNSAID = {Refusal.NEEDS_VERDICT, Refusal.NOTE_TOO_LONG, Refusal.NEEDS_TIME, Refusal.TOO_MANY_CASES}
LOST = {"not_found", "method_not_allowed", "unsupported_media_type", "not_acceptable", "invalid"}


def examples() -> list[tuple[str, str, Any]]:
    """Return the method, the path and the body of every example."""
    found = []
    for line in re.findall(r"^    (curl .+)$", TEXT, re.MULTILINE):
        words = shlex.split(line)
        body = json.loads(words[words.index("--json") + 1]) if "--json" in words else None
        method = "POST" if "--json" in words or "-X" in words else "GET"
        found.append((method, words[-1].removeprefix("$DESK"), body))
    return found


def pattern(path: str) -> str:
    return re.sub(r"{\w+}", r"[^/?]+", path) + r"(\?.*)?"


def test_the_table_has_every_route_with_its_right() -> None:
    rows = re.findall(r"^\| (GET|POST) \| `(.+?)` \| (\w+) \|", TEXT, re.MULTILINE)

    assert sorted(rows) == sorted((route.method, route.path, str(route.act)) for route in ROUTES)


def test_every_route_has_an_example() -> None:
    without = [
        route.path
        for route in ROUTES
        if not any(
            method == route.method and re.fullmatch(pattern(route.path), path)
            for method, path, _ in examples()
        )
    ]

    assert without == []


@pytest.mark.asyncio
async def test_the_desk_understands_every_example(desk: RunningDesk) -> None:
    client, wrong = await program(desk, "lead"), {}
    assert PREFIX == "/api/v1"

    for method, path, body in examples():
        answer = await client.request(method, path, json=body)
        if answer.status_code >= 500 or (answer.status_code >= 400 and answer.json()["code"] in LOST):
            wrong[method, path] = answer.text

    assert wrong == {}


def test_every_word_of_a_refusal_is_told() -> None:
    told = set(re.findall(r"`(\w+)`", TEXT.partition("## Problems")[2]))

    assert set(Refusal) - UNSAID <= told
    assert {status.name.lower() for status in problem.DETAILS if status != 503} <= told
