"""Backfill: read a channel's past, from the low-water mark down, page by page.

The next pages are read while the last ones are being written. They commit with the low-water mark they
reach, so a stop at any moment costs a few pages of reading.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, time

import structlog

from archiver.domain.channel import Access
from archiver.domain.cursor import Cursor
from archiver.domain.ids import PostId
from archiver.domain.page import Page
from archiver.domain.post import Provenance
from archiver.services import unreadable
from archiver.services.capture import Advance, capture_pages
from archiver.services.live import capture_overtaken
from archiver.services.run import Run
from archiver.storage import cursors, posts
from archiver.storage.archive import Transaction
from archiver.telegram import reading

log = structlog.get_logger()

_PAGES = 50
_AHEAD = 4
"""Pages that may be read and not written yet; those that are there go into one transaction."""


async def backfill(run: Run, access: Access) -> bool:
    """Read some 50 pages further into the past; return whether there is more.

    Raises what the calls raise; the pages until then are archived.
    """
    cursor = await _cursor(run, access)
    if cursor is None:
        return False
    arrived: asyncio.Queue[Page | None] = asyncio.Queue()
    room = asyncio.Semaphore(_AHEAD)
    reader = asyncio.create_task(_read(run, access, below=cursor.low_water_id, arrived=arrived, room=room))
    reader.add_done_callback(lambda _: arrived.put_nowait(None))
    try:
        while pages := await _take(arrived):
            await _write(run, cursor, pages)
            for _ in pages:
                room.release()
        return await reader
    finally:
        reader.cancel()
        await asyncio.gather(reader, return_exceptions=True)


async def _cursor(run: Run, access: Access) -> Cursor | None:
    """Return where to go on, ``None`` when there is nothing older to read, or nobody wants it."""
    async with run.archive.read() as db:
        cursor = await cursors.get(db, access.channel_id)
        if cursor is None or cursor.history_complete_at is not None:
            return None
        since = run.policy.backfill_since
        older = await posts.id_before(db, access.channel_id, _midnight(since)) if since else None
    return None if older is not None and older >= cursor.low_water_id else cursor


async def _read(
    run: Run, access: Access, *, below: PostId, arrived: asyncio.Queue[Page | None], room: asyncio.Semaphore
) -> bool:
    """Read pages, each below the one before; return whether there are more."""
    for _ in range(_PAGES):
        await room.acquire()
        async with unreadable.noted(run, access.channel_id, unreadable.page_below(below)):
            page = await reading.older(run.line.calls, access, below=below)
        arrived.put_nowait(page)
        if _is_last(run, page):
            return False
        below = page.first_id
    return True


async def _take(arrived: asyncio.Queue[Page | None]) -> list[Page]:
    """Return the next page, once it is there, and the ones after it that are there too; none at the end."""
    page, pages = await arrived.get(), []
    while page is not None:
        pages.append(page)
        if arrived.empty():
            return pages
        page = arrived.get_nowait()
    if pages:
        arrived.put_nowait(None)
    return pages


async def _write(run: Run, cursor: Cursor, pages: list[Page]) -> None:
    last = pages[-1]
    await capture_overtaken(run, cursor.channel_id, pages)
    await capture_pages(run, pages, provenance=Provenance.BACKFILL, advance=_lower(run, cursor, last))
    if _is_last(run, last):
        log.info("history.completed", channel_id=cursor.channel_id, told=last.total)


def _lower(run: Run, cursor: Cursor, page: Page) -> Advance:
    async def advance(tx: Transaction) -> None:
        complete_at = run.clock() if page.is_end else None
        await cursors.lower(
            tx, cursor.channel_id, low_water_id=page.first_id, history_complete_at=complete_at
        )

    return advance


def _is_last(run: Run, page: Page) -> bool:
    """Whether nothing older exists, or a page is as old as the operator wants to go."""
    if page.is_end:
        return True
    since = run.policy.backfill_since
    if since is None or not page.observations:
        return False
    oldest = min(seen.published_at for seen in page.observations)
    return oldest < _midnight(since)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
