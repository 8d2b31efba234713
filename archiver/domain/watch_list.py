"""The watch list as a file: a handle or link a line, or a table with labels, note and priority."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from archiver.domain.channel import parse_handle
from archiver.domain.errors import ChannelsFileInvalid, HandleInvalid

_COLUMNS = frozenset({"handle", "labels", "note", "priority"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One channel that somebody wants watched."""

    handle: str
    labels: tuple[str, ...] = ()
    note: str | None = None
    priority: int = 0


def parse_file(text: str, *, name: str) -> list[Entry]:
    """Return the entries of a file, by its ending: ``.csv``, ``.toml``, anything else is plain lines.

    A later entry of the same handle wins. Raises ChannelsFileInvalid, naming the file and the line.
    """
    kind = name.lower().rsplit(".", 1)[-1]
    read = {"csv": _csv, "toml": _toml}.get(kind, _lines)
    found: dict[str, Entry] = {}
    for where, row in read(text.removeprefix("\ufeff"), name):
        entry = _entry(row, where=where)
        found[entry.handle] = entry
    return list(found.values())


def _lines(text: str, name: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    for number, line in enumerate(text.splitlines(), start=1):
        handle = line.split("#", 1)[0].strip()
        if handle:
            yield f"{name}:{number}", {"handle": handle}


def _csv(text: str, name: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    reader = csv.DictReader(io.StringIO(text, newline=""))
    try:
        _check_columns(reader.fieldnames or (), where=f"{name}:1")
        for row in reader:
            named = {key.strip(): value for key, value in row.items() if key and value}
            yield f"{name}:{reader.line_num}", named
    except csv.Error as error:
        raise ChannelsFileInvalid(f"{name}, after line {reader.line_num}: no CSV: {error}") from error


def _toml(text: str, name: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    try:
        rows = tomllib.loads(text).get("channels", [])
    except tomllib.TOMLDecodeError as error:
        raise ChannelsFileInvalid(f"{name} is no TOML: {error}") from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ChannelsFileInvalid(f"{name} has no [[channels]] tables; write [[channels]] and handle = …")
    for number, row in enumerate(rows, start=1):
        _check_columns(row, where=f"{name}, channel {number}")
        yield f"{name}, channel {number}", row


def _check_columns(found: object, *, where: str) -> None:
    names = {str(name).strip() for name in found} if isinstance(found, list | tuple | dict) else set()
    if "handle" not in names:
        raise ChannelsFileInvalid(
            f"{where}: no column handle; the columns are handle, labels, note, priority"
        )
    if unknown := sorted(names - _COLUMNS):
        raise ChannelsFileInvalid(
            f"{where}: unknown column {unknown[0]!r}; the columns are handle, labels, note, priority"
        )


def _entry(row: Mapping[str, object], *, where: str) -> Entry:
    try:
        return Entry(
            handle=parse_handle(str(row.get("handle", ""))),
            labels=_labels(row.get("labels", "")),
            note=str(row["note"]) if row.get("note") else None,
            priority=int(str(row.get("priority", 0) or 0)),
        )
    except HandleInvalid as error:
        raise ChannelsFileInvalid(f"{where}: {error}") from error
    except ValueError as error:
        raise ChannelsFileInvalid(f"{where}: priority {row.get('priority')!r} is no whole number") from error


def _labels(found: object) -> tuple[str, ...]:
    words = found if isinstance(found, list) else str(found).replace(";", ",").split(",")
    return tuple(dict.fromkeys(word for label in words if (word := str(label).strip().replace(",", " "))))
