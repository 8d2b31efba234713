"""``archiver import``: reads in what others archived."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from itertools import accumulate
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from archiver import wiring
from archiver.cli.tables import number, printable
from archiver.desktop.sources import Source, files_of, source
from archiver.domain.channel import parse_handle
from archiver.domain.claim import Claim, channel_id_of
from archiver.domain.clock import utc_now
from archiver.domain.errors import ArchiveMissing, ArchiverError, HandleInvalid, SourceError, SourceRefused
from archiver.domain.ids import ChannelId
from archiver.domain.importing import Worth
from archiver.services.flagging import Flagging
from archiver.services.flagging_aside import Aside
from archiver.services.imported import Imported
from archiver.services.importing import OnProgress, Reading, import_file, rehearse
from archiver.settings import Settings

_PATIENCE_SECONDS = 60.0
"""How long to wait for the bot, which may write meanwhile."""


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.description = (
        "Reads posts of public channels out of files and flags them: JSON exports of Telegram Desktop (of a "
        "channel or of a whole account), SQLite files of tg-archive, saved pages of t.me/s, JSONL exports of "
        "our own. Whatever is not of a public channel is counted and left out. The same file twice adds "
        "nothing; one that was stopped goes on where it was. It may run beside the bot."
    )
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files, or folders with exports")
    parser.add_argument(
        "--channel", type=_handle, metavar="@NAME",
        help="the files are of this public channel; of several in a file, take this one",
    )  # fmt: skip
    parser.add_argument(
        "--channel-id", type=_channel_id, metavar="N", help="its id, where neither file nor archive knows it"
    )
    parser.add_argument(
        "--zone", type=_zone, default="UTC", metavar="ZONE",
        help="of times that name none: exports of Telegram Desktop until 2021; UTC if not said",
    )  # fmt: skip
    parser.add_argument(
        "--made-at", type=_moment, metavar="TIME",
        help="when the files were made; counts in them are left out without it",
    )  # fmt: skip
    parser.add_argument("--dry-run", action="store_true", help="say what it would give, and write nothing")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.set_defaults(command=_import)


def _import(arguments: argparse.Namespace) -> int:
    reading = Reading(
        claim=Claim(handle=arguments.channel, channel_id=arguments.channel_id),
        zone=arguments.zone,
        zone_name=str(arguments.zone),
        made_at=arguments.made_at,
    )
    wanted, faults = _sources(arguments.paths)
    done = (_rehearse if arguments.dry_run else _bring)(wanted, reading) if wanted else []
    faults += [fault for each in done if (fault := _fault(each)) is not None]
    if arguments.json:
        print(json.dumps(_as_json(done, faults, is_dry=arguments.dry_run), ensure_ascii=False, indent=2))
    else:
        _print(done, is_dry=arguments.dry_run)
    for fault in faults:
        print(f"archiver: {printable(str(fault))}", file=sys.stderr)
    return 1 if faults else 0


def _bring(wanted: Sequence[Source], reading: Reading) -> list[Imported]:
    """Return what every file gave."""
    settings = wiring.settings()
    flagging = asyncio.run(_flagging(settings))
    with wiring.aside(flagging, work_bytes=sum(each.bytes for each in wanted)) as aside:
        wiring.tune_process()
        return asyncio.run(_importing(settings, wanted, reading, flagging=flagging, aside=aside))


async def _flagging(settings: Settings) -> Flagging:
    """Return the rules in force; the archive is open only for it."""
    async with wiring.open_archive(settings, busy_seconds=_PATIENCE_SECONDS) as archive:
        return await wiring.flagging(settings, archive)


async def _importing(
    settings: Settings,
    wanted: Sequence[Source],
    reading: Reading,
    *,
    flagging: Flagging,
    aside: Aside | None,
) -> list[Imported]:
    async with wiring.open_archive(settings, busy_seconds=_PATIENCE_SECONDS) as archive:
        work = partial(import_file, archive, flagging, clock=utc_now, aside=aside)
        with _bar(wanted) as bars:
            return [
                await work(each, reading, on_progress=bar) for each, bar in zip(wanted, bars, strict=True)
            ]


def _rehearse(wanted: Sequence[Source], reading: Reading) -> list[Imported]:
    """Return what every file would give."""
    return asyncio.run(_rehearsing(wiring.settings(), wanted, reading))


async def _rehearsing(settings: Settings, wanted: Sequence[Source], reading: Reading) -> list[Imported]:
    async with AsyncExitStack() as stack:
        archive = None
        with suppress(ArchiveMissing):  # all is new to an archive that is not there yet
            archive = await stack.enter_async_context(wiring.open_archive(settings, read_only=True))
        with _bar(wanted) as bars:
            return [
                await rehearse(archive, each, reading, on_progress=bar)
                for each, bar in zip(wanted, bars, strict=True)
            ]


def _sources(paths: Sequence[Path]) -> tuple[list[Source], list[ArchiverError]]:
    found: list[Source] = []
    faults: list[ArchiverError] = []
    for path in paths:
        try:
            files = list(files_of([path]))
        except SourceError as error:
            faults.append(error)
            continue
        for file in files:
            try:
                found.append(source(file))
            except SourceError as error:
                faults.append(error)
    return found, faults


@contextmanager
def _bar(sources: Sequence[Source]) -> Iterator[list[OnProgress]]:
    """Give what shows for each file how much of all is done, where somebody looks."""
    columns = (TextColumn("importing"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty())
    with bar:
        task = bar.add_task("", total=sum(each.bytes for each in sources))
        starts = accumulate((each.bytes for each in sources), initial=0)

        def at(start: int) -> OnProgress:
            return lambda done: bar.update(task, completed=start + done)

        yield [at(start) for start, _ in zip(starts, sources, strict=False)]


def _fault(done: Imported) -> ArchiverError | None:
    """Return why not all of a file was taken that should have been."""
    if done.fault is not None:
        return done.fault
    if not done.is_refused:
        return None
    reasons = ", ".join(f"{reason} ({number(count)})" for reason, count in done.refused.most_common())
    return SourceRefused(
        f"{done.source.path.name} has no public channel that can be taken: {reasons or 'no posts'}; "
        "where it is one, say which: --channel @name, and --channel-id where the archive does not know it"
    )


def _print(done: Sequence[Imported], *, is_dry: bool) -> None:
    for each in done:
        name = printable(each.source.path.name)
        if each.was_complete:
            print(f"{name}: imported before, nothing to do")
            continue
        worth = each.worth
        flags = "" if is_dry else f", {number(each.flags)} flags"
        would = "would give " if is_dry else ""
        print(
            f"{name}: {would}{number(worth[Worth.FIRST])} new posts, {number(worth[Worth.CHANGED])} new "
            f"revisions{flags}; {number(worth[Worth.HELD])} held already, {number(worth[Worth.OLDER])} older"
        )
        for channel_id, extent in each.channels.items():
            print(
                f"  channel {channel_id}: {number(extent.posts)} posts, {extent.first_post_id} to "
                f"{extent.last_post_id}, {extent.since:%Y-%m-%d} to {extent.until:%Y-%m-%d}"
            )
        for reason, count in each.refused.most_common():
            print(f"  left out: {reason} ({number(count)})")
        if each.uncounted:
            print(f"  {number(each.uncounted)} posts have counts, left out: say when with --made-at")


def _as_json(done: Sequence[Imported], faults: Sequence[ArchiverError], *, is_dry: bool) -> dict[str, object]:
    return {
        "dry_run": is_dry,
        "files": [each.as_json() for each in done],
        "faults": [{"code": fault.code, "error": str(fault)} for fault in faults],
    }


def _channel_id(text: str) -> ChannelId:
    found = channel_id_of(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no channel id")
    return found


def _handle(text: str) -> str:
    try:
        return parse_handle(text)
    except HandleInvalid as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no time zone that this machine knows") from error


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no time; give 2026-03-01 or 2026-03-01T12:00Z"
        ) from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
