"""``archiver demo``: the real bot, archiving a small Telegram on this machine.

The make-believe Telegram runs in this process; the sign-in and the bot are the installed command in processes
of their own, so what is shown is what an operator gets. So is the desk, whose address and logins are printed.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from rich.console import Console, Group
from rich.live import Live

from archiver import wiring
from archiver.cli.demo_desk import OpenDesk, make_logins, serving
from archiver.cli.demo_view import signs_in, view
from archiver.domain.clock import utc_now
from archiver.domain.errors import ArchiveReadOnly, ArchiverError
from archiver.loopback.script import Script, demo_script
from archiver.loopback.server import LoopbackServer
from archiver.loopback.timeline import play
from archiver.services import status
from archiver.services.run import Policy
from archiver.storage.archive import Archive

_ONE_REDRAW = 0.5

# a demo lives for a minute: what takes hours elsewhere takes seconds here
_SETTINGS = {
    "HEARTBEAT_SECONDS": "1",
    "LOG_FORMAT": "json",
    "SYNC__LOOK_SHORTEST_MINUTES": "0.05",
    "SYNC__LOOK_LONGEST_MINUTES": "0.1",
    "SAMPLING__SUBSCRIBERS_EVERY_MINUTES": "0.1",
}


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.description = (
        "Starts a small Telegram on this machine, signs the bot in, and shows what it archives and flags "
        "while channels post, edit, delete, change their names and get banned. Opens the review desk, and "
        "prints its address and two logins. Needs no account and no network."
    )
    parser.add_argument(
        "--port", type=int, default=0, metavar="N", help="the review desk's port (default: a free one)"
    )
    parser.add_argument("--headless", action="store_true", help="no table; end with one JSON line")
    parser.add_argument(
        "--seconds", type=float, metavar="N", help="end after so long; with --headless 20 unless given"
    )
    parser.add_argument("--keep", type=Path, metavar="DIR", help="a folder to keep; else it is thrown away")
    parser.set_defaults(command=_demo)


def _demo(arguments: argparse.Namespace) -> int:
    seconds = arguments.seconds or (20.0 if arguments.headless else None)
    with _folder(arguments.keep) as folder:
        return asyncio.run(_show(folder, arguments.port, seconds=seconds, is_headless=arguments.headless))


@contextlib.contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="archiver-demo-") as folder:
            yield Path(folder)
        return
    try:
        keep.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ArchiveReadOnly(f"can't make {keep}: {error.strerror}") from error
    yield keep.resolve()


async def _show(folder: Path, port: int, *, seconds: float | None, is_headless: bool) -> int:
    stop = asyncio.Event()
    # SIGHUP, of a terminal that was closed, must not leave the bot behind
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    script = demo_script()
    server = LoopbackServer(script.world)
    await server.start()
    try:
        environment = _environment(folder, server)
        account = next(iter(script.world.accounts.values()))
        handles = [f"@{life.handle}" for life in script.lives]
        await _run("login", "--phone", account.phone, environment=environment, answers=f"{account.code}\n")
        await _run("channels", "add", *handles, environment=environment)
        logins = await make_logins(partial(_run, environment=environment))
        async with (
            _bot(environment, folder, stop),
            _playing(script),
            serving(environment, folder, logins, port=port) as desk,
        ):
            await _watch(folder, stop, desk, seconds=seconds, is_headless=is_headless)
    finally:
        await server.stop()
    if is_headless:
        print(json.dumps(await _counts(folder)))
    return 0


def _environment(folder: Path, server: LoopbackServer) -> dict[str, str]:
    given = {key: value for key, value in os.environ.items() if not key.startswith("ARCHIVER_")}
    settings = _SETTINGS | {
        "DATABASE": str(folder / "archive.db"),
        "TELEGRAM__SESSION": str(folder / "demo.session"),
        "TELEGRAM__SERVER": server.address,
        "TELEGRAM__SERVER_KEY": server.public_key_pem,
    }
    return given | {f"ARCHIVER_{key}": value for key, value in settings.items()}


async def _run(*arguments: str, environment: dict[str, str], answers: str = "") -> str:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "archiver", *arguments,
        env=environment, cwd=Path(environment["ARCHIVER_DATABASE"]).parent, stdin=-1, stdout=-1, stderr=-1,
        start_new_session=True,
    )  # fmt: skip
    told, errors = await process.communicate(answers.encode())
    if process.returncode:
        raise ArchiverError(f"archiver {arguments[0]} failed: {_last_line(errors.decode())}")
    return told.decode()


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["it said nothing"])[-1]


@asynccontextmanager
async def _bot(environment: dict[str, str], folder: Path, stop: asyncio.Event) -> AsyncIterator[None]:
    """Let the bot live; when it ends by itself the show is over."""
    with (folder / "bot.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "archiver", "run",
            env=environment, cwd=folder, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    ended = asyncio.create_task(process.wait())
    ended.add_done_callback(lambda _: stop.set())
    try:
        yield
        if ended.done():
            raise ArchiverError(f"archiver run failed: {_last_line((folder / 'bot.log').read_text('utf-8'))}")
    finally:
        if process.returncode is None:
            process.terminate()
        await ended


@asynccontextmanager
async def _playing(script: Script) -> AsyncIterator[None]:
    playing = asyncio.create_task(play(script))
    try:
        yield
    finally:
        playing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await playing


async def _watch(
    folder: Path, stop: asyncio.Event, desk: OpenDesk, *, seconds: float | None, is_headless: bool
) -> None:
    console = Console(stderr=is_headless)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            if is_headless:
                console.print(signs_in(desk), soft_wrap=True)
                await stop.wait()
            else:
                await _redraw(folder, console, stop, desk)


async def _redraw(folder: Path, console: Console, stop: asyncio.Event, desk: OpenDesk) -> None:
    archive = await Archive.open(folder / "archive.db", clock=utc_now, read_only=True)
    masker = wiring.masker()
    try:
        with Live(console=console, auto_refresh=False) as live:
            while not stop.is_set():
                live.update(Group(signs_in(desk), await view(archive, folder, masker)), refresh=True)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_ONE_REDRAW):
                        await stop.wait()
    finally:
        await archive.close()


async def _counts(folder: Path) -> dict[str, int]:
    archive = await Archive.open(folder / "archive.db", clock=utc_now, read_only=True)
    try:
        totals = (await status.read(archive, policy=Policy(), clock=utc_now)).totals
    finally:
        await archive.close()
    return {
        "posts": totals.posts,
        "revisions": totals.revisions,
        "tombstones": totals.tombstones,
        "subscriber_counts": totals.subscriber_counts,
        "gaps": totals.gaps,
        "flags": totals.flags,
        "cases": totals.cases,
    }
