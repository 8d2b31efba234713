"""CSV and JSON lines give back every text, and no cell is a formula."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime

import pyarrow as pa
from hypothesis import example, given, strategies as st

from archiver.domain.export import Column, Kind, Table
from archiver.export.lines import CSV_START, csv_head, csv_lines, json_lines
from archiver.export.shaping import schema

TABLE = Table(
    name="things",
    title="Things",
    description="For a test.",
    key=("number",),
    filters=frozenset(),
    columns=(
        Column(name="number", kind=Kind.INTEGER, description="-"),
        Column(name="score", kind=Kind.NUMBER, description="-"),
        Column(name="is_so", kind=Kind.BOOLEAN, description="-"),
        Column(name="at", kind=Kind.TIME, description="-"),
        Column(name="words", kind=Kind.LIST, description="-"),
        Column(name="pairs", kind=Kind.JSON, description="-"),
        Column(name="text", kind=Kind.STRING, description="-"),
    ),
)
NAMES = [column.name for column in TABLE.columns]
FORMULAS = ("=1+1", "+1", "-1", "@a", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠a", "'=1", "'")
NOON = datetime(2026, 3, 1, 12, 0, 0, 5, tzinfo=UTC)

# what has a UTF-8 form, as all texts of an archive do
texts = (
    st.none()
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.sampled_from(
        [
            "",
            '"',
            '""',
            "a,b",
            "a\r\nb",
            "\r",
            ",",
            "'",
            "\0",
            "\x1b[0m",
            "\u2028",
            "\ufeff",
            "سطر\nآخر",
            *FORMULAS,
        ]
    )
)


def batch(held: list[str | None]) -> pa.RecordBatch:
    count = len(held)
    values = {
        "number": [*range(count)],
        "score": [1.5] * count,
        "is_so": [True, None, False] * count,
        "at": [NOON, None] * count,
        "words": ["one,two", "", None] * count,
        "pairs": ['[["👍", 3]]', None] * count,
        "text": held,
    }
    return pa.record_batch({name: values[name][:count] for name in NAMES}, schema=schema(TABLE))


def read_csv(lines: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(lines.decode(), newline=""), strict=True))


@given(st.lists(texts))
@example([*FORMULAS])
def test_a_csv_reader_gets_back_every_text_without_its_apostrophe(held: list[str | None]) -> None:
    found = read_csv(bytes(csv_lines(batch(held), TABLE)))

    assert all(len(row) == len(NAMES) for row in found)
    assert [row[6].removeprefix("'") for row in found] == [
        (text or "").replace("\0", "\ufffd") if not (text or "").startswith("'") else text for text in held
    ]


@given(st.lists(texts))
@example([*FORMULAS])
def test_no_cell_begins_as_a_formula_does(held: list[str | None]) -> None:
    for row in read_csv(bytes(csv_lines(batch(held), TABLE))):
        assert row[6][:1] not in {*"=+-@\t\r\n＝＋－＠"}


@given(st.lists(texts))
def test_a_json_reader_gets_back_every_text_as_it_was(held: list[str | None]) -> None:
    lines = bytes(json_lines(batch(held), TABLE)).decode().split("\n")

    assert lines.pop() == ""
    assert [json.loads(line)["text"] for line in lines] == held


def test_every_kind_of_value_in_csv() -> None:
    lines = bytes(csv_lines(batch(["a", None, ""]), TABLE)).decode().split("\r\n")

    assert lines == [
        '0,1.5,true,2026-03-01T12:00:00.000005Z,"one,two","[[""👍"", 3]]","a"',
        '1,1.5,,,"",,',
        '2,1.5,false,2026-03-01T12:00:00.000005Z,,"[[""👍"", 3]]",""',
        "",
    ]


def test_every_kind_of_value_in_json() -> None:
    lines = bytes(json_lines(batch(["a", None, ""]), TABLE)).decode().splitlines()

    at, pairs = "2026-03-01T12:00:00.000005Z", [["👍", 3]]
    assert [list(json.loads(line).values()) for line in lines] == [
        [0, 1.5, True, at, ["one", "two"], pairs, "a"],
        [1, 1.5, None, None, [], None, None],
        [2, 1.5, False, at, None, pairs, ""],
    ]


def test_a_csv_file_begins_so_that_excel_takes_it_for_utf_8() -> None:
    assert csv_head(TABLE) == CSV_START + b"number,score,is_so,at,words,pairs,text\r\n"
    assert CSV_START.decode("utf-8-sig") == ""


def test_no_rows_are_no_lines_and_a_part_of_a_batch_is_that_part() -> None:
    assert bytes(csv_lines(batch([]), TABLE)) == bytes(json_lines(batch([]), TABLE)) == b""
    part = batch(["a", "b", "c"]).slice(1, 1)
    assert [row[6] for row in read_csv(bytes(csv_lines(part, TABLE)))] == ["b"]
