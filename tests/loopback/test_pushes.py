"""What is pushed, and to whom."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from telethon import events
from telethon.tl import functions as f, types as t

from archiver.loopback.account import Account
from archiver.loopback.channel import Channel
from archiver.loopback.server import LoopbackServer
from archiver.loopback.world import World
from tests.loopback.conftest import NewClient

pytestmark = pytest.mark.asyncio


@pytest.fixture
def channel(world: World) -> Channel:
    return world.add_channel("sample", posts=5)


class Heard:
    """The updates a client was given."""

    def __init__(self, client: Any) -> None:
        self.updates: list[Any] = []
        client.add_event_handler(self._hear, events.Raw)

    async def _hear(self, update: Any) -> None:
        self.updates.append(update)

    async def wait(self, count: int) -> list[Any]:
        """Return the updates, once there are so many."""
        async with asyncio.timeout(5):
            while len(self.updates) < count:
                await asyncio.sleep(0.005)
        return self.updates


async def test_who_joined_hears_of_posts_edits_and_deletions(client: Any, channel: Channel) -> None:
    await client(f.channels.JoinChannelRequest("sample"))
    heard = Heard(client)

    post_id = channel.publish("قبل")
    channel.edit(post_id, "بعد")
    channel.delete(1, 2, post_id)
    new, edit, delete = await heard.wait(3)

    assert (type(new), new.message.message, new.pts, new.pts_count) == (
        t.UpdateNewChannelMessage,
        "قبل",
        7,
        1,
    )
    assert (type(edit), edit.message.message, edit.pts, edit.pts_count) == (
        t.UpdateEditChannelMessage,
        "بعد",
        8,
        1,
    )
    assert delete.to_dict() == t.UpdateDeleteChannelMessages(channel.id, [1, 2, post_id], 11, 3).to_dict()
    assert [(one.number, one.kind, one.post_id) for one in channel.chronicle] == [
        (7, "new", post_id),
        (8, "edit", post_id),
        (9, "delete", 1),
        (10, "delete", 2),
        (11, "delete", post_id),
    ]


async def test_who_neither_joined_nor_asked_hears_nothing(
    client: Any, new_client: NewClient, world: World, channel: Channel
) -> None:
    member = await new_client(world.add_account(phone="+9647700000001"))
    await member(f.channels.JoinChannelRequest("sample"))
    stranger, heard = Heard(client), Heard(member)
    await client.get_messages("sample", 1)

    channel.publish("told")
    await heard.wait(1)

    assert stranger.updates == []


async def test_who_asked_for_a_difference_hears_of_a_channel_for_a_while(
    client: Any, channel: Channel
) -> None:
    heard = Heard(client)
    await client(
        f.updates.GetChannelDifferenceRequest("sample", t.ChannelMessagesFilterEmpty(), channel.pts, 100)
    )

    channel.publish("told")

    assert [type(update) for update in await heard.wait(1)] == [t.UpdateNewChannelMessage]


async def test_who_left_hears_nothing_more(client: Any, channel: Channel, world: World) -> None:
    other = world.add_channel("other")
    await client(f.channels.JoinChannelRequest("sample"))
    await client(f.channels.JoinChannelRequest("other"))
    await client(f.channels.LeaveChannelRequest("sample"))
    heard = Heard(client)

    channel.publish("not told")
    other.publish("told")

    assert [update.message.message for update in await heard.wait(1)] == ["told"]


async def test_a_client_that_wants_no_updates_gets_none(
    new_client: NewClient, account: Account, channel: Channel, server: LoopbackServer
) -> None:
    quiet = await new_client(account, receive_updates=False)
    loud = await new_client(account)
    await loud(f.channels.JoinChannelRequest("sample"))
    await quiet.get_messages("sample", 1)
    unheard, heard = Heard(quiet), Heard(loud)

    channel.publish("told")
    await heard.wait(1)

    assert unheard.updates == []


async def test_pushes_can_be_lost_while_calls_are_answered(
    client: Any, server: LoopbackServer, channel: Channel
) -> None:
    await client(f.channels.JoinChannelRequest("sample"))
    heard = Heard(client)
    server.faults.drops_pushes = True

    channel.publish("lost")
    newest = await client.get_messages("sample", 1)

    assert (newest[0].message, heard.updates) == ("lost", [])


async def test_a_change_of_the_looks_is_hinted_at(client: Any, channel: Channel) -> None:
    await client(f.channels.JoinChannelRequest("sample"))
    heard = Heard(client)

    channel.rename("sample_2")
    updates = await heard.wait(1)

    assert [update.to_dict() for update in updates] == [t.UpdateChannel(channel.id).to_dict()]


async def test_a_change_of_title_or_photo_is_also_a_post(client: Any, channel: Channel) -> None:
    post_ids = [channel.set_title("عنوان"), channel.set_photo()]

    posts = await client.get_messages("sample", ids=post_ids)

    assert [type(post.action) for post in posts] == [
        t.MessageActionChatEditTitle,
        t.MessageActionChatEditPhoto,
    ]
    assert (await client.get_entity("sample")).title == "عنوان"


async def test_an_edit_replaces_marks_and_keeps_what_it_does_not_name(channel: Channel) -> None:
    bold = t.MessageEntityBold(0, 3)
    post_id = channel.publish("one", media="photo", entities=[bold], author="Editor")
    photo = channel.live[post_id].media

    channel.edit(post_id, "two")
    channel.edit(post_id, author="Other")
    channel.edit(post_id, media="video")
    post = channel.live[post_id]

    assert (post.text, post.entities, post.author) == ("two", (), "Other")
    assert type(post.media) is not type(photo)
    assert channel.versions(post_id) == ["one", "two", "two", "two"]


async def test_an_edit_that_changes_nothing_is_an_event_but_no_version(channel: Channel) -> None:
    post_id = channel.publish("same")

    channel.edit(post_id)
    channel.edit(post_id, "same")

    assert channel.versions(post_id) == ["same"]
    assert [one.kind for one in channel.chronicle] == ["new", "edit", "edit"]
    assert channel.live[post_id].edited_at is not None


async def test_what_does_not_stand_is_neither_edited_nor_deleted(channel: Channel) -> None:
    channel.delete(3)

    with pytest.raises(KeyError):
        channel.edit(3, "late")
    with pytest.raises(KeyError):
        channel.delete(3)
    with pytest.raises(ValueError, match="post 3 exists or existed"):
        channel.publish("again", post_id=3)

    assert (sorted(channel.live), channel.ever) == ([1, 2, 4, 5], [1, 2, 3, 4, 5])
    assert len(channel.chronicle) == 1
