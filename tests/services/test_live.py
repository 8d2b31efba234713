"""Pushed events: into the archive at once, and a hole before them asks for the difference."""

from __future__ import annotations

from datetime import timedelta

import pytest
from telethon.extensions import BinaryReader

from archiver.domain.cursor import Cursor
from archiver.domain.ids import ChannelId, RawPageId
from archiver.domain.page import RawPage
from archiver.loopback.account import Account
from archiver.loopback.server import LoopbackServer
from archiver.loopback.world import World
from archiver.services.live import capture_events
from archiver.services.run import Run
from archiver.services.sync import sync
from archiver.storage import cursors
from archiver.storage.raw import read_raw
from tests.builders import CHANNEL, Clock, a_cursor, a_post, an_event
from tests.journeys.oracle import differences, health, rows
from tests.services.steps import arrived, begin_channel, gaps, held, know, texts, with_policy

pytestmark = pytest.mark.asyncio

OTHER = ChannelId(77)


async def begun(run: Run, *channel_ids: int) -> None:
    """Let channels be archived up to event 100 and post 7."""
    for channel_id in channel_ids or (CHANNEL,):
        await know(run, channel_id=channel_id)
        async with run.archive.write() as tx:
            await cursors.put(tx, a_cursor(channel_id, looked_at=run.clock()))


async def cursor(run: Run, channel_id: ChannelId = CHANNEL) -> Cursor:
    async with run.archive.read() as db:
        found = await cursors.get(db, channel_id)
    assert found is not None
    return found


async def test_events_in_order_are_archived_and_move_the_cursor(run: Run, clock: Clock) -> None:
    await begun(run)
    clock.advance(timedelta(minutes=1))

    behind = await capture_events(
        run,
        [
            an_event(102, observations=[a_post(8, text="معدل", as_of=102, edited_at=clock())]),
            an_event(101, observations=[a_post(8, text="أول", as_of=101)]),
            an_event(103, observations=[a_post(9, as_of=103)]),
        ],
    )

    assert behind == frozenset()
    assert await cursor(run) == a_cursor(as_of=103, high_water_id=9, looked_at=clock())
    # the edit came after the post that it changed, whatever came first over the line
    sql = "SELECT post_id, revision, text, provenance FROM revisions WHERE post_id = 8 ORDER BY revision"
    assert rows(run.archive.path, sql) == [(8, 1, "أول", "live"), (8, 2, "معدل", "live")]


async def test_an_event_beyond_a_hole_is_archived_but_the_cursor_stays(run: Run, clock: Clock) -> None:
    await begun(run)
    sure_at = clock()
    clock.advance(timedelta(minutes=10))

    behind = await capture_events(run, [an_event(101), an_event(150, observations=[a_post(40, as_of=150)])])

    assert behind == {CHANNEL}
    assert rows(run.archive.path, "SELECT post_id FROM posts ORDER BY post_id") == [(7,), (40,)]
    # as far as we know, everything until the hole is archived: the look was not a whole one
    assert await cursor(run) == a_cursor(as_of=101, high_water_id=7, looked_at=sure_at)


async def test_events_after_a_hole_do_not_close_it(run: Run) -> None:
    await begun(run)

    behind = [await capture_events(run, [an_event(number)]) for number in (103, 104, 101, 102)]

    assert behind == [{CHANNEL}, {CHANNEL}, frozenset(), frozenset()]
    assert (await cursor(run)).as_of == 102


async def test_an_event_that_reaches_back_over_a_hole_does_not_close_it_either(run: Run) -> None:
    await begun(run)

    behind = await capture_events(run, [an_event(103), an_event(105, count=5, deleted=[1])])

    assert (set(behind), (await cursor(run)).as_of) == ({CHANNEL}, 100)


async def test_an_event_that_is_known_adds_nothing(run: Run) -> None:
    await begun(run)
    await capture_events(run, [an_event(101)])

    behind = await capture_events(run, [an_event(101), an_event(90)])

    assert (behind, held(run, "revisions"), held(run, "raw_pages")) == (frozenset(), 1, 0)


async def test_a_channel_that_was_not_begun_waits_for_its_first_look(run: Run) -> None:
    await know(run)

    behind = await capture_events(run, [an_event(101), an_event(5, channel_id=OTHER)])

    assert (behind, held(run, "posts")) == (frozenset(), 0)


async def test_events_of_many_channels_come_in_together(run: Run) -> None:
    await begun(run, CHANNEL, OTHER)

    behind = await capture_events(
        run, [an_event(101), an_event(105, channel_id=OTHER), an_event(102), an_event(106, channel_id=OTHER)]
    )

    assert behind == {OTHER}
    sql = "SELECT channel_id, count(*) FROM posts GROUP BY channel_id ORDER BY channel_id"
    assert rows(run.archive.path, sql) == [(OTHER, 1), (CHANNEL, 1)]


