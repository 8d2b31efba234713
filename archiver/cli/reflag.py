"""``archiver reflag``: applies the rules to what the archive holds already."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from archiver import wiring
from archiver.cli.tables import number
from archiver.domain.channel import parse_handle
from archiver.domain.clock import utc_now
from archiver.domain.errors import ChannelUnknown
from archiver.services import reflagging
from archiver.services.reflagging import Choice, Reflagged
from archiver.storage import migrations, overview
from archiver.storage.archive import Archive

_PATIENCE_SECONDS = 60.0
"""How long to wait for the bot, which writes all the time while it reads the past."""


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.description = (
        "Flags the revisions that the rules in force have not seen, the oldest first. Earlier flags and "
        "decisions stay as they are. It may run beside the bot, and goes on where it was stopped. With "
        "--since or --channel it flags that part only, seen or not, and the rest is still to be seen."
    )
    parser.add_argument(
        "--since", type=date.fromisoformat, metavar="DATE", help="posts published since this day (UTC)"
    )
    parser.add_argument("--channel", metavar="@NAME", help="posts of this channel")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.set_defaults(command=_reflag)


def _reflag(arguments: argparse.Namespace) -> int:
    handle = parse_handle(arguments.channel) if arguments.channel else None
    done = asyncio.run(_run(since=arguments.since, handle=handle))
    if arguments.json:
        print(json.dumps(done.as_json(), ensure_ascii=False, indent=2))
    else:
        _print(done)
    if done.failed:
        failed = f"{number(len(done.failed))} revisions could not be flagged"
        print(f"archiver: {failed}, a bug of ours; the log names them: report it", file=sys.stderr)
    return 1 if done.failed else 0


async def _run(*, since: date | None, handle: str | None) -> Reflagged:
    found = wiring.settings()
    # nothing to flag is no reason to make an archive, nor to migrate one under its bot
    await asyncio.to_thread(migrations.check, found.database)
    async with wiring.open_archive(found, busy_seconds=_PATIENCE_SECONDS) as archive:
        choice = await _choice(archive, since=since, handle=handle)
        flagging = await wiring.flagging(found, archive)
        with _bar() as progress:
            return await reflagging.reflag(archive, flagging, clock=utc_now, progress=progress, choice=choice)


async def _choice(archive: Archive, *, since: date | None, handle: str | None) -> Choice | None:
    if since is None and handle is None:
        return None
    channel_id = None
    if handle is not None:
        async with archive.read() as db:
            channel = await overview.channel(db, handle)
        if channel is None or channel.channel_id is None:
            raise ChannelUnknown(f"nothing is archived of @{handle}; archiver channels list shows what is")
        channel_id = channel.channel_id
    return Choice(
        since=None if since is None else datetime.combine(since, time(), UTC), channel_id=channel_id
    )


@contextmanager
def _bar() -> Iterator[reflagging.Progress]:
    """Give what shows how much is done, where somebody looks."""
    columns = (TextColumn("flagging"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty())
    with bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _print(done: Reflagged) -> None:
    told = done.as_json()
    print(
        f"{number(done.revisions)} revisions seen by rulebook {done.rulebook[:12]}: "
        f"{number(done.flags)} flags, {number(told['new_flags'])} of them new"
    )
    for category, count in told["by_category"].items():
        print(f"  {category}: {number(count)}")
