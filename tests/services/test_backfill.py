"""Into the past, resumable, and no further than the operator wants."""

from __future__ import annotations

from datetime import timedelta

import pytest
from telethon.tl import functions

from archiver.domain.errors import AnswerUnreadable, ConnectionLost, FloodWait
from archiver.loopback.account import Account
from archiver.loopback.server import LoopbackServer
from archiver.loopback.world import World
from archiver.services.backfill import backfill
from archiver.services.errands import history
from archiver.services.run import Run
from archiver.services.sync import sync
from tests.builders import Clock
from tests.journeys.oracle import differences, rows
from tests.services.steps import (
    begin_channel,
    can_not_read,
    gaps,
    held,
    texts,
    waiting,
    watch,
    with_new_calls,
    with_policy,
)

pytestmark = pytest.mark.asyncio


def pages_asked(server: LoopbackServer) -> int:
    return len(server.calls["messages.getHistory"])


async def test_the_past_is_read_to_its_beginning(run: Run, world: World, clock: Clock) -> None:
    channel = world.add_channel("rafidain", posts=730)
    access = await begin_channel(run, channel)

    has_more = await backfill(run, access)

    assert has_more is False
    assert differences(run.archive.path, channel) == []
    assert rows(run.archive.path, "SELECT low_water_id, history_complete_at FROM cursors") == [
        (1, int(clock().timestamp() * 1e6))
    ]
    assert rows(run.archive.path, "SELECT DISTINCT provenance FROM revisions") == [("backfill",)]


async def test_a_long_past_is_read_in_turns(run: Run, world: World) -> None:
    channel = world.add_channel("rafidain", posts=12_000)
    access = await begin_channel(run, channel)

    has_more = await backfill(run, access)

    assert has_more is True
    assert 2_600 <= held(run, "posts") <= 12_000
    assert rows(run.archive.path, "SELECT min(post_id) FROM posts") == rows(
        run.archive.path, "SELECT low_water_id FROM cursors"
    )


async def test_a_complete_past_is_not_asked_for_again(run: Run, world: World, server: LoopbackServer) -> None:
    channel = world.add_channel("rafidain", posts=150)
    access = await begin_channel(run, channel)
    await backfill(run, access)
    asked = pages_asked(server)

    assert (await backfill(run, access), pages_asked(server)) == (False, asked)


async def test_before_the_first_look_there_is_no_past_to_read(run: Run, world: World) -> None:
    access = await watch(run, world.add_channel("rafidain", posts=150))

    assert (await backfill(run, access), held(run, "posts")) == (False, 0)


async def test_a_cut_off_backfill_goes_on_where_it_was(
    run: Run, world: World, server: LoopbackServer
) -> None:
    channel = world.add_channel("rafidain", posts=1_500)
    access = await begin_channel(run, channel)
    server.faults.limit("messages.getHistory", per_second=0.001, burst=4)

    with pytest.raises(FloodWait):
        await backfill(run, access)
    first_half = held(run, "posts")
    server.faults.limit("messages.getHistory", per_second=1_000, burst=1_000)
    asked = pages_asked(server)
    has_more = await backfill(await with_new_calls(run), access)

    assert (first_half, has_more, held(run, "posts")) == (500, False, 1_500)
    assert pages_asked(server) - asked <= 10 + 1
    assert differences(run.archive.path, channel) == []


async def test_a_broken_line_ends_it_as_itself(run: Run, world: World, server: LoopbackServer) -> None:
    access = await begin_channel(run, world.add_channel("rafidain", posts=500))
    await run.line.hang_up()

    with pytest.raises(ConnectionLost):
        await backfill(run, access)


async def test_it_stops_at_the_day_the_operator_named_and_stays_there(
    run: Run, world: World, server: LoopbackServer, clock: Clock
) -> None:
    channel = world.add_channel("rafidain", posts=2_000)
    since = (clock() - timedelta(days=2)).date()
    bound = with_policy(run, backfill_since=since)
    access = await begin_channel(bound, channel)

    has_more = await backfill(bound, access)
    asked = pages_asked(server)
    again = await backfill(bound, access)
    rest = await history(bound, access)

    (oldest,) = rows(run.archive.path, "SELECT min(published_at) FROM posts")[0]
    wanted = [number for number in channel.ever if channel.shelf.get(number).at.date() >= since]
    assert (has_more, again, pages_asked(server)) == (False, False, asked)
    assert rest == 6 * 3_600
    assert oldest < clock().timestamp() * 1e6
    assert rows(run.archive.path, "SELECT count(*) FROM posts WHERE post_id >= ?", min(wanted)) == [
        (len(wanted),)
    ]
    assert held(run, "posts") < len(wanted) + 100 + 300  # the rest of its page, and those that came with it


async def test_an_earlier_day_reads_on(run: Run, world: World, clock: Clock) -> None:
    channel = world.add_channel("rafidain", posts=1_000)
    bound = with_policy(run, backfill_since=(clock() - timedelta(days=1)).date())
    access = await begin_channel(bound, channel)
    await backfill(bound, access)
    before = held(run, "posts")

    await backfill(with_policy(run, backfill_since=None), access)

    assert (before < 1_000, held(run, "posts")) == (True, 1_000)


async def test_the_errand_comes_back_at_once_for_more_and_much_later_for_none(run: Run, world: World) -> None:
    long, short = world.add_channel("long_one", posts=12_000), world.add_channel("short_one", posts=150)

    more = await history(run, await begin_channel(run, long))
    none = await history(run, await begin_channel(run, short))

    assert (more, none) == (0.0, 6 * 3_600)


async def test_empty_places_in_the_past_do_not_stop_it(
    run: Run, world: World, server: LoopbackServer
) -> None:
    channel = world.add_channel("rafidain", posts=600)
    server.faults.empty_places = True
    channel.delete(*range(100, 420))
    access = await begin_channel(run, channel)

    day = channel.shelf.get(1).at.date() - timedelta(days=1)
    await backfill(with_policy(run, backfill_since=day), access)

    assert differences(run.archive.path, channel) == []


async def test_a_past_that_can_not_be_read_is_a_gap_of_its_ids_until_it_was(run: Run, world: World) -> None:
    channel = world.add_channel("rafidain", posts=450)
    access = await begin_channel(run, channel)
    unable = can_not_read(run, functions.messages.GetHistoryRequest)
    for _ in range(2):
        with pytest.raises(AnswerUnreadable):
            await backfill(unable, access)
    channel.publish("خبر")
    await sync(run, access)
    after_a_difference = gaps(run)

    await backfill(run, access)

    assert after_a_difference == [("unreadable", "open", 251, 350)]
    assert gaps(run) == [("unreadable", "repaired", 251, 350)]
    assert differences(run.archive.path, channel) == []


async def test_the_end_of_the_past_is_a_gap_down_to_the_first_post(run: Run, world: World) -> None:
    channel = world.add_channel("rafidain", posts=120)
    access = await begin_channel(run, channel)

    with pytest.raises(AnswerUnreadable):
        await backfill(can_not_read(run, functions.messages.GetHistoryRequest), access)

    assert gaps(run) == [("unreadable", "open", 1, 20)]


async def test_a_past_that_overtakes_a_push_loses_no_version_that_the_push_holds(
    run: Run, world: World, account: Account
) -> None:
    channel = world.add_channel("rafidain", posts=250)
    account.joined.add(channel.id)
    access = await begin_channel(run, channel)
    channel.edit(7, "مرة")
    channel.edit(7, "مرتين")
    await waiting(run, 2)

    await backfill(run, access)

    assert texts(run, channel, 7) == ["مرة", "مرتين"]
