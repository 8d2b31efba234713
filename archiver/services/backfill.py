"""Backfill: read a channel's past, from the low-water mark down, page by page.

The next pages are asked for while the last ones are being written. They commit with the low-water mark they
reach, so a stop at any moment costs a few pages of reading.
"""

from __future__ import annotations

import asyncio
from collections import deque
from datetime import UTC, date, datetime, time

import structlog

from archiver.domain.channel import Access
from archiver.domain.cursor import Cursor
from archiver.domain.page import Page
from archiver.domain.post import Provenance
from archiver.services.capture import Advance, capture_pages
from archiver.services.run import Run
from archiver.storage import cursors, posts
from archiver.storage.archive import Transaction
from archiver.telegram import reading

log = structlog.get_logger()

_TURNS = 25
_AHEAD = 4
"""Pages asked for before they can be written; those that arrived are written in one transaction."""


async def backfill(run: Run, access: Access) -> bool:
    """Read some 50 pages further into the past; return whether there is more.

    Raises what the calls raise; the pages until then are archived.
    """
    cursor = await _cursor(run, access)
    if cursor is None:
        return False
    ahead = deque([asyncio.create_task(reading.older(run.line.calls, access, below=cursor.low_water_id))])
    try:
        for _ in range(_TURNS):
            while len(ahead) < _AHEAD:
                ahead.append(asyncio.create_task(_after(ahead[-1], run, access)))
            pages = await _arrived(ahead, run)
            last = pages[-1]
            await capture_pages(run, pages, provenance=Provenance.BACKFILL, advance=_lower(run, cursor, last))
            if _is_last(run, last):
                log.info("history.completed", channel_id=access.channel_id, told=last.total)
                return False
        return True
    finally:
        for asked in ahead:
            asked.cancel()
        await asyncio.gather(*ahead, return_exceptions=True)


async def _cursor(run: Run, access: Access) -> Cursor | None:
    """Return where to go on, ``None`` when there is nothing older to read, or nobody wants it."""
    async with run.archive.read() as db:
        cursor = await cursors.get(db, access.channel_id)
        if cursor is None or cursor.history_complete_at is not None:
            return None
        since = run.policy.backfill_since
        older = await posts.id_before(db, access.channel_id, _midnight(since)) if since else None
    return None if older is not None and older >= cursor.low_water_id else cursor


async def _arrived(ahead: deque[asyncio.Task[Page]], run: Run) -> list[Page]:
    """Take the next page out, once it is there, and the ones after it that are there too."""
    pages = [await ahead.popleft()]
    # one task stays, for the next to be asked after
    while len(ahead) > 1 and _is_there(ahead[0]) and not _is_last(run, pages[-1]):
        pages.append(await ahead.popleft())
    return pages


def _is_there(asked: asyncio.Task[Page]) -> bool:
    """Whether a page arrived; one that failed waits until those before it are written."""
    return asked.done() and not asked.cancelled() and asked.exception() is None


async def _after(before: asyncio.Task[Page], run: Run, access: Access) -> Page:
    """Return the page below another, asked for as soon as that one is there."""
    page = await before
    if _is_last(run, page):
        return page
    return await reading.older(run.line.calls, access, below=page.first_id)


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
