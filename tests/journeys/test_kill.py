"""kill -9 at random moments, while the channels go on: nothing is missing in the end, and nothing doubled."""

from __future__ import annotations

import asyncio
import random

import pytest

from archiver.loopback.world import World
from tests.journeys.conftest import NewBot
from tests.journeys.living import living
from tests.journeys.oracle import count, health
from tests.journeys.process import Bot, agreement, until

_KILLS = 50

pytestmark = [pytest.mark.asyncio, pytest.mark.timeout(300)]


async def test_fifty_kills_at_random_moments(world: World, new_bot: NewBot) -> None:
    channels = [world.add_channel(f"killed_{number}", posts=1_500) for number in range(3)]
    bot = await new_bot(*[str(channel.handle) for channel in channels], is_started=False)
    chance = random.Random(9)

    async with living(channels, seed=9, per_second=30):
        for number in range(_KILLS):
            await bot.start()
            if number % 5:  # every fifth dies while it starts, the others while they work
                await _at_work(bot)
            await asyncio.sleep(chance.uniform(0.0, 0.6))
            await bot.kill()
            assert number % 10 or health(bot.archive) == []

    await bot.start()
    await agreement(bot, *channels)
    assert count(bot.archive, "runs") >= _KILLS * 4 / 5


async def _at_work(bot: Bot) -> None:
    before = len(bot.events("line.opened"))
    await until(lambda: len(bot.events("line.opened")) > before, what="a line", bot=bot)
