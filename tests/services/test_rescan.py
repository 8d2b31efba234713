"""What nobody told us of is found by looking again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from telethon.tl import functions

from archiver.domain.channel import Access
from archiver.domain.errors import AnswerUnreadable, FloodWait
from archiver.domain.gap import Gap, GapCause, GapState
from archiver.domain.ids import PostId
from archiver.loopback.account import Account
from archiver.loopback.channel import Channel
from archiver.loopback.server import LoopbackServer
from archiver.loopback.world import World
from archiver.services.backfill import backfill
from archiver.services.errands import rescan
from archiver.services.rescan import rescan_recent, rescan_whole
from archiver.services.run import Run
from archiver.services.sync import sync
from archiver.storage import gaps as ledger
from tests.builders import CHANNEL, Clock
from tests.journeys.oracle import differences, rows
from tests.services.steps import (
    begin_channel,
    can_not_read,
    gaps,
    held,
    know,
    texts,
    waiting,
    with_new_calls,
    with_policy,
)

pytestmark = pytest.mark.asyncio


async def whole(run: Run, channel: Channel) -> Access:
    """Archive a channel whole."""
    access = await begin_channel(run, channel)
    while await backfill(run, access):
        pass
    return access


async def open_gap(
    run: Run, access: Access, cause: GapCause = GapCause.TOO_MANY_EVENTS, *, first: int = 0, last: int = 0
) -> None:
    gap = Gap(
        channel_id=access.channel_id, cause=cause, state=GapState.OPEN,
        first_post_id=PostId(first) or None, last_post_id=PostId(last) or None,
        since=run.clock(), until=run.clock(), opened_at=run.clock(),
    )  # fmt: skip
    async with run.archive.write() as tx:
        await ledger.open_gap(tx, gap, run_id=run.run_id)


def asked(server: LoopbackServer, method: str = "messages.getHistory") -> int:
    return len(server.calls[method])


async def test_a_look_at_the_newest_posts_finds_edits_and_deletions_among_them(
    run: Run, world: World, server: LoopbackServer, clock: Clock
) -> None:
    channel = world.add_channel("rafidain", posts=500)
    access = await whole(run, channel)
    channel.edit(490, "معدل")
    channel.edit(100, "قديم معدل")
    channel.delete(480, 90)
    before = asked(server)
    now = clock.advance(timedelta(hours=6))

    await rescan_recent(with_policy(run, rescan_posts=150), access)

    assert (texts(run, channel, 490)[-1], len(texts(run, channel, 100))) == ("معدل", 1)
    assert rows(run.archive.path, "SELECT post_id, evidence FROM tombstones") == [(480, "absent")]
    assert asked(server) - before == 2
    assert rows(run.archive.path, "SELECT recent_rescanned_at FROM cursors") == [
        (int(now.timestamp() * 1e6),)
    ]


async def test_it_looks_at_no_post_older_than_the_policy_says(
    run: Run, world: World, server: LoopbackServer
) -> None:
    access = await whole(run, world.add_channel("rafidain", posts=900))
    before = asked(server)

    # seven minutes lie between two posts: about 200 a day
    await rescan_recent(with_policy(run, rescan_age=timedelta(days=1)), access)

    assert asked(server) - before in {2, 3}


async def test_no_posts_to_look_at_again_is_no_call(run: Run, world: World, server: LoopbackServer) -> None:
    channel = world.add_channel("rafidain", posts=300)
    access = await whole(run, channel)
    before = asked(server)

    await rescan_recent(with_policy(run, rescan_posts=0), access)

    assert asked(server) == before


@pytest.mark.parametrize("posts", [0, 1, 40])
async def test_a_short_channel_is_looked_at_to_its_beginning(run: Run, world: World, posts: int) -> None:
    channel = world.add_channel("rafidain", posts=posts)
    access = await whole(run, channel)

    await rescan_recent(run, access)
    has_more = await rescan_whole(run, access)

    assert has_more is False
    assert differences(run.archive.path, channel) == []


async def test_a_whole_rescan_finds_everything_and_counts(run: Run, world: World, clock: Clock) -> None:
    channel = world.add_channel("rafidain", posts=450)
    access = await whole(run, channel)
    channel.edit(20, "معدل")
    channel.delete(30, 31, 449)
    clock.advance(timedelta(days=30))

    has_more = await rescan_whole(run, access)

    assert has_more is False
    assert differences(run.archive.path, channel) == []
    assert rows(run.archive.path, "SELECT told, held FROM audits") == [(447, 447)]
    assert rows(run.archive.path, "SELECT rescan_id, rescan_began_at FROM cursors") == [(None, None)]


async def test_posts_that_are_newer_than_the_cursor_are_the_next_differences_work(
    run: Run, world: World
) -> None:
    channel = world.add_channel("rafidain", posts=50)
    access = await whole(run, channel)
    channel.publish("جديد")

    await rescan_recent(run, access)
    await rescan_whole(run, access)

    assert held(run, "posts") == 50


async def test_a_cut_off_rescan_looks_at_the_page_again_whose_end_it_did_not_see(
    run: Run, world: World, server: LoopbackServer
) -> None:
    channel = world.add_channel("rafidain", posts=600)
    access = await whole(run, channel)
    channel.delete(450, 350)
    server.faults.refuse("channels.getMessages", 420, "FLOOD_WAIT_60")
    began = asked(server)

    with pytest.raises(FloodWait):
        await rescan_whole(run, access)
    cut_off = (asked(server) - began, held(run, "tombstones"))
    await rescan_whole(await with_new_calls(run), access)

    assert cut_off == (2, 0)
    # the second page once more, and the four after it
    assert asked(server) - began == 2 + 5
    assert differences(run.archive.path, channel) == []


async def test_a_long_channel_is_looked_at_in_turns_and_only_a_look_that_began_after_a_gap_closes_it(
    run: Run, world: World, server: LoopbackServer, clock: Clock
) -> None:
    channel = world.add_channel("rafidain", posts=5_050)
    access = await whole(run, channel)
    before = asked(server)
    await open_gap(run, access)
    halfway = await rescan(run, access)
    place = rows(run.archive.path, "SELECT rescan_id FROM cursors")
    clock.advance(timedelta(minutes=1))
    await open_gap(run, access)

    through = await rescan(run, access)
    after_one_look = [state for _, state, _, _ in gaps(run)]
    again = [await rescan(run, access), await rescan(run, access)]

    assert (halfway, place, through, again) == (0.0, [(51,)], 0.0, [0.0, 6 * 3600.0])
    assert asked(server) - before == 2 * 51
    assert after_one_look == ["repaired", "open"]
    assert [state for _, state, _, _ in gaps(run)] == ["repaired", "repaired"]


async def test_the_errand_looks_at_the_newest_posts_when_nothing_more_is_due(
    run: Run, world: World, server: LoopbackServer
) -> None:
    channel = world.add_channel("rafidain", posts=900)
    access = await whole(run, channel)
    before = asked(server)

    seconds = await rescan(run, access)

    assert (seconds, asked(server) - before) == (6 * 3600.0, 5)


async def test_a_channel_without_a_cursor_has_nothing_to_look_at_again(run: Run) -> None:
    await know(run)

    assert await rescan(run, Access(channel_id=CHANNEL, access_hash=99)) is None


async def test_a_loss_that_a_rescan_finds_began_no_later_than_the_lost_post_can_have_come(
    run: Run, world: World, server: LoopbackServer, clock: Clock
) -> None:
    channel = world.add_channel("rafidain", posts=50)
    access = await whole(run, channel)
    server.faults.drops_pushes = True
    for number in range(60):
        channel.publish(f"خبر {number}")
    channel.delete(channel.publish("لحظة"))
    gone_at = clock()
    for number in range(60):
        channel.publish(f"خبر {number}")
    server.faults.refuse("channels.getMessages", 420, "FLOOD_WAIT_60")
    with pytest.raises(FloodWait):
        await sync(run, access)
    now = clock.advance(timedelta(days=1))

    await rescan_whole(await with_new_calls(run), access)

    ((since, until),) = rows(run.archive.path, "SELECT since, until FROM gaps WHERE cause = 'deleted_unseen'")
    assert since <= int(gone_at.timestamp() * 1e6) < until == int(now.timestamp() * 1e6)
    assert ("deleted_unseen", "irreparable", 111, 111) in gaps(run)


async def test_a_page_that_can_not_be_read_leaves_a_gap_of_its_ids_until_they_were_read(
    run: Run, world: World, clock: Clock
) -> None:
    channel = world.add_channel("rafidain", posts=250)
    access = await whole(run, channel)
    unable = can_not_read(run, functions.messages.GetHistoryRequest)
    for _ in range(2):
        with pytest.raises(AnswerUnreadable):
            await rescan_whole(unable, access)
    channel.publish("خبر")
    await sync(run, access)
    after_a_difference = gaps(run)

    await rescan_whole(run, access)

    assert after_a_difference == [("unreadable", "open", 151, 250)]
    assert gaps(run) == [("unreadable", "repaired", 151, 250)]


async def test_ids_that_can_not_be_asked_for_are_a_gap_until_they_can(run: Run, world: World) -> None:
    channel = world.add_channel("rafidain", posts=250)
    access = await whole(run, channel)
    channel.delete(20, 240, 241)
    for _ in range(2):
        with pytest.raises(AnswerUnreadable):
            await rescan_whole(can_not_read(run, functions.channels.GetMessagesRequest), access)
    before = gaps(run)

    await rescan_whole(run, access)

    assert before == [("unreadable", "open", 240, 241)]
    assert gaps(run) == [("unreadable", "repaired", 240, 241)]
    assert differences(run.archive.path, channel) == []


async def test_a_whole_rescan_closes_what_was_unreadable_before_it_however_the_pages_were_cut(
    run: Run, world: World, clock: Clock
) -> None:
    channel = world.add_channel("rafidain", posts=250)
    access = await whole(run, channel)
    await open_gap(run, access, GapCause.UNREADABLE, first=120, last=180)
    clock.advance(timedelta(minutes=1))

    await rescan_whole(run, access)

    assert gaps(run) == [("unreadable", "repaired", 120, 180)]


async def test_a_look_again_that_overtakes_a_push_loses_no_version_that_the_push_holds(
    run: Run, world: World, account: Account
) -> None:
    channel = world.add_channel("rafidain", posts=50)
    account.joined.add(channel.id)
    access = await whole(run, channel)
    channel.edit(7, "مرة")
    channel.edit(7, "مرتين")
    await waiting(run, 2)

    await rescan_recent(run, access)

    assert texts(run, channel, 7)[1:] == ["مرة", "مرتين"]
