"""Who holds a handle, what becomes of a handle that passes on, and joining within the budget."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from archiver.domain.account import AccountState
from archiver.domain.channel import Watch, WatchState
from archiver.domain.errors import AccountLost, BudgetSpent, ChannelUnreachable, ConnectionLost, FloodWait
from archiver.domain.ids import AccountId
from archiver.domain.watch_list import Entry
from archiver.loopback.account import Account
from archiver.loopback.server import LoopbackServer
from archiver.loopback.world import World
from archiver.services.accounts import note_state
from archiver.services.looking import look, note_unreachable
from archiver.services.roster import read_roster
from archiver.services.run import Run
from archiver.services.watch_list import add, set_state
from archiver.services.watching import is_resolve_due, join_next, resolve
from archiver.storage import watches
from tests.builders import Clock
from tests.journeys.oracle import rows
from tests.services.steps import begin_channel, key, watch, with_policy

pytestmark = pytest.mark.asyncio

DAY = timedelta(days=1)


async def line_of(run: Run, handle: str) -> Watch:
    async with run.archive.read() as db:
        found = await watches.get(db, handle)
    assert found is not None
    return found


async def look_up(run: Run, handle: str) -> Watch:
    """Put a handle on the watch list, look it up, and return its line."""
    await add(run.archive, [Entry(handle=handle)], clock=run.clock)
    await resolve(run, await line_of(run, handle))
    return await line_of(run, handle)


async def is_due(run: Run, handle: str) -> bool:
    return is_resolve_due(run, await line_of(run, handle), await read_roster(run))


def resolves(server: LoopbackServer) -> int:
    return len(server.calls["contacts.resolveUsername"])


def handles(run: Run) -> list[tuple[Any, ...]]:
    sql = "SELECT channel_id, handle, is_held FROM channel_handles ORDER BY observed_at, channel_id, handle"
    return rows(run.archive.path, sql)


async def test_a_handle_is_bound_to_the_channel_that_holds_it_and_looked_up_once(
    run: Run, world: World, clock: Clock
) -> None:
    channel = world.add_channel("rafidain", title="الرافدين", posts=1)

    found = await look_up(run, "rafidain")

    assert (found.channel_id, found.resolved_at, found.refusal) == (channel.id, clock(), None)
    assert (await key(run, channel)).access_hash != 0
    assert rows(run.archive.path, "SELECT value FROM channel_facts WHERE fact = 'title'") == [("الرافدين",)]
    clock.advance(30 * DAY)
    assert not await is_due(run, "rafidain")


@pytest.mark.parametrize(
    ("handle", "refusal"),
    [
        ("a_group", "@a_group is a group; only public broadcast channels are watched"),
        ("a_person", "@a_person is a person; only public broadcast channels are watched"),
        ("a_robot", "@a_robot is a bot; only public broadcast channels are watched"),
        ("nobody_here", "nobody holds @nobody_here"),
    ],
)
async def test_what_is_no_channel_is_refused_with_a_clear_line(
    run: Run, world: World, handle: str, refusal: str
) -> None:
    world.add_group("a_group")
    world.add_user("a_person")
    world.add_user("a_robot", is_bot=True)

    found = await look_up(run, handle)

    assert (found.refusal, found.channel_id) == (refusal, None)
    assert not await is_due(run, handle)


async def test_a_vacant_handle_is_tried_again_daily_and_a_group_is_not(
    run: Run, world: World, clock: Clock
) -> None:
    world.add_group("a_group")
    await look_up(run, "a_group")
    await look_up(run, "not_yet")
    at_once = [await is_due(run, "a_group"), await is_due(run, "not_yet")]
    clock.advance(DAY)
    world.add_channel("not_yet", posts=1)

    assert (at_once, await is_due(run, "a_group"), await is_due(run, "not_yet")) == (
        [False, False],
        False,
        True,
    )
    assert (await look_up(run, "not_yet")).refusal is None


async def test_what_telegram_will_not_look_up_is_refused_and_what_it_can_not_now_is_not(
    run: Run, world: World, server: LoopbackServer
) -> None:
    world.add_channel("rafidain", posts=1)
    server.faults.refuse("contacts.resolveUsername", 400, "SOMETHING_ODD")

    odd = await look_up(run, "rafidain")
    server.faults.flood("contacts.resolveUsername", 60)
    await add(run.archive, [Entry(handle="rafidain")], clock=run.clock)
    with pytest.raises(FloodWait):
        await resolve(run, await line_of(run, "rafidain"))

    assert odd.refusal is not None
    assert "SOMETHING_ODD" in odd.refusal
    assert (await line_of(run, "rafidain")).refusal is None


async def test_look_ups_have_a_daily_budget(run: Run, world: World, server: LoopbackServer) -> None:
    frugal = with_policy(run, resolves_per_day=1)
    world.add_channel("rafidain", posts=1)
    world.add_channel("furat", posts=1)
    await look_up(frugal, "rafidain")

    with pytest.raises(BudgetSpent):
        await look_up(frugal, "furat")
    assert resolves(server) == 1


async def test_a_paused_line_is_not_looked_up(run: Run, world: World) -> None:
    await add(run.archive, [Entry(handle="rafidain")], clock=run.clock)
    waiting = await is_due(run, "rafidain")
    await set_state(run.archive, ["rafidain"], WatchState.PAUSED)

    assert (waiting, await is_due(run, "rafidain")) == (True, False)


async def test_another_account_looks_the_handle_up_for_a_key_of_its_own(run: Run, world: World) -> None:
    await look_up(run, (world.add_channel("rafidain", posts=1)).handle or "")

    assert await is_due(replace(run, account_id=AccountId(5)), "rafidain")


async def test_a_renamed_channel_stays_the_same_channel(run: Run, world: World, clock: Clock) -> None:
    channel = world.add_channel("old_name", posts=1)
    await begin_channel(run, channel)
    channel.rename("new_name")
    moved = clock.advance(timedelta(hours=1))
    await look(run, await key(run, channel))

    due = await is_due(run, "old_name")
    await resolve(run, await line_of(run, "old_name"))

    assert (due, await is_due(run, "old_name")) == (True, False)
    assert (await line_of(run, "old_name")).channel_id == channel.id
    assert (await line_of(run, "old_name")).resolved_at == moved
    assert handles(run) == [
        (channel.id, "old_name", 1), (channel.id, "new_name", 1), (channel.id, "old_name", 0),
    ]  # fmt: skip
    assert rows(run.archive.path, "SELECT availability FROM channel_availability") == [("reachable",)]


async def test_a_handle_that_passes_on_makes_a_second_channel_and_the_first_is_watched_on(
    run: Run, world: World, clock: Clock
) -> None:
    first = world.add_channel("the_name", posts=1)
    await watch(run, first, labels=("leak",), priority=4)
    first.rename("elsewhere")
    second = world.add_channel("the_name", posts=1)
    clock.advance(timedelta(hours=1))
    await look(run, await key(run, first))

    await resolve(run, await line_of(run, "the_name"))

    old, new = await line_of(run, "elsewhere"), await line_of(run, "the_name")
    assert (new.channel_id, old.channel_id) == (second.id, first.id)
    assert (old.labels, old.priority, old.note, old.state) == (
        ("leak",), 4, "was @the_name", WatchState.WATCHED,
    )  # fmt: skip
    assert set(handles(run)) == {
        (first.id, "the_name", 1), (first.id, "the_name", 0), (first.id, "elsewhere", 1),
        (second.id, "the_name", 1),
    }  # fmt: skip
    assert (await read_roster(run)).watched.keys() == {first.id, second.id}


async def test_a_handle_that_passes_on_from_a_channel_that_we_watch_by_another_name_adds_no_line(
    run: Run, world: World, clock: Clock
) -> None:
    first = world.add_channel("the_name", posts=1)
    await watch(run, first)
    first.rename("elsewhere")
    await look_up(run, "elsewhere")
    world.add_channel("the_name", posts=1)
    clock.advance(timedelta(hours=1))

    await resolve(run, await line_of(run, "the_name"))

    assert rows(run.archive.path, "SELECT handle FROM watches ORDER BY handle") == [
        ("elsewhere",), ("the_name",),
    ]  # fmt: skip


async def test_a_channel_that_lost_its_only_handle_is_noted_as_such(
    run: Run, world: World, clock: Clock
) -> None:
    channel = world.add_channel("rafidain", posts=1)
    await begin_channel(run, channel)
    channel.rename(None)
    clock.advance(timedelta(hours=1))
    await look(run, await key(run, channel))
    clock.advance(timedelta(minutes=1))

    await resolve(run, await line_of(run, "rafidain"))

    found = rows(
        run.archive.path, "SELECT availability, detail FROM channel_availability ORDER BY observed_at"
    )
    assert found == [("reachable", None), ("handle_freed", "no handle")]
    assert (await line_of(run, "rafidain")).channel_id == channel.id
    assert (await read_roster(run)).followed == ()


async def test_the_most_urgent_channel_is_joined_first(
    run: Run, world: World, account: Account, clock: Clock
) -> None:
    low, high = world.add_channel("low_one", posts=1), world.add_channel("high_one", posts=1)
    await watch(run, low)
    await watch(run, high, priority=5)

    tried = await join_next(run, await read_roster(run))

    assert (tried, account.joined) == (True, {high.id})
    assert (await key(run, high)).is_joined


async def test_joining_ends_with_the_last_channel_the_limit_and_the_wish(
    run: Run, world: World, account: Account
) -> None:
    one, two = world.add_channel("first_one", posts=1), world.add_channel("second_one", posts=1)
    await watch(run, one)
    await watch(run, two)
    unwilling = await join_next(with_policy(run, join=False), await read_roster(run))

    at_limit = [await join_next(with_policy(run, joins_limit=1), await read_roster(run)) for _ in range(2)]
    all_joined = [await join_next(run, await read_roster(run)) for _ in range(2)]

    assert (unwilling, at_limit, all_joined) == (False, [True, False], [True, False])
    assert account.joined == {one.id, two.id}


async def test_joins_have_a_daily_budget(run: Run, world: World, account: Account) -> None:
    for name in ("first_one", "second_one"):
        await watch(run, world.add_channel(name, posts=1))
    frugal = with_policy(run, joins_per_day=1)
    await join_next(frugal, await read_roster(run))

    with pytest.raises(BudgetSpent):
        await join_next(frugal, await read_roster(run))
    assert len(account.joined) == 1


async def test_a_channel_that_refuses_is_tried_once_and_keeps_no_other_out(
    run: Run, world: World, account: Account, server: LoopbackServer
) -> None:
    first, second = world.add_channel("first_one", posts=1), world.add_channel("second_one", posts=1)
    await watch(run, first, priority=1)
    await watch(run, second)
    first.make_private()

    tried = [await join_next(run, await read_roster(run)) for _ in range(3)]

    assert (tried, account.joined) == ([True, True, False], {second.id})


async def test_a_channel_out_of_reach_is_not_tried_at_all(
    run: Run, world: World, account: Account, clock: Clock
) -> None:
    access = await watch(run, world.add_channel("rafidain", posts=1))
    refusal = ChannelUnreachable("private", availability="private", detail="CHANNEL_PRIVATE")
    clock.advance(timedelta(minutes=1))
    await note_unreachable(run, access.channel_id, refusal)

    assert (await join_next(run, await read_roster(run)), account.joined) == (False, set())


async def test_a_frozen_account_is_known_by_its_refusal_and_by_what_it_may_do_again(
    run: Run, world: World, account: Account
) -> None:
    await watch(run, world.add_channel("rafidain", posts=1))
    account.freeze()
    with pytest.raises(AccountLost) as refused:
        await join_next(run, await read_roster(run))
    await note_state(run.archive, run.account_id, AccountState.FROZEN, detail="appeal", at=run.clock())
    account.thaw()

    await join_next(run, await read_roster(run))

    assert refused.value.state == AccountState.FROZEN
    assert rows(run.archive.path, "SELECT state, detail FROM accounts") == [("connected", None)]


async def test_a_broken_line_is_no_refusal(run: Run, world: World) -> None:
    await watch(run, world.add_channel("rafidain", posts=1))
    roster = await read_roster(run)
    await run.line.hang_up()

    with pytest.raises(ConnectionLost):
        await join_next(run, roster)
    assert run.unjoined == set()


async def test_a_channel_that_lost_its_handle_to_another_and_has_none_now_is_watched_no_more(
    run: Run, world: World, clock: Clock
) -> None:
    first = world.add_channel("the_name", posts=1)
    await begin_channel(run, first)
    first.rename(None)
    second = world.add_channel("the_name", posts=1)
    clock.advance(timedelta(hours=1))
    await look(run, await key(run, first))

    await resolve(run, await line_of(run, "the_name"))

    assert (await read_roster(run)).watched.keys() == {second.id}
    assert rows(run.archive.path, "SELECT count(*) FROM posts WHERE channel_id = ?", first.id) == [(1,)]
