"""What Telegram sends unasked: archived at once, or asked for again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from archiver.domain.channel import Access
from archiver.domain.ids import ChannelId
from archiver.loopback.account import Account
from archiver.loopback.channel import Channel
from archiver.loopback.server import LoopbackServer
from archiver.loopback.world import World
from archiver.services.pushes import Wanted, archive_pushes
from archiver.services.roster import read_roster
from archiver.services.run import Run
from archiver.services.sync import sync
from tests.journeys.oracle import differences, rows
from tests.services.hard_times import impatient, locked
from tests.services.steps import arrived, begin_channel, texts

pytestmark = pytest.mark.asyncio

NOTHING = Wanted(dirty=frozenset(), changed=frozenset())


@pytest.fixture
def channel(world: World, account: Account) -> Channel:
    """Return a channel that the account has joined."""
    made = world.add_channel("rafidain", posts=20)
    account.joined.add(made.id)
    return made


async def test_pushed_posts_edits_and_deletions_are_archived_without_a_call(
    run: Run, channel: Channel, server: LoopbackServer
) -> None:
    await begin_channel(run, channel)
    calls = {method: len(times) for method, times in server.calls.items()}
    newest = channel.publish("خبر")
    channel.edit(newest, "خبر معدل")
    channel.delete(20)

    wanted = await arrived(run, 3)

    assert wanted == NOTHING
    assert {method: len(times) for method, times in server.calls.items()} == calls
    assert texts(run, channel, newest) == ["خبر", "خبر معدل"]
    assert rows(run.archive.path, "SELECT as_of FROM cursors") == [(channel.pts,)]
    assert differences(run.archive.path, channel) == []


async def test_the_bytes_of_pushed_posts_are_kept(run: Run, channel: Channel) -> None:
    await begin_channel(run, channel)
    newest = channel.publish("خبر")

    await arrived(run, 1)

    sql = "SELECT provenance, raw_page_id IS NOT NULL FROM revisions WHERE post_id = ?"
    assert rows(run.archive.path, sql, newest) == [("live", 1)]


async def test_a_hole_before_a_push_asks_for_the_difference(
    run: Run, channel: Channel, server: LoopbackServer
) -> None:
    access = await begin_channel(run, channel)
    server.faults.drops_pushes = True
    channel.publish("ضائع")
    server.faults.drops_pushes = False
    newest = channel.publish("خبر")

    wanted = await arrived(run, 1)
    at_once = texts(run, channel, newest)
    await sync(run, access)

    assert (wanted.dirty, at_once) == (frozenset({channel.id}), ["خبر"])
    assert differences(run.archive.path, channel) == []


async def test_a_hint_that_a_channel_changed_asks_for_a_look_and_no_difference(
    run: Run, channel: Channel
) -> None:
    await begin_channel(run, channel)
    channel.set_about("وصف")

    assert await arrived(run, 1) == Wanted(dirty=frozenset(), changed=frozenset({ChannelId(channel.id)}))


async def test_pushes_of_channels_that_nobody_watches_are_passed_over(
    run: Run, channel: Channel, world: World, account: Account
) -> None:
    other = world.add_channel("elsewhere", posts=5)
    account.joined.add(other.id)
    await begin_channel(run, channel)
    other.publish("خبر")
    other.delete(5)

    assert await arrived(run, 2) == NOTHING
    assert rows(run.archive.path, "SELECT count(*) FROM posts WHERE channel_id = ?", other.id) == [(0,)]


async def test_a_mark_without_a_payload_asks_for_the_difference(run: Run, channel: Channel) -> None:
    access = await begin_channel(run, channel)
    run.line.inbox.mark(access.channel_id)

    wanted = await archive_pushes(run, await read_roster(run), await run.line.inbox.take())

    assert wanted == Wanted(dirty=frozenset({access.channel_id}), changed=frozenset())


async def test_pushes_that_the_archive_can_not_take_are_asked_for_again(run: Run, channel: Channel) -> None:
    access = await begin_channel(run, channel)
    newest = channel.publish("خبر")

    async with impatient(run) as hurried, locked(run.archive.path):
        wanted = await arrived(hurried, 1)
    await sync(run, access)

    assert wanted == Wanted(dirty=frozenset({access.channel_id}), changed=frozenset(), seconds=2.0)
    assert texts(run, channel, newest) == ["خبر"]


async def test_pushes_of_a_channel_that_is_closed_are_not_read(run: Run, channel: Channel) -> None:
    access: Access = await begin_channel(run, channel)
    channel.publish("خبر")
    closed = replace(await read_roster(run), closed=frozenset({access.channel_id}))
    while not len(run.line.inbox):
        await run.line.ping(timeout_seconds=1)

    wanted = await archive_pushes(run, closed, await run.line.inbox.take())

    assert (wanted, texts(run, channel, 21)) == (NOTHING, [])
