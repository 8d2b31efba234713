"""``archiver migrate``."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from archiver.storage import migrations
from tests.cli.conftest import Archiver

NEWEST = migrations.known()[-1].number
APPLIED = "".join(f"applied {each.number:04} {each.name}\n" for each in migrations.known())
STANDS = f"archive.db has schema {NEWEST}\n"


def test_an_archive_is_made_once(archiver: Archiver, folder: Path) -> None:
    found = [archiver("migrate"), archiver("migrate")]

    assert found == [(0, APPLIED + STANDS, ""), (0, STANDS, "")]
    assert (folder / "archive.db").stat().st_mode & 0o777 == 0o600


def test_an_archive_of_a_newer_archiver_is_left_alone(archiver: Archiver, folder: Path) -> None:
    archiver("migrate")
    with closing(sqlite3.connect(folder / "archive.db")) as db:
        db.execute("INSERT INTO migrations VALUES (?, 'later', 'digest', 0)", (NEWEST + 1,))
        db.commit()
    before = (folder / "archive.db").read_bytes()

    found = [archiver("migrate"), archiver("status"), archiver("channels", "add", "@rafidain")]

    known = f"has schema {NEWEST + 1}, this program knows {NEWEST}; update the archiver"
    assert found == [(1, "", f"archiver: archive archive.db {known}\n")] * 3
    assert (folder / "archive.db").read_bytes() == before


def test_a_file_that_is_no_archive_is_left_alone(archiver: Archiver, folder: Path) -> None:
    (folder / "archive.db").write_text("my thesis\n" * 100)

    found = archiver("migrate")

    assert (found.code, found.out, found.err.count("\n")) == (1, "", 1)
    assert (folder / "archive.db").read_text() == "my thesis\n" * 100
