"""When each piece of work is wanted again, and which channels changed while nobody listened."""

from __future__ import annotations

from datetime import timedelta

import pytest

from archiver.domain.channel import Access, Availability
from archiver.domain.errors import ChannelUnreachable, TelegramError
from archiver.loopback.account import Account
from archiver.loopback.channel import Channel
from archiver.loopback.server import LoopbackServer
from archiver.loopback.world import World
from archiver.services.errands import begin, catch_up, changed_channels, look_whole
from archiver.services.looking import note_unreachable
from archiver.services.roster import read_roster
from archiver.services.run import Run
from archiver.storage import accounts
from tests.builders import Clock
from tests.journeys.oracle import rows
from tests.services.steps import begin_channel, watch

pytestmark = pytest.mark.asyncio


async def joined(run: Run, account: Account, *channels: Channel) -> list[Access]:
    account.joined.update(channel.id for channel in channels)
    return [await begin_channel(run, channel) for channel in channels]


async def changed(run: Run) -> set[int]:
    return set(await changed_channels(run, await read_roster(run)))


async def test_a_begun_channel_is_not_begun_again(run: Run, world: World) -> None:
    access = await watch(run, world.add_channel("rafidain", posts=5))

    assert await begin(run, access) is None
    assert rows(run.archive.path, "SELECT count(*) FROM cursors") == [(1,)]


async def test_a_joined_channel_is_looked_at_by_the_clock_and_another_by_how_much_it_posts(
    run: Run, world: World, account: Account, clock: Clock
) -> None:
    (member,) = await joined(run, account, world.add_channel("joined_one", posts=60))
    busy = await begin_channel(run, world.add_channel("busy_one", posts=60))
    quiet = await begin_channel(run, world.add_channel("quiet_one", posts=1))

    seconds = [await catch_up(run, access) for access in (member, busy, quiet)]

    # a post in seven minutes: 25 in about three hours
    assert seconds[0] == 15 * 60
    assert seconds[1] == pytest.approx(3.5 * 3600, rel=0.1)
    assert seconds[2] == 6 * 3600


async def test_a_channel_that_is_back_is_looked_at_whole(run: Run, world: World, clock: Clock) -> None:
    channel = world.add_channel("rafidain", posts=5)
    access = await begin_channel(run, channel)
    refusal = ChannelUnreachable("private", availability=Availability.PRIVATE, detail="CHANNEL_PRIVATE")
    clock.advance(timedelta(minutes=1))
    await note_unreachable(run, access.channel_id, refusal)
    clock.advance(timedelta(minutes=1))

    await catch_up(run, access)

    sql = "SELECT availability FROM channel_availability ORDER BY observed_at"
    assert rows(run.archive.path, sql) == [("reachable",), ("private",), ("reachable",)]
    assert rows(run.archive.path, "SELECT count(*) FROM subscriber_counts") == [(2,)]


async def test_subscribers_are_counted_with_every_whole_look(run: Run, world: World, clock: Clock) -> None:
    channel = world.add_channel("rafidain", posts=5, subscribers=4_321)
    access = await begin_channel(run, channel)
    channel.set_subscribers(4_000)
    clock.advance(timedelta(hours=1))

    seconds = await look_whole(run, access)

    sql = "SELECT subscribers FROM subscriber_counts ORDER BY sampled_at"
    assert (seconds, rows(run.archive.path, sql)) == (3600.0, [(4_321,), (4_000,)])


async def test_hidden_subscribers_are_not_counted(run: Run, world: World) -> None:
    channel = world.add_channel("rafidain", posts=5)
    channel.look.hides_subscribers = True
    await begin_channel(run, channel)

    assert rows(run.archive.path, "SELECT count(*) FROM subscriber_counts") == [(0,)]


async def test_without_a_state_of_the_account_every_joined_channel_may_have_changed(
    run: Run, world: World, account: Account
) -> None:
    one, two = world.add_channel("first_one", posts=5), world.add_channel("second_one", posts=5)
    await joined(run, account, one)
    await begin_channel(run, two)

    assert await changed(run) == {one.id}


async def test_with_a_state_only_those_that_changed_since_have(
    run: Run, world: World, account: Account, clock: Clock
) -> None:
    one, two = world.add_channel("first_one", posts=5), world.add_channel("second_one", posts=5)
    await joined(run, account, one, two)
    await changed(run)
    two.publish("خبر")

    first = await changed(run)
    async with run.archive.read() as db:
        known = await accounts.get(db, run.account_id)
    assert known is not None
    assert first == {two.id}
    assert known.update_state is not None


async def test_a_state_that_is_too_old_tells_nothing(
    run: Run, world: World, account: Account, clock: Clock
) -> None:
    one, two = world.add_channel("first_one", posts=5), world.add_channel("second_one", posts=5)
    await joined(run, account, one, two)
    await changed(run)
    clock.advance(timedelta(days=8))

    assert await changed(run) == {one.id, two.id}


async def test_a_refused_account_difference_is_the_callers_to_decide(
    run: Run, world: World, account: Account, server: LoopbackServer
) -> None:
    await joined(run, account, world.add_channel("first_one", posts=5))
    await changed(run)
    server.faults.refuse("updates.getDifference", 400, "PERSISTENT_TIMESTAMP_EMPTY")

    with pytest.raises(TelegramError, match="PERSISTENT_TIMESTAMP_EMPTY"):
        await changed(run)
