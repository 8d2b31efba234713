"""``archiver search``: finds posts by their words."""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from archiver import wiring
from archiver.cli import found_posts
from archiver.cli.channel_named import channel_named
from archiver.domain.clock import utc_now
from archiver.domain.errors import ArchiveFull, ArchiveLocked, ArchiveReadOnly
from archiver.domain.flag import Category
from archiver.domain.query import Choice, parse
from archiver.domain.rule import LANGUAGES
from archiver.services import indexing, marking
from archiver.services.searching import Found, Wanted, search_archive
from archiver.settings import Settings
from archiver.storage import audit, migrations
from archiver.storage.archive import Archive

_PATIENCE_SECONDS = 5.0

_EPILOG = """\
queries:
  leak passport       posts with both words, in any order
  leak OR passport    posts with one of them
  leak NOT sport      posts with the first and not the second
  "leaked passports"  these words, one after the other, as they are written
  pass*               words that begin so
  (a OR b) NOT "c d"  brackets

Words are compared as the rules do: letters, marks and digits of any spelling are one, and a word is found
with what Arabic, Kurdish and Persian write together with it. Quotation marks of any kind will do.
"""


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.description = (
        "Finds posts by their words, the best first. Personal data is masked. What came since the last "
        "search is indexed first; an archive that can't be written is searched all the same, more slowly."
    )
    parser.epilog = _EPILOG
    parser.add_argument("query", metavar="QUERY", nargs="+", help="words, or a query as below")
    parser.add_argument("--channel", metavar="@NAME", help="posts of this channel")
    parser.add_argument(
        "--since", type=date.fromisoformat, metavar="DATE", help="published since this day (UTC)"
    )
    parser.add_argument(
        "--until", type=date.fromisoformat, metavar="DATE", help="published before this day (UTC)"
    )
    parser.add_argument("--language", choices=sorted(LANGUAGES), help="posts that seem to be in it")
    parser.add_argument("--category", type=Category, choices=tuple(Category), help="posts flagged as this")
    parser.add_argument("--flagged", action="store_true", help="posts that have a flag")
    parser.add_argument("--limit", type=_limit, default=20, metavar="N", help="at most so many (20)")
    parser.add_argument("--unmasked", action="store_true", help="show personal data; wants --purpose")
    parser.add_argument("--purpose", metavar="TEXT", help="why; it goes into the audit log")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.set_defaults(command=_search, refuse=parser.error)


def _limit(text: str) -> int:
    limit = int(text)
    if not 0 < limit <= 10_000:
        raise argparse.ArgumentTypeError("1 to 10000")
    return limit


def _search(arguments: argparse.Namespace) -> int:
    if arguments.unmasked and not (arguments.purpose or "").strip():
        arguments.refuse('--unmasked wants --purpose "why", for the audit log')
    if arguments.since and arguments.until and arguments.until <= arguments.since:
        arguments.refuse("--until must be after --since")
    wanted = Wanted(
        query=parse(" ".join(arguments.query)),
        choice=Choice(
            since=_midnight(arguments.since),
            until=_midnight(arguments.until),
            is_flagged=arguments.flagged,
            category=arguments.category,
        ),
        language=arguments.language,
        limit=arguments.limit,
    )
    found = asyncio.run(_run(arguments, wanted))
    masker = None if arguments.unmasked else wiring.masker()
    if arguments.json:
        told = found_posts.as_json(found, wanted.query, masker)
        print(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        found_posts.print_posts(found, wanted.query, masker)
    return 0


async def _run(arguments: argparse.Namespace, wanted: Wanted) -> Found:
    settings = wiring.settings()
    # nothing to find is no reason to make an archive, nor to migrate one under its bot
    await asyncio.to_thread(migrations.check, settings.database)
    async with AsyncExitStack() as stack:
        archive, can_write = await _open(stack, settings, is_audited=arguments.unmasked)
        if arguments.channel:
            channel_id = await channel_named(archive, arguments.channel)
            wanted = replace(wanted, choice=replace(wanted.choice, channel_id=channel_id))
        if arguments.unmasked:
            await _note(archive, arguments)
        if can_write:
            await _index(archive, is_marking=arguments.language is not None)
        return await search_archive(archive, wiring.fold(), wanted)


async def _open(stack: AsyncExitStack, settings: Settings, *, is_audited: bool) -> tuple[Archive, bool]:
    """Return the archive, and whether it can be written; what is audited is not done on one that can't."""
    try:
        opened = wiring.open_archive(settings, busy_seconds=_PATIENCE_SECONDS)
        return await stack.enter_async_context(opened), True
    except (ArchiveReadOnly, ArchiveLocked, ArchiveFull):
        if is_audited:
            raise
        opened = wiring.open_archive(settings, read_only=True)
        return await stack.enter_async_context(opened), False


async def _note(archive: Archive, arguments: argparse.Namespace) -> None:
    """Write down that somebody sees personal data, before they do; the query itself may be personal."""
    query = hashlib.sha256(" ".join(arguments.query).encode(errors="surrogateescape")).hexdigest()
    async with archive.write() as tx:
        await audit.append(
            tx, at=utc_now(), actor="archiver search", kind="search.unmasked", target="archive",
            details={"query_digest": query, "limit": arguments.limit, "purpose": arguments.purpose.strip()},
        )  # fmt: skip


async def _index(archive: Archive, *, is_marking: bool) -> None:
    """Bring the index up to the newest revision, and the languages of revisions where they are asked for."""
    try:
        with _bar("indexing") as progress:
            await indexing.catch_up(archive, wiring.fold(), progress=progress)
        if is_marking and await marking.is_behind(archive):
            with _bar("telling languages") as progress:
                await marking.catch_up(archive, await wiring.marker(archive), progress=progress)
    except (ArchiveLocked, ArchiveReadOnly, ArchiveFull) as error:
        print(f"archiver: {error}; what is not indexed is read one by one", file=sys.stderr)


@contextmanager
def _bar(what: str) -> Iterator[indexing.Progress]:
    """Give what shows how much is done, where somebody looks."""
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty())
    with bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), UTC)
