"""Five hundred channels at once, and sixty posts a second among them."""

from __future__ import annotations

import asyncio
import random

import pytest

from archiver.loopback.world import World
from tests.journeys.conftest import NewBot
from tests.journeys.oracle import count
from tests.journeys.process import agreement, joined, until

_CHANNELS, _JOINED, _SECONDS, _PER_SECOND = 500, 400, 15, 60

pytestmark = [pytest.mark.asyncio, pytest.mark.serial]


async def test_five_hundred_channels_and_sixty_posts_a_second(world: World, new_bot: NewBot) -> None:
    channels = [world.add_channel(f"one_of_many_{number}", posts=12) for number in range(_CHANNELS)]
    bot = await new_bot(
        *[str(channel.handle) for channel in channels],
        SYNC__LOOK_SHORTEST_MINUTES="0.1",
        SYNC__LOOK_LONGEST_MINUTES="0.2",
        SYNC__JOINED_LOOK_MINUTES="5",
    )
    await joined(bot, _JOINED, seconds=90)
    await until(lambda: count(bot.archive, "cursors") == _CHANNELS, seconds=60, what="all begun", bot=bot)

    chance = random.Random(500)
    for _ in range(_SECONDS * 10):
        for _ in range(_PER_SECOND // 10):
            chance.choice(channels).publish_random()
        await asyncio.sleep(0.1)

    await agreement(bot, *channels)
    assert count(bot.archive, "posts") == _CHANNELS * 12 + _SECONDS * _PER_SECOND
