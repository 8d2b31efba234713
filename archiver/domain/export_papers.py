"""The papers that go with an export: its manifest, its data package, and how to cite it.

None of them knows the time: the same archive state and query give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from archiver.domain.export import Choice, Column, Format, Kind, Table, moment_text

VERSION = 1
"""Of what a manifest says and how."""

_MEDIA_TYPES = {
    Format.CSV: "text/csv",
    Format.JSONL: "application/x-ndjson",
    Format.PARQUET: "application/vnd.apache.parquet",
    Format.GEXF: "application/gexf+xml",
}
_TYPES = {
    Kind.INTEGER: "integer",
    Kind.NUMBER: "number",
    Kind.BOOLEAN: "boolean",
    Kind.STRING: "string",
    Kind.TIME: "datetime",
    Kind.LIST: "array",
    Kind.JSON: "array",
}
_TIME_PATTERN = "%Y-%m-%dT%H:%M:%S.%fZ"

_README = """\
# {title}

{description}

{personal}

| file | holds |
|---|---|
{files}

`COMPLETENESS.md` and `COMPLETENESS.json` say what is missing: read them before you count anything.
`datapackage.json` describes every column (https://datapackage.org). `manifest.json` says how the export came
about, and has the size and the SHA-256 of every file.

CSV files are UTF-8 with a byte order mark, with a comma between fields. A text that begins like a formula has
an apostrophe before it: one at the beginning of a text in a CSV file is never part of it.

## How to cite

> {cite}

The same archive state and query give the same files; the snapshot's id names the state.
"""
_MASKED = """\
Personal data is masked: `[phone:7f3a21bc]` stands for a telephone number, and with these eight digits always
for the same one. `[row]` stands for the words beside such values in a list of people. Masks are made by
patterns: a name, or a number in disguise, may have come through. Don't publish of others what you would not
want to see published of yourself."""
_UNMASKED = """\
**Personal data is not masked.** Keep this folder where only those can read it who must, and delete it when it
has served."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRecord:
    """What a manifest says of a file; ``digest`` is its SHA-256, ``rows`` those of its table."""

    name: str
    bytes: int
    digest: str
    rows: int | None = None
    table: str | None = None
    form: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The state of the archive that an export is of: how many rows its tables have, and their newest ids.

    ``newest_at`` is the time of the newest thing in it; ``schema`` the number of its newest migration.
    """

    numbers: Mapping[str, int]
    newest_at: datetime | None
    schema: int
    rulebooks: tuple[str, ...]

    @property
    def snapshot_id(self) -> str:
        """Return what names this state."""
        said = json.dumps(
            {**self.numbers, "newest_at": self.newest_at and moment_text(self.newest_at)}, sort_keys=True
        )
        return hashlib.sha256(said.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What was asked for, by which program; ``key`` names the key of the pseudonyms and does not tell it."""

    tables: tuple[Table, ...]
    formats: tuple[Format, ...]
    choice: Choice
    is_masked: bool
    version: str
    key: str | None


def manifest(terms: Terms, state: State, files: Sequence[FileRecord]) -> dict[str, Any]:
    """Return what ``manifest.json`` holds; it does not list itself."""
    return {
        "manifest": VERSION,
        "archiver": terms.version,
        "schema": state.schema,
        "snapshot": {
            "id": state.snapshot_id,
            "newest_at": state.newest_at and moment_text(state.newest_at),
            **state.numbers,
        },
        "query": {
            "tables": [table.name for table in terms.tables],
            "formats": list(terms.formats),
            **terms.choice.as_json(),
        },
        "masked": terms.is_masked,
        "pseudonym_key": terms.key,
        "rulebooks": list(state.rulebooks),
        "files": [_file(file) for file in files],
    }


def data_package(terms: Terms, state: State, files: Sequence[FileRecord]) -> dict[str, Any]:
    """Return what ``datapackage.json`` holds, as Frictionless describes tables: https://datapackage.org."""
    tables = {table.name: table for table in terms.tables}
    return {
        "profile": "data-package",
        "name": f"archiver-{state.snapshot_id[:12]}",
        "title": _title(terms),
        "version": terms.version,
        "resources": [_resource(file, tables[file.table]) for file in files if file.table],
    }


def readme(terms: Terms, state: State, files: Sequence[FileRecord]) -> str:
    """Return what ``README.md`` says."""
    described = "\n".join(f"- **{table.name}**: {table.description}" for table in terms.tables)
    rows = [f"| `{file.name}` | {file.rows} rows of {file.table} |" for file in files if file.table]
    return _README.format(
        title=_title(terms),
        description=described,
        personal=_MASKED if terms.is_masked else _UNMASKED,
        files="\n".join(rows),
        cite=_citation(terms, state),
    )


def _title(terms: Terms) -> str:
    return f"Public Telegram channels: {', '.join(table.name for table in terms.tables)}"


def _citation(terms: Terms, state: State) -> str:
    as_of = f"as of {moment_text(state.newest_at)}" if state.newest_at else "of an empty archive"
    return (
        f"{_title(terms)}, {as_of}. Snapshot {state.snapshot_id}, exported with archiver {terms.version}"
        f"{', personal data masked' if terms.is_masked else ''}. [Who holds it, and where to ask for it.]"
    )


def _file(file: FileRecord) -> dict[str, object]:
    said = {"name": file.name, "bytes": file.bytes, "sha256": file.digest}
    more = {"rows": file.rows, "table": file.table, "format": file.form}
    return {**said, **{name: value for name, value in more.items() if value is not None}}


def _resource(file: FileRecord, table: Table) -> dict[str, Any]:
    form = Format(file.form or "")
    said: dict[str, Any] = {
        "name": f"{table.name}-{form}",
        "path": file.name,
        "title": table.title,
        "description": table.description,
        "format": str(form),
        "mediatype": _MEDIA_TYPES[form],
        "bytes": file.bytes,
        "hash": f"sha256:{file.digest}",
    }
    if form is Format.GEXF:
        return {**said, "type": "file"}
    # frictionless reads CSV by itself; the others it checks as files, for it needs more programs to read them
    kind = {"profile": "tabular-data-resource"} if form is Format.CSV else {"type": "file"}
    return {**said, **kind, "encoding": "utf-8", "schema": _schema(table, form)}


def _schema(table: Table, form: Format) -> dict[str, Any]:
    return {
        "fields": [_field(column, form) for column in table.columns],
        "primaryKey": list(table.key),
        "missingValues": [""],
    }


def _field(column: Column, form: Format) -> dict[str, Any]:
    is_listed = column.kind is Kind.LIST and form is Format.CSV
    said: dict[str, Any] = {
        "name": column.name,
        "type": "string" if is_listed else _json_type(column),
        "description": column.description + (" Words with commas between." if is_listed else ""),
    }
    if column.kind is Kind.TIME:
        said["format"] = _TIME_PATTERN
    # what people wrote may be empty, and an empty text is a missing one to whoever reads CSV
    if column.is_required and not column.is_masked:
        said["constraints"] = {"required": True}
    return said


def _json_type(column: Column) -> str:
    # the only JSON that is no array
    return "object" if column.name == "details" else _TYPES[column.kind]
