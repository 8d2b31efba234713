"""``archiver serve``: the review desk."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys

from archiver import wiring
from archiver.review.app import make_app
from archiver.review.server import serve
from archiver.services import people
from archiver.settings import Settings
from archiver.storage import migrations

_PATIENCE_SECONDS = 15.0
"""How long a decision waits for the bot, which writes pages of posts meanwhile."""

_HIGHEST_PORT = 65_535


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.description = (
        "Serves the review desk until SIGTERM or SIGINT, beside the bot or without it. It listens on this "
        "machine only; another address needs TLS, or a proxy that speaks it. Make the first login with: "
        "archiver reviewers add NAME --role admin."
    )
    parser.add_argument("--host", metavar="ADDRESS", help="goes before ARCHIVER_REVIEW__HOST")
    parser.add_argument(
        "--port", type=_port, metavar="N", help="goes before ARCHIVER_REVIEW__PORT; 0: a free one"
    )
    parser.set_defaults(command=_serve)


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= _HIGHEST_PORT:
        raise argparse.ArgumentTypeError(f"{port} is no port: 0 to {_HIGHEST_PORT}")
    return port


def _serve(arguments: argparse.Namespace) -> int:
    found = wiring.settings()
    if arguments.host is not None:
        found.review.host = arguments.host
    if arguments.port is not None:
        found.review.port = arguments.port
    return asyncio.run(_live(found))


async def _live(found: Settings) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    # nothing to review is no reason to make an archive, nor to migrate one under its bot
    await asyncio.to_thread(migrations.check, found.database)
    review = found.review
    tls = (review.tls_cert, review.tls_key) if review.tls_cert and review.tls_key else None
    async with wiring.open_archive(found, busy_seconds=_PATIENCE_SECONDS) as archive:
        desk = await wiring.desk(found, archive)
        has_people = bool(await people.everybody(desk.people))

        def ready(address: str) -> None:
            print(f"the desk is at {address}", flush=True)
            if not has_people:
                print("nobody can sign in yet: archiver reviewers add NAME --role admin", file=sys.stderr)

        await serve(make_app(desk), host=review.host, port=review.port, tls=tls, stop=stop, ready=ready)
    return 0
