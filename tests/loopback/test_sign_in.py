"""Making a key and signing in, as a stock Telethon does it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from telethon import TelegramClient, errors
from telethon.network import ConnectionTcpAbridged, ConnectionTcpFull, ConnectionTcpIntermediate
from telethon.tl import functions as f, types as t

from archiver.loopback.account import Account
from archiver.loopback.server import LoopbackServer
from archiver.loopback.world import World
from tests.loopback.conftest import NewClient

pytestmark = pytest.mark.asyncio

WORD = "open, سمسم"
TRANSPORTS = [ConnectionTcpFull, ConnectionTcpAbridged, ConnectionTcpIntermediate]


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_a_key_is_exchanged_and_the_code_signs_in(
    new_client: NewClient, account: Account, transport: Any
) -> None:
    client = await new_client(connection=transport)
    assert not await client.is_user_authorized()

    await client.send_code_request(account.phone)
    me = await client.sign_in(account.phone, account.code)

    assert (me.id, await client.is_user_authorized()) == (account.id, True)


async def test_a_wrong_code_and_an_unknown_number_are_refused(
    new_client: NewClient, account: Account
) -> None:
    client = await new_client()
    with pytest.raises(errors.PhoneNumberInvalidError):
        await client.send_code_request("+9647709999999")
    await client.send_code_request(account.phone)

    with pytest.raises(errors.PhoneCodeInvalidError):
        await client.sign_in(account.phone, "54321")

    assert not await client.is_user_authorized()


async def test_a_second_factor_is_asked_for_and_checked(new_client: NewClient, world: World) -> None:
    account = world.add_account(password=WORD)
    client = await new_client()
    await client.send_code_request(account.phone)
    with pytest.raises(errors.SessionPasswordNeededError):
        await client.sign_in(account.phone, account.code)

    with pytest.raises(errors.PasswordHashInvalidError):
        await client.sign_in(password=WORD.upper())
    assert not await client.is_user_authorized()
    me = await client.sign_in(password=WORD)

    assert (me.id, await client.is_user_authorized()) == (account.id, True)


async def test_a_scanned_qr_code_signs_in(new_client: NewClient, account: Account) -> None:
    client = await new_client()
    login = await client.qr_login()

    waiting = asyncio.create_task(login.wait(5))
    await asyncio.sleep(0)
    account.scan(login.token)

    assert (await waiting).id == account.id


async def test_a_scanned_qr_code_still_wants_the_second_factor(new_client: NewClient, world: World) -> None:
    account = world.add_account(password=WORD)
    client = await new_client()
    login = await client.qr_login()
    waiting = asyncio.create_task(login.wait(5))
    await asyncio.sleep(0)
    account.scan(login.token)

    with pytest.raises(errors.SessionPasswordNeededError):
        await waiting

    assert (await client.sign_in(password=WORD)).id == account.id


async def test_a_token_is_imported_once_it_was_accepted(new_client: NewClient, account: Account) -> None:
    client = await new_client()
    offered = await client(f.auth.ExportLoginTokenRequest(1, "hash", []))
    with pytest.raises(errors.AuthTokenInvalidError):
        await client(f.auth.ImportLoginTokenRequest(offered.token))

    account.scan(offered.token)
    answer = await client(f.auth.ImportLoginTokenRequest(offered.token))

    assert (type(answer), answer.authorization.user.id) == (t.auth.LoginTokenSuccess, account.id)


async def test_who_logged_out_is_nobody(client: Any, account: Account) -> None:
    await client(f.auth.LogOutRequest())

    with pytest.raises(errors.AuthKeyUnregisteredError):
        await client(f.updates.GetStateRequest())
    assert account.keys == {}


async def test_a_session_file_is_signed_in_and_only_its_owner_reads_it(
    server: LoopbackServer, account: Account, tmp_path: Path
) -> None:
    path = server.sign_in_file(tmp_path / "bot", account)

    client = TelegramClient(str(path), 1, "hash")
    await client.connect()
    me = await client.get_me()
    await client.disconnect()

    assert (me.id, path.name, path.stat().st_mode & 0o777) == (account.id, "bot.session", 0o600)


async def test_keys_outlive_a_server_of_the_same_world(
    world: World, account: Account, tmp_path: Path
) -> None:
    first = LoopbackServer(world)
    await first.start()
    path = first.sign_in_file(tmp_path / "bot.session", account)
    await first.stop()
    second = LoopbackServer(world, port=first.port)
    await second.start()

    client = TelegramClient(str(path), 1, "hash")
    await client.connect()
    me = await client.get_me()
    await client.disconnect()
    await second.stop()

    assert me.id == account.id


async def test_a_forgotten_key_is_told_so(
    new_client: NewClient, server: LoopbackServer, account: Account
) -> None:
    client = await new_client(account, connection_retries=0, auto_reconnect=False)

    server.forget_keys(account)

    with pytest.raises(errors.common.AuthKeyNotFound):
        await asyncio.wait_for(client(f.updates.GetStateRequest()), 5)
