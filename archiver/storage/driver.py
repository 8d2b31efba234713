"""A narrow way to SQLite: whole statements with named parameters, rows as tuples, few hops between threads.

A connection lives in aiosqlite's thread. A hop there and back costs about 0.1 ms, and far more while the
event loop is busy decoding, for the two threads then wait for each other's interpreter lock. So:

* a statement that returns nothing waits in the transaction until something is fetched, or the end; then all
  go over in one hop. An error may show later than the call that caused it; its note names the statement. A
  transaction in which a statement failed can only be rolled back.
* `Connection.transact` takes a whole transaction over in one hop, questions, decisions and all: what it runs
  is written like any other, and must wait for nothing but its own questions.
* `execute_many` sends many rows in one statement, which SQLite runs in one step: `executemany` lets go of the
  interpreter lock at every row. What costs most is handing over the values, and most of all ``None``: the
  sqlite3 module looks for an adapter of it each time. So what all rows share goes over once, and ``None`` as
  a NaN, which SQLite keeps as NULL. Numbers of rows are cut into powers of two: each statement of its own
  number would be prepared anew, which takes four times as long as to run it.

Measured: docs/decisions/0003-storage.md.
"""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, count as counting
from pathlib import Path
from typing import Any, Self, TypeVar

import aiosqlite

from archiver.domain.errors import ArchiveError
from archiver.storage.failures import ours

Row = tuple[Any, ...]
Values = Mapping[str, object]
Work = Callable[[sqlite3.Connection], Any]
Result = TypeVar("Result")

# SQLite takes 32,766 since 3.32; a page of a hundred posts takes 2,100
_MOST_PARAMETERS = 3200
_MOST_ROWS = 64
"""Of one INSERT; of twenty columns each, that is within what SQLite takes."""
_NULL = float("nan")
_VALUES = re.compile(r"VALUES\s*\(([^)]*)\)", re.IGNORECASE)


