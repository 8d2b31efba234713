"""Rules, the bot and ``archiver reflag`` as an operator has them: commands in processes of their own."""

from __future__ import annotations

import asyncio
import json
import random
import sys
from pathlib import Path

import pytest

from archiver.loopback.world import World
from tests.journeys.conftest import NewBot
from tests.journeys.living import living
from tests.journeys.oracle import health, rows
from tests.journeys.process import Bot, agreement, until
from tests.packs import RULE, put_rules

pytestmark = [pytest.mark.asyncio, pytest.mark.timeout(300)]


def flagged(bot: Bot, rule_id: str) -> list[tuple[int, int]]:
    """Return the revisions that a rule has flagged, by the newest rulebook; each as often as it did."""
    sql = """
        SELECT post_id, revision FROM flags WHERE rule_id = ?
            AND rulebook_digest = (SELECT digest FROM rulebooks ORDER BY first_used_at DESC LIMIT 1)
        ORDER BY post_id, revision
    """
    return rows(bot.archive, sql, rule_id)


def with_word(bot: Bot, word: str) -> list[tuple[int, int]]:
    sql = "SELECT post_id, revision FROM revisions WHERE instr(text, ?) ORDER BY post_id, revision"
    return rows(bot.archive, sql, word)


async def test_rules_flag_what_comes_in_and_new_ones_see_the_rest_beside_the_bot(
    world: World, new_bot: NewBot, tmp_path: Path
) -> None:
    channel = world.add_channel("rafidain", posts=1_200)
    rules = put_rules(tmp_path / "rules", threat="ادفع")
    bot = await new_bot("rafidain", RULES=str(rules))
    channel.publish("ادفع الآن")
    await agreement(bot, channel)
    live = (flagged(bot, "threat.said"), with_word(bot, "ادفع"))
    first = await bot.status()

    put_rules(rules, edit="مصحح")
    await bot.stop()
    await bot.start()
    await until(lambda: len(rows(bot.archive, "SELECT 1 FROM rulebooks")) == 2, what="rules", bot=bot)
    second = await bot.status()
    async with living([channel], seed=4, per_second=40):
        code, out, err = await bot.command("reflag", "--json")
    await agreement(bot, channel)
    third = await bot.status()

    assert live[0] == live[1] != []
    assert (first["flags"]["unseen"], third["flags"]["unseen"]) == (0, 0)
    assert second["flags"]["unseen"] >= 1_200
    assert (code, err) == (0, "")
    assert json.loads(out)["revisions"] >= 1_200
    for rule_id, word in (("threat.said", "ادفع"), ("edit.said", "مصحح")):
        assert flagged(bot, rule_id) == with_word(bot, word) != []
    assert health(bot.archive) == []


async def test_a_bot_whose_rules_have_a_fault_does_not_begin(new_bot: NewBot, tmp_path: Path) -> None:
    rules = put_rules(tmp_path / "rules", threat="ادفع")
    (rules / "threat.yml").write_text(RULE, "utf-8")
    bot = await new_bot("rafidain", RULES=str(rules))

    code = await bot.ended()

    assert code == 1
    assert bot.log_tail(1).startswith(f"archiver: {rules / 'threat.yml'}:")
    assert rows(bot.archive, "SELECT 1 FROM runs UNION SELECT 1 FROM rulebooks") == []


async def test_a_reflag_that_is_killed_again_and_again_gets_to_its_end(
    world: World, new_bot: NewBot, tmp_path: Path
) -> None:
    channel = world.add_channel("rafidain", posts=6_000)
    bot = await new_bot("rafidain")
    await agreement(bot, channel)
    await bot.stop()
    bot.environment["ARCHIVER_RULES"] = str(put_rules(tmp_path / "rules", place="بغداد"))
    chance, reached = random.Random(5), [0]
    for _ in range(4):
        reached.append(await _killed(bot, beyond=reached[-1], pause=chance.uniform(0, 0.1)))

    code, out, err = await bot.command("reflag", "--json")

    assert reached == sorted(reached)
    assert (code, err, json.loads(out)["revisions"]) == (0, "", 6_000 - reached[-1])
    found = flagged(bot, "place.said")
    assert set(with_word(bot, "بغداد")) <= set(found)  # rules find other spellings too
    assert len(set(found)) == len(found) > 100
    assert health(bot.archive) == []


async def _killed(bot: Bot, *, beyond: int, pause: float) -> int:
    """Start a reflag, kill it some moments after it has come further; return how far it came."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "archiver", "reflag",
        env=bot.environment, cwd=bot.folder, stdout=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    await until(lambda: process.returncode is not None or _reached(bot) > beyond, what="progress", bot=bot)
    await asyncio.sleep(pause)
    if process.returncode is None:
        process.kill()
    await process.wait()
    return _reached(bot)


def _reached(bot: Bot) -> int:
    sql = """
        SELECT max(revision_id) FROM flagging_cursors
        WHERE rulebook_digest = (SELECT digest FROM rulebooks ORDER BY first_used_at DESC LIMIT 1)
    """
    return int(rows(bot.archive, sql)[0][0] or 0)
