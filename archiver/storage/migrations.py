"""Bring an archive to the schema of this program, forward only.

A migration is a numbered file of SQL. All that an archive lacks run in one transaction that also notes their
numbers, names and digests; PRAGMA user_version is the newest number. An archive that holds something is first
copied beside itself, as it stands inside that transaction. Only one process at a time does this.
"""

from __future__ import annotations

import hashlib
import os
import re
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import IO

from archiver.domain.clock import Clock
from archiver.domain.errors import (
    ArchiveDamaged,
    ArchiveInUse,
    ArchiveMissing,
    ArchiveReadOnly,
    ArchiveTooNew,
    ArchiveTooOld,
)
from archiver.storage import place
from archiver.storage.claim import claim
from archiver.storage.failures import ours
from archiver.storage.moment import micros

APPLICATION_ID = 0x41524356
"""``ARCV``, in the file's header (https://www.sqlite.org/fileformat.html#application_id)."""

_PAGE_BYTES = 8192
_FILE_NAME = re.compile(r"(\d{4})_(\w+)\.sql")

_NOTE = """
CREATE TABLE IF NOT EXISTS migrations (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    digest TEXT NOT NULL,
    applied_at INTEGER NOT NULL
) STRICT
"""
_APPLIED = "SELECT number, digest FROM migrations ORDER BY number"
_ADD = "INSERT INTO migrations (number, name, digest, applied_at) VALUES (:number, :name, :digest, :at)"
_TABLES = "SELECT count(*) FROM sqlite_schema"


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """One numbered file; ``digest`` is that of its text."""

    number: int
    name: str
    sql: str

    @property
    def digest(self) -> str:
        """Return the digest of the file's text."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


@cache
def known() -> tuple[Migration, ...]:
    """Return this program's migrations in order, from the wheel or the source tree."""
    packed: Traversable = resources.files("archiver") / "_migrations" / "sqlite"
    source = Path(__file__).parents[2] / "migrations" / "sqlite"
    folder = packed if packed.is_dir() else source
    found = [
        Migration(number=int(name[1]), name=name[2], sql=file.read_text("utf-8"))
        for file in folder.iterdir()
        if (name := _FILE_NAME.fullmatch(file.name))
    ]
    return tuple(sorted(found, key=lambda migration: migration.number))


def migrate(
    path: Path, *, clock: Clock, busy_seconds: float = 5.0, every: Sequence[Migration] | None = None
) -> Sequence[Migration]:
    """Apply what is missing of ``every`` (or `known`) and return it; what an archive holds is copied before.

    All of it or nothing is applied. Raises ArchiveInUse when something is missing and a bot is at work;
    ArchiveTooNew, ArchiveDamaged (a foreign or changed file too), ArchiveReadOnly, ArchiveLocked,
    ArchiveFull.
    """
    place.make(path)
    every = every or known()
    with ours(path), closing(sqlite3.connect(path, isolation_level=None, timeout=busy_seconds)) as db:
        held = _claim_when_missing(db, path, every, busy_seconds=busy_seconds)
        if held is None:
            return []
        with held:
            return _apply_missing(db, path, every, clock=clock)


def check(path: Path, *, busy_seconds: float = 5.0) -> None:
    """Return when a file is an archive that this program can read.

    Raises ArchiveMissing, ArchiveTooOld, ArchiveTooNew, ArchiveDamaged, ArchiveReadOnly, ArchiveLocked.
    """
    uri = place.to_read(path)
    with ours(path), closing(sqlite3.connect(uri, uri=True, timeout=busy_seconds)) as db:
        if _is_empty(db):
            raise ArchiveMissing(f"{path} holds no archive yet; start one with: archiver run")
        if missing := _missing(db, path, known()):
            raise ArchiveTooOld(
                f"archive {path} lacks schema {missing[-1].number}; bring it up with: archiver migrate"
            )


def version(path: Path) -> int:
    """Return the number of the newest migration an archive has."""
    with ours(path), closing(sqlite3.connect(place.to_read(path), uri=True)) as db:
        return int(db.execute("PRAGMA user_version").fetchone()[0])


def statements(sql: str) -> list[str]:
    """Split a file of SQL into whole statements, triggers included; raises ValueError when one has no end."""
    found: list[str] = []
    pending = ""
    for line in sql.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending) and not _is_comment(pending):
            found.append(pending.strip())
            pending = ""
    if not _is_comment(pending):
        raise ValueError(f"no end: {pending.strip()}")
    return found


def _is_empty(db: sqlite3.Connection) -> bool:
    return bool(db.execute(_TABLES).fetchone()[0] == 0)


def _missing(db: sqlite3.Connection, path: Path, every: Sequence[Migration]) -> Sequence[Migration]:
    """Return what an archive lacks; raises for a file that is none, or not one for this program."""
    if _is_empty(db):
        return every
    if db.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise ArchiveDamaged(f"{path} is not an archive of ours; set another ARCHIVER_DATABASE")
    applied = dict(db.execute(_APPLIED).fetchall())
    newest = max(applied, default=0)
    if newest > every[-1].number:
        raise ArchiveTooNew(
            f"archive {path} has schema {newest}, this program knows {every[-1].number}; update the archiver"
        )
    for migration in every:
        if applied.get(migration.number, migration.digest) != migration.digest:
            raise ArchiveDamaged(
                f"{path}: migration {migration.number:04} is not the one that was applied; "
                "use the release that wrote the archive"
            )
    return [migration for migration in every if migration.number > newest]


def _claim_when_missing(
    db: sqlite3.Connection, path: Path, every: Sequence[Migration], *, busy_seconds: float
) -> IO[str] | None:
    """Wait for our turn to apply what is missing; ``None`` when nothing is, or no longer."""
    deadline = time.monotonic() + busy_seconds
    while _missing(db, path, every):
        try:
            return claim(path)
        except ArchiveInUse:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
    return None


def _apply_missing(
    db: sqlite3.Connection, path: Path, every: Sequence[Migration], *, clock: Clock
) -> Sequence[Migration]:
    if _is_empty(db):
        db.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
        db.execute("PRAGMA journal_mode = WAL")
    db.execute("BEGIN IMMEDIATE")
    try:
        missing = _missing(db, path, every)
        if missing and not _is_empty(db):
            _copy(path, before=missing[0])
        for migration in missing:
            _apply(db, migration, at=micros(clock()))
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    return missing


def _copy(path: Path, *, before: Migration) -> None:
    """Copy an archive beside itself; another connection sees it as it was when our transaction began."""
    copy = path.with_name(f"{path.name}.before-{before.number:04}")
    part = copy.with_name(copy.name + ".part")
    try:
        part.unlink(missing_ok=True)
        place.make(part)
        with closing(sqlite3.connect(path, isolation_level=None)) as db:
            db.execute("VACUUM INTO :part", {"part": str(part)})
        with part.open("rb+") as written:
            os.fsync(written.fileno())
        part.replace(copy)
    except OSError as error:
        raise ArchiveReadOnly(f"can't copy archive {path} to {copy}: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)


def _apply(db: sqlite3.Connection, migration: Migration, *, at: int) -> None:
    db.execute(_NOTE)
    for statement in statements(migration.sql):
        db.execute(statement)
    values = {"number": migration.number, "name": migration.name, "digest": migration.digest, "at": at}
    db.execute(_ADD, values)
    db.execute(f"PRAGMA user_version = {migration.number}")
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def _is_comment(text: str) -> bool:
    return all(not line.strip() or line.strip().startswith("--") for line in text.splitlines())
