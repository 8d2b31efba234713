"""Cursors: they move forward only."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from archiver.domain.cursor import Cursor
from archiver.domain.ids import ChannelId, PostId, RunId
from archiver.storage import cursors
from archiver.storage.archive import Archive
from tests.builders import CHANNEL, NOON, a_cursor
from tests.storage.steps import know_channel

pytestmark = pytest.mark.asyncio

LATER = NOON + timedelta(hours=1)


async def put(archive: Archive, cursor: Cursor) -> None:
    async with archive.write() as tx:
        await cursors.put(tx, cursor)


async def held(archive: Archive) -> Cursor | None:
    async with archive.read() as db:
        return await cursors.get(db, CHANNEL)


async def advance(archive: Archive, as_of: int, high_water_id: int, looked_at: datetime | None) -> None:
    async with archive.write() as tx:
        await cursors.advance(tx, CHANNEL, as_of=as_of, high_water_id=high_water_id, looked_at=looked_at)


async def test_a_cursor_comes_back_as_it_was_put(archive: Archive, run_id: RunId) -> None:
    cursor = a_cursor(history_complete_at=NOON, rescanned_at=NOON, recent_rescanned_at=LATER)

    before = await held(archive)
    await put(archive, cursor)

    assert before is None
    assert await held(archive) == cursor


async def test_a_cursor_that_stands_is_not_put_again(archive: Archive, run_id: RunId) -> None:
    await put(archive, a_cursor())

    await put(archive, a_cursor(as_of=1, high_water_id=1))

    assert await held(archive) == a_cursor()


async def test_every_cursor_is_found_by_its_channel(archive: Archive, run_id: RunId) -> None:
    async with archive.write() as tx:
        await know_channel(tx, run_id, channel_id=5)
    await put(archive, a_cursor())
    await put(archive, a_cursor(5, as_of=9))

    async with archive.read() as db:
        assert await cursors.every(db) == {CHANNEL: a_cursor(), ChannelId(5): a_cursor(5, as_of=9)}


async def test_a_cursor_moves_up_and_never_back(archive: Archive, run_id: RunId) -> None:
    await put(archive, a_cursor())

    await advance(archive, 120, 0, LATER)
    await advance(archive, 90, 12, NOON)
    await advance(archive, 0, 0, None)

    assert await held(archive) == a_cursor(as_of=120, high_water_id=12, looked_at=LATER)


async def test_a_cursor_that_was_never_looked_at_stays_so(archive: Archive, run_id: RunId) -> None:
    await put(archive, a_cursor(looked_at=None))

    await advance(archive, 120, 9, None)
    untouched = await held(archive)
    await advance(archive, 120, 9, NOON)

    assert untouched == a_cursor(as_of=120, high_water_id=9, looked_at=None)
    assert await held(archive) == a_cursor(as_of=120, high_water_id=9, looked_at=NOON)


async def test_the_low_water_mark_moves_down_until_the_past_is_complete(
    archive: Archive, run_id: RunId
) -> None:
    await put(archive, a_cursor(low_water_id=50))

    for low_water_id, at in ((20, None), (30, None), (1, LATER), (1, LATER + timedelta(hours=1))):
        async with archive.write() as tx:
            await cursors.lower(tx, CHANNEL, low_water_id=PostId(low_water_id), history_complete_at=at)

    assert await held(archive) == a_cursor(low_water_id=1, history_complete_at=LATER)


async def test_a_rescan_is_noted_on_its_way_and_at_its_end(archive: Archive, run_id: RunId) -> None:
    await put(archive, a_cursor())

    async with archive.write() as tx:
        await cursors.set_rescan(tx, CHANNEL, rescan_id=PostId(5), rescan_began_at=NOON)
    under_way = await held(archive)
    async with archive.write() as tx:
        await cursors.finish_rescan(tx, CHANNEL, at=LATER)
    ended = await held(archive)
    async with archive.write() as tx:
        await cursors.set_recent_rescan(tx, CHANNEL, at=LATER + timedelta(hours=1))

    assert under_way == a_cursor(rescan_id=5, rescan_began_at=NOON)
    assert ended == a_cursor(rescanned_at=LATER, recent_rescanned_at=LATER)
    assert ended is not None
    assert await held(archive) == replace(ended, recent_rescanned_at=LATER + timedelta(hours=1))
