"""The archive file: one writer, any number of readers, all or nothing.

`write` is the only way to change anything: one transaction (BEGIN IMMEDIATE) at a time in this process,
committed when its block ends and rolled back when it breaks or is cancelled. `read` is a snapshot.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO, Self

import aiosqlite

from archiver.domain.clock import Clock
from archiver.domain.errors import ArchiveError
from archiver.storage import migrations
from archiver.storage.claim import claim
from archiver.storage.driver import Database
from archiver.storage.failures import ours

Transaction = Database
"""A connection inside a transaction; get one from `Archive.write`."""

Reader = Database
"""A connection inside a snapshot; get one from `Archive.read`."""

# a checkpoint every 16,000 pages (128 MiB): half as many posts a second more than by default
_WRITER = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA wal_autocheckpoint = 16000;
PRAGMA journal_size_limit = 67108864;
PRAGMA foreign_keys = ON;
PRAGMA trusted_schema = OFF;
"""
_READER = """
PRAGMA query_only = ON;
PRAGMA trusted_schema = OFF;
"""


class Archive:
    """An open archive; make one with `open`."""

    def __init__(
        self, path: Path, *, writer: aiosqlite.Connection | None, reader: aiosqlite.Connection
    ) -> None:
        """Use `open`."""
        self.path = path
        self._writer = writer
        self._reader = reader
        self._writing = asyncio.Lock()
        self._reading = asyncio.Lock()
        self._claim: IO[str] | None = None

    @classmethod
    async def open(
        cls, path: Path, *, clock: Clock, busy_seconds: float = 5.0, read_only: bool = False
    ) -> Self:
        """Open an archive, made or migrated when needed; ``read_only`` does neither.

        Raises ArchiveTooNew, ArchiveDamaged, ArchiveReadOnly, ArchiveLocked, ArchiveFull; to read only also
        ArchiveMissing, ArchiveTooOld; to migrate also ArchiveInUse.
        """
        if read_only:
            await asyncio.to_thread(migrations.check, path)
        else:
            await asyncio.to_thread(migrations.migrate, path, clock=clock, busy_seconds=busy_seconds)
        async with contextlib.AsyncExitStack() as opened:
            writer = None
            if not read_only:
                writer = await _connect(path, busy_seconds, pragmas=_WRITER)
                opened.push_async_callback(writer.close)
            reader = await _connect(path, busy_seconds, pragmas=_READER)
            opened.pop_all()
        return cls(path, writer=writer, reader=reader)

    def claim(self) -> None:
        """Be the one bot of this archive until `close`; raises ArchiveInUse when another is."""
        self._claim = claim(self.path)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Transaction]:
        """Give a transaction: committed when the block ends, rolled back when it raises.

        Cancelled while it commits, it is committed and raises CancelledError all the same.
        """
        assert self._writer is not None, "opened to read"  # noqa: S101 - our own mistake
        async with self._writing:
            db = Database(self._writer, self.path)
            try:
                await _settled(db.execute("BEGIN IMMEDIATE"))
                yield db
                await _settled(db.execute("COMMIT"))
            except BaseException:
                await _settled(_roll_back(db))
                raise

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Reader]:
        """Give a snapshot: whatever is written meanwhile is not seen in it."""
        async with self._reading:
            db = Database(self._reader, self.path)
            try:
                await _settled(db.execute("BEGIN"))
                yield db
            finally:
                await _settled(_roll_back(db))

    async def close(self) -> None:
        """Close the file and give up the claim; safe to call twice."""
        for connection in (self._writer, self._reader):
            if connection is not None:
                await connection.close()
        if self._claim is not None:
            self._claim.close()
            self._claim = None


async def _connect(path: Path, busy_seconds: float, *, pragmas: str) -> aiosqlite.Connection:
    with ours(path):
        connection = await aiosqlite.connect(path, timeout=busy_seconds, isolation_level=None)
        try:
            await connection.executescript(pragmas)
        except BaseException:
            await connection.close()
            raise
        return connection


async def _roll_back(db: Database) -> None:
    # a failed BEGIN or a full disk may already have ended the transaction; what broke it is what to tell
    with contextlib.suppress(sqlite3.OperationalError, ArchiveError):
        await db.execute("ROLLBACK")


async def _settled(work: Coroutine[object, object, object]) -> None:
    """Wait for a statement to end, however often we are cancelled: it runs in its thread in any case.

    A BEGIN that succeeds after we stopped waiting would leave a transaction that nobody ends.
    """
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        with contextlib.suppress(asyncio.CancelledError):
            task.exception()  # seen, and outweighed
        raise cancelled
    await task
