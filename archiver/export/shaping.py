"""What a batch of an archive becomes on its way into a file: typed, masked, with columns that are made."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate

import pyarrow as pa
import pyarrow.compute as pc

from archiver.domain.export import Column, Kind, Table

Texts = Callable[[Sequence[str]], Sequence[str]]

TYPES = {
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.BOOLEAN: pa.bool_(),
    Kind.STRING: pa.string(),
    Kind.TIME: pa.timestamp("us", "UTC"),
    Kind.LIST: pa.string(),
    Kind.JSON: pa.string(),
}
_TEXTS = frozenset({Kind.STRING, Kind.LIST, Kind.JSON})


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """What is done to texts: some are chosen, their language is told, they are masked, JSON by its strings.

    Masks are ``None`` where nothing is to be masked, ``meets`` (texts and names of files in) where all texts
    are wanted; ``languages`` are those whose rows are wanted, all when there is none.
    """

    tell_languages: Callable[[Sequence[str]], Sequence[str | None]]
    meets: Callable[[Sequence[str], Sequence[str | None]], Sequence[bool]] | None
    mask: Texts | None
    mask_json: Texts | None
    languages: frozenset[str] = frozenset()


def schema(table: Table) -> pa.Schema:
    """Return the columns of a table as batches have them: lists and JSON are still texts."""
    fields = [pa.field(each.name, TYPES[each.kind], nullable=not each.is_required) for each in table.columns]
    return pa.schema(fields)


def shaped(batch: pa.RecordBatch, table: Table, making: Making) -> pa.RecordBatch:
    """Return the rows of a batch that are wanted, as they go into files."""
    columns = {each.name: _typed(batch.column(each.name), each) for each in table.columns if not each.is_made}
    if making.meets and "text" in columns:
        met = making.meets(columns["text"].to_pylist(), columns["media_name"].to_pylist())
        columns = _filtered(columns, _claims(met))
    for each in (each for each in table.columns if each.is_made):
        told = making.tell_languages(columns["text"].to_pylist())
        columns[each.name] = texts(told)
        if making.languages:
            columns = _filtered(columns, _claims([one in making.languages for one in told]))
    if making.mask and making.mask_json:
        _mask(columns, table, making.mask, making.mask_json)
    return pa.record_batch([columns[each.name] for each in table.columns], schema=schema(table))


def _filtered(columns: dict[str, pa.Array], is_wanted: pa.Array) -> dict[str, pa.Array]:
    return {name: column.filter(is_wanted) for name, column in columns.items()}


def _typed(column: pa.Array, told: Column) -> pa.Array:
    if told.kind not in _TEXTS:
        return column.cast(TYPES[told.kind])
    if told.is_required or not len(column):
        return column.cast(pa.string())
    # as storage.exports gives what may be absent: =text, or nothing at all
    is_there = pc.not_equal(column, "")
    return pc.if_else(is_there, pc.utf8_slice_codeunits(column, 1), pa.scalar(None, pa.string()))


def _mask(columns: dict[str, pa.Array], table: Table, mask: Texts, mask_json: Texts) -> None:
    """Mask what people wrote; where that changed a row, empty what could prove a guess."""
    changes = []
    for each in (each for each in table.columns if each.is_masked):
        column = columns[each.name]
        held = column.to_pylist() if column.null_count < len(column) else []
        masked = iter((mask_json if each.kind is Kind.JSON else mask)([text for text in held if text]))
        made = [next(masked) if text else text for text in held]
        is_changed = [one != other for one, other in zip(held, made, strict=True)]
        if any(is_changed):
            changes.append(_claims(is_changed))
            new = texts([text for text, has_changed in zip(made, is_changed, strict=True) if has_changed])
            columns[each.name] = pc.replace_with_mask(column, changes[-1], new)
    for each in (each for each in table.columns if each.is_telling):
        for change in changes:
            columns[each.name] = pc.if_else(change, pa.scalar(None, pa.string()), columns[each.name])


def _claims(held: Sequence[bool]) -> pa.Array:
    return pa.Array.from_buffers(pa.int8(), len(held), [None, pa.py_buffer(bytes(held))]).cast(pa.bool_())


def texts(held: Sequence[str | None]) -> pa.Array:
    """Return texts as a column.

    ``pa.array`` does the same, but loads pandas where that is installed, which takes 40 MB.
    """
    encoded = [(text or "").encode() for text in held]
    ends = array("i", accumulate(map(len, encoded), initial=0))
    whole = pa.StringArray.from_buffers(len(held), pa.py_buffer(ends), pa.py_buffer(b"".join(encoded)))
    if None not in held:
        return whole
    return pc.if_else(_claims([text is None for text in held]), pa.scalar(None, pa.string()), whole)
