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
from tests.storage.test_locked_cases import ROOM as ROOM_OF_CASES

LONG = {
    "audit_events",
    "flags", "matches", "post_counts", "posts", "raw_pages", "reappearances", "repost_groups", "reposts",
    "cases", "decision_categories", "decision_reasons", "decision_rules", "decisions", "lease_views",
    "leases", "reveals",
    "revision_marks", "revisions", "sketches", "skips", "subscriber_counts", "tombstones",
}  # fmt: skip

WALKS = {
    "agreements._PAIRS": "goes through all decisions; for the page of statistics",
    "listings._COUNT_STATES": "counts all cases, along an index",
    "listings._COUNT_WAITING": "counts all that waits, along an index",
    "cases._CLOSED_ALONE": "goes along an index of those alone, and stops at the limit",
    "turns._BY_PRIORITY": "begins with the most urgent, and stops at the first that fits",
    "turns._BY_WAITING": "begins with the one that waits longest, and stops at the first that fits",
    "audit._HEAD": "begins with the newest, and stops there",
    "integrity._COUNTS": "counts everything that is to be verified",
    "overview._HELD": "counts all posts and revisions, along an index: 0.1 s a million",
    "overview._TOMBSTONES": "counts them all",
    "overview._TOTALS": "counts everything: 0.1 s a million",
    "flags._NEWEST": "begins with the newest, and stops at the limit",
    "happenings._LATEST": "sorts the tombstones; for the demo",
}

SERVES = {
    "audit_events_by_target": "audit._OF_TARGET",
    "sign_ins_by_reviewer": "sign_ins._OPEN_OF",
    "flags_by_time": "flags._COUNTS",
    "matches_by_link": "flags._COUNT_LINKED",
    "case_notes_by_case": "case_notes._OF_CASE",
    "calibrations_by_case": "calibrations._NEWEST",
    "cases_closed_alone": "cases._CLOSED_ALONE",
    "cases_by_kind": "listings._COUNT_WAITING",
    "cases_by_draw": "turns._BY_DRAW",
    "cases_by_priority": "turns._BY_PRIORITY",
    "cases_by_state": "listings._IN_STATE",
    "cases_by_waiting": "turns._BY_WAITING",
    "decisions_by_bulk": "decisions._OF_BULK",
    "decisions_by_case": "decisions._OF_ROUND",
    "decisions_by_retracted": "decisions._OF_ROUND",
    "decisions_by_reviewer": "decisions._OF_REVIEWER",
    "lease_views_by_lease": "leases._COUNT_VIEWS",
    "leases_by_reviewer": "leases._LAST_SEVERITIES",
    "leases_held": "leases._HELD",
    "leases_of_case": "leases._OF_CASE",
    "skips_by_case": "turns._BY_PRIORITY",
    "channel_handles_by_handle": "channels._HOLDERS",
    "gaps_by_channel": "gaps._OF_CHANNEL",
    "gaps_by_ids": "gaps._LOST",
    "gaps_open": "gaps._OPEN",
    "posts_by_sample_due": "posts._DUE",
    "reposts_by_group": "reposts._POSTS_OF",
    "reveals_by_reviewer": "reveals._SINCE",
    "revisions_by_post": "posts._HEADS",
}


class Anything(dict[str, object]):
    """A value for every name."""

    def __missing__(self, name: str) -> object:
        return 1


def every_statement() -> Iterator[tuple[str, str]]:
    for module in (*ROOM, *ROOM_OF_CASES):
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
