"""Every archive becomes the one that this program knows, after a copy, or stays as it was."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from archiver.domain.errors import ArchiveInUse, ArchiveReadOnly
from archiver.storage import migrations
from archiver.storage.claim import claim
from archiver.storage.migrations import Migration, migrate, statements
from tests.builders import NOON, Clock

FIRST = Migration(number=1, name="first", sql="CREATE TABLE things (number INTEGER) STRICT;\n")
SECOND = Migration(number=2, name="second", sql="ALTER TABLE things ADD COLUMN word TEXT;\n")
THIRD = Migration(
    number=3, name="third", sql="UPDATE things SET word = 'x';\nCREATE INDEX i ON things (word);\n"
)
BROKEN = Migration(number=3, name="broken", sql="UPDATE things SET word = 'x';\nCREATE nonsense;\n")


def bring(path: Path, every: Sequence[Migration]) -> list[int]:
    return [each.number for each in migrate(path, clock=Clock(), busy_seconds=1, every=every)]


def ask(path: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as db, db:
        return db.execute(sql).fetchall()


def columns(path: Path) -> list[object]:
    return [row[1] for row in ask(path, "PRAGMA table_info(things)")]


def test_what_is_missing_is_applied_once_and_in_order(archive_path: Path) -> None:
    assert bring(archive_path, [FIRST]) == [1]
    assert bring(archive_path, [FIRST, SECOND, THIRD]) == [2, 3]
    assert bring(archive_path, [FIRST, SECOND, THIRD]) == []
    assert columns(archive_path) == ["number", "word"]
    assert ask(archive_path, "SELECT number, name, digest, applied_at FROM migrations") == [
        (each.number, each.name, each.digest, int(NOON.timestamp()) * 1_000_000)
        for each in (FIRST, SECOND, THIRD)
    ]
    assert migrations.version(archive_path) == 3


def test_an_archive_is_copied_as_it_was_before_its_schema_changes(archive_path: Path) -> None:
    bring(archive_path, [FIRST])
    ask(archive_path, "INSERT INTO things VALUES (7)")

    bring(archive_path, [FIRST, SECOND, THIRD])

    copy = archive_path.with_name("archive.db.before-0002")
    assert columns(copy) == ["number"]
    assert ask(copy, "SELECT * FROM things") == [(7,)]
    assert oct(copy.stat().st_mode & 0o777) == "0o600"
    assert bring(copy, [FIRST, SECOND, THIRD]) == [2, 3]


def test_a_new_archive_leaves_no_copy(archive_path: Path) -> None:
    bring(archive_path, [FIRST, SECOND, THIRD])

    assert {path.name for path in archive_path.parent.iterdir()} == {"archive.db", "archive.db.lock"}


def test_a_migration_that_breaks_changes_nothing(archive_path: Path) -> None:
    bring(archive_path, [FIRST])
    ask(archive_path, "INSERT INTO things VALUES (7)")

    with pytest.raises(sqlite3.OperationalError, match="syntax error"):
        bring(archive_path, [FIRST, SECOND, BROKEN])

    assert columns(archive_path) == ["number"]
    assert migrations.version(archive_path) == 1
    assert bring(archive_path, [FIRST, SECOND, THIRD]) == [2, 3]


def test_a_copy_that_can_not_be_made_stops_the_migration_and_harms_nothing(archive_path: Path) -> None:
    bring(archive_path, [FIRST])
    in_the_way = archive_path.with_name("archive.db.before-0002")
    in_the_way.mkdir()

    with pytest.raises(ArchiveReadOnly, match=r"can't copy archive .*: Is a directory"):
        bring(archive_path, [FIRST, SECOND])

    assert columns(archive_path) == ["number"]
    assert not archive_path.with_name("archive.db.before-0002.part").exists()
    in_the_way.rmdir()
    assert bring(archive_path, [FIRST, SECOND]) == [2]


def test_an_older_copy_survives_until_the_new_one_is_whole(archive_path: Path) -> None:
    bring(archive_path, [FIRST])
    copy = archive_path.with_name("archive.db.before-0002")
    copy.write_text("older")

    with pytest.raises(sqlite3.OperationalError):
        bring(archive_path, [FIRST, Migration(number=2, name="broken", sql="CREATE nonsense;\n")])
    made = columns(copy)
    bring(archive_path, [FIRST, SECOND])

    assert made == ["number"]
    assert columns(copy) == ["number"]


def test_an_archive_is_not_migrated_under_a_bot(archive_path: Path) -> None:
    bring(archive_path, [FIRST])
    with claim(archive_path), pytest.raises(ArchiveInUse, match="stop that one first"):
        migrate(archive_path, clock=Clock(), busy_seconds=0.1, every=[FIRST, SECOND])

    assert columns(archive_path) == ["number"]
    assert bring(archive_path, [FIRST, SECOND]) == [2]


def test_an_archive_that_lacks_nothing_opens_beside_a_bot(archive_path: Path) -> None:
    bring(archive_path, [FIRST])
    with claim(archive_path):
        assert bring(archive_path, [FIRST]) == []


@pytest.mark.parametrize("start", [[], [FIRST]])
def test_of_many_that_start_at_once_one_migrates_and_the_others_wait(
    archive_path: Path, start: list[Migration]
) -> None:
    if start:
        bring(archive_path, start)

    with ThreadPoolExecutor(8) as pool:
        applied = list(pool.map(lambda _: bring(archive_path, [FIRST, SECOND, THIRD]), range(8)))

    assert sorted(applied) == [[]] * 7 + [[2, 3] if start else [1, 2, 3]]
    assert ask(archive_path, "SELECT number FROM migrations") == [(1,), (2,), (3,)]


def test_processes_that_start_at_once_share_one_archive(archive_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from archiver.domain.clock import utc_now; "
        "from archiver.storage.migrations import migrate; "
        "print(len(migrate(Path(sys.argv[1]), clock=utc_now)))"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", script, str(archive_path)], stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    outcomes = [each.communicate()[0].strip() for each in started]

    assert [each.returncode for each in started] == [0, 0, 0, 0]
    assert sorted(outcomes) == ["0", "0", "0", str(len(migrations.known()))]


def test_a_file_of_sql_is_split_into_its_statements() -> None:
    sql = (
        "-- a table; of things\nCREATE TABLE a (\n  b TEXT -- with; semicolon\n);\n\n"
        "CREATE TRIGGER t BEFORE UPDATE ON a\nBEGIN\n  SELECT 1;\n  SELECT 2;\nEND;\n-- the end\n"
    )

    assert statements(sql) == [
        "-- a table; of things\nCREATE TABLE a (\n  b TEXT -- with; semicolon\n);",
        "CREATE TRIGGER t BEFORE UPDATE ON a\nBEGIN\n  SELECT 1;\n  SELECT 2;\nEND;",
    ]


def test_a_statement_without_an_end_is_not_dropped_in_silence() -> None:
    with pytest.raises(ValueError, match="no end: CREATE TABLE b"):
        statements("CREATE TABLE a (b);\nCREATE TABLE b (c)\n")


def test_the_migrations_of_this_program_are_numbered_without_a_gap() -> None:
    assert [each.number for each in migrations.known()] == list(range(1, len(migrations.known()) + 1))
