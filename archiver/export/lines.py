r"""CSV and JSON lines out of record batches, column by column: no row becomes a Python object.

CSV is that of RFC 4180: a comma between fields, CR LF behind a row, texts in quotes with quotes doubled, in
UTF-8. A text that is absent is an empty field, one that is empty a pair of quotes. Three things are ours:

* The file begins with a byte order mark: Excel takes it for UTF-8 then, and LibreOffice, DuckDB, pandas and
  frictionless read over it.
* Spreadsheets run what begins like a formula (https://owasp.org/www-community/attacks/CSV_Injection): a text
  that begins with ``= + - @``, their wide forms, a tab, the end of a line or an apostrophe gets an apostrophe
  before it. Whoever takes the first apostrophe of every text away has what it was.
* NUL, which many readers can't take, becomes U+FFFD.

A line of JSON has every column, absent ones as null; lists are arrays, and JSON stands as it is.
"""

from __future__ import annotations

import json

import pyarrow as pa
import pyarrow.compute as pc

from archiver.domain.export import Column, Kind, Table
from archiver.export.shaping import texts

CSV_START = b"\xef\xbb\xbf"
_FORMULA = texts(["=", "+", "-", "@", "\t", "\r", "\n", "'", "＝", "＋", "－", "＠"])
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n"}
_SPACE = 0x20
"""What has no byte below it has neither ends of lines nor other control characters in it."""
_RARE = "".join(map(chr, range(0x20))).replace("\n", "")
_ALL_BUT_RARE = bytes(code for code in range(256) if chr(code) not in _RARE)


def csv_head(table: Table) -> bytes:
    """Return how a CSV file of this table begins."""
    return CSV_START + ",".join(column.name for column in table.columns).encode() + b"\r\n"


def csv_lines(batch: pa.RecordBatch, table: Table) -> memoryview:
    """Return the rows as lines of CSV."""
    if not batch.num_rows:
        return memoryview(b"")
    fields = [_csv_field(batch.column(each.name), each) for each in table.columns]
    return _bytes(pc.binary_join_element_wise(*fields[:-1], _ended(fields[-1]), ","))


def json_lines(batch: pa.RecordBatch, table: Table) -> memoryview:
    """Return the rows as lines of JSON."""
    if not batch.num_rows:
        return memoryview(b"")
    parts: list[pa.Array | str] = []
    for number, each in enumerate(table.columns):
        parts.append(("," if number else "{") + f'"{each.name}":')
        parts.append(_json_value(batch.column(each.name), each))
    return _bytes(pc.binary_join_element_wise(*parts, "}\n", ""))


def _bytes(lines: pa.Array) -> memoryview:
    """Return all texts of an array in one piece: it lies so in memory."""
    _, offsets, data = lines.buffers()
    if data is None:
        return memoryview(b"")
    ends = memoryview(offsets).cast("i")
    return memoryview(data)[ends[lines.offset] : ends[lines.offset + len(lines)]]


def _csv_field(column: pa.Array, told: Column) -> pa.Array | str:
    if column.null_count == len(column):
        return ""
    match told.kind:
        case Kind.INTEGER | Kind.NUMBER | Kind.BOOLEAN:
            return pc.fill_null(column.cast(pa.string()), "")
        case Kind.TIME:
            return pc.fill_null(_moments(column), "")
    return pc.fill_null(_quoted(column), "")


def _json_value(column: pa.Array, told: Column) -> pa.Array | str:
    if column.null_count == len(column):
        return "null"
    match told.kind:
        case Kind.INTEGER | Kind.NUMBER | Kind.BOOLEAN:
            value = column.cast(pa.string())
        case Kind.TIME:
            value = _with(_moments(column), before='"', after='"')
        case Kind.LIST:
            value = _arrays(column)
        case Kind.JSON:
            value = column
        case _:
            value = _escaped(column)
    return pc.fill_null(value, "null")


def _moments(column: pa.Array) -> pa.Array:
    """Return times as ``2026-03-01T12:00:00.000000Z``."""
    # with a zone Arrow takes thirty times as long
    local = column.cast(pa.timestamp("us")).cast(pa.string())
    return _with(pc.replace_substring(local, " ", "T"), after="Z")


def _quoted(column: pa.Array) -> pa.Array:
    """Return texts as fields of CSV."""
    is_formula = pc.is_in(pc.utf8_slice_codeunits(column, 0, 1), _FORMULA)
    if pc.any(is_formula).as_py():
        column = pc.if_else(is_formula, _with(column, before="'"), column)
    if _least_byte(column) == 0:
        column = pc.replace_substring(column, "\0", "\N{REPLACEMENT CHARACTER}")
    if b'"' in bytes(_bytes(column)):
        column = pc.replace_substring(column, '"', '""')
    return _with(column, before='"', after='"')


def _escaped(column: pa.Array) -> pa.Array:
    """Return texts as strings of JSON."""
    has_controls = _least_byte(column) < _SPACE
    whole = bytes(_bytes(column))
    for sign in (sign for sign in _ESCAPES if sign.encode() in whole):
        column = pc.replace_substring(column, sign, _ESCAPES[sign])
    if has_controls and whole.translate(None, _ALL_BUT_RARE):
        for sign in _RARE:
            column = pc.replace_substring(column, sign, json.dumps(sign)[1:-1])
    return _with(column, before='"', after='"')


def _least_byte(column: pa.Array) -> int:
    """Return the least byte of all texts; when there is none, one that needs no care."""
    data = _bytes(column)
    held = pa.Array.from_buffers(pa.uint8(), len(data), [None, pa.py_buffer(data)])
    least = pc.min(held).as_py()
    return _SPACE if least is None else least


def _arrays(column: pa.Array) -> pa.Array:
    """Return words with commas between as JSON arrays; they have nothing to escape."""
    listed = _with(pc.replace_substring(column, ",", '","'), before='["', after='"]')
    return pc.if_else(pc.equal(column, ""), "[]", listed)


def _ended(field: pa.Array | str) -> pa.Array | str:
    return f"{field}\r\n" if isinstance(field, str) else _with(field, after="\r\n")


def _with(column: pa.Array, *, before: str = "", after: str = "") -> pa.Array:
    return pc.binary_join_element_wise(before, column, after, "")
