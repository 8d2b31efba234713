"""What a page of a channel, and the surroundings of a post, are made of."""

from __future__ import annotations

from datetime import timedelta

import pytest

from archiver.domain.ids import ChannelId, PostId, RunId
from archiver.services import channel_page
from archiver.storage import subscribers
from archiver.storage.archive import Archive
from tests.builders import CHANNEL, NOON, Clock, a_post
from tests.services.desk_steps import a_case_of, a_queue
from tests.storage.steps import observe

pytestmark = pytest.mark.asyncio


async def test_a_channel_shows_its_newest_posts_and_the_samples_of_a_time(
    archive: Archive, clock: Clock
) -> None:
    queue = await a_queue(archive, clock)
    async with archive.write() as tx:
        await observe(tx, RunId(1), [a_post(number) for number in range(1, 6)])
        for day in range(4):
            at = NOON - timedelta(days=day)
            await subscribers.record(tx, CHANNEL, 100 + day, sampled_at=at, run_id=RunId(1))
    case_id = await a_case_of(queue, 9)

    view = await channel_page.read_channel(archive, CHANNEL, since=NOON - timedelta(days=1), limit=3)
    older = await channel_page.read_channel(archive, CHANNEL, since=NOON, before=4, limit=9)

    assert view is not None
    assert older is not None
    assert [post.post_id for post in view.posts] == [9, 5, 4]
    assert [post.case_id for post in view.posts] == [case_id, None, None]
    assert [sample.subscribers for sample in view.subscribers] == [101, 100]
    assert [post.post_id for post in older.posts] == [3, 2, 1]
    assert view.held.posts == 6


async def test_a_channel_that_was_never_seen_has_no_page(archive: Archive, clock: Clock) -> None:
    await a_queue(archive, clock)

    assert await channel_page.read_channel(archive, ChannelId(9), since=NOON) is None


async def test_surroundings_stand_in_the_order_of_the_channel(archive: Archive, clock: Clock) -> None:
    await a_queue(archive, clock)
    async with archive.write() as tx:
        await observe(tx, RunId(1), [a_post(number) for number in range(1, 14)])

    around = await channel_page.read_surroundings(archive, CHANNEL, PostId(7))

    assert [post.post_id for post in around.before] == [2, 3, 4, 5, 6]
    assert [post.post_id for post in around.after] == [8, 9, 10, 11, 12]
