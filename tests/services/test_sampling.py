"""Counts of posts as they age."""

from __future__ import annotations

from datetime import timedelta

import pytest

from archiver.domain.ids import PostId
from archiver.loopback.server import LoopbackServer
from archiver.loopback.world import World
from archiver.services.run import Run
from archiver.services.sampling import Due, due_posts, sample_posts
from tests.builders import Clock
from tests.journeys.oracle import rows
from tests.services.steps import begin_channel

pytestmark = pytest.mark.asyncio


async def test_nothing_is_due_right_after_the_first_look(run: Run, world: World, clock: Clock) -> None:
    await begin_channel(run, world.add_channel("rafidain", posts=20))

    assert await due_posts(run) == {}


async def test_posts_are_due_at_their_ages_and_one_page_samples_them_all(
    run: Run, world: World, server: LoopbackServer, clock: Clock
) -> None:
    channel = world.add_channel("rafidain", posts=20)
    access = await begin_channel(run, channel)
    # the youngest is an hour old: the next age is six hours
    clock.advance(timedelta(hours=6))
    channel.count(20, views=500)
    asked = len(server.calls["messages.getHistory"])

    due = await due_posts(run)
    await sample_posts(run, access, due[access.channel_id])

    assert (list(due), due[access.channel_id].newest) == ([channel.id], 20)
    assert len(server.calls["messages.getHistory"]) == asked + 1
    assert await due_posts(run) == {}
    views = rows(run.archive.path, "SELECT views FROM post_counts WHERE post_id = 20 ORDER BY sampled_at")
    assert (len(views), views[1][0] - views[0][0]) == (2, 500)


async def test_due_posts_that_lie_far_apart_are_sampled_page_by_page(
    run: Run, world: World, server: LoopbackServer, clock: Clock
) -> None:
    channel = world.add_channel("rafidain", posts=100)
    access = await begin_channel(run, channel)
    for number in range(60):
        channel.publish(f"خبر {number}")
    asked = len(server.calls["messages.getHistory"])

    await sample_posts(run, access, Due(newest=PostId(160), oldest=PostId(50)))

    assert len(server.calls["messages.getHistory"]) == asked + 2


async def test_a_due_post_that_is_gone_gets_its_tombstone_and_is_due_no_more(
    run: Run, world: World, clock: Clock
) -> None:
    channel = world.add_channel("rafidain", posts=3)
    access = await begin_channel(run, channel)
    channel.delete(3)
    clock.advance(timedelta(days=8))

    due = await due_posts(run)
    await sample_posts(run, access, due[access.channel_id])

    assert rows(run.archive.path, "SELECT post_id, evidence FROM tombstones") == [(3, "absent")]
    assert await due_posts(run) == {}


async def test_a_channel_that_is_empty_now_ends_the_walk(run: Run, world: World, clock: Clock) -> None:
    channel = world.add_channel("rafidain", posts=3)
    access = await begin_channel(run, channel)
    channel.delete(1, 2, 3)
    clock.advance(timedelta(days=8))

    await sample_posts(run, access, (await due_posts(run))[access.channel_id])

    assert rows(run.archive.path, "SELECT count(*) FROM tombstones") == [(3,)]


async def test_posts_that_are_due_no_more_cost_no_call(
    run: Run, world: World, server: LoopbackServer
) -> None:
    access = await begin_channel(run, world.add_channel("rafidain", posts=3))
    asked = len(server.calls["messages.getHistory"])

    await sample_posts(run, access, Due(newest=PostId(3), oldest=PostId(4)))

    assert len(server.calls["messages.getHistory"]) == asked
