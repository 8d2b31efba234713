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
_LOCKED = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL})
_READ_ONLY = frozenset({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM})
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})

# the wal-index could not grow: of the I/O errors the one that a full disk gives
_FULL = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE})


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
    if code is None:
        return None
    if code in _FULL:
        return ArchiveFull(f"no room to write archive {path}; make room on its disk")
    match code & 0xFF:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED | sqlite3.SQLITE_PROTOCOL:
            found: ArchiveError | None = ArchiveLocked(
                f"archive {path} is locked by another process; close what holds it"
            )
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            found = ArchiveReadOnly(f"can't open or write archive {path}; check its rights and its folder's")
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            found = ArchiveDamaged(f"{path} is damaged or no archive; restore a snapshot, or move it away")
        case sqlite3.SQLITE_IOERR:
            found = ArchiveError(f"the disk of archive {path} fails ({error.sqlite_errorname}); check it")
        case _:
            found = None
    return found
