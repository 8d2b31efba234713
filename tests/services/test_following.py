"""The lanes side by side, over an open line: what one channel or one bug must not do to the others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest

from archiver.domain.channel import WatchState
from archiver.domain.clock import utc_now
from archiver.domain.errors import AccountLost, ConnectionLost
from archiver.domain.watch_list import Entry
from archiver.loopback.account import Account
from archiver.loopback.channel import Channel
from archiver.loopback.server import LoopbackServer
from archiver.loopback.world import World
from archiver.services import watch_list
from archiver.services.following import follow
from archiver.services.run import Run
from tests.builders import NOON, Clock
from tests.journeys.oracle import differences, rows
from tests.services.hard_times import impatient, locked
from tests.services.steps import gaps, texts, with_policy

pytestmark = pytest.mark.asyncio

QUICK = {
    "look_shortest": timedelta(seconds=0.2),
    "look_longest": timedelta(seconds=0.2),
    "joined_look": timedelta(seconds=0.2),
    "heartbeat": timedelta(seconds=0.3),
    "glance": timedelta(seconds=0.1),
}
"""What takes minutes in life takes no time in a test."""


class Running(Clock):
    """A clock that goes by itself, and that a test moves on top of that."""

    def __call__(self) -> datetime:
        return utc_now() + (self.now - NOON)


@pytest.fixture
def clock() -> Clock:
    return Running()


@asynccontextmanager
async def following(run: Run, **policy: Any) -> AsyncIterator[Run]:
    """Follow for as long as the block lasts; an end of its own fails the test."""
    quick = with_policy(run, **{**QUICK, **policy})
    task = asyncio.create_task(follow(quick))
    try:
        yield quick
        assert not task.done(), task.exception()
    finally:
        task.cancel()
        await asyncio.wait([task])


async def until(is_true: Callable[[], object], *, seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while not is_true():
            await asyncio.sleep(0.02)


async def put(run: Run, *channels: Channel | str) -> None:
    """Put channels on the watch list, the first one first."""
    handles = [each if isinstance(each, str) else str(each.handle) for each in channels]
    entries = [Entry(handle=handle, priority=-place) for place, handle in enumerate(handles)]
    await watch_list.add(run.archive, entries, clock=run.clock)


def agree(run: Run, *channels: Channel) -> bool:
    return not any(differences(run.archive.path, channel) for channel in channels)


def is_joined(run: Run, channel: Channel) -> bool:
    sql = "SELECT is_joined FROM channel_access WHERE channel_id = ?"
    return rows(run.archive.path, sql, channel.id) == [(1,)]


def state_of(run: Run) -> tuple[Any, ...]:
    return rows(run.archive.path, "SELECT state FROM accounts")[0]


async def test_a_watched_handle_is_looked_up_joined_archived_whole_and_kept_up(
    run: Run, world: World
) -> None:
    channel = world.add_channel("rafidain", posts=730)

    async with following(run):
        await put(run, channel)
        await until(lambda: is_joined(run, channel) and agree(run, channel))
        newest = channel.publish("خبر")
        channel.edit(newest, "خبر معدل")
        channel.delete(700)
        await until(lambda: agree(run, channel) and len(texts(run, channel, newest)) == 2)

    assert rows(run.archive.path, "SELECT count(*) FROM subscriber_counts") != [(0,)]


async def test_a_channel_that_was_not_joined_is_swept(run: Run, world: World) -> None:
    channel = world.add_channel("rafidain", posts=30)

    async with following(run, join=False):
        await put(run, channel)
        await until(lambda: agree(run, channel))
        channel.publish("خبر")
        await until(lambda: agree(run, channel))

    assert not is_joined(run, channel)


async def test_a_channel_without_a_handle_is_not_read_any_more_but_its_facts_are(
    run: Run, world: World, clock: Clock
) -> None:
    channel, other = world.add_channel("rafidain", posts=30), world.add_channel("furat", posts=1)
    closed = "SELECT 1 FROM channel_availability WHERE availability = 'handle_freed'"

    async with following(run, subscribers_every=timedelta(seconds=0.1), rescan_every=timedelta(0)):
        await put(run, channel, other)
        await until(lambda: is_joined(run, channel) and agree(run, channel, other))
        channel.rename(None)
        await until(lambda: rows(run.archive.path, closed))
        await asyncio.sleep(0.3)
        unread = channel.publish("لمن انضم فقط")
        channel.edit(20, "سراً")
        clock.advance(timedelta(minutes=6))
        channel.set_about("وصف جديد")
        about = "SELECT 1 FROM channel_facts WHERE value = 'وصف جديد'"
        await until(lambda: rows(run.archive.path, about))
        other.publish("خبر")
        await until(lambda: agree(run, other))
        await asyncio.sleep(0.6)
        secret = (texts(run, channel, unread), texts(run, channel, 20)[-1] == "سراً")
        channel.rename("rafidain_new")
        await until(lambda: agree(run, channel))

    assert secret == ([], False)


async def test_a_channel_that_can_not_be_counted_does_not_keep_the_others_waiting(
    run: Run, world: World, clock: Clock
) -> None:
    shut, open_one = world.add_channel("shut_one", posts=5), world.add_channel("open_one", posts=5)
    sql = "SELECT count(*) FROM post_counts WHERE channel_id = ? AND post_id = ?"

    async with following(run, join=False, look_shortest=timedelta(hours=1), look_longest=timedelta(hours=1)):
        await put(run, shut, open_one)
        await until(lambda: agree(run, shut, open_one))
        shut.make_private()
        clock.advance(timedelta(days=8))
        await until(lambda: rows(run.archive.path, sql, open_one.id, 5) == [(2,)])

    assert ("unreachable", "open", None, None) in gaps(run)


async def test_a_channel_that_does_not_let_us_join_does_not_keep_the_others_out(
    run: Run, world: World, server: LoopbackServer
) -> None:
    stubborn, friendly = world.add_channel("stubborn", posts=5), world.add_channel("friendly", posts=5)
    server.faults.refuse("channels.joinChannel", 400, "INVITE_REQUEST_SENT")

    async with following(run):
        await put(run, stubborn, friendly)
        await until(lambda: is_joined(run, friendly) and agree(run, stubborn, friendly))
        stubborn.publish("خبر")
        await until(lambda: agree(run, stubborn))

    assert not is_joined(run, stubborn)
    assert len(server.calls["channels.joinChannel"]) == 2


async def test_a_channel_out_of_reach_is_not_asked_to_let_us_in(
    run: Run, world: World, server: LoopbackServer
) -> None:
    shut, friendly = world.add_channel("shut_one", posts=5), world.add_channel("friendly", posts=5)
    private = "SELECT 1 FROM channel_availability WHERE availability = 'private'"
    async with following(run, join=False):
        await put(run, shut, friendly)
        await until(lambda: agree(run, shut, friendly))
        shut.make_private()
        await until(lambda: rows(run.archive.path, private))

    async with following(run):
        await until(lambda: is_joined(run, friendly))

    assert (len(server.calls["channels.joinChannel"]), is_joined(run, shut)) == (1, False)


async def test_a_handle_that_telegram_will_not_look_up_does_not_keep_the_others_waiting(
    run: Run, world: World, server: LoopbackServer
) -> None:
    channel = world.add_channel("rafidain", posts=5)
    server.faults.refuse("contacts.resolveUsername", 400, "SOMETHING_ODD")

    async with following(run):
        await put(run, "strange_one", channel)
        await until(lambda: agree(run, channel))

    (refusal,) = rows(run.archive.path, "SELECT refusal FROM watches WHERE handle = 'strange_one'")[0]
    assert "SOMETHING_ODD" in refusal
    assert refusal.endswith("; try again with: archiver channels add @strange_one")


async def test_a_frozen_account_reads_on_and_is_called_frozen_until_it_may_join_again(
    run: Run, world: World, account: Account
) -> None:
    channel = world.add_channel("rafidain", posts=5)
    account.frozen_methods = frozenset({"channels.joinChannel"})
    account.freeze()

    async with following(run) as quick:
        await put(quick, channel)
        await until(lambda: state_of(run) == ("frozen",))
        channel.publish("خبر")
        await until(lambda: agree(run, channel))
        await asyncio.sleep(3 * quick.policy.heartbeat.total_seconds())
        still = state_of(run)
    account.thaw()
    async with following(run):
        await until(lambda: is_joined(run, channel))
        await until(lambda: state_of(run) == ("connected",))

    assert still == ("frozen",)


async def test_an_account_that_is_signed_out_ends_it(run: Run, world: World, account: Account) -> None:
    channel = world.add_channel("rafidain", posts=5)
    await put(run, channel)
    task = asyncio.create_task(follow(with_policy(run, **QUICK)))
    await until(lambda: agree(run, channel))

    account.revoke()

    with pytest.raises(ExceptionGroup) as ended:
        await asyncio.wait_for(task, 10)
    assert ended.group_contains(AccountLost)


async def test_a_line_that_is_given_up_ends_it_and_is_noted(run: Run, server: LoopbackServer) -> None:
    task = asyncio.create_task(follow(with_policy(run, **QUICK)))
    await until(lambda: server.calls["updates.getState"])

    server.refuse_connections()
    server.drop_lines()

    with pytest.raises(ExceptionGroup) as ended:
        await asyncio.wait_for(task, 10)
    assert ended.group_contains(ConnectionLost)
    assert rows(run.archive.path, "SELECT state FROM accounts") == [("disconnected",)]


async def test_an_archive_that_another_process_holds_ends_nothing(
    run: Run, world: World, account: Account
) -> None:
    channel = world.add_channel("rafidain", posts=5)
    await put(run, channel)

    async with impatient(run) as hurried, following(hurried):
        await until(lambda: is_joined(run, channel) and agree(run, channel))
        async with locked(run.archive.path):
            channel.publish("أثناء القفل")
            await asyncio.sleep(0.5)
            unseen = not agree(run, channel)
        await until(lambda: agree(run, channel))

    assert unseen


async def test_a_post_that_trips_a_bug_of_ours_stops_nothing_else(run: Run, world: World) -> None:
    poisoned, other = world.add_channel("poisoned", posts=5), world.add_channel("other_one", posts=5)

    async with following(run):
        await put(run, poisoned, other)
        await until(
            lambda: is_joined(run, poisoned) and is_joined(run, other) and agree(run, poisoned, other)
        )
        # by the archive's own writer: another would wait here for a lock that this loop must free
        async with run.archive.write() as tx:
            await tx.execute(
                "CREATE TRIGGER bug BEFORE INSERT ON revisions WHEN new.text = 'سم' "
                "BEGIN SELECT RAISE(ABORT, 'a bug'); END"
            )
        poisoned.publish("سم")
        other.publish("خبر")
        await until(lambda: agree(run, other))
        other.publish("خبر آخر")
        await until(lambda: agree(run, other))

    assert texts(run, poisoned, 6) == []


async def test_a_paused_channel_is_left_alone_and_a_resumed_one_catches_up(run: Run, world: World) -> None:
    channel, other = world.add_channel("rafidain", posts=5), world.add_channel("furat", posts=5)

    async with following(run, join=False):
        await put(run, channel, other)
        await until(lambda: agree(run, channel, other))
        await watch_list.set_state(run.archive, ["rafidain"], WatchState.PAUSED)
        await asyncio.sleep(0.4)
        missed = channel.publish("خبر")
        other.publish("خبر")
        await until(lambda: agree(run, other))
        await asyncio.sleep(0.5)
        meanwhile = texts(run, channel, missed)
        await watch_list.set_state(run.archive, ["rafidain"], WatchState.WATCHED)
        await until(lambda: agree(run, channel))

    assert meanwhile == []


async def test_what_happened_while_the_line_was_broken_is_asked_for(
    run: Run, world: World, account: Account, server: LoopbackServer
) -> None:
    channel = world.add_channel("rafidain", posts=5)

    async with following(run, joined_look=timedelta(hours=1)):
        await put(run, channel)
        await until(lambda: is_joined(run, channel) and agree(run, channel))
        server.drop_lines()
        channel.publish("في الأثناء")
        channel.delete(5)
        await until(lambda: agree(run, channel))


async def test_at_the_start_the_joined_channels_that_changed_are_synced_and_all_when_that_is_refused(
    run: Run, world: World, server: LoopbackServer
) -> None:
    channel = world.add_channel("rafidain", posts=5)
    async with following(run):
        await put(run, channel)
        await until(lambda: is_joined(run, channel) and agree(run, channel))
    server.faults.drops_pushes = True
    channel.publish("في الأثناء")
    server.faults.refuse("updates.getDifference", 400, "PERSISTENT_TIMESTAMP_EMPTY")

    async with following(run):
        await until(lambda: agree(run, channel))


async def test_counting_that_is_flooded_is_put_off_and_hammers_nobody(
    run: Run, world: World, server: LoopbackServer, clock: Clock
) -> None:
    channel = world.add_channel("rafidain", posts=5)
    sql = "SELECT count(*) FROM post_counts WHERE post_id = 5"

    async with following(run):
        await put(run, channel)
        await until(lambda: is_joined(run, channel) and agree(run, channel))
        server.faults.flood("messages.getHistory", 60)
        asked = len(server.calls["messages.getHistory"]) + 1
        clock.advance(timedelta(days=8))
        await until(lambda: len(server.calls["messages.getHistory"]) == asked)
        await asyncio.sleep(0.6)
        channel.publish("خبر")
        await until(lambda: agree(run, channel))

    assert len(server.calls["messages.getHistory"]) == asked
    assert rows(run.archive.path, sql) == [(1,)]
    assert not server.faults.called_while_flooded


async def test_at_the_start_those_that_changed_come_before_all_others(
    run: Run, world: World, account: Account, server: LoopbackServer
) -> None:
    others = [world.add_channel(f"quiet_{number}", posts=2) for number in range(4)]
    changed = world.add_channel("changed_one", posts=2)
    async with following(run):
        await put(run, *others, changed)
        await until(lambda: len(account.joined) == 5 and agree(run, *others, changed))
    server.faults.drops_pushes = True
    changed.publish("في الأثناء")
    server.faults.limit("updates.getChannelDifference", per_second=0.001, burst=1)

    async with following(run):
        await until(lambda: agree(run, changed))
