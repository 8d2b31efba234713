"""Repost groups and sketches: in and out, found by their values, and never changed."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from archiver.domain.ids import ChannelId, PostId, RunId
from archiver.domain.reposts import Candidate
from archiver.domain.revision import RevisionKey
from archiver.storage import reposts
from archiver.storage.archive import Archive, Transaction
from archiver.storage.reposts import GroupedPost
from tests.builders import CHANNEL, NOON, a_key, a_post
from tests.storage.steps import a_watch, know_channel, observe

pytestmark = pytest.mark.asyncio

OTHER = ChannelId(CHANNEL + 1)


async def put(tx: Transaction, *keys: RevisionKey, values: tuple[int, ...] = (1, 2, 3)) -> None:
    """Begin a group of some revisions, the archive's next."""
    group_id = await reposts.found(tx, at=NOON)
    for key in keys:
        await reposts.join(tx, key, group_id, values=values, at=NOON)


async def world(archive: Archive, run_id: RunId) -> None:
    """Archive two groups: a post with two revisions and one of another channel, and a post alone."""
    async with archive.write() as tx:
        await know_channel(tx, run_id, channel_id=OTHER)
        await a_watch(tx, "rafidain")
        await observe(tx, run_id, [a_post(7, text="أول"), a_post(8, text="ثان")])
        await observe(tx, run_id, [a_post(7, text="أول مرة", as_of=110)])
        await observe(tx, run_id, [a_post(5, channel_id=OTHER, text="غريب")])
        await put(tx, a_key(7), a_key(7, revision=2), a_key(5, channel_id=OTHER))
        await put(tx, a_key(8), values=(3, 4_294_967_295))


async def test_the_posts_of_a_group_come_in_the_order_in_which_they_joined(
    archive: Archive, run_id: RunId
) -> None:
    await world(archive, run_id)

    async with archive.read() as db:
        assert await reposts.posts_of(db, 1) == [
            GroupedPost(channel_id=CHANNEL, post_id=PostId(7), handle="rafidain"),
            GroupedPost(channel_id=OTHER, post_id=PostId(5), handle=None),
        ]
        assert await reposts.posts_of(db, 3) == []


async def test_a_post_is_in_one_group_and_an_unflagged_one_in_none(archive: Archive, run_id: RunId) -> None:
    await world(archive, run_id)

    async with archive.read() as db:
        assert await reposts.group_of(db, CHANNEL, PostId(7)) == 1
        assert await reposts.group_of(db, CHANNEL, PostId(8)) == 2
        assert await reposts.group_of(db, OTHER, PostId(8)) is None
        assert await reposts.grouped(db, CHANNEL, [PostId(7), PostId(8), PostId(9)]) == {
            a_key(7): 1, a_key(7, revision=2): 1, a_key(8): 2,
        }  # fmt: skip


async def test_whoever_has_a_value_is_found_with_group_and_text(archive: Archive, run_id: RunId) -> None:
    await world(archive, run_id)

    async with archive.read() as db:
        held = await reposts.holders(db, [1, 3, 4_294_967_295, 99])
        texts = await reposts.texts(db, [1, 2, 3, 4, 9])

    first = [Candidate(1, 1), Candidate(1, 2), Candidate(1, 3)]
    assert held == {1: first, 3: [*first, Candidate(2, 4)], 4_294_967_295: [Candidate(2, 4)]}
    assert texts == {1: "أول", 2: "أول مرة", 3: "غريب", 4: "ثان"}


async def test_groups_are_written_in_one_hop(archive: Archive, run_id: RunId) -> None:
    async with archive.write() as tx:
        await observe(tx, run_id, [a_post(7), a_post(8)])
        waiting = len(tx._waiting)
        await put(tx, a_key(7), a_key(8))

        assert len(tx._waiting) == waiting + 5


@pytest.mark.parametrize(
    "key", [a_key(7), a_key(7, revision=2), a_key(9)], ids=["twice", "no such revision", "no such post"]
)
async def test_a_revision_that_is_grouped_or_is_not_there_is_refused(
    archive: Archive, run_id: RunId, key: RevisionKey
) -> None:
    async with archive.write() as tx:
        await observe(tx, run_id, [a_post(7)])
        await put(tx, a_key(7))

    with pytest.raises(sqlite3.IntegrityError):
        async with archive.write() as tx:
            await put(tx, key)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE repost_groups SET founded_at = 1", "UPDATE reposts SET repost_group_id = 2",
        "UPDATE sketches SET value = 9", "DELETE FROM repost_groups", "DELETE FROM reposts",
        "DELETE FROM sketches",
    ],
)  # fmt: skip
async def test_groups_can_be_neither_changed_nor_deleted(archive: Archive, run_id: RunId, sql: str) -> None:
    await world(archive, run_id)
    await archive.close()

    immutable = pytest.raises(sqlite3.IntegrityError, match="the past is immutable")
    with closing(sqlite3.connect(archive.path)) as db, immutable:
        db.execute(sql)
