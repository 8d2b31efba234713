"""The bot of the machine: its line, its archive, and the pieces of its work that are done by hand."""

from __future__ import annotations

import asyncio
from pathlib import Path

from archiver.domain.channel import Access
from archiver.domain.clock import utc_now
from archiver.domain.ids import PostId
from archiver.domain.page import Event, Page
from archiver.domain.post import Provenance
from archiver.loopback.server import LoopbackServer
from archiver.services.capture import capture_page
from archiver.services.live import capture_events
from archiver.services.looking import record_look
from archiver.services.run import Policy, Run
from archiver.storage import cursors, rulebooks, runs
from archiver.storage.archive import Archive, Transaction
from archiver.telegram import asking, reading
from archiver.telegram.line import Line, LineSettings, Server
from archiver.telegram.translate import events
from tests.services.flaggers import POISON, word_flagging

_POISONED = word_flagging("معدل", poison=POISON)


async def open_bot(path: Path, server: LoopbackServer) -> tuple[Run, Access]:
    """Open an archive, and a line with the session file beside it; return the run and the key to @machine."""

    async def on_flood(_method: str, _seconds: float) -> None:
        """The wait is what we want to see."""

    dc, place = server.address.split("@")
    host, port = place.rsplit(":", 1)
    line = Line(
        LineSettings(
            api_id=1, api_hash="x", session=path.with_name("machine.session"),
            server=Server(dc=int(dc), host=host, port=int(port), key=server.public_key_pem),
            pace=0, timeout_seconds=5, retry_seconds=0.01,
        ),
        on_flood=on_flood,
    )  # fmt: skip
    archive = await Archive.open(path, clock=utc_now)
    account_id = await line.open()
    async with archive.write() as tx:
        await rulebooks.record(tx, _POISONED.rulebook, at=utc_now())
        run_id = await runs.begin(tx, at=utc_now(), version="test", layer=0)
    run = Run(
        archive=archive, line=line, clock=utc_now, run_id=run_id, account_id=account_id, policy=Policy(),
        flagging=_POISONED,
    )  # fmt: skip
    found = await asking.resolve(line.calls, "machine")
    async with archive.write() as tx:
        await record_look(tx, run, found, now=utc_now())
    assert found.access_hash is not None
    return run, Access(channel_id=found.channel_id, access_hash=found.access_hash, is_joined=True)


async def take_pushes(run: Run) -> None:
    """Archive what is pushed within some turns of the loop."""
    for _ in range(20):
        await asyncio.sleep(0.001)
        if len(run.line.inbox):
            break
    while len(run.line.inbox):
        arrived = await run.line.inbox.take()
        told = [found for container in arrived.containers for found in events(container)]
        await capture_events(run, [event for event in told if isinstance(event, Event)])


async def read_page(run: Run, access: Access, *, is_past: bool) -> Page:
    """Return the newest page, or the one that a backfill would read next."""
    async with run.archive.read() as db:
        cursor = await cursors.get(db, access.channel_id)
    assert cursor is not None
    # under the first post there is nothing, and Telegram takes 0 for the newest
    below = max(1, cursor.low_water_id) if is_past else 0
    return await reading.older(run.line.calls, access, below=PostId(below))


async def write_page(run: Run, page: Page, *, is_past: bool) -> None:
    """Archive a page as the work that read it would."""

    async def lower(tx: Transaction) -> None:
        complete_at = utc_now() if page.is_end else None
        await cursors.lower(tx, page.channel_id, low_water_id=page.first_id, history_complete_at=complete_at)

    provenance = Provenance.BACKFILL if is_past else Provenance.RESCAN
    await capture_page(run, page, provenance=provenance, advance=lower if is_past else None)
