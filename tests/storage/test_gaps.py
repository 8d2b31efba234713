"""The gap ledger: opened, closed, and never twice."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings, strategies as st

from archiver.domain.gap import Gap, GapCause, GapState
from archiver.domain.ids import ChannelId, PostId, RunId
from archiver.storage import gaps
from archiver.storage.archive import Archive
from tests.builders import CHANNEL, NOON, Clock
from tests.storage.steps import begin_run, know_channel

pytestmark = pytest.mark.asyncio

LATER = NOON + timedelta(hours=1)
GAP = Gap(
    channel_id=CHANNEL, cause=GapCause.TOO_MANY_EVENTS, state=GapState.OPEN, first_post_id=PostId(5),
    last_post_id=None, since=NOON, until=None, opened_at=NOON,
)  # fmt: skip


async def open_gap(archive: Archive, run_id: RunId, gap: Gap) -> int:
    async with archive.write() as tx:
        return await gaps.open_gap(tx, gap, run_id=run_id)


async def lose(
    archive: Archive, run_id: RunId, ids: Iterable[int], *, cause: GapCause = GapCause.DELETED_UNSEEN
) -> None:
    async with archive.write() as tx:
        await gaps.record_lost(
            tx, CHANNEL, [PostId(each) for each in ids],
            cause=cause, since=NOON, until=LATER, at=LATER, run_id=run_id,
        )  # fmt: skip


async def ledger(archive: Archive, channel_id: int = CHANNEL) -> list[Gap]:
    async with archive.read() as db:
        return await gaps.of_channel(db, ChannelId(channel_id))


async def stretches(archive: Archive) -> list[tuple[int | None, int | None]]:
    return [(gap.first_post_id, gap.last_post_id) for gap in await ledger(archive)]


async def test_a_gap_stands_open_until_it_is_closed(archive: Archive, run_id: RunId) -> None:
    gap_id = await open_gap(archive, run_id, GAP)
    async with archive.read() as db:
        standing = (await gaps.open_gaps(db), await gaps.open_gaps(db, CHANNEL))

    async with archive.write() as tx:
        await gaps.close(tx, gap_id, state=GapState.REPAIRED, at=LATER)
        await gaps.close(tx, gap_id, state=GapState.IRREPARABLE, at=LATER + timedelta(hours=1))

    opened = replace(GAP, gap_id=gap_id)
    assert standing == ([opened], [opened])
    async with archive.read() as db:
        assert await gaps.open_gaps(db) == []
    assert await ledger(archive) == [replace(opened, state=GapState.REPAIRED, closed_at=LATER)]


async def test_open_gaps_are_told_by_channel_or_of_all(archive: Archive, run_id: RunId) -> None:
    async with archive.write() as tx:
        await know_channel(tx, run_id, channel_id=5)
    first = await open_gap(archive, run_id, GAP)
    second = await open_gap(archive, run_id, replace(GAP, channel_id=ChannelId(5)))

    async with archive.read() as db:
        assert [gap.gap_id for gap in await gaps.open_gaps(db)] == [first, second]
        assert [gap.gap_id for gap in await gaps.open_gaps(db, ChannelId(5))] == [second]


async def test_lost_ids_are_entered_in_stretches_and_once(archive: Archive, run_id: RunId) -> None:
    await lose(archive, run_id, [3, 1, 2, 7])
    await lose(archive, run_id, [2, 3, 4, 7, 9], cause=GapCause.UNREACHABLE)
    await lose(archive, run_id, [1, 2, 3, 4, 7, 9])
    await lose(archive, run_id, [])

    assert await stretches(archive) == [(1, 3), (7, 7), (4, 4), (9, 9)]
    assert (await ledger(archive))[0] == Gap(
        channel_id=CHANNEL, cause=GapCause.DELETED_UNSEEN, state=GapState.IRREPARABLE,
        first_post_id=PostId(1), last_post_id=PostId(3), since=NOON, until=LATER,
        opened_at=LATER, closed_at=LATER, gap_id=1,
    )  # fmt: skip


async def test_lost_ids_are_told_within_a_stretch_only(archive: Archive, run_id: RunId) -> None:
    await lose(archive, run_id, [*range(1, 1_000), 2_000])
    await open_gap(archive, run_id, GAP)

    async with archive.read() as db:
        found = await gaps.lost_ids(db, CHANNEL, first_id=PostId(998), last_id=PostId(1_999))
        elsewhere = await gaps.lost_ids(db, ChannelId(5), first_id=PostId(1), last_id=PostId(9))

    assert (sorted(found), sorted(elsewhere)) == ([998, 999], [])


@settings(max_examples=30)
@given(batches=st.lists(st.sets(st.integers(1, 40), min_size=1), min_size=1, max_size=6))
async def test_however_losses_come_each_id_is_in_the_ledger_once(
    tmp_path_factory: pytest.TempPathFactory, batches: list[set[int]]
) -> None:
    archive = await Archive.open(tmp_path_factory.mktemp("lost") / "archive.db", clock=Clock())
    run_id = await begin_run(archive)
    async with archive.write() as tx:
        await know_channel(tx, run_id)

    for batch in batches:
        await lose(archive, run_id, batch)

    entered = [
        number for first, last in await stretches(archive) for number in range(first or 0, (last or 0) + 1)
    ]
    await archive.close()
    assert sorted(entered) == sorted(set().union(*batches))


@pytest.mark.parametrize(
    "sql", ["UPDATE gaps SET state = 'open'", "UPDATE gaps SET last_post_id = 9", "DELETE FROM gaps"]
)
async def test_a_closed_gap_is_never_changed_and_none_is_deleted(
    archive: Archive, run_id: RunId, sql: str
) -> None:
    await lose(archive, run_id, [3])

    with pytest.raises(sqlite3.IntegrityError, match="immutable"):
        async with archive.write() as tx:
            await tx.execute(sql)

    assert await stretches(archive) == [(3, 3)]
