"""A snapshot: one state of an archive, typed columns, our errors."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import closing
from pathlib import Path

import pytest

from archiver.domain.errors import ArchiveDamaged, ArchiveError, ArchiveLocked
from archiver.export.snapshot import BATCH_ROWS, ahead, snapshot

# in a process of its own: adbc's SQLite does not see the locks of this one
LOCKER = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("PRAGMA journal_mode = DELETE")
db.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
sys.stdin.readline()
"""
COUNT = "SELECT count(*) AS n FROM things"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "archive.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("CREATE TABLE things (number INTEGER PRIMARY KEY, word TEXT) STRICT")
        db.executemany("INSERT INTO things VALUES (?, ?)", [(n, None) for n in range(3 * BATCH_ROWS)])
        db.commit()
    return path


def uri(path: Path) -> str:
    return f"{path.as_uri()}?mode=ro"


def insert(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("INSERT INTO things VALUES (1000000, 'late')")
        db.commit()


def test_what_is_written_meanwhile_is_not_seen(path: Path) -> None:
    with snapshot(uri(path), path=path) as source:
        before = source.rows(COUNT, {})
        insert(path)
        assert source.rows(COUNT, {}) == before == [(3 * BATCH_ROWS,)]

    with snapshot(uri(path), path=path) as source:
        assert source.rows(COUNT, {}) == [(3 * BATCH_ROWS + 1,)]


def test_rows_come_in_batches_and_values_by_their_names(path: Path) -> None:
    sql = "SELECT number FROM things WHERE :least <= number AND number < :most AND :least > 0 ORDER BY number"

    with snapshot(uri(path), path=path) as source:
        found = list(source.batches(sql, {"most": 2 * BATCH_ROWS, "least": 5, "unused": "x"}))

    assert [batch.num_rows for batch in found] == [BATCH_ROWS, BATCH_ROWS - 5]
    assert found[0].column("number")[0].as_py() == 5


def test_a_column_that_changes_its_type_is_an_error_of_ours(path: Path) -> None:
    insert(path)
    with (
        snapshot(uri(path), path=path) as source,
        pytest.raises(ArchiveError, match="can't be read"),
    ):
        list(source.batches("SELECT word FROM things ORDER BY number", {}))


def test_a_file_that_is_none_of_ours_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    path.write_bytes(b"no database at all" * 1000)

    with pytest.raises(ArchiveDamaged), snapshot(uri(path), path=path) as source:
        source.rows(COUNT, {})


def test_a_locked_file_is_told_as_one(path: Path) -> None:
    locker = subprocess.Popen(
        [sys.executable, "-c", LOCKER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert locker.stdout is not None
    assert locker.stdout.readline() == b"locked\n"
    with pytest.raises(ArchiveLocked), snapshot(uri(path), path=path, busy_seconds=0.05) as source:
        source.rows(COUNT, {})
    locker.communicate(b"\n")


def numbers(seen: list[int], *, count: int = 100) -> Generator[int, None, None]:
    for number in range(count):
        seen.append(number)
        yield number


def test_a_thread_works_a_few_items_ahead_and_ends_when_nobody_wants_more() -> None:
    seen: list[int] = []

    with closing(ahead(lambda: numbers(seen))) as items:
        first = next(items)

    assert first == 0
    assert len(seen) < 10
    assert not any(thread.name == "export-ahead" for thread in threading.enumerate())


def test_all_items_come_in_order_and_an_error_where_it_was_met() -> None:
    def broken() -> Generator[int, None, None]:
        yield from range(50)
        raise ArchiveError("broke")

    assert list(ahead(lambda: numbers([], count=50))) == [*range(50)]
    items = ahead(broken)
    assert [next(items) for _ in range(50)] == [*range(50)]
    with pytest.raises(ArchiveError, match="broke"):
        next(items)
