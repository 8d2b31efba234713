"""What becomes of the account (signed out, frozen, banned, duplicated) is a state that a person can mend."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from archiver.loopback.account import Account
from archiver.loopback.channel import Channel
from archiver.loopback.server import LoopbackServer
from archiver.loopback.world import World
from tests.journeys.conftest import NewBot
from tests.journeys.oracle import rows
from tests.journeys.process import Bot, agreement, joined, until

pytestmark = pytest.mark.asyncio


@pytest.mark.parametrize(
    ("fate", "state", "line"),
    [
        (Account.revoke, "signed_out", "the account is signed_out; sign in again with: archiver login"),
        (
            Account.duplicate,
            "duplicated",
            "the account is duplicated; two machines used one session, which ended it; run: archiver login",
        ),
    ],
)
async def test_a_lost_login_is_said_and_a_new_one_beside_the_bot_mends_it(
    world: World,
    server: LoopbackServer,
    account: Account,
    new_bot: NewBot,
    fate: Callable[[Account], None],
    state: str,
    line: str,
) -> None:
    channel, bot = await _watched(world, new_bot)

    fate(account)
    server.drop_lines()
    await _is_blind_because(bot, account, state, line)
    channel.publish("بينما كنا بلا حساب")
    signed_in = await bot.command("login", "--phone", account.phone, answers=f"{account.code}\n")

    assert signed_in[0] == 0, signed_in[2]
    assert signed_in[1].startswith(f"signed in as account {account.id}")
    await agreement(bot, channel, seconds=30)
    await until(lambda: _state(bot) == [("connected",)], what="connected", bot=bot)
    assert (await bot.status())["reasons"] == []
    assert len(rows(bot.archive, "SELECT 1 FROM runs")) == 1


async def test_a_banned_account_is_said_and_another_takes_over(
    world: World, server: LoopbackServer, account: Account, new_bot: NewBot
) -> None:
    other = world.add_account(phone="+9647711111111", code="54321")
    channel, bot = await _watched(world, new_bot)

    account.ban()
    server.drop_lines()
    await _is_blind_because(
        bot, account, "banned", "the account is banned; use another account: archiver login"
    )
    channel.publish("بينما كنا بلا حساب")
    signed_in = await bot.command("login", "--phone", other.phone, answers=f"{other.code}\n")

    assert signed_in[0] == 0, signed_in[2]
    await agreement(bot, channel, seconds=30)
    shown = await bot.status()
    states = {found["account_id"]: found["state"] for found in shown["accounts"]}
    assert (states, shown["reasons"]) == ({account.id: "banned", other.id: "connected"}, [])


async def test_a_frozen_account_reads_on_and_says_so(world: World, account: Account, new_bot: NewBot) -> None:
    channel, new = world.add_channel("read_on", posts=20), world.add_channel("too_late", posts=20)
    bot = await new_bot("read_on")
    await joined(bot)
    await agreement(bot, channel)

    account.freeze()
    bot.watch(channel, new)
    bot.signal(1)
    await until(lambda: _state(bot) == [("frozen",)], what="frozen", bot=bot)
    channel.publish("مجمد ويقرأ")

    await agreement(bot, channel)
    shown = await bot.status()
    assert shown["blind"]
    # a second reason comes with time: the new channel waits for its first look
    assert shown["reasons"][0] == (
        f"account {account.id} is frozen (the account is frozen; appeal in a Telegram app, or use another "
        "account)"
    )


async def test_a_key_that_the_server_forgot_is_a_lost_login(
    world: World, server: LoopbackServer, account: Account, new_bot: NewBot
) -> None:
    _, bot = await _watched(world, new_bot)

    server.forget_keys(account)
    server.drop_lines()

    await _is_blind_because(
        bot, account, "signed_out", "the account is signed_out; sign in again with: archiver login"
    )
    assert await bot.stop() == 0


async def test_a_bot_that_never_signed_in_says_how(world: World, new_bot: NewBot) -> None:
    world.add_channel("never_mind", posts=5)
    bot = await new_bot("never_mind", is_started=False)
    (bot.folder / "bot.session").unlink()

    ended = await bot.command("run")

    assert (ended[0], ended[2].splitlines()[-1]) == (
        1,
        f"archiver: no session {bot.folder / 'bot.session'}; sign in with: archiver login",
    )


async def _watched(world: World, new_bot: NewBot) -> tuple[Channel, Bot]:
    channel = world.add_channel("still_there", posts=20)
    bot = await new_bot("still_there")
    await joined(bot)
    await agreement(bot, channel)
    return channel, bot


async def _is_blind_because(bot: Bot, account: Account, state: str, line: str) -> None:
    await until(lambda: _state(bot) == [(state,)], what=state, bot=bot)
    code, out, err = await bot.command("status")
    assert (code, out.splitlines()[-1]) == (1, f"blind: account {account.id} is {state} ({line})"), err


def _state(bot: Bot) -> list[tuple[Any, ...]]:
    """Return the state of the newest account."""
    return rows(bot.archive, "SELECT state FROM accounts ORDER BY account_id DESC LIMIT 1")
