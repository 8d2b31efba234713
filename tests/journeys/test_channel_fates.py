"""What becomes of channels, closed, banned, deleted or renamed, is a state; the rest goes on."""

from __future__ import annotations

import json
from typing import Any

import pytest

from archiver.loopback.account import Account
from archiver.loopback.channel import Channel
from archiver.loopback.world import World
from tests.journeys.conftest import NewBot
from tests.journeys.oracle import rows
from tests.journeys.process import Bot, agreement, joined, until

pytestmark = pytest.mark.asyncio


async def test_a_channel_that_gives_up_its_handle_is_left_alone_until_it_is_public_again(
    world: World, new_bot: NewBot
) -> None:
    channel, other, bot = await _two_watched(world, new_bot)

    channel.make_private()
    await _becomes(bot, channel, "handle_freed")
    hidden = channel.publish("ليس للعموم")
    await _goes_on(bot, other)
    held = rows(bot.archive, "SELECT 1 FROM posts WHERE channel_id = ? AND post_id = ?", channel.id, hidden)
    channel.make_public("the_one")

    assert held == []
    await _becomes(bot, channel, "reachable")
    await agreement(bot, channel, other)


@pytest.mark.parametrize(
    ("fate", "availability", "detail"),
    [
        (Channel.make_private, "private", "CHANNEL_PRIVATE"),
        (Channel.delete_channel, "deleted", "CHANNEL_INVALID"),
    ],
)
async def test_a_channel_that_closes_to_strangers_and_comes_back(
    world: World, new_bot: NewBot, fate: Any, availability: str, detail: str
) -> None:
    channel, other, bot = await _two_watched(world, new_bot, TELEGRAM__JOIN="false")

    fate(channel)
    shown = await _becomes(bot, channel, availability)
    await _goes_on(bot, other)

    assert (shown["state"], shown["detail"], shown["open_gaps"]) == ("watched", detail, 1)
    channel.make_public("the_one")
    await _becomes(bot, channel, "reachable")
    await agreement(bot, channel, other)
    repaired = [("unreachable", "repaired")]
    await until(lambda: rows(bot.archive, "SELECT cause, state FROM gaps") == repaired, bot=bot)


async def test_a_banned_channel_and_its_return(world: World, new_bot: NewBot) -> None:
    often = {"SAMPLING__SUBSCRIBERS_EVERY_MINUTES": "0.01"}
    channel, other, bot = await _two_watched(world, new_bot, **often)

    channel.ban()
    shown = await _becomes(bot, channel, "banned")
    await _look_again(bot, channel)
    await _goes_on(bot, other)
    stayed = await _shown(bot, channel)
    channel.restore()

    assert (shown["state"], shown["detail"], shown["open_gaps"]) == ("watched", "all:terms", 1)
    assert stayed == {**shown, "lag_seconds": stayed["lag_seconds"], "remark": stayed["remark"]}
    await _becomes(bot, channel, "reachable")
    await agreement(bot, channel, other)
    # it did not waver between two words for one fate
    assert [row[0] for row in _availabilities(bot, channel)] == [
        "reachable", "restricted", "banned", "reachable",
    ]  # fmt: skip


async def test_a_banned_channel_whose_posts_are_still_served(world: World, new_bot: NewBot) -> None:
    channel, _, bot = await _two_watched(world, new_bot)

    channel.ban(is_served=True)
    shown = await _becomes(bot, channel, "restricted")
    channel.publish("محظورة وتنشر")

    assert shown["detail"] == "all:terms"
    await agreement(bot, channel)


async def test_a_restriction_on_one_platform_is_a_fact_and_no_obstacle(world: World, new_bot: NewBot) -> None:
    channel, _, bot = await _two_watched(world, new_bot)

    channel.restrict([("ios", "porn", "This channel is not available on iOS.")])
    channel.set_about("وصف جديد")
    channel.set_flags(scam=True)

    await until(lambda: _facts(bot, channel, "is_scam") == ["0", "1"], what="a mark", bot=bot)
    assert _facts(bot, channel, "restrictions") == [
        "[]", '[["ios", "porn", "This channel is not available on iOS."]]',
    ]  # fmt: skip
    assert _facts(bot, channel, "about") == ["", "وصف جديد"]
    assert (await _shown(bot, channel))["availability"] == "reachable"
    await agreement(bot, channel)


async def test_a_renamed_channel_stays_the_same_channel(world: World, new_bot: NewBot) -> None:
    channel, other, bot = await _two_watched(world, new_bot)

    channel.rename("another_name")
    channel.publish("باسم جديد")

    await until(lambda: len(_handles(bot, channel)) == 3, what="a new handle", bot=bot)
    await agreement(bot, channel, other)
    assert _handles(bot, channel) == [("the_one", 1), ("another_name", 1), ("the_one", 0)]
    assert (await _shown(bot, channel))["remark"] == "now @another_name"


async def test_a_handle_that_passes_to_another_channel(world: World, new_bot: NewBot) -> None:
    channel, other, bot = await _two_watched(world, new_bot)

    channel.rename("another_name")
    heir = world.add_channel("the_one", posts=12)
    channel.publish("باسم جديد")

    await until(lambda: bot.events("handle.passed_on"), what="a handle that passed on", bot=bot)
    await agreement(bot, channel, heir, other)
    held = rows(bot.archive, "SELECT handle, channel_id, state FROM watches ORDER BY handle")
    assert held == [
        ("another_name", channel.id, "watched"), ("the_one", heir.id, "watched"),
        ("the_other", other.id, "watched"),
    ]  # fmt: skip
    assert _handles(bot, channel) == [("the_one", 1), ("another_name", 1), ("the_one", 0)]
    assert _handles(bot, heir) == [("the_one", 1)]


