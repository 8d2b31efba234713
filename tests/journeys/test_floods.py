"""Flood waits at every method the bot calls: waited out in sight, never hammered, and the rest goes on."""

from __future__ import annotations

import pytest

from archiver.loopback.channel import Channel
from archiver.loopback.server import LoopbackServer
from archiver.loopback.world import World
from tests.journeys.conftest import NewBot
from tests.journeys.oracle import count, rows
from tests.journeys.process import Bot, agreement, joined, until

pytestmark = pytest.mark.asyncio

AT_A_RETURN = (
    "users.getUsers", "updates.getDifference", "updates.getChannelDifference", "messages.getHistory",
    "channels.getMessages", "contacts.resolveUsername", "channels.getFullChannel", "channels.joinChannel",
    "updates.getState",
)  # fmt: skip
"""All that the bot calls when it comes back to one channel with a gap, and to another that is new."""


async def test_short_and_repeated_floods_of_every_method(
    world: World, server: LoopbackServer, new_bot: NewBot
) -> None:
    known, new, bot = await _away(world, new_bot)
    before = {method: len(server.calls[method]) for method in AT_A_RETURN}
    for method in AT_A_RETURN:
        server.faults.flood(method, 1, times=2)

    await bot.start()
    await joined(bot, 2)
    await until(lambda: bot.events("gap.repaired"), what="a repaired gap", bot=bot)
    server.drop_lines()  # the bot asks for its state once it has dialled again

    await agreement(bot, known, new)
    await until(lambda: _flooded(bot) == dict.fromkeys(AT_A_RETURN, 2), what="all floods", bot=bot)
    assert {method: _hammered(server.calls[method][before[method] :]) for method in AT_A_RETURN} == (
        {method: [] for method in AT_A_RETURN}
    )


@pytest.mark.parametrize("method", ["updates.getChannelDifference", "messages.getHistory"])
async def test_a_long_flood_of_reading_leaves_what_is_pushed(
    world: World, server: LoopbackServer, new_bot: NewBot, method: str
) -> None:
    channel = world.add_channel("pushed_on", posts=30)
    bot = await new_bot("pushed_on", SYNC__RESCAN_EVERY_HOURS="0.0005")
    await joined(bot)
    server.faults.flood(method, 60)
    await until(lambda: _flooded(bot) == {method: 1}, what="a flood", bot=bot)

    post_id = channel.publish("بينما ننتظر")
    channel.edit(post_id, "معدل بينما ننتظر")
    channel.delete(7)

    await agreement(bot, channel)
    await _is_seen_and_left_alone(bot, server, method)


async def test_a_long_flood_of_looking_up_leaves_the_channels_that_are_known(
    world: World, server: LoopbackServer, new_bot: NewBot
) -> None:
    known, new, bot = await _away(world, new_bot)
    server.faults.flood("contacts.resolveUsername", 60)

    await bot.start()

    await agreement(bot, known)
    assert rows(bot.archive, "SELECT 1 FROM cursors WHERE channel_id = ?", new.id) == []
    await _is_seen_and_left_alone(bot, server, "contacts.resolveUsername")


async def test_a_long_flood_of_joining_leaves_sweeping(
    world: World, server: LoopbackServer, new_bot: NewBot
) -> None:
    channel = world.add_channel("swept_only", posts=30)
    server.faults.flood("channels.joinChannel", 60)
    bot = await new_bot("swept_only")
    await agreement(bot, channel)

    channel.publish("لم ننضم بعد")

    await agreement(bot, channel)
    await _is_seen_and_left_alone(bot, server, "channels.joinChannel")


async def test_a_long_flood_of_looks_leaves_what_is_known_already(
    world: World, server: LoopbackServer, new_bot: NewBot
) -> None:
    known, _, bot = await _away(world, new_bot)
    server.faults.flood("channels.getFullChannel", 60)

    await bot.start()

    await agreement(bot, known)
    await until(lambda: bot.events("watch.bound"), what="the new handle was looked up", bot=bot)
    await _is_seen_and_left_alone(bot, server, "channels.getFullChannel")


