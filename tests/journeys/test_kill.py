"""kill -9 at any moment loses nothing and doubles nothing."""

from __future__ import annotations

import asyncio
import random

import pytest

from archiver.loopback.channel import Channel
from archiver.loopback.world import World
from tests.journeys.conftest import NewBot
from tests.journeys.oracle import rows
from tests.journeys.process import agreement

pytestmark = pytest.mark.asyncio

_DEATHS = 50


@pytest.mark.timeout(300)
async def test_fifty_deaths_while_a_channel_posts_edits_and_deletes(world: World, new_bot: NewBot) -> None:
    rng = random.Random(50)
    channels = [world.add_channel(f"deadly_{number}", posts=1_500) for number in range(3)]
    bot = await new_bot(*[channel.handle for channel in channels], is_started=False)
    life = asyncio.create_task(_live(channels, rng))

    for _ in range(_DEATHS):
        await bot.start()
        # starting takes about half a second: some die before they archive anything, most in the middle of it
        await asyncio.sleep(rng.uniform(0.3, 1.3))
        await bot.kill()
    life.cancel()
    await bot.start()

    await agreement(bot, *channels)
    assert rows(bot.archive, "SELECT count(*) FROM runs WHERE ended_at IS NULL")[0][0] >= _DEATHS // 2


async def _live(channels: list[Channel], rng: random.Random) -> None:
    """Publish, edit and delete, about 50 times a second, old posts and new ones."""
    while True:
        await asyncio.sleep(0.02)
        channel = rng.choice(channels)
        standing = list(channel.shelf.live)
        chance = rng.random()
        if chance < 0.5:
            channel.publish(f"خبر {rng.random()}")
        elif chance < 0.75:
            channel.edit(rng.choice(standing[-60:] if chance < 0.7 else standing), f"معدل {rng.random()}")
        elif chance < 0.9:
            channel.delete(rng.choice(standing[-60:] if chance < 0.85 else standing))
        else:
            for _ in range(rng.randint(5, 60)):
                channel.publish(f"دفعة {rng.random()}")
