"""The reference of exports has every table and column, and says of each what the export itself says."""

from __future__ import annotations

from pathlib import Path

import pytest

from archiver.domain.export import Filter, Format
from archiver.domain.export_tables import TABLES

_PAGE = (Path(__file__).resolve().parents[2] / "docs" / "reference" / "exports.md").read_text("utf-8")


@pytest.mark.parametrize("name", TABLES)
def test_every_column_of_a_table_is_described(name: str) -> None:
    section = _PAGE.split(f"### {name}\n")[1].split("\n### ")[0]

    described = [line for line in section.splitlines() if line.startswith("| `")]
    assert len(described) == len(TABLES[name].columns)
    for column, line in zip(TABLES[name].columns, described, strict=True):
        assert line.startswith(f"| `{column.name}` |")
        assert line.endswith(f"| {column.description} |")


def test_every_filter_and_format_is_named() -> None:
    assert [each for each in Filter if f"--{each}" not in _PAGE] == []
    assert [each for each in Format if f".{each}" not in _PAGE] == []
