"""Exporting: tables of an archive as files in a new folder, with the papers that say what they are.

Two steps. `permit` writes into the archive what an export leaves there: the key of the pseudonyms, or the
event that it was not masked. `write` reads one snapshot and writes the folder; three threads share the work,
so that SQLite reads ahead while a batch is masked and the one before it is written.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from archiver.domain import completeness_papers, export_papers
from archiver.domain.completeness import count
from archiver.domain.errors import FilterImpossible
from archiver.domain.export import Choice, Format, Table
from archiver.domain.export_papers import FileRecord, State, Terms
from archiver.domain.finding import meets
from archiver.domain.masked_details import masked_details
from archiver.domain.query import parse
from archiver.export.files import TableFile, table_file
from archiver.export.folder import folder, write_text
from archiver.export.shaping import Making, Texts, shaped
from archiver.export.snapshot import Snapshot, ahead, snapshot
from archiver.services import marking
from archiver.services.completeness import Statement, state, state_what_is_missing
from archiver.services.indexing import Fold, searched_text
from archiver.storage import audit, exports, keys, place
from archiver.storage.archive import Archive

Progress = Callable[[int, int], object]
"""Is told how many rows are written, and of how many."""

ACTOR = "archiver export"
_KEY_NAME_DIGITS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is wanted: tables in formats, of a choice of rows, in a new folder; asked of this ``version``.

    ``purpose`` says why personal data is not to be masked; without it, it is.
    """

    tables: tuple[Table, ...]
    formats: tuple[Format, ...]
    choice: Choice
    folder: Path
    version: str
    purpose: str | None = None

    @property
    def is_masked(self) -> bool:
        """Whether personal data is masked."""
        return self.purpose is None

    def check(self) -> None:
        """Raise FilterImpossible for what a table can't be chosen by, QueryInvalid for what is no query."""
        for table, forms in self.files():
            self.choice.check(table)
            if not forms:
                raise FilterImpossible(
                    f"gexf is a graph of forwards; {table.name} can be csv, jsonl or parquet"
                )
        if self.choice.query is not None:
            parse(self.choice.query)

    def files(self) -> Iterator[tuple[Table, tuple[Format, ...]]]:
        """Yield each table with the formats that it is written in: a graph is of forwards only."""
        for table in self.tables:
            yield (
                table,
                tuple(form for form in self.formats if form is not Format.GEXF or table.name == "forwards"),
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What knows about texts; ``mask`` is ``None`` where nothing is to be masked."""

    tell_languages: Callable[[Sequence[str]], Sequence[str | None]]
    fold: Fold
    mask: Texts | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What was written, and what is missing in it."""

    folder: Path
    state: State
    files: tuple[FileRecord, ...]
    statement: Statement

    def as_json(self) -> dict[str, object]:
        """Return the whole as plain values."""
        channels = self.statement.channels
        return {
            "folder": str(self.folder),
            "snapshot": self.state.snapshot_id,
            "rows": {file.table: file.rows for file in self.files if file.table and file.form != Format.GEXF},
            "files": {file.name: file.bytes for file in self.files},
            "channels": len(channels),
            "irreparable": sum(count(each.irreparable) for each in channels),
            "unknown": sum(count(each.unknown) for each in channels),
        }


async def permit(archive: Archive, request: Request, *, at: datetime, fresh: bytes) -> bytes | None:
    """Return the key of the pseudonyms, made when there is none; or enter that nothing will be masked."""
    async with archive.write() as tx:
        if request.purpose is None:
            return await keys.obtain(tx, keys.PSEUDONYMS, fresh=fresh, at=at)
        await audit.append(
            tx,
            at=at,
            actor=ACTOR,
            kind="export.unmasked",
            target=f"export {request.folder.name}",
            details={
                "tables": [table.name for table in request.tables],
                "formats": list(request.formats),
                "choice": _audited(request.choice),
                "purpose": request.purpose,
            },
        )
        return None


def write(
    database: Path, request: Request, tools: Tools, *, key: bytes | None, progress: Progress
) -> Exported:
    """Write the folder; what can't be finished leaves nothing.

    ``key`` is that of the pseudonyms. Raises ExportExists, ExportUnwritable, FilterImpossible, QueryInvalid,
    ArchiveMissing, ArchiveLocked, ArchiveDamaged.
    """
    request.check()
    terms = Terms(
        tables=request.tables,
        formats=request.formats,
        choice=request.choice,
        is_masked=request.is_masked,
        version=request.version,
        key=hashlib.sha256(b"name of a key\0" + key).hexdigest()[:_KEY_NAME_DIGITS] if key else None,
    )
    with folder(request.folder) as made, snapshot(place.to_read(database), path=database) as source:
        told = state(source)
        making = _making(request.choice, tools, is_standing=source.rows(exports.STANDING_KEY, {}) == [(key,)])
        files = _write_tables(made, source, request, making, progress)
        statement = state_what_is_missing(source, request.choice, told)
        files += _write_papers(made, terms, told, files, statement)
    return Exported(folder=request.folder, state=told, files=tuple(files), statement=statement)


def _audited(choice: Choice) -> dict[str, object]:
    """Return a choice as the audit log has it: what was searched for may be a name."""
    said = replace(choice, query=None).as_json()
    if choice.query is not None:
        said["query_digest"] = hashlib.sha256(choice.query.encode()).hexdigest()
    return said


def _making(choice: Choice, tools: Tools, *, is_standing: bool) -> Making:
    mask = tools.mask
    return Making(
        marks=marking.version(),
        has_masks=is_standing,
        tell_languages=tools.tell_languages,
        meets=_meeting(choice.query, tools.fold) if choice.query is not None else None,
        mask=mask,
        mask_json=(lambda details: masked_details(details, mask)) if mask else None,
        languages=frozenset(choice.languages),
    )


def _meeting(query: str, fold: Fold) -> Callable[[Sequence[str], Sequence[str | None]], Sequence[bool]]:
    parsed = parse(query)

    def meet(texts: Sequence[str], names: Sequence[str | None]) -> Sequence[bool]:
        folded = fold([searched_text(*each) for each in zip(texts, names, strict=True)])
        return [meets(words.split(" "), parsed) for words in folded]

    return meet


def _write_tables(
    made: Path, source: Snapshot, request: Request, making: Making, progress: Progress
) -> list[FileRecord]:
    counts = [exports.count(table, request.choice) for table in request.tables]
    total = sum(source.rows(each.sql, each.values)[0][0] for each in counts)
    written = 0

    def note(rows: int) -> None:
        nonlocal written
        written += rows
        progress(written, total)

    records: list[FileRecord] = []
    for table, forms in request.files():
        files = [table_file(made, table, form) for form in forms]
        records += _write_table(source, request.choice, making, table=table, files=files, note=note)
    return records


def _write_table(
    source: Snapshot,
    choice: Choice,
    making: Making,
    *,
    table: Table,
    files: Sequence[TableFile],
    note: Callable[[int], None],
) -> list[FileRecord]:
    statement = exports.rows(table, choice, marks=making.marks)
    writing: Future[None] | None = None
    try:
        with (
            ThreadPoolExecutor(1, "export-write") as pool,
            closing(ahead(lambda: source.batches(statement.sql, statement.values))) as batches,
        ):
            for batch in batches:
                rows = shaped(batch, table, making)
                if writing:
                    writing.result()
                writing = pool.submit(_append, files, rows)
                note(batch.num_rows)
            if writing:
                writing.result()
        return [file.end() for file in files]
    finally:
        for file in files:
            file.close()


def _append(files: Sequence[TableFile], rows: object) -> None:
    for file in files:
        file.write(rows)


def _write_papers(
    made: Path, terms: Terms, told: State, files: Sequence[FileRecord], statement: Statement
) -> list[FileRecord]:
    missing = completeness_papers.as_json(statement.channels, blind=statement.blind, newest_at=told.newest_at)
    papers = {
        "COMPLETENESS.json": _pretty(missing),
        "COMPLETENESS.md": completeness_papers.as_text(statement.channels, newest_at=told.newest_at),
        "README.md": export_papers.readme(terms, told, files),
        "datapackage.json": _pretty(export_papers.data_package(terms, told, files)),
    }
    records = [write_text(made / name, text) for name, text in papers.items()]
    manifest = export_papers.manifest(terms, told, [*files, *records])
    return [*records, write_text(made / "manifest.json", _pretty(manifest))]


def _pretty(said: object) -> str:
    return json.dumps(said, ensure_ascii=False, indent=2) + "\n"
