"""kill -9 at random moments, while the channels go on: nothing is missing in the end, and nothing doubled.

Nor is any flag: one rule flags every edit.
"""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest

from archiver.loopback.world import World
from tests.journeys.conftest import NewBot
from tests.journeys.living import living
from tests.journeys.oracle import count, health, rows
from tests.journeys.process import Bot, agreement, until
from tests.packs import put_rules

_KILLS = 50

pytestmark = [pytest.mark.asyncio, pytest.mark.timeout(300)]


async def test_fifty_kills_at_random_moments(world: World, new_bot: NewBot, tmp_path: Path) -> None:
    channels = [world.add_channel(f"killed_{number}", posts=1_500) for number in range(3)]
    rules = put_rules(tmp_path / "rules", edit="مصحح")
    bot = await new_bot(*[str(each.handle) for each in channels], is_started=False, RULES=str(rules))
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
    edited = rows(bot.archive, "SELECT channel_id, post_id, revision FROM revisions WHERE text LIKE 'مصحح%'")
    flagged = rows(bot.archive, "SELECT channel_id, post_id, revision FROM flags")
    assert sorted(flagged) == sorted(edited) != []
    (cursor,) = rows(bot.archive, "SELECT first_revision_id, revision_id FROM flagging_cursors")
    assert cursor == (1, count(bot.archive, "revisions"))


async def _at_work(bot: Bot) -> None:
    before = len(bot.events("line.opened"))
    await until(lambda: len(bot.events("line.opened")) > before, what="a line", bot=bot)
