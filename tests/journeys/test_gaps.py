"""Gaps: what happened while nobody looked is found, and what can't be found any more is entered as lost."""

from __future__ import annotations

import random

import pytest

from archiver.loopback.channel import Channel
from archiver.loopback.server import LoopbackServer
from archiver.loopback.world import World
from tests.journeys.conftest import NewBot
from tests.journeys.living import happen
from tests.journeys.oracle import lost_ids, rows
from tests.journeys.process import Bot, agreement, joined, until

pytestmark = pytest.mark.asyncio


EVENTS = (100, 101, 150, 5_000)
"""Telegram lists a hundred events of a channel, not more."""


async def test_so_many_events_while_the_bot_was_stopped(world: World, new_bot: NewBot) -> None:
    channel, bot = await _archived(world, new_bot, posts=200)

    for events in EVENTS:
        await bot.stop()
        happen(channel, random.Random(events), events=events)
        await bot.start()
        await agreement(bot, channel)

    await _repaired(bot)
    assert _too_many(bot) == [("repaired",)] * 3


async def test_so_many_events_that_nobody_told_us_of(
    world: World, server: LoopbackServer, new_bot: NewBot
) -> None:
    channel, bot = await _archived(world, new_bot, posts=200)
    server.faults.drops_pushes = True

    for events in EVENTS:
        happen(channel, random.Random(events), events=events)
        await agreement(bot, channel)

    await _repaired(bot)
    assert _too_many(bot) == [("repaired",)] * 3


async def test_a_difference_in_slices(world: World, server: LoopbackServer, new_bot: NewBot) -> None:
    channel, bot = await _archived(world, new_bot, posts=50)
    await bot.stop()
    happen(channel, random.Random(7), events=95)
    server.faults.difference_slice = 7

    await bot.start()

    await agreement(bot, channel)
    assert _too_many(bot) == []


async def test_edits_and_deletions_while_the_bot_was_stopped(world: World, new_bot: NewBot) -> None:
    channel, bot = await _archived(world, new_bot, posts=300)
    await bot.stop()
    channel.edit(30, "قديم جداً، معدل")
    channel.edit(299, "حديث، معدل")
    channel.edit(299, "حديث، معدل مرتين")
    channel.delete(5, 150, 298)
    channel.edit(297, "معدل ثم محذوف")
    channel.delete(297)

    await bot.start()

    await agreement(bot, channel)
    assert rows(bot.archive, "SELECT post_id, evidence FROM tombstones ORDER BY post_id") == [
        (5, "told"), (150, "told"), (297, "told"), (298, "told"),
    ]  # fmt: skip
    assert rows(bot.archive, "SELECT post_id, text FROM revisions WHERE revision > 1 ORDER BY post_id") == [
        (30, "قديم جداً، معدل"), (299, "حديث، معدل مرتين"),
    ]  # fmt: skip


async def test_three_hundred_deletions_in_a_second(world: World, new_bot: NewBot) -> None:
    channel, bot = await _archived(world, new_bot, posts=700)

    for post_id in range(300, 600):
        channel.delete(post_id)
    channel.delete(*range(600, 650))

    await agreement(bot, channel)
    assert rows(bot.archive, "SELECT post_id FROM tombstones ORDER BY post_id") == [
        (post_id,) for post_id in range(300, 650)
    ]


async def test_three_hundred_deletions_while_the_bot_was_stopped(world: World, new_bot: NewBot) -> None:
    channel, bot = await _archived(world, new_bot, posts=700)
    await bot.stop()
    for post_id in range(300, 600):
        channel.delete(post_id)

    await bot.start()

    await agreement(bot, channel)
    assert rows(bot.archive, "SELECT post_id, evidence FROM tombstones ORDER BY post_id") == [
        (post_id, "absent") for post_id in range(300, 600)
    ]


async def test_an_edit_and_then_a_deletion_leave_both(world: World, new_bot: NewBot) -> None:
    channel, bot = await _archived(world, new_bot, posts=10)

    post_id = channel.publish("أول")
    channel.edit(post_id, "ثان")
    channel.delete(post_id)

    await until(lambda: rows(bot.archive, "SELECT 1 FROM tombstones"), what="a tombstone", bot=bot)
    await agreement(bot, channel)
    held = rows(bot.archive, "SELECT revision, text, provenance FROM revisions WHERE post_id = ?", post_id)
    assert held == [(1, "أول", "live"), (2, "ثان", "live")]
    assert rows(bot.archive, "SELECT post_id, evidence FROM tombstones") == [(post_id, "told")]


