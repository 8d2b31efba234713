"""Read a lexicon: a table of weights, tab-separated.

    row	any	extortion	personal_data_leak
    (base)	-2.1	-0.3	0.2
    (base:ckb)	0.4	0	0
    _نشر	1.9	0.8	0
    =انشر صورك	0.8	1.1	0
    {common.hotline}	-0.9	0	0
    # a remark

The first line names the columns, the row ``(base)`` is what each weighs before anything is found, and
``(base:ckb)`` what the first weighs more in a text that is most likely Sorani. The first
column says whether a text is of any of the categories of the others (`rules.weighing`). A row is a piece of
a word, words after ``=`` (both folded: `rules.pieces`), or the name of a group in braces.
"""

from __future__ import annotations

import re

from archiver.domain.rule import LANGUAGES, Lexicon
from archiver.rules.conditions import WORD
from archiver.rules.pieces import is_row
from archiver.rules.sheet import Sheet, decimal

_FIRST = "row"
_BASE = "(base)"
_BASES = {_BASE, *(f"(base:{language})" for language in LANGUAGES)}
_LEAST = 2


def read_lexicon(sheet: Sheet, text: str) -> Lexicon:
    """Return the weights; where the sheet gets a fault, the columns only."""
    lines = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if _is_row(line)]
    if not lines:
        sheet.fault(1, f"the file is empty; begin with a line of {_FIRST} and the columns, tabs between them")
        return Lexicon(columns=(), base=(), rows={})
    columns = _columns(sheet, *lines[0])
    rows: dict[str, tuple[float, ...]] = {}
    read = _Decimals()
    for number, line in lines[1:]:
        written, *cells = line.split("\t")
        row = written.strip()
        if row in rows:
            first = next(each for each, other in lines if other.partition("\t")[0].strip() == row)
            sheet.fault(number, f"{row[:20]!r} stands in line {first} too; delete one")
        rows[row] = _weights(sheet, number, cells, len(columns), read)
        _check(sheet, number, row)
    base = rows.pop(_BASE, None)
    if base is None:
        sheet.fault(1, f"no row {_BASE}; add one with what each column weighs before anything is found")
    if base is None or sheet.faults:
        return Lexicon(columns=columns, base=(), rows={})
    groups = {row[1:-1]: rows.pop(row) for row in [*rows] if row.startswith("{")}
    languages = {row[6:-1]: rows.pop(row)[0] for row in [*rows] if row.startswith("(")}
    return Lexicon(columns=columns, base=base, rows=rows, groups=groups, languages=languages)


def _is_row(line: str) -> bool:
    return bool(line.strip()) and not line.startswith("#")


def _columns(sheet: Sheet, number: int, line: str) -> tuple[str, ...]:
    first, *columns = (cell.strip() for cell in line.split("\t"))
    if first != _FIRST or len(columns) < _LEAST:
        sheet.fault(number, f"the first line must be {_FIRST} and two columns at least, tabs between them")
    for column in dict.fromkeys(columns):
        if not re.fullmatch(WORD, column):
            sheet.fault(number, f"column {column[:40]!r} is no name; use small letters, digits, - and _")
        elif columns.count(column) > 1:
            sheet.fault(number, f"column {column} stands twice; delete one")
    return tuple(columns)


class _Decimals(dict[str, float | None]):
    """Reads cells; the same number is one object wherever it stands, for most weights stand often."""

    def __missing__(self, cell: str) -> float | None:
        weight = self[cell] = decimal(cell.strip())
        return weight


def _weights(sheet: Sheet, number: int, cells: list[str], wanted: int, read: _Decimals) -> tuple[float, ...]:
    if len(cells) != wanted:
        sheet.fault(number, f"{len(cells)} weights where the first line has {wanted} columns; tabs part them")
    for cell in cells:
        if read[cell] is None:
            said = f"the weight {cell.strip()[:30]!r} is no number between -1000 and 1000, as in 0.5"
            sheet.fault(number, said)
    return tuple([read[cell] or 0.0 for cell in cells])


def _check(sheet: Sheet, number: int, row: str) -> None:
    is_known = is_row(row) or row in _BASES or re.fullmatch(rf"\{{{WORD}\.{WORD}\}}", row)
    if not is_known:
        sheet.fault(
            number,
            f"{row[:20]!r} is no row; write four folded letters (_ for the edge of a word), =word, "
            "=word word, or {pack.group}",
        )
