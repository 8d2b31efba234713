"""The watch list as rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from archiver.domain.channel import Watch, WatchState
from archiver.domain.ids import ChannelId, RunId
from archiver.storage import watches
from archiver.storage.archive import Archive
from tests.builders import CHANNEL, NOON

pytestmark = pytest.mark.asyncio

LATER = NOON + timedelta(hours=1)
WATCH = Watch(
    handle="rafidain",
    state=WatchState.WATCHED,
    added_at=NOON,
    labels=("press", "arabic"),
    note="n",
    priority=2,
)


async def put(archive: Archive, *lines: Watch) -> None:
    async with archive.write() as tx:
        for line in lines:
            await watches.put(tx, line)


async def held(archive: Archive, handle: str = "rafidain") -> Watch | None:
    async with archive.read() as db:
        return await watches.get(db, handle)


async def test_a_line_comes_back_as_it_was_put(archive: Archive) -> None:
    await put(archive, WATCH)

    assert await held(archive) == WATCH
    assert await held(archive, "nobody") is None


async def test_the_most_urgent_line_comes_first(archive: Archive) -> None:
    await put(
        archive,
        replace(WATCH, handle="late", priority=0, added_at=LATER),
        replace(WATCH, handle="b", priority=0),
        replace(WATCH, handle="a", priority=0),
        WATCH,
    )

    async with archive.read() as db:
        assert [line.handle for line in await watches.every(db)] == ["rafidain", "a", "b", "late"]


async def test_a_line_put_again_is_new_but_stays_bound_and_as_old_as_it_was(
    archive: Archive, run_id: RunId
) -> None:
    await put(archive, WATCH)
    async with archive.write() as tx:
        await watches.bind(tx, "rafidain", CHANNEL, at=LATER)
        await watches.refuse(tx, "rafidain", "a group", at=LATER)

    await put(
        archive, replace(WATCH, state=WatchState.PAUSED, added_at=LATER, labels=(), note=None, priority=0)
    )

    assert await held(archive) == Watch(
        handle="rafidain", state=WatchState.PAUSED, added_at=NOON, channel_id=CHANNEL, resolved_at=LATER
    )


async def test_a_refusal_ends_when_the_handle_is_found_to_be_a_channel(
    archive: Archive, run_id: RunId
) -> None:
    await put(archive, WATCH)

    async with archive.write() as tx:
        await watches.refuse(tx, "rafidain", "nobody holds @rafidain", at=NOON)
    refused = await held(archive)
    async with archive.write() as tx:
        await watches.bind(tx, "rafidain", CHANNEL, at=LATER)

    assert refused == replace(WATCH, refusal="nobody holds @rafidain", resolved_at=NOON)
    assert await held(archive) == replace(WATCH, channel_id=CHANNEL, resolved_at=LATER)
    async with archive.read() as db:
        assert await watches.of_channel(db, CHANNEL) == [
            replace(WATCH, channel_id=CHANNEL, resolved_at=LATER)
        ]
        assert await watches.of_channel(db, ChannelId(5)) == []


async def test_a_state_is_set_by_handle(archive: Archive, run_id: RunId) -> None:
    await put(archive, WATCH, replace(WATCH, handle="other"))
    async with archive.write() as tx:
        for handle in ("rafidain", "other"):
            await watches.bind(tx, handle, CHANNEL, at=NOON)
        is_known = await watches.set_state(tx, "other", WatchState.PAUSED)
        is_unknown = await watches.set_state(tx, "nobody", WatchState.PAUSED)

    async with archive.read() as db:
        states = {line.handle: line.state for line in await watches.every(db)}
    assert (is_known, is_unknown) == (True, False)
    assert states == {"rafidain": WatchState.WATCHED, "other": WatchState.PAUSED}
