"""What is asked about channels, and what comes back."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from archiver.domain.channel import Availability, Fact
from archiver.domain.errors import ChannelUnreachable, HandleVacant, NotAChannel
from archiver.loopback.account import Account
from archiver.loopback.channel import Channel
from archiver.loopback.server import LoopbackServer
from archiver.loopback.world import World
from archiver.telegram import asking
from archiver.telegram.calls import Calls
from archiver.telegram.line import Line
from tests.telegram.lines import access, counted, texts_told

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def calls(line: Line) -> AsyncIterator[Calls]:
    await line.open()
    yield line.calls


async def test_a_handle_leads_to_its_channel(calls: Calls, account: Account, channel: Channel) -> None:
    look = await asking.resolve(calls, "RafiDain")

    assert (look.channel_id, look.access_hash, look.handles, look.facts[Fact.TITLE], look.is_joined) == (
        channel.id,
        account.access_hash(channel.id),
        ("rafidain",),
        "Rafidain",
        True,
    )


async def test_a_handle_that_nobody_holds_is_vacant(calls: Calls) -> None:
    with pytest.raises(HandleVacant, match=r"^nobody holds"):
        await asking.resolve(calls, "nobody_here")


async def test_a_handle_moves_with_its_channel_and_passes_to_another(
    calls: Calls, world: World, channel: Channel
) -> None:
    channel.rename("new_name")
    with pytest.raises(HandleVacant):
        await asking.resolve(calls, "rafidain")
    taken = world.add_channel("rafidain", posts=1)

    found = [(await asking.resolve(calls, handle)).channel_id for handle in ("new_name", "rafidain")]

    assert found == [channel.id, taken.id]


@pytest.mark.parametrize("what", ["a group", "a bot", "a person"])
async def test_what_is_no_channel_is_named(calls: Calls, world: World, what: str) -> None:
    match what:
        case "a group":
            world.add_group("somebody")
        case _:
            world.add_user("somebody", is_bot=what == "a bot")

    with pytest.raises(NotAChannel, match=f"^@somebody is {what}; only public broadcast channels"):
        await asking.resolve(calls, "somebody")


async def test_a_full_look_tells_subscribers_and_the_event_number(
    calls: Calls, account: Account, channel: Channel
) -> None:
    channel.set_about("عن القناة")
    channel.set_flags(scam=True)
    channel.set_subscribers(4321)

    look = await asking.full(calls, access(account, channel))

    assert (look.subscribers, look.as_of) == (4321, channel.pts)
    assert (look.facts[Fact.ABOUT], look.facts[Fact.IS_SCAM]) == ("عن القناة", "1")


async def test_many_channels_are_looked_at_in_one_call(
    calls: Calls, world: World, account: Account, server: LoopbackServer
) -> None:
    channels = [world.add_channel(f"channel_{number}", posts=1) for number in range(30)]

    found = await asking.names(calls, [access(account, channel) for channel in channels])

    assert [look.handles for look in found] == [(channel.handle,) for channel in channels]
    assert counted(server)["channels.getChannels"] == 1


async def test_a_channel_that_telegram_blocked_is_restricted(
    calls: Calls, account: Account, channel: Channel
) -> None:
    channel.ban(is_served=True)

    (look,) = await asking.names(calls, [access(account, channel)])

    assert look.availability is Availability.RESTRICTED
    assert look.detail is not None
    assert look.detail.startswith("all:")


async def test_a_private_channel_is_not_told_of(calls: Calls, account: Account, channel: Channel) -> None:
    account.joined.clear()
    channel.make_private()

    with pytest.raises(ChannelUnreachable):
        await asking.full(calls, access(account, channel))


async def test_joining_brings_pushes(line: Line, world: World, account: Account) -> None:
    await line.open()
    other = world.add_channel("other_one", posts=1)
    other.publish(text="before")

    await asking.join(line.calls, access(account, other))
    await line.inbox.take()  # what joining itself answered
    other.publish(text="after")

    assert other.id in account.joined
    assert await texts_told(line) == ["after"]


async def test_a_handle_in_any_case_is_one_handle(calls: Calls, channel: Channel) -> None:
    looks = [await asking.resolve(calls, handle) for handle in ("rafidain", "RAFIDAIN")]

    assert looks[0] == looks[1]
