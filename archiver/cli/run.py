"""``archiver run``: the bot."""

from __future__ import annotations

import argparse
import asyncio
import signal
from datetime import date
from pathlib import Path

import structlog

from archiver import wiring
from archiver.cli.systemd import notify
from archiver.domain.clock import utc_now
from archiver.domain.errors import ArchiverError
from archiver.services import watch_list
from archiver.services.bot import Outside
from archiver.settings import Settings
from archiver.storage.archive import Archive

log = structlog.get_logger()


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.description = (
        "Archives the watched channels until SIGTERM or SIGINT. SIGHUP reads "
        "ARCHIVER_CHANNELS_FILE again. Log lines go to standard error; under systemd (Type=notify) it "
        "says when it is ready and feeds the watchdog."
    )
    parser.add_argument(
        "--since",
        type=date.fromisoformat,
        metavar="DATE",
        help="read the past back to this day, e.g. 2024-01-31; goes before ARCHIVER_SYNC__BACKFILL_SINCE",
    )
    parser.set_defaults(command=_run)


def _run(arguments: argparse.Namespace) -> int:
    settings = wiring.settings()
    if arguments.since is not None:
        settings.sync.backfill_since = arguments.since
    wiring.tune_process()
    return asyncio.run(_live(settings))


async def _live(found: Settings) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    asked = asyncio.Event()
    loop.add_signal_handler(signal.SIGHUP, asked.set)
    async with wiring.open_archive(found) as archive:
        archive.claim()
        await _obey_file(archive, found)
        outside = Outside(ready=lambda: notify("READY=1"), alive=lambda: notify("WATCHDOG=1"))
        flagging, marker = await wiring.flagging(found, archive), await wiring.marker(archive)
        bot = wiring.bot(found, archive, outside, flagging=flagging, marker=marker)
        files = asyncio.create_task(_obey_signals(archive, found, asked))
        try:
            await bot.live(stop)
        finally:
            notify("STOPPING=1")
            files.cancel()
    return 0


async def _obey_file(archive: Archive, found: Settings) -> None:
    if found.channels_file is not None:
        entries = watch_list.read_entries(Path(found.channels_file))
        await watch_list.keep_equal(archive, entries, clock=utc_now)


async def _obey_signals(archive: Archive, found: Settings, asked: asyncio.Event) -> None:
    while True:
        await asked.wait()
        asked.clear()
        try:
            await _obey_file(archive, found)
        except ArchiverError as error:
            # the list that was obeyed until now stays in force
            log.error("watch_list.refused", code=error.code, error=str(error))  # noqa: TRY400 - no bug
