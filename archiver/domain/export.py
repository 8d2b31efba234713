"""What an export is: tables of typed columns, what may be chosen of them, and in which formats."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from archiver.domain.errors import FilterImpossible
from archiver.domain.flag import Category
from archiver.domain.ids import ChannelId
from archiver.domain.taxonomy import Verdict

MARK = "mark"
"""A column beside those of a table with texts: empty where there is no mark, else ``=`` and the language."""
MASKED = "masked_{}"
"""A column for each text that people wrote: ``=`` and the text as it was masked by the archive's key, empty
where the text has no mark, or nothing is to be masked."""


class Kind(StrEnum):
    """What a column holds."""

    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    STRING = "string"
    TIME = "time"
    """UTC, to the microsecond."""
    LIST = "list"
    """Words without commas in them."""
    JSON = "json"


class Format(StrEnum):
    """A kind of file."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"
    GEXF = "gexf"
    """A graph of channels, of forwards only."""


class Filter(StrEnum):
    """What rows may be chosen by."""

    CHANNEL = "channel"
    SINCE = "since"
    UNTIL = "until"
    LANGUAGE = "language"
    CATEGORY = "category"
    SEVERITY = "severity"
    DECISION = "decision"
    FLAGGED = "flagged"
    QUERY = "query"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column; ``is_required`` says that it is never empty.

    ``is_masked``: people wrote it, so personal data in it is masked. ``is_telling``: who guesses what was
    masked could prove it by this, so it is emptied in rows where anything was. ``is_made``: the archive does
    not keep it; it is worked out while the export is written.
    """

    name: str
    kind: Kind
    description: str
    is_required: bool = False
    is_masked: bool = False
    is_telling: bool = False
    is_made: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of an export: rows in the order of ``key``, which no two rows share."""

    name: str
    title: str
    description: str
    key: tuple[str, ...]
    filters: frozenset[Filter]
    columns: tuple[Column, ...]

    def __getitem__(self, name: str) -> Column:
        """Return the column of this name."""
        return next(column for column in self.columns if column.name == name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which rows are wanted; everything, unless something is said.

    ``since`` and ``until`` (exclusive) are about when a post was published, or a count sampled where the
    table has no posts. ``severity`` is the least one. ``query`` is in the language of ``archiver search``.
    """

    channels: tuple[ChannelId, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    languages: tuple[str, ...] = ()
    category: Category | None = None
    severity: int | None = None
    decision: Verdict | None = None
    is_flagged: bool = False
    query: str | None = None
    handles: tuple[str, ...] = field(default=(), compare=False)
    """How ``channels`` were named, for people."""

    def used(self) -> Iterator[Filter]:
        """Yield the filters that choose anything."""
        said = {
            Filter.CHANNEL: self.channels,
            Filter.SINCE: self.since,
            Filter.UNTIL: self.until,
            Filter.LANGUAGE: self.languages,
            Filter.CATEGORY: self.category,
            Filter.SEVERITY: self.severity,
            Filter.DECISION: self.decision,
            Filter.FLAGGED: self.is_flagged,
            Filter.QUERY: self.query,
        }
        yield from (name for name, value in said.items() if value)

    def check(self, table: Table) -> None:
        """Raise FilterImpossible for a choice that no row of a table can meet, or that it does not know."""
        for name in self.used():
            if name not in table.filters:
                known = ", ".join(f"--{each}" for each in Filter if each in table.filters)
                raise FilterImpossible(
                    f"{table.name} can't be chosen by --{name}; " + (f"use {known}" if known else "take all")
                )
        if self.since and self.until and self.since >= self.until:
            raise FilterImpossible("--since is not before --until, so nothing can be chosen; swap them")

    def as_json(self) -> dict[str, object]:
        """Return what was said, for a manifest; channels by their ids."""
        said: dict[str, object] = {
            "channel": list(self.channels),
            "since": self.since and moment_text(self.since),
            "until": self.until and moment_text(self.until),
            "language": list(self.languages),
            "category": self.category,
            "severity": self.severity,
            "decision": self.decision,
            "flagged": self.is_flagged,
            "query": self.query,
        }
        return {name: value for name, value in said.items() if value}


def moment_text(moment: datetime) -> str:
    """Return a time as every file of an export has it: ISO 8601, UTC, six digits of a second, Z."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
