"""What a look at a channel means: facts over time, how it can be reached, and whether it is gone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from archiver.domain.channel import Availability, Fact, WatchState
from archiver.domain.errors import AnswerUnreadable, ChannelUnreachable
from archiver.domain.watch_list import Entry
from archiver.loopback.account import Account
from archiver.loopback.world import World
from archiver.services import watch_list
from archiver.services.errands import catch_up, look_whole
from archiver.services.looking import look, note_unreachable, note_unreadable, record_look
from archiver.services.roster import read_roster
from archiver.services.run import Run
from archiver.services.troubles import attempt
from archiver.storage import watches
from tests.builders import CHANNEL, Clock, a_look
from tests.journeys.oracle import rows
from tests.services.steps import begin_channel, gaps, held, know, watch

pytestmark = pytest.mark.asyncio

PRIVATE = ChannelUnreachable("private", availability=Availability.PRIVATE, detail="CHANNEL_PRIVATE")
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def availability(run: Run) -> list[tuple[Any, ...]]:
    """Return how the channels could be reached, over time."""
    return rows(
        run.archive.path, "SELECT availability, detail FROM channel_availability ORDER BY observed_at"
    )


async def seen(run: Run, **told: Any) -> None:
    async with run.archive.write() as tx:
        await record_look(tx, run, a_look(**told), now=run.clock())


async def watched(run: Run) -> None:
    """Watch the channel of the builders, which no world has."""
    await know(run)
    await watch_list.add(run.archive, [Entry(handle="rafidain")], clock=run.clock)
    async with run.archive.write() as tx:
        await watches.bind(tx, "rafidain", CHANNEL, at=run.clock())


async def state(run: Run) -> WatchState:
    (found,) = (await read_roster(run)).watches
    return found.state


async def test_a_look_records_what_the_channel_says_of_itself_and_its_subscribers(
    run: Run, world: World, clock: Clock
) -> None:
    channel = world.add_channel("rafidain", title="الرافدين", about="أخبار", subscribers=4_200)
    access = await watch(run, channel)
    clock.advance(HOUR)

    found = await look(run, access)

    assert (found.subscribers, found.handles) == (4_200, ("rafidain",))
    facts = dict(rows(run.archive.path, "SELECT fact, value FROM channel_facts"))
    assert (facts[Fact.TITLE], facts[Fact.ABOUT], facts[Fact.IS_SCAM]) == ("الرافدين", "أخبار", "0")
    assert rows(run.archive.path, "SELECT subscribers, sampled_at FROM subscriber_counts") == [
        (4_200, int(clock().timestamp() * 1e6))
    ]


async def test_facts_are_entered_only_when_they_change_and_subscribers_every_time(
    run: Run, world: World, clock: Clock
) -> None:
    channel = world.add_channel("rafidain", title="قبل")
    access = await watch(run, channel)
    await look(run, access)
    before = held(run, "channel_facts")
    for _ in range(2):
        clock.advance(HOUR)
        await look(run, access)
    unchanged = held(run, "channel_facts")
    clock.advance(HOUR)
    channel.set_title("بعد")
    channel.set_flags(scam=True)
    await look(run, access)

    sql = (
        "SELECT fact, value FROM channel_facts WHERE fact IN ('title', 'is_scam') ORDER BY observed_at, fact"
    )
    assert rows(run.archive.path, sql) == [
        ("is_scam", "0"), ("title", "قبل"), ("is_scam", "1"), ("title", "بعد"),
    ]  # fmt: skip
    assert (unchanged, held(run, "channel_facts")) == (before, before + 2)
    assert held(run, "subscriber_counts") == 4
    assert availability(run) == [("reachable", None)]


async def test_hidden_subscribers_are_not_sampled(run: Run, world: World) -> None:
    channel = world.add_channel("rafidain")
    channel.look.hides_subscribers = True
    access = await watch(run, channel)

    assert (await look_whole(run, access), held(run, "subscriber_counts")) == (3600, 0)


async def test_a_channel_out_of_reach_opens_one_gap_and_is_noted_once(run: Run, clock: Clock) -> None:
    await watched(run)
    for _ in range(3):
        clock.advance(HOUR)
        await note_unreachable(run, CHANNEL, PRIVATE)

    assert availability(run) == [("reachable", None), ("private", "CHANNEL_PRIVATE")]
    assert gaps(run) == [("unreachable", "open", None, None)]
    assert await state(run) is WatchState.WATCHED


async def test_the_gap_begins_when_we_last_held_everything(run: Run, world: World, clock: Clock) -> None:
    access = await begin_channel(run, world.add_channel("rafidain", posts=3))
    looked_at = int(clock().timestamp() * 1e6)
    clock.advance(HOUR)

    await note_unreachable(run, access.channel_id, PRIVATE)

    assert rows(run.archive.path, "SELECT since, opened_at - since FROM gaps") == [(looked_at, 3_600_000_000)]


async def test_a_channel_that_stays_out_of_reach_for_a_day_is_gone_and_may_come_back(
    run: Run, clock: Clock
) -> None:
    await watched(run)
    states = []
    for step in (HOUR, 23 * HOUR, HOUR):
        clock.advance(step)
        await note_unreachable(run, CHANNEL, PRIVATE)
        states.append(await state(run))
    clock.advance(DAY)
    await seen(run)

    assert states == [WatchState.WATCHED, WatchState.WATCHED, WatchState.GONE]
    assert await state(run) is WatchState.WATCHED


async def test_a_channel_that_names_a_new_reason_is_out_of_reach_since_the_first_one(
    run: Run, clock: Clock
) -> None:
    await watched(run)
    deleted = ChannelUnreachable("deleted", availability=Availability.DELETED, detail="CHANNEL_INVALID")
    for refusal in (PRIVATE, deleted, PRIVATE):
        await note_unreachable(run, CHANNEL, refusal)
        clock.advance(12 * HOUR)

    await note_unreachable(run, CHANNEL, deleted)

    assert await state(run) is WatchState.GONE


@pytest.mark.parametrize(
    "told", [{"handles": ()}, {"availability": Availability.PRIVATE, "detail": "forbidden"}]
)
async def test_a_channel_that_shows_itself_closed_for_a_day_is_gone(
    run: Run, clock: Clock, told: dict[str, Any]
) -> None:
    await watched(run)
    states = []
    for step in (HOUR, 23 * HOUR, HOUR):
        clock.advance(step)
        await seen(run, **told)
        states.append(await state(run))

    assert states == [WatchState.WATCHED, WatchState.WATCHED, WatchState.GONE]


async def test_a_paused_channel_stays_paused_whatever_is_seen(run: Run, clock: Clock) -> None:
    await watched(run)
    await watch_list.set_state(run.archive, ["rafidain"], WatchState.PAUSED)
    await note_unreachable(run, CHANNEL, PRIVATE)
    clock.advance(DAY)
    await note_unreachable(run, CHANNEL, PRIVATE)
    gone = await state(run)
    await seen(run)

    assert (gone, await state(run)) == (WatchState.PAUSED, WatchState.PAUSED)


async def test_a_channel_without_a_handle_is_no_public_channel(run: Run, clock: Clock) -> None:
    await watched(run)
    clock.advance(HOUR)

    await seen(run, handles=())

    assert availability(run)[-1:] == [("handle_freed", "no handle")]


async def test_a_restricted_channel_without_a_handle_is_no_public_channel_either(
    run: Run, clock: Clock
) -> None:
    await watched(run)
    clock.advance(HOUR)

    await seen(run, handles=(), availability=Availability.RESTRICTED, detail="all:porn")

    assert availability(run)[-1:] == [("handle_freed", "no handle")]


async def test_a_restricted_channel_is_read_on(run: Run, world: World, clock: Clock) -> None:
    channel = world.add_channel("rafidain", posts=3)
    access = await begin_channel(run, channel)
    clock.advance(HOUR)
    channel.restrict([("all", "porn", "not for the young")])

    await look(run, access)

    assert availability(run) == [("reachable", None), ("restricted", "all:porn")]
    roster = await read_roster(run)
    assert ([key.channel_id for key in roster.followed], await state(run)) == (
        [channel.id],
        WatchState.WATCHED,
    )


async def test_a_banned_channel_is_told_from_a_hidden_one_by_what_reading_it_says(
    run: Run, world: World, clock: Clock
) -> None:
    channel = world.add_channel("rafidain", posts=3)
    access = await begin_channel(run, channel)
    channel.ban()
    for work in (look_whole, catch_up, look_whole, catch_up):
        clock.advance(HOUR)
        await attempt(run, access, work)
    during = (availability(run), gaps(run))
    clock.advance(HOUR)
    channel.ban(is_served=True)
    await attempt(run, access, catch_up)

    shown = [("reachable", None), ("restricted", "all:terms"), ("banned", "all:terms")]
    assert during == (shown, [("unreachable", "open", None, None)])
    assert (availability(run), gaps(run)) == (
        [*shown, ("restricted", "all:terms")],
        [("unreachable", "repaired", None, None)],
    )


async def test_an_account_that_was_shut_out_is_told_apart_from_a_channel_that_ended(
    run: Run, world: World, account: Account, clock: Clock
) -> None:
    shut, ended = world.add_channel("shut_out", posts=3), world.add_channel("ended", posts=3)
    accesses = [await watch(run, shut), await watch(run, ended)]
    clock.advance(HOUR)
    shut.expel(account)
    ended.delete_channel()

    seconds = [await attempt(run, access, look_whole) for access in accesses]

    assert seconds == [6 * 3600, 6 * 3600]
    sql = (
        "SELECT availability, detail FROM channel_availability WHERE availability <> 'reachable' "
        "ORDER BY channel_id"
    )
    assert rows(run.archive.path, sql) == [("private", "CHANNEL_PRIVATE"), ("deleted", "CHANNEL_INVALID")]


async def test_what_can_not_be_decoded_opens_one_gap(run: Run) -> None:
    await watched(run)
    for _ in range(2):
        await note_unreadable(run, CHANNEL, AnswerUnreadable("an answer that can't be decoded"))
    await note_unreachable(run, CHANNEL, PRIVATE)

    assert gaps(run) == [("unreadable", "open", None, None), ("unreachable", "open", None, None)]
