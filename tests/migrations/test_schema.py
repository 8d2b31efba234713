"""The schema that readers see is the schema that is built, and every part of it is explained."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from archiver.storage import migrations
from tests.builders import Clock

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "migrations" / "sqlite" / "schema.sql"
REFERENCE = ROOT / "docs" / "reference" / "schema.md"


def normal(sql: str) -> str:
    """Return a statement without comments and line breaks."""
    return " ".join(re.sub(r"--[^\n]*", " ", sql).split())


def objects(db: sqlite3.Connection) -> dict[str, str]:
    rows = db.execute("SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
    return {f"{kind} {name}": normal(sql) for kind, name, sql in rows}


@pytest.fixture
def built(archive_path: Path) -> sqlite3.Connection:
    """Return an archive as the migrations build it."""
    migrations.migrate(archive_path, clock=Clock())
    return sqlite3.connect(archive_path)


def tables(db: sqlite3.Connection) -> dict[str, list[str]]:
    """Return the columns of each table."""
    found = db.execute(
        "SELECT t.name, c.name FROM pragma_table_list AS t JOIN pragma_table_info(t.name) AS c "
        "WHERE t.schema = 'main' AND t.type <> 'shadow' AND t.name <> 'sqlite_schema' ORDER BY t.name, c.cid"
    )
    columns: dict[str, list[str]] = {}
    for table, column in found:
        columns.setdefault(table, []).append(column)
    return columns


def test_the_schema_for_readers_is_what_the_migrations_build(built: sqlite3.Connection) -> None:
    with closing(built), closing(sqlite3.connect(":memory:")) as read:
        for statement in migrations.statements(SCHEMA.read_text("utf-8")):
            read.execute(statement)

        assert objects(read) == objects(built)


def test_every_table_and_column_has_its_line_in_the_reference(built: sqlite3.Connection) -> None:
    sections = dict(
        re.findall(r"^## `(\w+)`\n(.*?)(?=^## |\Z)", REFERENCE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    )
    explained = {table: re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE) for table, text in sections.items()}

    with closing(built):
        assert explained == tables(built)


def test_what_is_past_can_be_neither_changed_nor_deleted(built: sqlite3.Connection) -> None:
    kept = {
        "audit_events", "audits", "calibration_answers", "case_notes", "channel_availability",
        "channel_facts", "channel_handles", "decision_categories", "decision_reasons", "decision_rules",
        "decisions", "flags", "imported_revisions", "keys", "matches", "post_counts", "raw_pages",
        "reappearances", "repost_groups", "reposts", "reveals", "revisions", "rulebooks", "rules",
        "sketches", "skips", "subscriber_counts", "tombstones",
    }  # fmt: skip
    with closing(built):
        triggers = {
            name for (name,) in built.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
        }

    assert {f"{table}_{verb}" for table in kept for verb in ("keep", "stay")} <= triggers
    assert triggers - {f"{table}_{verb}" for table in kept for verb in ("keep", "stay")} == {
        "audit_events_follow",
        "calibrations_stay",
        "cases_stay",
        "decisions_follow",
        "gaps_keep",
        "gaps_stay",
        "imports_stay",
        "posts_stay",
        "reviewers_stay",
        "runs_stay",
        "skips_follow",
    }


def test_no_foreign_key_is_deferred(built: sqlite3.Connection) -> None:
    """While one waits, SQLite walks all children for each new parent: every page would read all revisions."""
    with closing(built):
        assert [name for name, sql in objects(built).items() if "DEFERRABLE" in sql] == []
