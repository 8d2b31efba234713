"""From the cursor to now, whatever happened in between."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta

import pytest
from telethon.tl import functions

from archiver.domain.channel import Availability
from archiver.domain.cursor import Cursor
from archiver.domain.errors import AnswerUnreadable, ChannelUnreachable, FloodWait
from archiver.domain.ids import ChannelId, PostId
from archiver.loopback.account import Account
from archiver.loopback.channel import Channel
from archiver.loopback.server import LoopbackServer
from archiver.loopback.world import World
from archiver.services.looking import note_unreachable
from archiver.services.rescan import rescan_whole
from archiver.services.run import Run
from archiver.services.sync import sync
from archiver.storage import cursors
from tests.builders import Clock
from tests.journeys.oracle import differences, health, lost_ids, rows
from tests.services.steps import (
    arrived,
    begin_channel,
    can_not_read,
    gaps,
    held,
    texts,
    waiting,
    watch,
    with_new_calls,
)

pytestmark = pytest.mark.asyncio


async def cursor_of(run: Run, channel: Channel) -> Cursor | None:
    async with run.archive.read() as db:
        return await cursors.get(db, ChannelId(channel.id))


async def test_the_first_look_takes_the_newest_page_and_sets_the_cursor(
    run: Run, world: World, clock: Clock
) -> None:
    channel = world.add_channel("rafidain", posts=230)
    access = await watch(run, channel)

    await sync(run, access)

    assert rows(run.archive.path, "SELECT min(post_id), max(post_id), count(*) FROM posts") == [
        (131, 230, 100)
    ]
    assert rows(run.archive.path, "SELECT DISTINCT provenance FROM revisions") == [("backfill",)]
    assert await cursor_of(run, channel) == Cursor(
        channel_id=ChannelId(channel.id), as_of=channel.pts, first_post_id=PostId(230),
        high_water_id=PostId(230), low_water_id=PostId(131), looked_at=clock(),
    )  # fmt: skip


@pytest.mark.parametrize("posts", [0, 1, 60])
async def test_a_short_channel_is_whole_after_the_first_look_and_the_next(
    run: Run, world: World, posts: int
) -> None:
    channel = world.add_channel("rafidain", posts=posts)
    access = await begin_channel(run, channel)

    channel.publish("أول خبر")
    await sync(run, access)

    cursor = await cursor_of(run, channel)
    assert cursor is not None
    assert (cursor.low_water_id, cursor.history_complete_at is not None) == (1, True)
    assert (held(run, "posts"), differences(run.archive.path, channel)) == (posts + 1, [])


async def test_a_difference_brings_what_is_new_edited_and_gone_and_a_repeat_brings_nothing(
    run: Run, world: World, server: LoopbackServer
) -> None:
    channel = world.add_channel("rafidain", posts=40)
    access = await begin_channel(run, channel)
    server.faults.drops_pushes = True
    newest = channel.publish("خبر")
    channel.edit(newest, "خبر معدل")
    channel.edit(39, "قديم معدل")
    channel.delete(40)

    await sync(run, access)
    after = [held(run, table) for table in ("posts", "revisions", "tombstones", "raw_pages")]
    await sync(run, access)

    assert texts(run, channel, newest) == ["خبر معدل"]
    assert texts(run, channel, 39)[-1] == "قديم معدل"
    assert rows(run.archive.path, "SELECT post_id, evidence FROM tombstones") == [(40, "told")]
    assert [held(run, table) for table in ("posts", "revisions", "tombstones", "raw_pages")] == after
    assert (differences(run.archive.path, channel), health(run.archive.path)) == ([], [])


async def test_a_post_that_came_and_went_unseen_is_lost_with_its_id_and_its_times(
    run: Run, world: World, server: LoopbackServer, clock: Clock
) -> None:
    channel = world.add_channel("rafidain", posts=10)
    access = await begin_channel(run, channel)
    server.faults.drops_pushes = True
    looked_at = clock()
    now = clock.advance(timedelta(minutes=5))
    gone = [channel.publish("لحظة") for _ in range(2)]
    channel.delete(*gone)

    await sync(run, access)

    bounds = rows(run.archive.path, "SELECT since, until, closed_at FROM gaps")
    assert gaps(run) == [("deleted_unseen", "irreparable", 11, 12)]
    assert bounds == [tuple(int(moment.timestamp() * 1e6) for moment in (looked_at, now, now))]
    assert differences(run.archive.path, channel) == []


async def test_too_many_events_are_walked_up_and_a_whole_rescan_closes_the_gap(
    run: Run, world: World, server: LoopbackServer, clock: Clock
) -> None:
    channel = world.add_channel("rafidain", posts=250)
    access = await begin_channel(run, channel)
    server.faults.drops_pushes = True
    for number in range(150):
        channel.publish(f"خبر {number}")
    channel.edit(200, "معدل")
    channel.delete(201, 230)

    await sync(run, access)
    after_walk = (held(run, "posts"), gaps(run), texts(run, channel, 200)[-1] == "معدل")
    clock.advance(timedelta(seconds=1))
    await rescan_whole(run, access)

    assert after_walk == (250, [("too_many_events", "open", None, None)], False)
    assert gaps(run) == [("too_many_events", "repaired", None, None)]
    assert texts(run, channel, 200)[-1] == "معدل"
    buried = rows(run.archive.path, "SELECT post_id, evidence FROM tombstones")
    assert buried == [(201, "absent"), (230, "absent")]


async def test_a_stretch_of_new_posts_only_leaves_no_gap(run: Run, world: World) -> None:
    channel = world.add_channel("rafidain", posts=50)
    access = await begin_channel(run, channel)
    for number in range(220):
        channel.publish(f"خبر {number}")

    await sync(run, access)

    assert gaps(run) == [("too_many_events", "repaired", None, None)]
    assert differences(run.archive.path, channel) == []


async def test_a_post_that_comes_during_the_walk_does_not_hide_an_edit(
    run: Run, world: World, server: LoopbackServer
) -> None:
    channel = world.add_channel("rafidain", posts=50)
    access = await begin_channel(run, channel)
    channel.edit(7, "معدل في الأثناء")
    for number in range(149):
        channel.publish(f"خبر {number}")
    server.faults.slow_methods["messages.getHistory"] = 0.1
    calls = len(server.calls["messages.getHistory"])

    syncing = asyncio.create_task(sync(run, access))
    while len(server.calls["messages.getHistory"]) == calls:
        await asyncio.sleep(0.01)
    channel.publish("أثناء المشي")
    await syncing

    assert gaps(run) == [("too_many_events", "open", None, None)]


async def test_a_walk_that_was_cut_short_goes_on_in_the_same_gap(
    run: Run, world: World, server: LoopbackServer, clock: Clock
) -> None:
    channel = world.add_channel("rafidain", posts=50)
    access = await begin_channel(run, channel)
    channel.edit(7, "معدل")
    for number in range(250):
        channel.publish(f"خبر {number}")
    server.faults.refuse("messages.getHistory", 420, "FLOOD_WAIT_60")

    with pytest.raises(FloodWait):
        await sync(run, access)
    clock.advance(timedelta(minutes=2))
    await sync(await with_new_calls(run), access)

    assert (held(run, "posts"), gaps(run)) == (300, [("too_many_events", "open", None, None)])


async def test_each_slice_is_committed_with_the_cursor_that_covers_it(
    run: Run, world: World, server: LoopbackServer
) -> None:
    channel = world.add_channel("rafidain", posts=5)
    access = await begin_channel(run, channel)
    server.faults.difference_slice = 3
    for number in range(10):
        channel.publish(f"خبر {number}")
    posts = []
    for _ in range(4):
        server.faults.limit("updates.getChannelDifference", per_second=0.001, burst=1)
        with contextlib.suppress(FloodWait):
            await sync(await with_new_calls(run), access)
        posts.append(held(run, "posts"))

    assert posts == [8, 11, 14, 15]
    assert differences(run.archive.path, channel) == []


async def test_a_whole_difference_closes_the_gap_of_a_time_out_of_reach(
    run: Run, world: World, clock: Clock
) -> None:
    channel = world.add_channel("rafidain", posts=5)
    access = await begin_channel(run, channel)
    refusal = ChannelUnreachable("private", availability=Availability.PRIVATE, detail="CHANNEL_PRIVATE")
    await note_unreachable(run, access.channel_id, refusal)
    clock.advance(timedelta(hours=1))
    await note_unreachable(run, access.channel_id, refusal)
    missed = channel.publish("في الأثناء")

    await sync(run, access)

    assert gaps(run) == [("unreachable", "repaired", None, None)]
    assert len(texts(run, channel, missed)) == 1


async def test_a_channel_that_was_never_begun_may_be_out_of_reach_too(run: Run, world: World) -> None:
    channel = world.add_channel("rafidain", posts=5)
    access = await watch(run, channel)
    refusal = ChannelUnreachable("private", availability=Availability.PRIVATE, detail="CHANNEL_PRIVATE")

    await note_unreachable(run, access.channel_id, refusal)

    sql = "SELECT cause, state, since FROM gaps"
    assert rows(run.archive.path, sql) == [("unreachable", "open", None)]


async def test_a_page_of_empty_places_does_not_end_a_walk(
    run: Run, world: World, server: LoopbackServer
) -> None:
    channel = world.add_channel("rafidain", posts=50)
    access = await begin_channel(run, channel)
    server.faults.drops_pushes = server.faults.empty_places = True
    doomed = [channel.publish(f"لحظة {number}") for number in range(330)]
    channel.delete(*doomed)
    newest = [channel.publish(f"خبر {number}") for number in range(10)]

    await sync(run, access)

    assert [len(texts(run, channel, post_id)) for post_id in newest] == [1] * 10
    assert lost_ids(run.archive.path, channel.id) == frozenset(doomed)


@pytest.mark.parametrize("slices", [None, 1])
async def test_a_difference_that_overtakes_a_push_loses_no_version_that_the_push_holds(
    run: Run, world: World, account: Account, server: LoopbackServer, slices: int | None
) -> None:
    channel = world.add_channel("rafidain", posts=5)
    account.joined.add(channel.id)
    other = world.add_channel("dijla", posts=5)
    account.joined.add(other.id)
    access = await begin_channel(run, channel)
    await begin_channel(run, other)
    server.faults.difference_slice = slices
    channel.edit(5, "مرة")
    channel.edit(5, "مرتين")
    moment = channel.publish("لحظة")
    channel.delete(moment)
    elsewhere = other.publish("في قناة أخرى")
    await waiting(run, 5)

    await sync(run, access)
    wanted = await arrived(run, 5)

    assert texts(run, channel, 5)[1:] == ["مرة", "مرتين"]
    assert texts(run, channel, moment) == ["لحظة"]
    assert texts(run, other, elsewhere) == ["في قناة أخرى"]
    assert (wanted.dirty, gaps(run)) == (frozenset(), [])
    assert [differences(run.archive.path, each) for each in (channel, other)] == [[], []]


async def test_a_walk_that_overtakes_a_push_loses_no_version_that_the_push_holds(
    run: Run, world: World, account: Account, server: LoopbackServer
) -> None:
    channel = world.add_channel("rafidain", posts=5)
    account.joined.add(channel.id)
    access = await begin_channel(run, channel)
    server.faults.drops_pushes = True
    for number in range(120):
        channel.publish(f"خبر {number}")
    server.faults.drops_pushes = False
    newest = channel.publish("أول")
    channel.edit(newest, "ثان")
    await waiting(run, 2)

    await sync(run, access)

    assert texts(run, channel, newest) == ["أول", "ثان"]


@pytest.mark.parametrize("later", [0, 1])
async def test_a_post_that_came_and_went_during_a_walk_is_held_if_its_push_waits(
    run: Run, world: World, account: Account, server: LoopbackServer, later: int
) -> None:
    channel = world.add_channel("rafidain", posts=5)
    account.joined.add(channel.id)
    access = await begin_channel(run, channel)
    server.faults.drops_pushes = True
    for number in range(120):
        channel.publish(f"خبر {number}")
    server.faults.drops_pushes = False
    moment = channel.publish("لحظة")
    await waiting(run, 1)
    server.faults.drops_pushes = True
    channel.delete(moment)
    for _ in range(later):
        channel.publish("بعدها")

    await sync(run, access)
    await arrived(run, 1)

    assert texts(run, channel, moment) == ["لحظة"]
    assert gaps(run) == [("too_many_events", "open", None, None)]


async def test_an_unreadable_difference_leaves_a_gap_of_time_that_the_next_whole_one_closes(
    run: Run, world: World
) -> None:
    channel = world.add_channel("rafidain", posts=5)
    access = await begin_channel(run, channel)
    missed = channel.publish("خبر")

    with pytest.raises(AnswerUnreadable):
        await sync(can_not_read(run, functions.updates.GetChannelDifferenceRequest), access)
    meanwhile = gaps(run)
    await sync(run, access)

    assert meanwhile == [("unreadable", "open", None, None)]
    assert gaps(run) == [("unreadable", "repaired", None, None)]
    assert len(texts(run, channel, missed)) == 1


async def test_a_post_that_came_and_went_in_a_walked_stretch_is_asked_for_by_id_and_lost(
    run: Run, world: World, server: LoopbackServer
) -> None:
    channel = world.add_channel("rafidain", posts=50)
    access = await begin_channel(run, channel)
    server.faults.drops_pushes = True
    refusal = ChannelUnreachable("private", availability=Availability.PRIVATE, detail="CHANNEL_PRIVATE")
    await note_unreachable(run, access.channel_id, refusal)
    for number in range(60):
        channel.publish(f"خبر {number}")
    channel.delete(channel.publish("لحظة"), 45)
    for number in range(60):
        channel.publish(f"خبر {number}")

    await sync(run, access)

    assert gaps(run) == [
        ("unreachable", "repaired", None, None),
        ("too_many_events", "open", None, None),
        ("deleted_unseen", "irreparable", 111, 111),
    ]
    assert rows(run.archive.path, "SELECT post_id, evidence FROM tombstones") == [(45, "absent")]
    assert differences(run.archive.path, channel) == []