async def test_a_post_and_its_end_in_one_batch_leave_both(run: Run) -> None:
    await begun(run)

    await capture_events(
        run, [an_event(101, observations=[a_post(8, as_of=101)]), an_event(102, deleted=[8])]
    )

    assert (held(run, "revisions"), gaps(run)) == (1, [])
    sql = "SELECT post_id, as_of, evidence FROM tombstones"
    assert rows(run.archive.path, sql) == [(8, 102, "told")]


async def test_a_deletion_told_twice_buries_once(run: Run) -> None:
    await begun(run)

    await capture_events(
        run, [an_event(101, observations=[a_post(8, as_of=101)]), an_event(102, deleted=[8]),
              an_event(103, deleted=[8])],
    )  # fmt: skip

    assert held(run, "tombstones") == 1
    assert health(run.archive.path) == []


async def test_posts_that_were_gone_before_we_saw_them_are_lost_since_we_last_looked(
    run: Run, clock: Clock
) -> None:
    await begun(run)
    since = clock()
    clock.advance(timedelta(minutes=3))

    await capture_events(run, [an_event(105, count=5, deleted=[8, 9, 10, 13])])

    sql = "SELECT cause, state, first_post_id, last_post_id, until - since FROM gaps ORDER BY gap_id"
    assert rows(run.archive.path, sql) == [
        ("deleted_unseen", "irreparable", 8, 10, 180_000_000),
        ("deleted_unseen", "irreparable", 13, 13, 180_000_000),
    ]
    assert await cursor(run) == a_cursor(as_of=105, looked_at=since + timedelta(minutes=3))


async def test_the_bytes_of_pushed_posts_are_kept_and_those_of_deletions_are_not(run: Run) -> None:
    await begun(run)
    one, two, gone = (RawPage(layer=214, data=data) for data in (b"one.", b"two.", b"gone"))

    await capture_events(
        run,
        [
            an_event(101, raw=one),
            an_event(102, observations=[a_post(8, as_of=102)], raw=two),
            an_event(103, deleted=[5], raw=gone),
        ],
    )

    assert (await _raw(run, 1)).data == b"\x15\xc4\xb5\x1c\x02\x00\x00\x00one.two."
    assert rows(run.archive.path, "SELECT DISTINCT raw_page_id FROM revisions") == [(1,)]


async def test_what_is_pushed_over_a_line_comes_out_of_the_archive_as_it_was_sent(
    run: Run, world: World, account: Account, server: LoopbackServer
) -> None:
    channel = world.add_channel("rafidain", posts=3)
    account.joined.add(channel.id)
    await begin_channel(run, channel)

    post_id = channel.publish("خبر")
    channel.edit(post_id, "خبر معدل")
    wanted = await arrived(run, 2)

    assert wanted.dirty == frozenset()
    assert texts(run, channel, post_id) == ["خبر", "خبر معدل"]
    assert differences(run.archive.path, channel) == []
    (page_id,) = rows(run.archive.path, "SELECT max(raw_page_id) FROM raw_pages")[0]
    updates = BinaryReader((await _raw(run, page_id)).data).tgread_object()
    assert [update.message.message for update in updates] == ["خبر", "خبر معدل"]


async def test_pushes_that_were_lost_leave_a_hole_and_the_difference_fills_it(
    run: Run, world: World, account: Account, server: LoopbackServer
) -> None:
    channel = world.add_channel("rafidain", posts=3)
    account.joined.add(channel.id)
    access = await begin_channel(run, channel)
    server.faults.drops_pushes = True
    channel.publish("لم يصل")
    channel.delete(2)
    server.faults.drops_pushes = False
    channel.publish("وصل")

    wanted = await arrived(run, 1)
    before = differences(run.archive.path, channel)
    await sync(run, access)

    assert (wanted.dirty, len(before)) == (frozenset({ChannelId(channel.id)}), 2)
    assert differences(run.archive.path, channel) == []
    assert gaps(run) == []


async def test_without_a_wish_for_raw_pages_none_are_kept(run: Run) -> None:
    await begun(run)

    await capture_events(
        with_policy(run, keep_raw=False), [an_event(101, raw=RawPage(layer=1, data=b"one."))]
    )

    assert (held(run, "revisions"), held(run, "raw_pages")) == (1, 0)


async def _raw(run: Run, page_id: int) -> RawPage:
    async with run.archive.read() as db:
        return await read_raw(db, RawPageId(page_id))
