"""What an account and a channel say happened since."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from telethon import errors
from telethon.tl import functions as f, types as t

from archiver.loopback.account import Account
from archiver.loopback.channel import Channel
from archiver.loopback.server import LoopbackServer
from archiver.loopback.world import World

pytestmark = pytest.mark.asyncio


@pytest.fixture
def channel(world: World) -> Channel:
    return world.add_channel("sample", posts=200)


async def since(client: Any, pts: int, *, limit: int = 100) -> Any:
    return await client(
        f.updates.GetChannelDifferenceRequest("sample", t.ChannelMessagesFilterEmpty(), pts, limit)
    )


async def test_nothing_new_is_an_empty_difference(client: Any, channel: Channel) -> None:
    answer = await since(client, channel.pts)

    assert answer.to_dict() == t.updates.ChannelDifferenceEmpty(201, final=True, timeout=30).to_dict()


async def test_a_difference_shows_posts_as_they_stand_now(client: Any, channel: Channel) -> None:
    kept, gone = channel.publish("first"), channel.publish("gone")
    channel.edit(kept, "second")
    channel.edit(10, "old one")
    channel.edit(10, "old one, again")
    channel.delete(gone, 11)

    answer = await since(client, 201)
    edit, delete = answer.other_updates

    assert [post.message for post in answer.new_messages] == ["second"]
    assert (edit.message.message, edit.pts, edit.pts_count) == ("old one, again", 208, 0)
    assert delete.to_dict() == t.UpdateDeleteChannelMessages(channel.id, [gone, 11], 208, 0).to_dict()
    assert (answer.pts, answer.final, answer.chats[0].id) == (208, True, channel.id)


@pytest.mark.parametrize(("events", "kind"), [(100, "ChannelDifference"), (101, "ChannelDifferenceTooLong")])
async def test_more_than_a_hundred_events_are_too_many(
    client: Any, channel: Channel, events: int, kind: str
) -> None:
    channel.delete(*range(1, events + 1))

    answer = await since(client, 201)

    assert type(answer).__name__ == kind


async def test_too_long_says_how_far_events_go_and_shows_the_newest_post(
    client: Any, server: LoopbackServer, channel: Channel
) -> None:
    server.faults.difference_limit = 1
    newest = [channel.publish("one"), channel.publish("two")][-1]

    answer = await since(client, 201)

    assert (answer.dialog.pts, answer.dialog.top_message, answer.final) == (203, newest, True)
    assert [post.message for post in answer.messages] == ["two"]


async def test_what_happened_before_the_chronicle_is_not_listed(client: Any, channel: Channel) -> None:
    assert type(await since(client, 200)) is t.updates.ChannelDifferenceTooLong


async def test_a_difference_comes_in_slices(client: Any, server: LoopbackServer, channel: Channel) -> None:
    server.faults.difference_slice = 2
    for number in range(5):
        channel.publish(f"post {number}")
    seen: list[str] = []
    finals: list[bool] = []
    pts = 201

    while True not in finals:
        answer = await since(client, pts)
        seen += [post.message for post in answer.new_messages]
        pts = answer.pts
        finals.append(answer.final)

    assert seen == [f"post {number}" for number in range(5)]
    assert (finals, pts) == ([False, False, True], channel.pts)


async def test_a_limit_below_the_events_makes_slices_too(client: Any, channel: Channel) -> None:
    for number in range(3):
        channel.publish(f"post {number}")

    answer = await since(client, 201, limit=2)

    assert (len(answer.new_messages), answer.pts, answer.final) == (2, 203, False)


async def test_an_event_number_under_one_is_refused(client: Any, channel: Channel) -> None:
    with pytest.raises(errors.PersistentTimestampEmptyError):
        await since(client, 0)


async def test_an_account_is_told_which_joined_channels_changed(
    client: Any, account: Account, world: World, channel: Channel
) -> None:
    world.add_channel("quiet", posts=3)
    world.add_channel("strange").publish("not joined")
    account.joined |= {world.channel("sample").id, world.channel("quiet").id}
    state = await client(f.updates.GetStateRequest())
    channel.publish("changed")

    answer = await client(f.updates.GetDifferenceRequest(state.pts, state.date, state.qts))
    later = state.date + dt.timedelta(hours=1)
    quiet = await client(f.updates.GetDifferenceRequest(state.pts, later, state.qts))

    told = [update.to_dict() for update in answer.other_updates]
    assert told == [t.UpdateChannelTooLong(channel.id, channel.pts).to_dict()]
    assert (answer.state.pts, answer.chats[0].id) == (state.pts, channel.id)
    assert type(quiet) is t.updates.DifferenceEmpty


async def test_dialogs_are_the_joined_channels_with_their_event_numbers(
    client: Any, world: World, channel: Channel
) -> None:
    await client(f.channels.JoinChannelRequest("sample"))

    dialogs = await client(f.messages.GetDialogsRequest(None, 0, t.InputPeerEmpty(), 100, 0))

    assert [(one.peer.channel_id, one.pts, one.top_message) for one in dialogs.dialogs] == [
        (channel.id, 201, 200)
    ]
    assert [post.id for post in dialogs.messages] == [200]
