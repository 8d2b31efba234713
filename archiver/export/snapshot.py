"""A snapshot of an archive as Arrow reads it: one transaction for everything that an export holds.

Rows never become Python objects here: adbc steps through SQLite and fills columns, without the interpreter's
lock, so that reading goes on while a batch is masked or written.

adbc brings a SQLite of its own. Two of them in one process don't see each other's locks, and one that closes
a file gives up those of the other (https://www.sqlite.org/howtocorrupt.html, section 2.2.1): while a snapshot
is open, this process must have the archive open nowhere else.
"""

from __future__ import annotations

import queue
import re
import threading
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar

import adbc_driver_sqlite
import pyarrow as pa
from adbc_driver_manager import AdbcConnection, AdbcDatabase, AdbcStatement, Error as DriverError

from archiver.domain.errors import ArchiveDamaged, ArchiveError, ArchiveLocked

Values = Mapping[str, int | str]
Item = TypeVar("Item")

BATCH_ROWS = 1024
_AHEAD = 1
"""Batches that are read before they are asked for, beside the one that waits to be kept."""
_NAME = re.compile(r":(\w+)")


class Snapshot:
    """An archive as it was at the first question, whatever is written meanwhile."""

    def __init__(self, connection: AdbcConnection, path: Path) -> None:
        """Use `snapshot`."""
        self._connection = connection
        self._path = path

    def batches(self, sql: str, values: Values) -> Generator[pa.RecordBatch, None, None]:
        """Yield the rows of a statement; a column's type is that of its first `BATCH_ROWS` rows."""
        with ours(self._path), closing(AdbcStatement(self._connection)) as statement:
            statement.set_options(**{"adbc.sqlite.query.batch_rows": str(BATCH_ROWS)})
            statement.set_sql_query(sql)
            statement.prepare()
            if names := dict.fromkeys(_NAME.findall(sql)):
                # SQLite numbers names in the order in which they first stand there
                schema, array = _row({name: values[name] for name in names}).__arrow_c_array__()
                statement.bind(array, schema)
            rows, _ = statement.execute_query()
            yield from pa.RecordBatchReader.from_stream(rows)

    def rows(self, sql: str, values: Values) -> list[tuple[Any, ...]]:
        """Return the rows of a statement that has few."""
        return [
            row
            for batch in self.batches(sql, values)
            for row in zip(*map(_plain, batch.columns), strict=True)
        ]


@contextmanager
def snapshot(uri: str, *, path: Path, busy_seconds: float = 5.0) -> Iterator[Snapshot]:
    """Give a snapshot of the archive with this URI; messages name ``path``.

    Arrow takes memory from the system from then on: its own store never gives back 20 to 30 MB.
    It waits ``busy_seconds`` for others. Raises ArchiveLocked, ArchiveDamaged, ArchiveError.
    """
    pa.set_memory_pool(pa.system_memory_pool())
    with ours(path):
        database: AdbcDatabase = adbc_driver_sqlite.connect(uri)
        with closing(database), closing(AdbcConnection(database)) as connection:
            source = Snapshot(connection, path)
            source.rows(f"PRAGMA busy_timeout = {int(1000 * busy_seconds)}", {})
            connection.set_autocommit(False)
            yield source


@contextmanager
def ours(path: Path) -> Iterator[None]:
    """Turn what the driver says into our errors; a stream's failure comes as an OSError without a number."""
    try:
        yield
    except DriverError as error:
        raise _told(path, str(error)) from error
    except OSError as error:
        if error.errno is not None:
            raise
        raise _told(path, str(error)) from error


def ahead(items: Callable[[], Generator[Item, None, None]]) -> Generator[Item, None, None]:
    """Yield items that a thread makes, a few of them before they are asked for.

    The thread ends with the iterator: whoever stops early closes it.
    """
    made: queue.Queue[Item | BaseException | None] = queue.Queue(_AHEAD)
    is_over = threading.Event()
    thread = threading.Thread(target=_make, args=(items, made, is_over), name="export-ahead")
    thread.start()
    try:
        while (item := made.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        is_over.set()
        while thread.is_alive():
            with _emptied(made):
                thread.join(0.05)


def _make(
    items: Callable[[], Generator[Item, None, None]],
    made: queue.Queue[Item | BaseException | None],
    is_over: threading.Event,
) -> None:
    try:
        with closing(items()) as each:
            for item in each:
                made.put(item)
                if is_over.is_set():
                    return
    except BaseException as error:  # noqa: BLE001 - it is raised where the items are asked for
        made.put(error)
    else:
        made.put(None)


@contextmanager
def _emptied(made: queue.Queue[Any]) -> Iterator[None]:
    while not made.empty():
        made.get_nowait()
    yield


def _row(values: Values) -> pa.RecordBatch:
    return pa.record_batch({name: pa.repeat(value, 1) for name, value in values.items()})


def _plain(column: pa.Array) -> list[Any]:
    return column.to_pylist()  # type: ignore[no-any-return]


def _told(path: Path, said: str) -> ArchiveError:
    if "locked" in said or "busy" in said.lower():
        return ArchiveLocked(f"archive {path} is held by another process; try again when that is done")
    if "malformed" in said or "not a database" in said:
        return ArchiveDamaged(f"archive {path} is damaged; restore a snapshot of it")
    return ArchiveError(f"archive {path} can't be read: {said}")
