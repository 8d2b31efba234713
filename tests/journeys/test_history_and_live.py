"""The main job: what a channel holds, and what happens in it, comes into the archive."""

from __future__ import annotations

import asyncio
import signal
import socket
import time
from pathlib import Path
from typing import Any

import pytest

from archiver.loopback.channel import Channel
from archiver.loopback.server import LoopbackServer
from archiver.loopback.world import World
from tests.journeys.conftest import NewBot
from tests.journeys.oracle import count, rows
from tests.journeys.process import agreement, until

pytestmark = pytest.mark.asyncio

EVERY_MARK = "بِسْمِ ٱللَّهِ ٱلرَّحْمَٰنِ ٱلرَّحِيمِ ـــ ﷽ ١٢٣ ۱۲۳ ڤ گ چ پ ژ ک ی ە ێ ۆ"
RTL_OVERRIDE = "invoice \u202egpj.exe\u202c \u2066تقرير\u2069 \u200f\u200e\u061c"
ASTRAL = "🇮🇶 👨‍👩‍👧‍👦 𝓵𝓮𝓪𝓴 𐤀𐤁 \U0001f9d1\U0001f3fd"


async def test_ten_thousand_posts_then_everything_that_can_happen(
    world: World, server: LoopbackServer, new_bot: NewBot
) -> None:
    channel, other = world.add_channel("everything", posts=10_000), world.add_channel("elsewhere", posts=3)
    server.faults.empty_places = True
    channel.delete(9_990, 9_991, 5_000, 17)
    bot = await new_bot("everything", SYNC__JOINED_LOOK_MINUTES="10")
    await agreement(bot, channel)
    await until(lambda: _is_joined(bot.archive), what="joined")
    # a difference under way would show the posts as they stand by then: the first texts are to be pushed
    await asyncio.sleep(1)

    first = channel.publish("أول خبر")
    channel.publish(reply_to=first, text="رد")
    channel.publish_album([{"media": "photo"}, {"media": "video"}, {"media": "photo"}], "ألبوم")
    channel.publish("سؤال", poll=("كم؟", ["واحد", "اثنان"]))
    channel.publish("منقول", forward=(other, 2))
    channel.publish("منقول من مخفي", forward="شخص مخفي")
    channel.publish("", media="photo")
    channel.publish("ملف", media="document")
    channel.publish("x" * 4_096)
    channel.publish(EVERY_MARK)
    channel.publish(RTL_OVERRIDE)
    channel.publish(ASTRAL, buttons=[("افتح", "https://example.org/")])
    channel.publish_raw_text(b"half \xed\xa0\xbd a pair")
    channel.set_title("عنوان جديد")
    channel.set_photo()
    channel.publish(service="pin", reply_to=first)
    channel.edit(first, "أول خبر، مصحح")
    channel.edit(3_000, "قديم ومعدل")
    channel.delete(3_001, 3_002)
    channel.set_subscribers(4_321)

    await agreement(bot, channel)
    assert _texts(bot.archive, channel, first) == ["أول خبر", "أول خبر، مصحح"]
    kinds = {
        row[0] for row in rows(bot.archive, "SELECT DISTINCT media_kind FROM revisions WHERE post_id > 10000")
    }
    assert {"photo", "video", "poll", "file"} <= kinds
    assert (
        len(rows(bot.archive, "SELECT 1 FROM revisions WHERE post_id > 10000 AND album_id IS NOT NULL")) == 3
    )
    assert rows(
        bot.archive,
        "SELECT forwarded_from_channel_id, forwarded_from_handle, forwarded_from_post_id FROM revisions "
        "WHERE post_id > 10000 AND forwarded_from_channel_id IS NOT NULL",
    ) == [(other.id, "elsewhere", 2)]
    assert rows(
        bot.archive, "SELECT reply_to_post_id FROM revisions WHERE post_id = ? AND revision = 1", first + 1
    ) == [(first,)]
    actions = rows(
        bot.archive, "SELECT details FROM revisions WHERE details LIKE '%\"action\"%' AND post_id > 10000"
    )
    assert len(actions) == 3


async def test_a_bot_that_was_away_catches_up(world: World, new_bot: NewBot) -> None:
    channel = world.add_channel("coming_back", posts=250)
    bot = await new_bot("coming_back")
    await agreement(bot, channel)
    begun = time.monotonic()

    ended = await bot.stop(signal.SIGINT)

    assert (ended, time.monotonic() - begun < 5) == (0, True)
    newest = channel.publish("بينما كنت نائماً")
    channel.edit(249, "معدل")
    channel.delete(250)
    await bot.start()
    await agreement(bot, channel)
    assert rows(bot.archive, "SELECT provenance FROM revisions WHERE post_id = ?", newest) == [("catch_up",)]
    assert await bot.stop() == 0
    assert [row[0] is None for row in rows(bot.archive, "SELECT ended_at FROM runs")] == [False, False]


