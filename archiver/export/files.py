"""Files of a table, one a format: batches in, bytes out, the same bytes for the same batches."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from archiver.domain.export import Format, Kind, Table
from archiver.domain.export_papers import FileRecord
from archiver.export.folder import DigestedFile
from archiver.export.gexf import GexfFile
from archiver.export.lines import csv_head, csv_lines, json_lines
from archiver.export.shaping import TYPES

_GROUP_ROWS = 8_192
_LEVEL = 3


class TableFile(Protocol):
    """A file that a table is written to."""

    def write(self, batch: pa.RecordBatch) -> None:
        """Append the rows of a batch."""

    def end(self) -> FileRecord:
        """Write what is left, close the file, and return what a manifest says of it."""

    def close(self) -> None:
        """Close the file as it is; safe to call twice."""


def table_file(folder: Path, table: Table, form: Format) -> TableFile:
    """Begin a file in a folder; it is named after the table and the format."""
    path = folder / f"{table.name}.{form}"
    match form:
        case Format.CSV | Format.JSONL:
            return LinesFile(path, table, form)
        case Format.PARQUET:
            return ParquetFile(path, table)
        case Format.GEXF:
            return GexfFile(path, table)


class LinesFile:
    """CSV or JSON lines."""

    def __init__(self, path: Path, table: Table, form: Format) -> None:
        self._file = DigestedFile(path)
        self._table, self._form, self._rows = table, form, 0
        if form is Format.CSV:
            self._file.write(csv_head(table))

    def write(self, batch: pa.RecordBatch) -> None:
        """Append the rows of a batch."""
        lines = csv_lines if self._form is Format.CSV else json_lines
        self._file.write(lines(batch, self._table))
        self._rows += batch.num_rows

    def end(self) -> FileRecord:
        """Close the file, and return what a manifest says of it."""
        self._file.close()
        return self._file.record(rows=self._rows, table=self._table.name, form=self._form)

    def close(self) -> None:
        """Close the file as it is."""
        self._file.close()


class ParquetFile:
    """Parquet, compressed with zstd, in groups of `_GROUP_ROWS` rows; lists are lists, JSON stays text."""

    def __init__(self, path: Path, table: Table) -> None:
        self._table = table
        self._schema = pa.schema(
            [_field(column.name, column.kind, column.description) for column in table.columns]
        )
        self._file = DigestedFile(path)
        long = {column.name for column in table.columns if column.is_masked or column.is_telling}
        self._writer = pq.ParquetWriter(
            pa.PythonFile(self._file, mode="w"), self._schema, version="2.6", compression="zstd",
            compression_level=_LEVEL, write_statistics=True, store_schema=True,
            use_dictionary=[each.name for each in table.columns if _repeats(each.kind, each.name in long)],
        )  # fmt: skip
        self._waiting: list[pa.RecordBatch] = []
        self._rows = 0

    def write(self, batch: pa.RecordBatch) -> None:
        """Append the rows of a batch; they are written once there is a whole group."""
        columns = [
            _listed(column) if told.kind is Kind.LIST else column
            for told, column in zip(self._table.columns, batch.columns, strict=True)
        ]
        self._waiting.append(pa.record_batch(columns, schema=self._schema))
        self._rows += batch.num_rows
        if sum(each.num_rows for each in self._waiting) >= _GROUP_ROWS:
            waiting = pa.Table.from_batches(self._waiting)
            whole = waiting.num_rows // _GROUP_ROWS * _GROUP_ROWS
            self._writer.write_table(waiting.slice(0, whole), row_group_size=_GROUP_ROWS)
            self._waiting = waiting.slice(whole).to_batches()

    def end(self) -> FileRecord:
        """Write the last group, close the file, and return what a manifest says of it."""
        if self._waiting:
            self._writer.write_table(pa.Table.from_batches(self._waiting), row_group_size=_GROUP_ROWS)
        self._writer.close()
        self._file.close()
        return self._file.record(rows=self._rows, table=self._table.name, form=Format.PARQUET)

    def close(self) -> None:
        """Close the file as it is: no reader will take it."""
        self._waiting.clear()
        self._file.close()


def _field(name: str, kind: Kind, description: str) -> pa.Field:
    of = pa.list_(pa.string()) if kind is Kind.LIST else TYPES[kind]
    return pa.field(name, of, metadata={"description": description})


def _repeats(kind: Kind, is_long: bool) -> bool:
    return kind is Kind.STRING and not is_long


def _listed(column: pa.Array) -> pa.Array:
    words = pc.split_pattern(column, ",")
    nothing = pa.array([[]], pa.list_(pa.string()))[0]
    return pc.if_else(pc.equal(column, ""), nothing, words)