async def test_posts_that_came_and_went_unseen_are_entered_as_lost(world: World, new_bot: NewBot) -> None:
    channel, bot = await _archived(world, new_bot, posts=10)
    await bot.stop()
    published = [channel.publish(f"خبر {number}") for number in range(8)]
    channel.edit(published[5], "معدل ثم محذوف")
    channel.delete(published[1], published[2], published[5])
    channel.delete(published[7])

    await bot.start()

    await agreement(bot, channel)
    assert rows(
        bot.archive,
        "SELECT cause, state, first_post_id, last_post_id, since < until, closed_at IS NOT NULL FROM gaps "
        "ORDER BY first_post_id",
    ) == [
        ("deleted_unseen", "irreparable", 12, 13, 1, 1),
        ("deleted_unseen", "irreparable", 16, 16, 1, 1),
        ("deleted_unseen", "irreparable", 18, 18, 1, 1),
    ]


async def test_too_many_events_to_list_and_posts_lost_among_them(world: World, new_bot: NewBot) -> None:
    channel, bot = await _archived(world, new_bot, posts=10)
    await bot.stop()
    published = [channel.publish(f"خبر {number}") for number in range(150)]
    channel.delete(published[20])
    channel.delete(*published[100:103])

    await bot.start()

    await agreement(bot, channel)
    await _repaired(bot)
    assert lost_ids(bot.archive, channel.id) == {31, 111, 112, 113}
    assert _too_many(bot) == [("repaired",)]


async def test_the_newest_posts_lost_in_a_gap_are_entered_once_a_newer_one_stands(
    world: World, new_bot: NewBot
) -> None:
    channel, bot = await _archived(world, new_bot, posts=10, SYNC__RESCAN_EVERY_HOURS="0.001")
    await bot.stop()
    published = [channel.publish(f"خبر {number}") for number in range(150)]
    channel.delete(*published[-2:])
    await bot.start()
    await agreement(bot, channel)

    channel.publish("بعدها")

    await agreement(bot, channel)
    assert lost_ids(bot.archive, channel.id) == set(published[-2:])


async def test_posts_with_lower_ids_than_the_newest(world: World, new_bot: NewBot) -> None:
    channel, bot = await _archived(world, new_bot, posts=10)
    channel.publish("بعد فراغ", skip_ids=9)

    channel.publish("متأخر، حي", post_id=15)
    await agreement(bot, channel)
    await bot.stop()
    channel.publish("متأخر، بعد نوم", post_id=13)
    await bot.start()

    await agreement(bot, channel)
    assert rows(bot.archive, "SELECT post_id, provenance FROM revisions WHERE post_id > 10 ORDER BY 1") == [
        (13, "catch_up"), (15, "live"), (20, "live"),
    ]  # fmt: skip


async def test_posts_with_lower_ids_than_the_newest_among_too_many_events(
    world: World, new_bot: NewBot
) -> None:
    channel, bot = await _archived(world, new_bot, posts=10)
    near, far = channel.publish("ثم فراغ") + 3, channel.publish("بعد فراغ", skip_ids=60) - 40
    for number in range(30):
        channel.publish(f"خبر {number}")
    await agreement(bot, channel)
    await bot.stop()
    channel.publish("متأخر، قريب", post_id=near)
    channel.publish("متأخر، بعيد", post_id=far)
    for number in range(150):
        channel.publish(f"خبر آخر {number}")

    await bot.start()

    await agreement(bot, channel)
    await _repaired(bot)


async def _archived(world: World, new_bot: NewBot, *, posts: int, **settings: str) -> tuple[Channel, Bot]:
    """Return a channel, and a bot that holds all of it and has joined it."""
    channel = world.add_channel("with_gaps", posts=posts)
    bot = await new_bot("with_gaps", **settings)
    await joined(bot)
    await agreement(bot, channel)
    return channel, bot


async def _repaired(bot: Bot) -> None:
    sql = "SELECT 1 FROM gaps WHERE state = 'open'"
    await until(lambda: rows(bot.archive, sql) == [], what="no open gap", bot=bot)


def _too_many(bot: Bot) -> list[tuple[object, ...]]:
    return rows(bot.archive, "SELECT state FROM gaps WHERE cause = 'too_many_events'")
