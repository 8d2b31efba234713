"""What a batch of an archive becomes on its way into a file: typed, masked, with columns that are made."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate

import pyarrow as pa
import pyarrow.compute as pc

from archiver.domain.export import MARK, MASKED, Column, Kind, Table

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
_ABSENT = pa.scalar(None, pa.string())


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """What is done to texts: some are chosen, their language is told, they are masked, JSON by its strings.

    Languages and masks are taken from marks of the version ``marks`` where a text has one; masks only with
    ``has_masks``, which says that these are of the key that the archive's own are of.
    Masks are ``None`` where nothing is to be masked, ``meets`` (texts and names of files in) where all texts
    are wanted; ``languages`` are those whose rows are wanted, all when there is none.
    """

    marks: str
    has_masks: bool
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
    kept = (name for name in batch.schema.names if name not in columns)
    columns |= {name: batch.column(name).cast(pa.string()) for name in kept}
    if making.meets and "text" in columns:
        met = making.meets(columns["text"].to_pylist(), columns["media_name"].to_pylist())
        columns = _filtered(columns, _claims(met))
    for each in (each for each in table.columns if each.is_made):
        columns[each.name] = _languages(columns["text"], columns[MARK], making)
        if making.languages:
            columns = _filtered(columns, _among(columns[each.name], making.languages))
    if making.mask:
        _mask(columns, table, making)
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
    return pc.if_else(is_there, pc.utf8_slice_codeunits(column, 1), _ABSENT)


def _languages(column: pa.Array, marks: pa.Array, making: Making) -> pa.Array:
    """Return the language of each text: as its mark says, and told where there is none."""
    said = pc.utf8_slice_codeunits(marks, 1)
    said = pc.if_else(pc.not_equal(said, ""), said, _ABSENT)
    is_unknown = pc.equal(marks, "")
    left = column.filter(is_unknown).to_pylist()
    return pc.replace_with_mask(said, is_unknown, texts(making.tell_languages(left))) if left else said


def _among(column: pa.Array, wanted: frozenset[str]) -> pa.Array:
    return pc.is_in(column, texts(sorted(wanted)))


def _mask(columns: dict[str, pa.Array], table: Table, making: Making) -> None:
    """Mask what people wrote; where that changed a row, empty what could prove a guess."""
    changes = []
    for each in (each for each in table.columns if each.is_masked):
        column = columns[each.name]
        masked = _masked(column, each, columns, making)
        changes.append(pc.fill_null(pc.not_equal(column, masked), fill_value=False))
        columns[each.name] = masked
    for each in (each for each in table.columns if each.is_telling):
        for change in changes:
            columns[each.name] = pc.if_else(change, _ABSENT, columns[each.name])


def _masked(column: pa.Array, told: Column, columns: dict[str, pa.Array], making: Making) -> pa.Array:
    """Return a column with masks: those that its marks have, and others where there are none."""
    is_asked = pc.fill_null(pc.not_equal(column, ""), fill_value=False)
    kept = columns.get(MASKED.format(told.name))
    if kept is not None:
        is_unknown, is_hiding = pc.equal(columns[MARK], ""), pc.not_equal(kept, "")
        if making.has_masks:
            column = pc.if_else(is_hiding, pc.utf8_slice_codeunits(kept, 1), column)
        is_asked = pc.and_(is_asked, is_unknown if making.has_masks else pc.or_(is_unknown, is_hiding))
    held = column.filter(is_asked).to_pylist()
    mask = making.mask_json if told.kind is Kind.JSON else making.mask
    return pc.replace_with_mask(column, is_asked, texts(mask(held))) if held and mask else column


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
    return pc.if_else(_claims([text is None for text in held]), _ABSENT, whole)
