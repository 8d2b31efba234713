"""Archives that can't be written just now."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path

from archiver.services.run import Run
from archiver.storage.archive import Archive


@asynccontextmanager
async def locked(path: Path) -> AsyncIterator[None]:
    """Hold the archive as another process does that writes to it, once nobody else does."""
    with closing(sqlite3.connect(path, isolation_level=None, timeout=0)) as other:
        while not _begun(other):
            await asyncio.sleep(0.005)
        yield
        other.execute("ROLLBACK")


@asynccontextmanager
async def impatient(run: Run) -> AsyncIterator[Run]:
    """Give the same run with an archive that does not wait long for others."""
    archive = await Archive.open(run.archive.path, clock=run.clock, busy_seconds=0.05)
    try:
        yield replace(run, archive=archive)
    finally:
        await archive.close()


def _begun(db: sqlite3.Connection) -> bool:
    try:
        db.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return False
    return True
