"""Who a channel is, to whom it is open, and what became of it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from telethon import errors, events
from telethon.tl import functions as f, types as t

from archiver.loopback.account import Account
from archiver.loopback.channel import Channel
from archiver.loopback.world import World
from tests.loopback.conftest import NewClient

pytestmark = pytest.mark.asyncio


@pytest.fixture
def channel(world: World) -> Channel:
    return world.add_channel("Sample", title="عيّنة", about="about it", subscribers=1234, posts=3)


def named(channel: Channel, account: Account) -> Any:
    return t.InputChannel(channel.id, account.access_hash(channel.id))


async def resolve(client: Any, handle: str) -> Any:
    return await client(f.contacts.ResolveUsernameRequest(handle))


async def test_a_handle_leads_to_its_channel_in_any_case(client: Any, channel: Channel) -> None:
    answer = await resolve(client, "sAMPLE")

    found = answer.chats[0]
    assert (answer.peer.channel_id, found.id, found.username) == (channel.id, channel.id, "Sample")
    assert (found.title, found.broadcast, found.megagroup, found.left) == ("عيّنة", True, False, True)


async def test_the_full_look_has_subscribers_and_the_event_number(client: Any, channel: Channel) -> None:
    channel.set_subscribers(1300)

    full = (await client(f.channels.GetFullChannelRequest("Sample"))).full_chat

    assert (full.about, full.participants_count, full.pts) == ("about it", 1300, 4)


async def test_subscribers_can_be_hidden(client: Any, channel: Channel) -> None:
    channel.look.hides_subscribers = True

    full = (await client(f.channels.GetFullChannelRequest("Sample"))).full_chat

    assert full.participants_count is None


async def test_marks_and_restrictions_are_shown(client: Any, channel: Channel) -> None:
    channel.set_flags(scam=True, noforwards=True)
    channel.restrict([("ios", "porn", "Not on this platform.")])
    channel.set_about("new")
    channel.set_photo()

    found = (await resolve(client, "sample")).chats[0]

    assert (found.scam, found.fake, found.verified, found.noforwards) == (True, False, False, True)
    assert [reason.platform for reason in found.restriction_reason] == ["ios"]
    assert found.photo.photo_id == channel.look.photo.id
    assert len(await client.get_messages("sample", 10)) == 4


async def test_several_handles_are_shown_as_a_list(client: Any, channel: Channel) -> None:
    channel.set_handles("first_name", "second_name")

    found = (await resolve(client, "second_name")).chats[0]

    assert (found.username, [name.username for name in found.usernames]) == (
        None,
        ["first_name", "second_name"],
    )


async def test_groups_people_and_bots_are_no_channels(client: Any, world: World) -> None:
    world.add_group("a_group")
    world.add_user("a_person")
    world.add_user("a_bot", is_bot=True)

    group, person, bot = [await resolve(client, handle) for handle in ("a_group", "a_person", "a_bot")]

    assert (group.chats[0].broadcast, group.chats[0].megagroup) == (False, True)
    assert [(type(found.peer), found.users[0].bot) for found in (person, bot)] == [
        (t.PeerUser, False),
        (t.PeerUser, True),
    ]


async def test_a_handle_can_pass_to_another_channel(client: Any, world: World, channel: Channel) -> None:
    channel.rename("moved")
    other = world.add_channel("Sample")

    assert (await resolve(client, "sample")).chats[0].id == other.id
    assert (await resolve(client, "moved")).chats[0].id == channel.id


async def test_nobody_holds_a_handle_that_was_given_up(client: Any, channel: Channel) -> None:
    channel.rename(None)

    with pytest.raises(errors.UsernameNotOccupiedError):
        await resolve(client, "sample")


async def test_a_hash_of_another_account_opens_nothing(client: Any, world: World, channel: Channel) -> None:
    other = world.add_account(phone="+9647700000001")

    with pytest.raises(errors.ChannelInvalidError):
        await client(f.channels.GetFullChannelRequest(named(channel, other)))


async def test_a_private_channel_is_closed_to_strangers_and_open_to_members(
    client: Any, new_client: NewClient, world: World, account: Account, channel: Channel
) -> None:
    member = world.add_account(phone="+9647700000001")
    member.joined.add(channel.id)
    other = await new_client(member)
    channel.make_private()

    with pytest.raises(errors.ChannelPrivateError):
        await client(f.channels.GetFullChannelRequest(named(channel, account)))
    inside = await other(f.channels.GetFullChannelRequest(named(channel, member)))
    channel.make_public("open_again")
    outside = await client(f.channels.GetFullChannelRequest(named(channel, account)))

    assert (inside.chats[0].username, outside.chats[0].username) == (None, "open_again")


async def test_a_banned_channel_shows_why_and_refuses_its_posts(
    client: Any, account: Account, channel: Channel
) -> None:
    channel.ban()

    full = await client(f.channels.GetFullChannelRequest(named(channel, account)))
    reasons = [(reason.platform, reason.reason) for reason in full.chats[0].restriction_reason]
    with pytest.raises(errors.ChannelPrivateError):
        await client.get_messages(t.InputPeerChannel(channel.id, account.access_hash(channel.id)), 1)
    channel.restore()
    posts = await client.get_messages("sample", 1)

    assert (full.chats[0].restricted, reasons, posts[0].id) == (True, [("all", "terms")], 3)


async def test_a_deleted_channel_was_never_there(client: Any, account: Account, channel: Channel) -> None:
    channel.delete_channel()

    with pytest.raises(errors.ChannelInvalidError):
        await client(f.channels.GetChannelsRequest([named(channel, account)]))
    with pytest.raises(errors.UsernameNotOccupiedError):
        await resolve(client, "sample")
    channel.restore("back")

    assert (await resolve(client, "back")).chats[0].id == channel.id


async def test_an_expelled_account_sees_a_forbidden_channel(
    client: Any, account: Account, channel: Channel
) -> None:
    await client(f.channels.JoinChannelRequest("sample"))
    channel.expel(account)

    seen = (await client(f.channels.GetChannelsRequest([named(channel, account)]))).chats
    with pytest.raises(errors.ChannelPrivateError):
        await client(f.channels.GetFullChannelRequest(named(channel, account)))

    assert [(type(chat), chat.id, chat.title) for chat in seen] == [(t.ChannelForbidden, channel.id, "عيّنة")]


async def test_joining_and_leaving_show(client: Any, account: Account, channel: Channel) -> None:
    joined = await client(f.channels.JoinChannelRequest("sample"))
    after_joining = set(account.joined)
    left = await client(f.channels.LeaveChannelRequest("sample"))

    assert (type(joined), joined.updates.chats[0].left) == (t.messages.ChatInviteJoinResultOk, False)
    assert (after_joining, account.joined, left.chats[0].left) == ({channel.id}, set(), True)
    with pytest.raises(errors.UserNotParticipantError):
        await client(f.channels.LeaveChannelRequest("sample"))


async def test_an_expelled_member_is_pushed_the_forbidden_channel(
    client: Any, account: Account, channel: Channel
) -> None:
    await client(f.channels.JoinChannelRequest("sample"))
    pushed: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    async def hear(update: Any) -> None:
        pushed.set_result(update)

    client.add_event_handler(hear, events.Raw(t.UpdateChannel))
    channel.expel(account)
    update = await asyncio.wait_for(pushed, 5)

    assert (update.channel_id, account.joined) == (channel.id, set())
    assert [type(chat) for chat in update._entities.values()] == [t.ChannelForbidden]


@pytest.mark.parametrize("asked", [t.InputChannelEmpty(), t.InputChannelFromMessage(t.InputPeerSelf(), 1, 5)])
async def test_what_names_no_channel_is_refused(client: Any, asked: Any) -> None:
    with pytest.raises(errors.ChannelInvalidError):
        await client(f.channels.GetFullChannelRequest(asked))


async def test_a_channel_that_is_shown_as_banned_may_still_be_served(
    client: Any, account: Account, channel: Channel
) -> None:
    channel.ban(is_served=True)

    posts = await client.get_messages(t.InputPeerChannel(channel.id, account.access_hash(channel.id)), 9)

    assert [post.id for post in posts] == [3, 2, 1]
