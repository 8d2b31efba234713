"""Bring an archive to the schema of this program, forward only.

A migration is a numbered file of SQL. It runs in one transaction that also notes its number, name and digest;
PRAGMA user_version is the newest number. An archive that needs one is first copied beside itself.
"""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from archiver.domain.clock import Clock
from archiver.domain.errors import ArchiveDamaged, ArchiveTooNew
from archiver.storage.failures import ours
from archiver.storage.moment import micros

APPLICATION_ID = 0x41524356
"""``ARCV``, in the file's header (https://www.sqlite.org/fileformat.html#application_id)."""

_PAGE_BYTES = 8192

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


def known() -> list[Migration]:
    """Return this program's migrations in order, from the wheel or the source tree."""
    packed = resources.files("archiver") / "_migrations" / "sqlite"
    source = Path(__file__).parents[2] / "migrations" / "sqlite"
    folder = packed if packed.is_dir() else source
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".sql")), key=str)
    return [
        Migration(number=int(file.name[:4]), name=file.name[5:-4], sql=file.read_text("utf-8"))
        for file in files
    ]


def migrate(path: Path, *, clock: Clock) -> list[Migration]:
    """Apply what is missing and return it; an archive that holds something is copied before.

    Raises ArchiveTooNew, ArchiveDamaged (a foreign or changed file too), ArchiveReadOnly, ArchiveLocked, ArchiveFull.
    """
    with ours(path), closing(sqlite3.connect(path, isolation_level=None, timeout=5)) as db:
        is_new = db.execute(_TABLES).fetchone()[0] == 0
        missing = _missing(db, path, is_new=is_new)
        if not missing:
            return []
        if is_new:
            db.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
            db.execute("PRAGMA journal_mode = WAL")
        else:
            _copy(db, path, before=missing[0])
        for migration in missing:
            _apply(db, migration, clock=clock)
    return missing


def version(path: Path) -> int:
    """Return the number of the newest migration an archive has."""
    with ours(path), closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        return int(db.execute("PRAGMA user_version").fetchone()[0])


def _missing(db: sqlite3.Connection, path: Path, *, is_new: bool) -> list[Migration]:
    ours_all = known()
    if is_new:
        return ours_all
    if db.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise ArchiveDamaged(f"{path} is not an archive of ours; give another ARCHIVER_DATABASE")
    applied = dict(db.execute(_APPLIED).fetchall())
    newest = max(applied, default=0)
    if newest > ours_all[-1].number:
        raise ArchiveTooNew(
            f"archive {path} has schema {newest}, this program knows {ours_all[-1].number}; "
            "update the archiver"
        )
    for migration in ours_all:
        if migration.number in applied and applied[migration.number] != migration.digest:
            raise ArchiveDamaged(
                f"{path}: migration {migration.number:04} is not the one that was applied; "
                "use the release that wrote the archive"
            )
    return [migration for migration in ours_all if migration.number > newest]


def _copy(db: sqlite3.Connection, path: Path, *, before: Migration) -> None:
    copy = path.with_name(f"{path.name}.before-{before.number:04}")
    copy.unlink(missing_ok=True)
    db.execute("VACUUM INTO :copy", {"copy": str(copy)})


def _apply(db: sqlite3.Connection, migration: Migration, *, clock: Clock) -> None:
    values = {
        "number": migration.number,
        "name": migration.name,
        "digest": migration.digest,
        "at": micros(clock()),
    }
    db.execute("BEGIN IMMEDIATE")
    try:
        db.execute(_NOTE)
        for statement in statements(migration.sql):
            db.execute(statement)
        db.execute(_ADD, values)
        db.execute(f"PRAGMA user_version = {migration.number}")
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise


def statements(sql: str) -> list[str]:
    """Split a file of SQL into whole statements, triggers included."""
    found: list[str] = []
    pending = ""
    for line in sql.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending) and not _is_comment(pending):
            found.append(pending.strip())
            pending = ""
    return found


def _is_comment(text: str) -> bool:
    return all(not line.strip() or line.strip().startswith("--") for line in text.splitlines())
