"""The archive file: one writer, any number of readers, all or nothing.

`write` is the only way to change anything: one transaction (BEGIN IMMEDIATE) at a time in this process,
committed when its block ends and rolled back when it breaks or is cancelled. `write_at_once` is the same for
work that needs nobody else meanwhile. `read` is a snapshot.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import IO, Any, Self, TypeVar

from archiver.domain.clock import Clock
from archiver.domain.errors import ArchiveError
from archiver.storage import migrations, place
from archiver.storage.claim import claim
from archiver.storage.driver import Connection, Database

Transaction = Database
"""A connection inside a transaction; get one from `Archive.write`."""

Reader = Database
"""A connection inside a snapshot; get one from `Archive.read`."""

Result = TypeVar("Result")

# a checkpoint every 16,000 pages (128 MiB): half as many posts a second more than by default
_WRITER = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA wal_autocheckpoint = 16000;
PRAGMA journal_size_limit = 67108864;
PRAGMA foreign_keys = ON;
PRAGMA trusted_schema = OFF;
"""
_BEGIN = "BEGIN IMMEDIATE"
_READER = """
PRAGMA query_only = ON;
PRAGMA trusted_schema = OFF;
"""


class Archive:
    """An open archive; make one with `open`."""

    def __init__(self, path: Path, *, writer: Connection | None, reader: Connection) -> None:
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
            await asyncio.to_thread(migrations.check, path, busy_seconds=busy_seconds)
        else:
            await asyncio.to_thread(migrations.migrate, path, clock=clock, busy_seconds=busy_seconds)
        connect = partial(Connection.open, path, busy_seconds=busy_seconds)
        if read_only:
            return cls(path, writer=None, reader=await connect(uri=place.to_read(path), pragmas=_READER))
        uri = place.to_write(path)
        async with contextlib.AsyncExitStack() as opened:
            writer = await connect(uri=uri, pragmas=_WRITER)
            opened.push_async_callback(writer.close)
            reader = await connect(uri=uri, pragmas=_READER)
            opened.pop_all()
        return cls(path, writer=writer, reader=reader)

    def claim(self) -> None:
        """Be the one bot of this archive until `close`; raises ArchiveInUse when another is."""
        self._claim = claim(self.path)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Transaction]:
        """Give a transaction: committed when the block ends, rolled back when it raises.

        It begins with the first question, or at the end. Cancelled while it commits, it is committed and
        raises CancelledError all the same.
        """
        assert self._writer is not None, "opened to read"  # noqa: S101 - our own mistake
        async with self._writing:
            db = Database(self._writer, begin=_BEGIN)
            try:
                yield db
                await db.end("COMMIT")
            except BaseException:
                await _settled(_abandon(db))
                raise

    async def write_at_once(self, work: Callable[[Transaction], Coroutine[Any, Any, Result]]) -> Result:
        """Run a whole transaction in the connection's thread; return what ``work`` returns, once committed.

        The event loop goes on meanwhile: ``work`` must not touch what is not for two threads, nor wait for
        anything but the transaction. It runs to its end even when we are cancelled.
        """
        assert self._writer is not None, "opened to read"  # noqa: S101 - our own mistake
        async with self._writing:
            return await self._writer.transact(work, begin=_BEGIN, end="COMMIT")

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Reader]:
        """Give a snapshot, as of the first question: whatever is written after that is not seen in it."""
        async with self._reading:
            db = Database(self._reader, begin="BEGIN")
            try:
                yield db
            finally:
                await _settled(_abandon(db))

    async def close(self) -> None:
        """Close the file and give up the claim; safe to call twice."""
        for connection in (self._writer, self._reader):
            if connection is not None:
                await connection.close()
        if self._claim is not None:
            self._claim.close()
            self._claim = None


async def _abandon(db: Database) -> None:
    with contextlib.suppress(ArchiveError):  # what broke the transaction is what to tell
        await db.abandon()


async def _settled(work: Coroutine[object, object, object]) -> None:
    """Wait for the end of a transaction, however often we are cancelled: nobody else would end it."""
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
