"""The session file: the login itself, kept from other eyes and from other processes.

A Telethon session is an SQLite file with the account's key: whoever reads it is the account. So it is made
with mode 0600, refused when others can read it, and held by one process at a time: Telegram kills a key
for good when two addresses use it at once (AUTH_KEY_DUPLICATED).
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from telethon.sessions import SQLiteSession

from archiver.domain.errors import SessionExposed, SessionInUse, SessionMissing
from archiver.lock import LockHeld, lock_file

_OTHERS = 0o077
_SHORTEST_DATABASE = 512


class SessionFile:
    """A session file, locked for this process from `open` to `close`."""

    def __init__(self, path: Path) -> None:
        """``path`` may lack the ``.session`` that Telethon puts behind it."""
        self.path = path if path.suffix == ".session" else path.with_name(path.name + ".session")
        self._lock: IO[str] | None = None

    def open(self, *, create: bool = False) -> Any:
        """Return Telethon's session object.

        Raises SessionMissing unless ``create``, SessionExposed, SessionInUse.
        """
        if not create and not self.path.exists():
            raise SessionMissing(f"no session {self.path}; sign in with: archiver login")
        self._guard()
        try:
            with _for_our_eyes_only():
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self._lock = lock_file(self.path.with_name(self.path.name + ".lock"))
        except LockHeld as held:
            raise SessionInUse(
                f"session {self.path} is in use by process {held.pid}; stop that one first"
            ) from held
        except OSError as error:
            raise SessionMissing(f"can't use session {self.path}: {error.strerror}") from error
        return self._load()

    def _load(self) -> Any:
        try:
            _refuse_other_databases(self.path)
            with _for_our_eyes_only():
                session = SQLiteSession(str(self.path))
        except (sqlite3.Error, ValueError, TypeError) as error:
            self.close()
            raise SessionMissing(
                f"{self.path} is no session file ({error}); move it away and run: archiver login"
            ) from error
        # commenters' names and phone numbers have no business in the login file
        session.save_entities = False
        return session

    @property
    def stamp(self) -> tuple[int, int] | None:
        """What tells one content of the file from another; ``None`` while there is no file."""
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return None
        return found.st_mtime_ns, found.st_size

    def close(self) -> None:
        """Let other processes use the session; safe to call twice."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _guard(self) -> None:
        if self.path.exists() and self.path.stat().st_mode & _OTHERS:
            raise SessionExposed(f"others can read {self.path}; close it with: chmod 600 {self.path}")


@contextlib.contextmanager
def _for_our_eyes_only() -> Iterator[None]:
    mask = os.umask(_OTHERS)
    try:
        yield
    finally:
        os.umask(mask)


def _refuse_other_databases(path: Path) -> None:
    """Raise ValueError for a database that holds something else: Telethon would put its tables beside it."""
    if not path.exists():
        return
    if 0 < path.stat().st_size < _SHORTEST_DATABASE:
        raise ValueError("it was cut short")  # SQLite would take it for an empty one
    # not mode=ro: a process that was killed while it wrote leaves a journal that SQLite must roll back
    with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)) as db:
        tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if tables and "sessions" not in tables:
        raise ValueError("it is another database")
