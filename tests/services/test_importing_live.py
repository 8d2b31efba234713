"""A channel that was imported and then watched is one channel, and the bot's looks have the last word."""

from __future__ import annotations

from pathlib import Path

import pytest
from telethon.tl import types

from archiver.domain.ids import ChannelId, PostId
from archiver.domain.importing import NO_EVENT, Worth
from archiver.domain.post import Content, Observation, PostCounts
from archiver.loopback.channel import Channel
from archiver.loopback.world import World
from archiver.services.backfill import backfill
from archiver.services.rescan import rescan_recent
from archiver.services.run import Run
from archiver.telegram.translate.entities import entities
from tests.desktop.rendering import a_channel, desktop_post, write_json
from tests.journeys.oracle import differences, health, rows
from tests.services.import_steps import bring
from tests.services.steps import begin_channel

pytestmark = pytest.mark.asyncio


def export(path: Path, channel: Channel) -> Path:
    """Write a channel as Telegram Desktop would have exported it just now."""
    seen = [
        Observation(
            channel_id=ChannelId(channel.id),
            post_id=PostId(post.id),
            published_at=post.at,
            edited_at=post.edited_at,
            content=Content(text=post.text, entities=entities(post.entities), author=post.author),
            counts=PostCounts(),
            as_of=NO_EVENT,
        )
        for post in channel.live.values()
    ]
    return write_json(path / "result.json", a_channel(map(desktop_post, seen), channel_id=channel.id))


def plain(world: World) -> Channel:
    """Make a channel of posts that an export holds without loss."""
    channel = world.add_channel("rafidain")
    for number in range(150):
        marks = [types.MessageEntityBold(0, 4), types.MessageEntityTextUrl(8, 3, "https://a.example")]
        channel.publish(f"👍👍 خبر {number} هنا", entities=marks if number % 2 else None, author="Editor")
    return channel


LEDGERS = ("SELECT * FROM cursors", "SELECT * FROM gaps", "SELECT * FROM tombstones")


def ledgers(run: Run) -> list[list[tuple[object, ...]]]:
    return [rows(run.archive.path, sql) for sql in LEDGERS]


def revisions(run: Run) -> list[tuple[str, int]]:
    sql = "SELECT provenance, count(*) FROM revisions GROUP BY provenance ORDER BY provenance"
    return rows(run.archive.path, sql)


async def test_what_the_bot_sees_unchanged_adds_no_revision(run: Run, world: World, tmp_path: Path) -> None:
    channel = plain(world)
    await bring(run.archive, export(tmp_path, channel))
    imported = revisions(run)

    access = await begin_channel(run, channel)
    while await backfill(run, access):
        pass

    assert revisions(run) == imported == [("import", 150)]
    assert rows(run.archive.path, "SELECT count(*) FROM posts WHERE as_of = 0") == [(0,)]
    assert rows(run.archive.path, "SELECT count(*) FROM post_counts") == [(150,)]
    assert differences(run.archive.path, channel) == []
    assert health(run.archive.path) == []


async def test_what_changed_since_the_export_becomes_a_revision_or_a_tombstone(
    run: Run, world: World, tmp_path: Path
) -> None:
    channel = plain(world)
    await bring(run.archive, export(tmp_path, channel))
    channel.edit(140, "edited since")
    channel.delete(139)

    access = await begin_channel(run, channel)
    while await backfill(run, access):
        pass
    await rescan_recent(run, access)

    assert [count for _, count in revisions(run)] == [1, 150]
    assert rows(run.archive.path, "SELECT post_id, evidence FROM tombstones") == [(139, "absent")]
    assert rows(run.archive.path, "SELECT revision FROM posts WHERE post_id = 140") == [(2,)]
    assert health(run.archive.path) == []


async def test_an_export_from_before_adds_nothing_to_what_the_bot_holds(
    run: Run, world: World, tmp_path: Path
) -> None:
    channel = plain(world)
    path = export(tmp_path, channel)
    channel.edit(140, "edited since")
    channel.delete(139)
    access = await begin_channel(run, channel)
    while await backfill(run, access):
        pass
    before = revisions(run), ledgers(run)

    done = await bring(run.archive, path)

    assert (done.worth[Worth.FIRST], done.worth[Worth.OLDER], done.worth[Worth.HELD]) == (1, 1, 148)
    assert (revisions(run), ledgers(run)) == ([*before[0], ("import", 1)], before[1])
