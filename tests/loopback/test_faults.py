"""Everything that can go wrong goes wrong as told, and can be counted."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from telethon import errors
from telethon.tl import functions as f, types as t

from archiver.loopback.account import Account
from archiver.loopback.channel import Channel
from archiver.loopback.rpc.table import OPEN, SIGNED_IN
from archiver.loopback.server import LoopbackServer
from archiver.loopback.world import World
from tests.loopback.conftest import NewClient

pytestmark = pytest.mark.asyncio

STATE = f.updates.GetStateRequest()


@pytest.fixture
def channel(world: World) -> Channel:
    return world.add_channel("sample", posts=150)


async def test_a_flood_wait_is_answered_as_often_as_told_and_hammering_is_counted(
    client: Any, server: LoopbackServer, channel: Channel
) -> None:
    server.faults.flood("updates.getState", 7)

    with pytest.raises(errors.FloodWaitError) as flood:
        await client(STATE)
    # Telethon keeps a wait in mind and refuses by itself: forget it, as a careless client would
    client._flood_waited_requests.clear()
    # a call that was on its way when the wait was told would not count
    await asyncio.sleep(0.3)
    await client(STATE)

    assert flood.value.seconds == 7
    assert len(server.calls["updates.getState"]) >= 2
    assert server.faults.called_while_flooded == {"updates.getState": 1}


async def test_calls_that_come_too_fast_are_flooded(client: Any, server: LoopbackServer) -> None:
    server.faults.limit("updates.getState", per_second=0.5, burst=2)

    await client(STATE)
    await client(STATE)
    with pytest.raises(errors.FloodWaitError) as flood:
        await client(STATE)

    assert flood.value.seconds in {1, 2}


async def test_any_refusal_can_be_ordered(client: Any, server: LoopbackServer, channel: Channel) -> None:
    server.faults.refuse("contacts.resolveUsername", 400, "USERNAME_INVALID")

    with pytest.raises(errors.UsernameInvalidError):
        await client(f.contacts.ResolveUsernameRequest("sample"))

    assert (await client(f.contacts.ResolveUsernameRequest("sample"))).chats[0].id == channel.id


async def test_an_account_can_be_refused_everything(client: Any, server: LoopbackServer) -> None:
    server.faults.account_refusal = (406, "AUTH_KEY_DUPLICATED")

    with pytest.raises(errors.AuthKeyDuplicatedError):
        await client(STATE)


@pytest.mark.parametrize(
    ("happens", "error"),
    [
        (Account.revoke, errors.SessionRevokedError),
        (Account.ban, errors.UserDeactivatedBanError),
        (Account.duplicate, errors.AuthKeyDuplicatedError),
    ],
)
async def test_an_account_that_was_lost_is_told_how(
    client: Any, account: Account, happens: Any, error: type[Exception]
) -> None:
    happens(account)

    with pytest.raises(error):
        await client(STATE)


async def test_an_account_may_sign_in_again_after_its_sessions_were_ended(
    client: Any, new_client: NewClient, account: Account
) -> None:
    account.revoke()
    fresh = await new_client()

    await fresh.send_code_request(account.phone)

    assert (await fresh.sign_in(account.phone, account.code)).id == account.id


async def test_a_frozen_account_reads_on_but_joins_nothing(
    client: Any, account: Account, channel: Channel
) -> None:
    peer = await client.get_input_entity("sample")
    account.freeze()

    with pytest.raises(errors.FrozenMethodInvalidError):
        await client(f.channels.JoinChannelRequest(peer))
    posts = await client.get_messages(peer, 1)
    account.thaw()
    await client(f.channels.JoinChannelRequest(peer))

    assert (posts[0].id, account.joined) == (150, {channel.id})


async def test_nobody_gets_no_answer_but_on_the_way_in(new_client: NewClient) -> None:
    nobody = await new_client()

    with pytest.raises(errors.AuthKeyUnregisteredError):
        await nobody(STATE)

    assert (await nobody(f.help.GetConfigRequest())).this_dc == 2


async def test_dropped_lines_are_dialled_again(client: Any, server: LoopbackServer, channel: Channel) -> None:
    await client.get_messages("sample", 1)
    before = set(server.connections)

    server.drop_lines()
    posts = await asyncio.wait_for(client.get_messages("sample", 1), 5)

    assert posts[0].id == 150
    assert before.isdisjoint(server.connections)


async def test_a_call_in_flight_when_the_line_drops_is_asked_again(
    client: Any, server: LoopbackServer, channel: Channel
) -> None:
    peer = await client.get_input_entity("sample")
    server.faults.slow_methods["messages.getHistory"] = 0.2
    asking = asyncio.create_task(client.get_messages(peer, 1))
    async with asyncio.timeout(5):
        while not server.connections:
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.05)

    server.drop_lines()

    assert (await asyncio.wait_for(asking, 5))[0].id == 150


async def test_a_torn_answer_breaks_the_line_and_is_asked_again(
    client: Any, server: LoopbackServer, channel: Channel
) -> None:
    peer = await client.get_input_entity("sample")
    server.faults.torn_answers = 1

    posts = await asyncio.wait_for(client.get_messages(peer, 1), 10)

    assert (posts[0].id, server.faults.torn_answers) == (150, 0)


async def test_a_half_open_line_answers_nothing_until_it_does(
    client: Any, server: LoopbackServer, channel: Channel
) -> None:
    server.faults.is_silent = True
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(client(STATE), 0.2)

    server.faults.is_silent = False

    assert (await asyncio.wait_for(client(STATE), 5)).pts > 0


async def test_slow_answers_come_late(client: Any, server: LoopbackServer) -> None:
    server.faults.slowness = 0.15

    began = time.monotonic()
    await client(STATE)

    assert time.monotonic() - began >= 0.15


async def test_refused_connections_are_taken_again_on_the_same_port(
    new_client: NewClient, server: LoopbackServer, account: Account
) -> None:
    port = server.port
    server.refuse_connections()
    with pytest.raises(ConnectionError):
        await new_client(account, connection_retries=0)

    await server.accept_connections()
    client = await new_client(account)

    assert ((await client.get_me()).id, server.port) == (account.id, port)


async def test_answers_are_the_same_with_and_without_gzip(
    client: Any, server: LoopbackServer, channel: Channel
) -> None:
    packed = await client.get_messages("sample", 100)
    server.faults.gzip_over = 0

    plain = await client.get_messages("sample", 100)

    assert [post.to_dict() for post in packed] == [post.to_dict() for post in plain]


async def test_a_method_that_is_not_known_is_refused(client: Any) -> None:
    with pytest.raises(errors.RPCError):
        await client(f.account.GetAuthorizationsRequest())


async def test_a_wrong_number_of_replies_or_file_is_refused(client: Any, channel: Channel) -> None:
    peer = await client.get_input_entity("sample")
    place = t.InputDocumentFileLocation(1, 1, b"", "")

    with pytest.raises(errors.MsgIdInvalidError):
        await client(f.messages.GetRepliesRequest(peer, 1, 0, None, 0, 10, 0, 0, 0))
    with pytest.raises(errors.RPCError):
        await client(f.upload.GetFileRequest(place, offset=0, limit=4096))


async def test_every_method_of_the_table_has_one_place() -> None:
    assert OPEN.keys().isdisjoint(SIGNED_IN)


async def test_what_telethon_asks_on_the_way_is_answered(client: Any) -> None:
    config = await client(f.help.GetAppConfigRequest(0))
    users = await client(f.users.GetUsersRequest([t.InputUserSelf(), t.InputUser(5, 5)]))

    assert config.config.value[0].key == "channels_limit_default"
    assert [type(user) for user in users] == [t.User, t.UserEmpty]


async def test_a_server_stops_and_starts_while_a_client_waits(
    new_client: NewClient, account: Account, server: LoopbackServer, channel: Channel
) -> None:
    client = await new_client(account, retry_delay=0.02, connection_retries=200)
    await client.get_messages("sample", 1)
    server.refuse_connections()
    server.drop_lines()
    asking = asyncio.create_task(client.get_messages("sample", 1))
    await asyncio.sleep(0.05)

    await server.accept_connections()

    assert (await asyncio.wait_for(asking, 10))[0].id == 150


async def test_a_dead_line_answers_nothing_and_a_new_one_does(
    client: Any, server: LoopbackServer, channel: Channel
) -> None:
    await client(STATE)
    server.deaden_lines()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(client(STATE), 0.2)

    await client.disconnect()
    await client.connect()

    assert (await asyncio.wait_for(client(STATE), 5)).pts > 0


@pytest.mark.parametrize(
    "nonsense",
    [
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"\xef\x01abcd",
        b"\xef\x0a" + bytes(40),
        b"\xef\x0a" + b"\x01" * 40,
        b"\xee" * 4 + b"\x10\x00\x00\x00" + bytes(16),
        b"\x20\x00\x00\x00" + bytes(28),
    ],
)
async def test_nonsense_closes_its_own_line_only(
    client: Any, server: LoopbackServer, channel: Channel, nonsense: bytes
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(nonsense)
    writer.write_eof()

    async with asyncio.timeout(5):
        await reader.read()
    writer.close()
    await writer.wait_closed()

    assert (await client.get_messages("sample", 1))[0].id == 150
