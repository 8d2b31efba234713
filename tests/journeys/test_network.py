"""A network that breaks: lines are cut, go silent, are slow or can't be had, and nothing is lost."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from archiver.loopback.server import LoopbackServer
from archiver.loopback.world import World
from tests.journeys.conftest import NewBot
from tests.journeys.living import living
from tests.journeys.oracle import rows
from tests.journeys.process import Bot, agreement, joined, until

pytestmark = pytest.mark.asyncio

UNPOLLED = {
    "SYNC__JOINED_LOOK_MINUTES": "60",
    "SYNC__LOOK_SHORTEST_MINUTES": "60",
    "SYNC__LOOK_LONGEST_MINUTES": "60",
}
"""Nothing is found by asking again and again: what a break hid must be asked for because of the break."""


async def test_answers_that_break_off_in_the_middle(
    world: World, server: LoopbackServer, new_bot: NewBot
) -> None:
    channel = world.add_channel("torn_off", posts=1_500)
    server.faults.torn_answers = 4
    bot = await new_bot("torn_off")
    await until(lambda: server.faults.torn_answers == 0, what="four torn answers", bot=bot)
    await joined(bot)

    server.faults.torn_answers = 4
    async with living([channel], seed=1, per_second=40):
        await until(lambda: server.faults.torn_answers == 0, what="eight torn answers", bot=bot)

    await agreement(bot, channel)


async def test_a_line_that_is_cut_again_and_again(
    world: World, server: LoopbackServer, new_bot: NewBot
) -> None:
    channels = [world.add_channel(f"cut_off_{number}", posts=150) for number in range(3)]
    bot = await new_bot(*[str(channel.handle) for channel in channels], **UNPOLLED)
    await joined(bot, 3)

    async with living(channels, seed=2, per_second=60):
        for pause in (0.0, 0.3, 0.05, 1.2, 0.6, 0.01, 0.9, 0.4):
            await asyncio.sleep(pause)
            server.drop_lines()

    await agreement(bot, *channels)


async def test_a_line_that_stands_and_is_dead(world: World, server: LoopbackServer, new_bot: NewBot) -> None:
    channel = world.add_channel("half_open", posts=150)
    bot = await new_bot("half_open", **UNPOLLED)
    await joined(bot)

    async with living([channel], seed=3, per_second=40):
        server.deaden_lines()
        await until(lambda: bot.events("line.reconnected"), what="another line", bot=bot)

    await agreement(bot, channel)


async def test_pushes_that_are_lost_on_the_way_are_asked_for_once_another_arrives(
    world: World, server: LoopbackServer, new_bot: NewBot
) -> None:
    channel = world.add_channel("lost_pushes", posts=150)
    bot = await new_bot("lost_pushes", **UNPOLLED)
    await joined(bot)
    await agreement(bot, channel)

    server.faults.drops_pushes = True
    lost = channel.publish("لا يصل")
    channel.edit(120, "تعديل لا يصل")
    channel.delete(110)
    server.faults.drops_pushes = False
    seen = channel.publish("يصل")

    await agreement(bot, channel)
    provenance = "SELECT post_id, provenance FROM revisions WHERE post_id > 150 ORDER BY post_id"
    assert rows(bot.archive, provenance) == [(lost, "catch_up"), (seen, "live")]


async def test_a_server_that_says_nothing_for_a_while(
    world: World, server: LoopbackServer, new_bot: NewBot
) -> None:
    channel = world.add_channel("gone_silent", posts=150)
    bot = await new_bot("gone_silent", **UNPOLLED)
    await joined(bot)

    async with living([channel], seed=4, per_second=40):
        server.faults.is_silent = True
        blind = await _until_blind(bot)
        await asyncio.sleep(3)
        server.faults.is_silent = False

    assert blind["accounts"][0]["state"] == "disconnected"
    await agreement(bot, channel)
    await _until_seeing(bot)


async def test_a_server_that_is_down_for_a_while(
    world: World, server: LoopbackServer, new_bot: NewBot
) -> None:
    channel = world.add_channel("gone_down", posts=150)
    bot = await new_bot("gone_down", **UNPOLLED)
    await joined(bot)

    async with living([channel], seed=5, per_second=40):
        server.refuse_connections()
        server.drop_lines()
        blind = await _until_blind(bot)
        await server.accept_connections()

    assert blind["accounts"][0]["state"] == "disconnected"
    await agreement(bot, channel)
    await _until_seeing(bot)


async def test_a_slow_server(world: World, server: LoopbackServer, new_bot: NewBot) -> None:
    channel = world.add_channel("slow_one", posts=600)
    server.faults.slowness = 0.4
    bot = await new_bot("slow_one")
    await joined(bot)

    async with living([channel], seed=6, per_second=40):
        await asyncio.sleep(3)

    await agreement(bot, channel)
    assert bot.events("line.broken") == []


async def test_a_server_that_is_not_there_at_the_start(
    world: World, server: LoopbackServer, new_bot: NewBot
) -> None:
    channel = world.add_channel("not_there", posts=150)
    server.refuse_connections()
    bot = await new_bot("not_there")
    await until(lambda: bot.events("line.broken"), what="a broken line", bot=bot)

    blind = await bot.status()
    await server.accept_connections()

    assert (blind["blind"], blind["reasons"][0]) == (True, "no account has connected yet")
    await agreement(bot, channel)
    await _until_seeing(bot)


async def _until_blind(bot: Bot) -> dict[str, Any]:
    for _ in range(20):
        found: dict[str, Any] = await bot.status()
        if found["blind"]:
            return found
    raise AssertionError(f"never blind\n{bot.log_tail()}")


async def _until_seeing(bot: Bot) -> None:
    reasons: list[str] = []
    for _ in range(20):
        found = await bot.status()
        if not found["blind"]:
            return
        reasons = found["reasons"]
    raise AssertionError(f"blind: {reasons}\n{bot.log_tail()}")
