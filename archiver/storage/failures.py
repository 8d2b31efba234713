"""SQLite's errors in our words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archiver.domain.errors import (
    ArchiveDamaged,
    ArchiveError,
    ArchiveFull,
    ArchiveLocked,
    ArchiveReadOnly,
)

# primary result codes, https://www.sqlite.org/rescode.html
_LOCKED = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_READ_ONLY = frozenset({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM})
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_FULL = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR})


@contextmanager
def ours(path: Path) -> Iterator[None]:
    """Turn SQLite's errors that a person can act on into ours; the others are bugs and pass."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        found = _translate(error, path)
        if found is None:
            raise
        raise found from error


def _translate(error: sqlite3.DatabaseError, path: Path) -> ArchiveError | None:
    code = getattr(error, "sqlite_errorcode", None)
    primary = code & 0xFF if code is not None else None
    if primary in _LOCKED:
        return ArchiveLocked(f"archive {path} is locked by another process; close what holds it")
    if primary in _READ_ONLY:
        return ArchiveReadOnly(f"can't write archive {path}; check its rights and those of its folder")
    if primary in _FULL:
        return ArchiveFull(f"no room to write archive {path}; make room on its disk")
    if primary in _DAMAGED:
        return ArchiveDamaged(f"{path} is damaged or no archive; restore a snapshot, or move it away")
    return None
