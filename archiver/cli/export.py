"""``archiver export``: files for researchers."""

from __future__ import annotations

import argparse
import asyncio
import json
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from archiver import __version__, wiring
from archiver.cli.tables import number
from archiver.domain.channel import parse_handle
from archiver.domain.clock import utc_now
from archiver.domain.errors import ChannelUnknown
from archiver.domain.export import Choice, Format
from archiver.domain.export_tables import TABLES
from archiver.domain.flag import Category
from archiver.domain.ids import ChannelId
from archiver.domain.rule import LANGUAGES
from archiver.domain.taxonomy import Verdict
from archiver.export.folder import refuse_existing
from archiver.services import exporting
from archiver.services.exporting import Exported, Request
from archiver.settings import Settings
from archiver.storage import keys, overview
from archiver.storage.archive import Reader

_PATIENCE_SECONDS = 60.0
_KEY_BYTES = 32


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.description = (
        "Writes tables into a new folder, with a manifest, a description of every column, and a statement "
        "of what is missing. Personal data is masked unless --unmasked; the same value has the same "
        "pseudonym in all exports of an archive. The same archive state and query give the same bytes."
    )
    parser.add_argument("tables", nargs="+", choices=TABLES, metavar="TABLE", help=", ".join(TABLES))
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="the folder, which must not exist"
    )
    parser.add_argument(
        "--format", nargs="+", type=Format, choices=list(Format), default=[Format.CSV], metavar="FORMAT",
        help="csv (if nothing is said), jsonl, parquet; gexf, a graph of forwards",
    )  # fmt: skip
    _add_filters(parser.add_argument_group("which rows"))
    parser.add_argument("--unmasked", action="store_true", help="leave personal data in; this is audited")
    parser.add_argument("--purpose", metavar="TEXT", help="why; needed with --unmasked")
    parser.add_argument(
        "--pseudonym-key", choices=["new"], help="new: pseudonyms of this export only, like those of no other"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.set_defaults(command=lambda arguments: _export(parser, arguments))


def _add_filters(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--channel", action="append", metavar="@NAME", help="of this channel (repeatable)")
    group.add_argument(
        "--since", type=date.fromisoformat, metavar="DATE", help="published since this day (UTC)"
    )
    group.add_argument(
        "--until", type=date.fromisoformat, metavar="DATE", help="published before this day (UTC)"
    )
    group.add_argument("--language", action="append", choices=LANGUAGES, help="in this language (repeatable)")
    group.add_argument(
        "--category", type=Category, choices=list(Category), metavar="CATEGORY", help="flagged as this"
    )
    group.add_argument("--severity", type=int, choices=range(1, 5), help="flagged, at least so severe")
    group.add_argument(
        "--decision", type=Verdict, choices=list(Verdict), metavar="VERDICT", help="decided so"
    )
    group.add_argument("--flagged", action="store_true", help="flagged as anything")
    group.add_argument("--query", metavar="QUERY", help="found by this query; see archiver search --help")


def _export(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> int:
    if arguments.unmasked and not (arguments.purpose or "").strip():
        parser.error("--unmasked needs --purpose TEXT: say why, the audit log keeps it")
    if arguments.purpose and not arguments.unmasked:
        parser.error("--purpose goes with --unmasked")
    found = wiring.settings()
    wiring.tune_process()
    request, key = asyncio.run(_prepared(found, arguments))
    with _bar() as progress:
        done = exporting.write(found.database, request, wiring.export_tools(key), key=key, progress=progress)
    if arguments.json:
        print(json.dumps(done.as_json(), ensure_ascii=False, indent=2))
    else:
        _print(done)
    return 0


async def _prepared(found: Settings, arguments: argparse.Namespace) -> tuple[Request, bytes | None]:
    """Return what is asked for, checked, and the key of its pseudonyms."""
    handles = [parse_handle(name) for name in arguments.channel or ()]
    patience = _PATIENCE_SECONDS
    async with (
        wiring.open_archive(found, read_only=True, busy_seconds=patience) as archive,
        archive.read() as db,
    ):
        channels = [await _channel_id(db, handle) for handle in handles]
        held = await keys.find(db, keys.PSEUDONYMS)
    request = _request(arguments, channels)
    request.check()
    refuse_existing(request.folder)
    if request.is_masked and arguments.pseudonym_key == "new":
        return request, secrets.token_bytes(_KEY_BYTES)
    if request.is_masked and held:
        return request, held
    async with wiring.open_archive(found, busy_seconds=patience) as archive:
        fresh = secrets.token_bytes(_KEY_BYTES)
        return request, await exporting.permit(archive, request, at=utc_now(), fresh=fresh)


async def _channel_id(db: Reader, handle: str) -> ChannelId:
    channel = await overview.channel(db, handle)
    if channel is None or channel.channel_id is None:
        raise ChannelUnknown(f"nothing is archived of @{handle}; archiver channels list shows what is")
    return channel.channel_id


def _request(arguments: argparse.Namespace, channels: list[ChannelId]) -> Request:
    choice = Choice(
        channels=tuple(sorted(set(channels))),
        since=_midnight(arguments.since),
        until=_midnight(arguments.until),
        languages=tuple(sorted(set(arguments.language or ()))),
        category=arguments.category,
        severity=arguments.severity,
        decision=arguments.decision,
        is_flagged=arguments.flagged,
        query=arguments.query,
    )
    return Request(
        tables=tuple(TABLES[name] for name in dict.fromkeys(arguments.tables)),
        formats=tuple(dict.fromkeys(arguments.format)),
        choice=choice,
        folder=arguments.out,
        version=__version__,
        purpose=arguments.purpose,
    )


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), UTC)


@contextmanager
def _bar() -> Iterator[exporting.Progress]:
    """Give what shows how much is done, where somebody looks."""
    columns = (TextColumn("exporting"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty())
    with bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _print(done: Exported) -> None:
    told = done.as_json()
    for file in done.files:
        if file.table:
            print(f"{done.folder / file.name}: {number(file.rows)} rows, {number(file.bytes)} bytes")
    print(f"snapshot {told['snapshot']}; {done.folder / 'COMPLETENESS.md'} says what is missing")
