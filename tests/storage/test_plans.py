"""Each index serves the question it says, and no long table is walked where it matters."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from archiver.storage import migrations
from tests.builders import Clock
from tests.storage.test_locked import ROOM

LONG = {
    "flags", "matches", "post_counts", "posts", "raw_pages", "reappearances", "repost_groups", "reposts",
    "revisions", "sketches", "subscriber_counts", "tombstones",
}  # fmt: skip

WALKS = {
    "overview._HELD": "counts all posts and revisions, along an index: 0.1 s a million",
    "overview._TOMBSTONES": "counts them all",
    "overview._TOTALS": "counts everything: 0.1 s a million",
    "flags._NEWEST": "begins with the newest, and stops at the limit",
    "happenings._LATEST": "sorts the tombstones; for the demo",
}

SERVES = {
    "flags_by_time": "flags._COUNTS",
    "matches_by_link": "flags._COUNT_LINKED",
    "channel_handles_by_handle": "channels._HOLDERS",
    "gaps_by_channel": "gaps._OF_CHANNEL",
    "gaps_by_ids": "gaps._LOST",
    "gaps_open": "gaps._OPEN",
    "posts_by_sample_due": "posts._DUE",
    "reposts_by_group": "reposts._POSTS_OF",
    "revisions_by_post": "posts._HEADS",
}


class Anything(dict[str, object]):
    """A value for every name."""

    def __missing__(self, name: str) -> object:
        return 1


def every_statement() -> Iterator[tuple[str, str]]:
    for module in ROOM:
        for name, value in vars(module).items():
            is_whole = not name.endswith("_COLUMNS")
            if is_whole and isinstance(value, str) and re.match(r"\s*(SELECT|INSERT|UPDATE)\b", value):
                yield f"{module.__name__.rpartition('.')[2]}.{name}", value


STATEMENTS = dict(every_statement())


@pytest.fixture
def empty(archive_path: Path) -> Iterator[sqlite3.Connection]:
    migrations.migrate(archive_path, clock=Clock())
    with closing(sqlite3.connect(archive_path)) as db:
        yield db


def plan(db: sqlite3.Connection, sql: str) -> list[str]:
    return [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {sql}", Anything())]


def walked(steps: list[str], sql: str) -> set[str]:
    """Return the tables that are read from end to end, behind their aliases."""
    scans = {step.split()[1] for step in steps if step.startswith("SCAN") and "LIMIT" not in step}
    aliases = {alias: table for table, alias in re.findall(r"(\w+) AS (\w+)", sql)}
    return {aliases.get(name, name) for name in scans}


@pytest.mark.parametrize("name", STATEMENTS)
def test_no_long_table_is_walked(empty: sqlite3.Connection, name: str) -> None:
    long_walks = walked(plan(empty, STATEMENTS[name]), STATEMENTS[name]) & LONG

    assert bool(long_walks) == (name in WALKS)


@pytest.mark.parametrize(("index", "name"), SERVES.items())
def test_an_index_serves_its_question(empty: sqlite3.Connection, index: str, name: str) -> None:
    assert any(f"INDEX {index}" in step for step in plan(empty, STATEMENTS[name]))


def test_every_index_serves_a_question(empty: sqlite3.Connection) -> None:
    indexes = empty.execute("SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL")

    assert {name for (name,) in indexes} == set(SERVES)


@pytest.mark.parametrize("name", ["posts._DUE", "overview._HELD"])
def test_an_index_alone_answers_what_is_asked_often_or_of_everything(
    empty: sqlite3.Connection, name: str
) -> None:
    assert any("COVERING INDEX" in step for step in plan(empty, STATEMENTS[name]))