async def test_two_bots_on_one_archive_or_one_session_are_refused(world: World, new_bot: NewBot) -> None:
    channel = world.add_channel("only_one", posts=5)
    bot = await new_bot("only_one")
    await agreement(bot, channel)

    on_archive = await bot.command("run")
    bot.environment["ARCHIVER_DATABASE"] = str(bot.folder / "other.db")
    on_session = await bot.command("run")

    assert bot.process is not None
    pid = bot.process.pid
    assert (on_archive[0], on_archive[2].splitlines()[-1]) == (
        1,
        f"archiver: archive {bot.archive} is written by process {pid}; stop that one first",
    )
    assert (on_session[0], on_session[2].splitlines()[-1]) == (
        1,
        f"archiver: session {bot.folder / 'bot.session'} is in use by process {pid}; stop that one first",
    )


async def test_sighup_reads_the_file_of_channels_again(world: World, new_bot: NewBot) -> None:
    one, two = world.add_channel("first_one", posts=5), world.add_channel("second_one", posts=5)
    bot = await new_bot("first_one")
    await agreement(bot, one)

    (bot.folder / "channels.txt").write_text("@second_one\n")
    assert bot.process is not None
    bot.process.send_signal(signal.SIGHUP)

    await agreement(bot, two)
    listed = rows(bot.archive, "SELECT handle, state FROM watches ORDER BY handle")
    assert listed == [("first_one", "paused"), ("second_one", "watched")]


async def test_systemd_is_told_when_the_bot_is_ready_and_when_it_stops(
    world: World, new_bot: NewBot, tmp_path: Path
) -> None:
    channel = world.add_channel("told_ready", posts=5)
    address = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(str(address))
        line.setblocking(False)
        bot = await new_bot("told_ready", is_started=False)
        bot.environment["NOTIFY_SOCKET"] = str(address)

        await bot.start()
        await agreement(bot, channel)
        await bot.stop()

        told = []
        while True:
            try:
                told.append(line.recv(100))
            except BlockingIOError:
                break
    assert (told[0], told[-1], b"WATCHDOG=1" in told) == (b"READY=1", b"STOPPING=1", True)


async def test_real_posts_of_24_channels(world: World, new_bot: NewBot) -> None:
    path = Path(__file__).parents[3] / "shared" / "data" / "public_news_posts_ru.jsonl.gz"
    if not path.exists():
        pytest.skip("the collection of real posts is not on this machine")
    channels = world.load_jsonl(path)

    bot = await new_bot(*[channel.handle for channel in channels])

    await agreement(bot, *channels, seconds=120)
    assert count(bot.archive, "posts") == sum(len(channel.ever) for channel in channels)


def _is_joined(path: Path) -> bool:
    return rows(path, "SELECT max(is_joined) FROM channel_access") == [(1,)]


def _texts(path: Path, channel: Channel, post_id: int) -> list[Any]:
    found = rows(
        path,
        "SELECT text FROM revisions WHERE channel_id = ? AND post_id = ? ORDER BY revision",
        channel.id,
        post_id,
    )
    return [row[0] for row in found]


async def test_an_idle_bot_stays_idle(world: World, server: LoopbackServer, new_bot: NewBot) -> None:
    channel = world.add_channel("quiet_one", posts=5)
    bot = await new_bot("quiet_one", SYNC__JOINED_LOOK_MINUTES="10", SYNC__LOOK_SHORTEST_MINUTES="10",
                        SYNC__LOOK_LONGEST_MINUTES="10")  # fmt: skip
    await agreement(bot, channel)
    await until(lambda: _is_joined(bot.archive), what="joined")
    await asyncio.sleep(1)
    before = {method: len(times) for method, times in server.faults.calls.items()}

    await asyncio.sleep(2)

    assert {method: len(times) for method, times in server.faults.calls.items()} == before


async def test_the_past_is_read_back_to_a_day(world: World, new_bot: NewBot) -> None:
    channel = world.add_channel("long_ago", posts=900)
    day = channel.shelf.get(450).at.date()
    bot = await new_bot("long_ago", is_started=False)

    await bot.start("--since", day.isoformat())

    await until(lambda: bool(bot.events("history.completed")), what="the history", bot=bot)
    oldest = rows(bot.archive, "SELECT min(post_id) FROM posts")[0][0]
    assert channel.shelf.get(oldest).at.date() <= day
    assert oldest > 200