async def test_a_long_flood_of_asking_by_id_leaves_the_gap_open_and_the_rest_going_on(
    world: World, server: LoopbackServer, new_bot: NewBot
) -> None:
    known, new, bot = await _away(world, new_bot)
    server.faults.flood("channels.getMessages", 60)

    await bot.start()

    await agreement(bot, new)
    await until(lambda: _flooded(bot), what="a flood", bot=bot)
    await _is_seen_and_left_alone(bot, server, "channels.getMessages")
    assert count(bot.archive, "gaps") > 0
    post_id = known.publish("يصل رغم ذلك")
    await until(lambda: rows(bot.archive, "SELECT 1 FROM posts WHERE post_id = ?", post_id), bot=bot)


@pytest.mark.parametrize("method", ["users.getUsers", "updates.getDifference"])
async def test_a_long_flood_at_the_start_is_seen_and_outlives_a_restart(
    world: World, server: LoopbackServer, new_bot: NewBot, method: str
) -> None:
    _, _, bot = await _away(world, new_bot)
    server.faults.flood(method, 60)

    await bot.start()

    await until(lambda: _flooded(bot) == {method: 1}, what="a flood", bot=bot)
    await _is_seen_and_left_alone(bot, server, method)


async def test_a_long_flood_after_the_line_was_cut_leaves_the_rest(
    world: World, server: LoopbackServer, new_bot: NewBot
) -> None:
    channel = world.add_channel("cut_off", posts=30)
    bot = await new_bot("cut_off")
    await joined(bot)
    await agreement(bot, channel)
    server.faults.flood("updates.getState", 60)

    server.drop_lines()
    await until(lambda: _flooded(bot) == {"updates.getState": 1}, what="a flood", bot=bot)
    channel.publish("بعد الانقطاع")

    await agreement(bot, channel)
    await _is_seen_and_left_alone(bot, server, "updates.getState")


async def _away(world: World, new_bot: NewBot) -> tuple[Channel, Channel, Bot]:
    """Return a known channel that the bot left with a gap, a new one to watch, and the bot, stopped."""
    known, new = world.add_channel("known_one", posts=30), world.add_channel("new_one", posts=30)
    bot = await new_bot("known_one")
    await joined(bot)
    await agreement(bot, known)
    await bot.stop()
    bot.log.unlink()
    for number in range(110):
        known.publish(f"خبر {number}")
    known.delete(100, 7)
    bot.watch(known, new)
    return known, new, bot


async def _is_seen_and_left_alone(bot: Bot, server: LoopbackServer, method: str) -> None:
    """Check that `status` shows a flood wait, and that not even the next run calls the method meanwhile."""
    await until(lambda: bot.events("call.flooded"), what="the flood wait", bot=bot)
    shown = (await bot.status())["accounts"][0]["flood_waits"]
    assert [(hold["method"], hold["seconds"]) for hold in shown] == [(method, 60)]
    calls = len(server.faults.calls[method])
    assert await bot.stop() == 0
    await bot.start()
    await until(lambda: len(bot.events("run.started")) > 1, what="the next run", bot=bot)
    shown = (await bot.status())["accounts"][0]["flood_waits"]
    assert [hold["method"] for hold in shown] == [method]
    assert (len(server.faults.calls[method]), server.faults.called_while_flooded) == (calls, {})


def _hammered(calls: list[float]) -> list[float]:
    """Return the calls that came while either of the first two was to be waited out for a second.

    A call that was on its way when the first answer left could not know: it comes within a tenth of a second.
    """
    flooded = calls[:2]
    return [at for at in calls if any(told + 0.1 < at < told + 0.95 for told in flooded)]


def _flooded(bot: Bot) -> dict[str, int]:
    told = [line["method"] for line in bot.events("call.flooded")]
    return {method: told.count(method) for method in told}
