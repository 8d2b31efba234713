"""A narrow way to SQLite: whole statements with named parameters, rows as tuples.

Python's sqlite3 lets go of the interpreter lock at each step of a statement. While the event loop is busy
decoding, an `executemany` of 300 rows waits for the lock 300 times, up to 5 ms each. So `execute_many`
sends many rows in one statement: SQLite inserts them in one step, beside the event loop. Measured:
docs/decisions/0003-storage.md.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import aiosqlite

from archiver.storage.failures import ours

Row = tuple[Any, ...]
Values = Mapping[str, object]

# SQLITE_MAX_VARIABLE_NUMBER is 32,766 since 3.32; 1,600 keeps a statement's text short
_MOST_PARAMETERS = 1600
_VALUES = re.compile(r"VALUES\s*\(([^)]*)\)", re.IGNORECASE)


class Database:
    """One connection; every call is a hop to its thread (about 0.1 ms)."""

    def __init__(self, connection: aiosqlite.Connection, path: Path) -> None:
        """``path`` is for messages."""
        self._connection = connection
        self._path = path

    async def execute(self, sql: str, values: Values | None = None) -> int:
        """Run one statement; return how many rows it changed."""
        with ours(self._path):
            cursor = await self._connection.execute(sql, values or {})
            return cursor.rowcount

    async def execute_many(self, sql: str, rows: Sequence[Row]) -> None:
        """Run an ``INSERT … VALUES (:a, :b)`` for each row; the rows' order is that of the names."""
        width = len(rows[0]) if rows else 1
        chunk = max(1, _MOST_PARAMETERS // width)
        with ours(self._path):
            for start in range(0, len(rows), chunk):
                part = rows[start : start + chunk]
                flat = [value for row in part for value in row]
                await self._connection.execute(_widened(sql, len(part)), flat)

    async def execute_in(self, sql: str, values: Values, *, among: Iterable[int]) -> None:
        """Run a statement that holds ``IN (:among)``, for any number of ids."""
        for statement, part in _parts(sql, values, among):
            await self.execute(statement, part)

    async def fetch_one(self, sql: str, values: Values | None = None) -> Row | None:
        """Return the first row, or ``None``."""
        rows = await self.fetch_all(sql, values)
        return rows[0] if rows else None

    async def fetch_all(self, sql: str, values: Values | None = None) -> list[Row]:
        """Return all rows."""
        with ours(self._path):
            return list(await self._connection.execute_fetchall(sql, values or {}))  # type: ignore[arg-type]

    async def fetch_in(self, sql: str, values: Values, *, among: Iterable[int]) -> list[Row]:
        """Return the rows of a statement that holds ``IN (:among)``, for any number of ids."""
        rows: list[Row] = []
        for statement, part in _parts(sql, values, among):
            rows += await self.fetch_all(statement, part)
        return rows

    async def stream(self, sql: str, values: Values | None = None) -> AsyncIterator[Row]:
        """Yield rows without holding all of them."""
        with ours(self._path):
            async with self._connection.execute(sql, values or {}) as cursor:
                while rows := await cursor.fetchmany(500):
                    for row in rows:
                        yield tuple(row)


@lru_cache(maxsize=256)
def _widened(sql: str, rows: int) -> str:
    """Return a single-row INSERT with numbered places for several rows."""
    names = _VALUES.search(sql)
    assert names is not None, sql  # noqa: S101 - our own constant
    group = "(" + ", ".join("?" for _ in names[1].split(",")) + ")"
    return sql[: names.start()] + "VALUES " + ", ".join([group] * rows) + sql[names.end() :]


def _parts(sql: str, values: Values, among: Iterable[int]) -> Iterator[tuple[str, Values]]:
    wanted = sorted(set(among))
    for start in range(0, len(wanted), _MOST_PARAMETERS):
        part = wanted[start : start + _MOST_PARAMETERS]
        names = {f"among_{index}": value for index, value in enumerate(part)}
        yield _listed(sql, len(part)), {**values, **names}


@lru_cache(maxsize=256)
def _listed(sql: str, count: int) -> str:
    return sql.replace(":among", ", ".join(f":among_{index}" for index in range(count)))