async def test_what_is_no_public_broadcast_channel_is_refused_in_one_line(
    world: World, new_bot: NewBot
) -> None:
    channel = world.add_channel("the_channel", posts=5)
    world.add_group("the_group")
    world.add_user("the_person")
    world.add_user("the_robot", is_bot=True)
    bot = await new_bot("the_group", "the_person", "the_robot", "nobody_here", "the_channel")
    await agreement(bot, channel)
    await until(lambda: len(bot.events("watch.refused") + bot.events("handle.vacant")) == 4, bot=bot)

    _, listed, _ = await bot.command("channels", "list", "--json")
    as_text = await bot.command("channels", "list")

    shown = {line["handle"]: line["remark"] for line in json.loads(listed)}
    only = "only public broadcast channels are watched"
    assert shown == {
        "the_channel": "",
        "the_group": f"@the_group is a group; {only}",
        "the_person": f"@the_person is a person; {only}",
        "the_robot": f"@the_robot is a bot; {only}",
        "nobody_here": "nobody holds @nobody_here",
    }
    assert "@the_group is a group" in as_text[1]


async def test_a_link_to_a_private_chat_is_refused_at_the_door(new_bot: NewBot) -> None:
    bot = await new_bot(is_started=False)

    refused = await bot.command("channels", "add", "https://t.me/+AbCdEfGhIjKlMnOp")

    assert (refused[0], refused[1], len(refused[2].splitlines())) == (1, "", 1)
    assert "is no public channel" in refused[2]


async def test_subscribers_that_are_hidden_are_not_sampled(world: World, new_bot: NewBot) -> None:
    channel = world.add_channel("hides_them", posts=5)
    channel.look.hides_subscribers = True
    bot = await new_bot("hides_them")
    await joined(bot)
    await until(lambda: bot.events("channel.looked_at"), what="a look", bot=bot)

    assert (await _shown(bot, channel))["subscribers"] is None
    assert rows(bot.archive, "SELECT 1 FROM subscriber_counts") == []


async def test_an_account_that_a_channel_shut_out(world: World, account: Account, new_bot: NewBot) -> None:
    channel, other, bot = await _two_watched(world, new_bot)

    channel.expel(account)

    shown = await _becomes(bot, channel, "private")
    await _goes_on(bot, other)
    assert shown["open_gaps"] == 1


async def _two_watched(world: World, new_bot: NewBot, **settings: str) -> tuple[Channel, Channel, Bot]:
    """Return a channel to which something is to happen, another one, and a bot that holds both."""
    channel, other = world.add_channel("the_one", posts=20), world.add_channel("the_other", posts=20)
    bot = await new_bot(is_started=False, **settings)
    # by command, not by file: the bot may add to a list that it keeps itself
    del bot.environment["ARCHIVER_CHANNELS_FILE"]
    added = await bot.command("channels", "add", "@the_one", "https://t.me/the_other")
    assert added[:2] == (0, "watching @the_one\nwatching @the_other\n"), added[2]
    await bot.start()
    await agreement(bot, channel, other)
    if "TELEGRAM__JOIN" not in settings:
        await joined(bot, 2)
    return channel, other, bot


async def _goes_on(bot: Bot, channel: Channel) -> None:
    channel.publish("وهذه مستمرة")
    await agreement(bot, channel)


async def _becomes(bot: Bot, channel: Channel, availability: str) -> dict[str, Any]:
    await until(lambda: _availability(bot, channel) == availability, what=availability, bot=bot)
    return await _shown(bot, channel)


async def _look_again(bot: Bot, channel: Channel) -> None:
    """Wait until the bot has asked three times more about a channel."""
    wanted = _looks(bot, channel) + 3
    await until(lambda: _looks(bot, channel) >= wanted, what="three more looks", bot=bot)


def _looks(bot: Bot, channel: Channel) -> int:
    return sum(line["channel_id"] == channel.id for line in bot.events("channel.looked_at"))


def _availability(bot: Bot, channel: Channel) -> str | None:
    found = _availabilities(bot, channel)
    return found[-1][0] if found else None


def _availabilities(bot: Bot, channel: Channel) -> list[tuple[Any, ...]]:
    sql = "SELECT availability, detail FROM channel_availability WHERE channel_id = ? ORDER BY observed_at"
    return rows(bot.archive, sql, channel.id)


async def _shown(bot: Bot, channel: Channel) -> dict[str, Any]:
    """Return what `status` says of a channel."""
    shown: list[dict[str, Any]] = (await bot.status())["channels"]
    return next(line for line in shown if line["channel_id"] == channel.id)


def _facts(bot: Bot, channel: Channel, fact: str) -> list[str]:
    sql = "SELECT value FROM channel_facts WHERE channel_id = ? AND fact = ? ORDER BY observed_at"
    return [row[0] for row in rows(bot.archive, sql, channel.id, fact)]


def _handles(bot: Bot, channel: Channel) -> list[tuple[str, int]]:
    sql = (
        "SELECT handle, is_held FROM channel_handles WHERE channel_id = ? ORDER BY observed_at, is_held DESC"
    )
    return rows(bot.archive, sql, channel.id)