class Connection:
    """One SQLite connection in aiosqlite's thread, which does one piece of work after the other.

    aiosqlite has no public way to give its thread a piece of work of several statements: ``_execute`` and
    ``_conn`` are the only private names used. The version is pinned, and tests/storage/test_driver.py fails
    when they move.
    """

    def __init__(self, path: Path, db: aiosqlite.Connection) -> None:
        """Use `open`."""
        self.path = path
        self._db = db

    @classmethod
    async def open(cls, path: Path, *, uri: str, busy_seconds: float, pragmas: str) -> Self:
        """Open a file, waiting ``busy_seconds`` for others' locks then and later; messages name ``path``."""
        with ours(path):
            db = await aiosqlite.connect(uri, uri=True, timeout=busy_seconds, isolation_level=None)
            try:
                await db.executescript(pragmas)
            except BaseException:
                await db.close()
                raise
        return cls(path, db)

    async def run(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """Return what a piece of work returns; it runs to its end even when we are cancelled meanwhile."""
        with ours(self.path):
            result: Result = await self._db._execute(work, self._db._conn)  # type: ignore[no-untyped-call]
            return result

    async def transact(
        self, work: Callable[[Database], Coroutine[Any, Any, Result]], *, begin: str, end: str
    ) -> Result:
        """Run a transaction in one hop; return what ``work`` returns, after ``end`` is through.

        ``work`` runs in the connection's thread, to its end even when we are cancelled. What raises is rolled
        back, and so is, with a RuntimeError, what waits for anything but its database.
        """
        return await self.run(
            lambda db: _driven(_transaction(_Here(self.path, db), work, begin=begin, end=end))
        )

    async def close(self) -> None:
        """Close the file after all work that was asked for; safe to call twice."""
        await self._db.close()


class _Here:
    """A connection as it is in its own thread: work is done at once, and waits for nobody."""

    def __init__(self, path: Path, db: sqlite3.Connection) -> None:
        self._path = path
        self._db = db

    async def run(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        with ours(self._path):
            return work(self._db)


class NewId:
    """The id of a row that is still to be inserted: a value for later statements of the same transaction.

    It is known when the statements go over.
    """

    __slots__ = ("value",)

    def __init__(self) -> None:
        """Not known yet."""
        self.value: int | None = None

    def __conform__(self, protocol: object) -> int | None:
        """Return the id when SQLite asks for it (sqlite3: "how to write adaptable objects")."""
        return self.value


class Database:
    """One transaction on a connection: it begins with the first statement that goes over."""

    def __init__(self, connection: Connection | _Here, *, begin: str) -> None:
        """``begin`` is the statement that opens the transaction."""
        self._connection = connection
        self._waiting: list[Work] = [_statement(begin, {})]
        self._failure: BaseException | None = None

    async def execute(self, sql: str, values: Values | None = None) -> None:
        """Run one statement, at the latest when the transaction ends."""
        self._waiting.append(_statement(sql, values or {}))

    async def execute_many(self, sql: str, rows: Sequence[Row], *, shared: Values | None = None) -> None:
        """Run an ``INSERT … VALUES (:a, :b)`` for each row.

        ``shared`` holds by name what is the same in all rows; they hold the rest, in the order of the names.
        """
        if rows:
            self._waiting.append(_inserts(sql, rows, shared or {}))

    async def insert(self, sql: str, values: Values) -> NewId:
        """Run an INSERT of one row, at the latest when the transaction ends; return what will be its id."""
        new = NewId()

        def run(db: sqlite3.Connection) -> None:
            new.value = db.execute(sql, values).lastrowid

        self._waiting.append(run)
        return new

    async def execute_in(self, sql: str, values: Values, *, among: Iterable[int]) -> None:
        """Run a statement that holds ``IN (:among)``, for any number of ids."""
        self._waiting += [_statement(text, part) for text, part in _parts(sql, values, among)]

    async def change(self, sql: str, values: Values | None = None) -> int:
        """Run one statement now; return how many rows it changed."""
        return await self._send(lambda db: db.execute(sql, values or {}).rowcount)

    async def fetch_one(self, sql: str, values: Values | None = None) -> Row | None:
        """Return the first row, or ``None``."""
        rows = await self.fetch_all(sql, values)
        return rows[0] if rows else None

    async def fetch_all(self, sql: str, values: Values | None = None) -> list[Row]:
        """Return all rows."""
        return await self._send(lambda db: db.execute(sql, values or {}).fetchall())

    async def fetch_in(self, sql: str, values: Values, *, among: Iterable[int]) -> list[Row]:
        """Return the rows of a statement that holds ``IN (:among)``, for any number of ids."""
        rows: list[Row] = []
        for text, part in _parts(sql, values, among):
            rows += await self.fetch_all(text, part)
        return rows

    async def stream(self, sql: str, values: Values | None = None) -> AsyncIterator[Row]:
        """Yield rows without holding all of them."""
        cursor = await self._send(lambda db: db.execute(sql, values or {}))
        while rows := await self._send(lambda _: cursor.fetchmany(500)):
            for row in rows:
                yield row

    async def end(self, sql: str) -> None:
        """Run what waits and then the statement that ends the transaction."""
        await self._send(lambda db: db.execute(sql))

    async def abandon(self) -> None:
        """Roll back whatever went over; what waits is dropped."""
        self._waiting.clear()
        self._failure = None
        await self._send(_roll_back)

    async def _send(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """Run what waits and then ``work`` in one hop."""
        self._refuse_if_broken()
        waiting, self._waiting = self._waiting, []

        def in_order(db: sqlite3.Connection) -> Result:
            for each in waiting:
                each(db)
            return work(db)

        try:
            return await self._connection.run(in_order)
        except BaseException as error:
            self._failure = error
            raise

    def _refuse_if_broken(self) -> None:
        if isinstance(self._failure, Exception):
            raise self._failure
        assert self._failure is None, "cancelled in the middle"  # noqa: S101 - our own mistake


async def _transaction(
    here: _Here, work: Callable[[Database], Coroutine[Any, Any, Result]], *, begin: str, end: str
) -> Result:
    db = Database(here, begin=begin)
    try:
        result = await work(db)
        await db.end(end)
    except BaseException:
        with contextlib.suppress(ArchiveError):  # what broke the transaction is what to tell
            await db.abandon()
        raise
    return result


def _driven(work: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine that waits for nothing."""
    try:
        work.send(None)
    except StopIteration as done:
        result: Result = done.value
        return result
    work.close()
    raise RuntimeError("a transaction in one hop waits for nothing but its own questions")


def _statement(sql: str, values: Values) -> Work:
    def run(db: sqlite3.Connection) -> None:
        try:
            db.execute(sql, values)
        except sqlite3.Error as error:
            error.add_note(sql)
            raise

    return run


def _inserts(sql: str, rows: Sequence[Row], shared: Values) -> Work:
    def run(db: sqlite3.Connection) -> None:
        start = 0
        while start < len(rows):
            part = rows[start : start + _rows_at_once(len(rows) - start)]
            start += len(part)
            own = [_NULL if value is None else value for value in chain.from_iterable(part)]
            try:
                db.execute(_widened(sql, tuple(shared), len(part)), [*shared.values(), *own])
            except sqlite3.Error as error:
                error.add_note(sql)
                raise

    return run


def _rows_at_once(left: int) -> int:
    """Return how many rows the next statement takes: a power of two, so that few statements are prepared."""
    return min(1 << (left.bit_length() - 1), _MOST_ROWS)


def _roll_back(db: sqlite3.Connection) -> None:
    # a BEGIN that failed, or a full disk, has left no transaction to roll back
    if db.in_transaction:
        db.execute("ROLLBACK")


@lru_cache(maxsize=256)
def _widened(sql: str, shared: tuple[str, ...], count: int) -> str:
    """Return a single-row INSERT with numbered places for several rows, after those of what they share."""
    found = _VALUES.search(sql)
    assert found is not None, sql  # noqa: S101 - our own constant
    fixed = {f":{name}": f"?{number}" for number, name in enumerate(shared, 1)}
    names, free = [name.strip() for name in found[1].split(",")], counting(len(shared) + 1)
    rows = ([fixed.get(name) or f"?{next(free)}" for name in names] for _ in range(count))
    places = ", ".join(f"({', '.join(row)})" for row in rows)
    return sql[: found.start()] + f"VALUES {places}" + sql[found.end() :]


def _parts(sql: str, values: Values, among: Iterable[int]) -> Iterator[tuple[str, Values]]:
    wanted = sorted(set(among))
    for start in range(0, len(wanted), _MOST_PARAMETERS):
        part = wanted[start : start + _MOST_PARAMETERS]
        names = {f"among_{index}": value for index, value in enumerate(part)}
        yield _listed(sql, len(part)), {**values, **names}


@lru_cache(maxsize=256)
def _listed(sql: str, count: int) -> str:
    return sql.replace(":among", ", ".join(f":among_{index}" for index in range(count)))
