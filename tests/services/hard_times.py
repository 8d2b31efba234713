"""Archives that can't be written just now."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import replace
from pathlib import Path

from archiver.services.run import Run
from archiver.storage.archive import Archive


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the archive as another process does that writes to it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
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
