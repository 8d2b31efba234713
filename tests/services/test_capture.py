"""One transaction for what Telegram showed: nothing twice, nothing late, nothing half."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from telethon.extensions import BinaryReader

from archiver.domain.cursor import Cursor
from archiver.domain.gap import GapCause
from archiver.domain.ids import PostId, RawPageId
from archiver.domain.page import Page, RawPage, Slice
from archiver.domain.post import PostCounts, Provenance
from archiver.loopback.account import Account
from archiver.loopback.channel import Channel
from archiver.loopback.server import LoopbackServer
from archiver.loopback.world import World
from archiver.services.backfill import backfill
from archiver.services.capture import Captured, capture_named, capture_page, capture_pages, capture_slice
from archiver.services.live import capture_events
from archiver.services.run import Run
from archiver.storage import cursors
from archiver.storage.archive import Transaction
from archiver.storage.raw import read_raw
from archiver.telegram import reading
from tests.builders import CHANNEL, Clock, a_content, a_cursor, a_look, a_page, a_post, a_slice, an_event
from tests.journeys.oracle import differences, health, rows
from tests.services.steps import arrived, begin_channel, gaps, held, know, watch, with_policy

pytestmark = pytest.mark.asyncio

TABLES = ("posts", "revisions", "tombstones", "post_counts", "raw_pages", "channel_facts", "gaps")


async def nothing(_: Transaction) -> None:
    """Move no cursor."""


async def page(run: Run, shown: Page) -> Captured:
    return await capture_page(run, shown, provenance=Provenance.BACKFILL)


async def part(run: Run, shown: Slice) -> Captured:
    return await capture_slice(run, shown, since=None, advance=nothing)


def counts(run: Run, tables: Sequence[str] = TABLES) -> list[int]:
    return [held(run, table) for table in tables]


def revisions(run: Run) -> list[tuple[int, int, str]]:
    return rows(run.archive.path, "SELECT post_id, revision, text FROM revisions ORDER BY revision_id")


async def put_cursor(run: Run, cursor: Cursor) -> None:
    async with run.archive.write() as tx:
        await cursors.put(tx, cursor)


async def test_a_page_that_comes_again_adds_nothing(run: Run, world: World, clock: Clock) -> None:
    channel = world.add_channel("rafidain", posts=80)
    access = await watch(run, channel)
    shown = await reading.newest(run.line.calls, access)

    first = await page(run, shown)
    before = counts(run)
    clock.advance(timedelta(seconds=1))
    again = await page(run, shown)

    assert (first, again) == (Captured(first=80), Captured())
    assert counts(run) == before


async def test_a_late_look_adds_nothing(run: Run) -> None:
    await know(run)
    await page(run, a_page([a_post(7, text="جديد", as_of=120)], as_of=120))

    captured = await page(run, a_page([a_post(7, text="قديم", as_of=110)], as_of=110))

    assert captured == Captured()
    assert revisions(run) == [(7, 1, "جديد")]


async def test_a_look_from_before_a_deletion_does_not_bring_the_post_back(run: Run) -> None:
    await know(run)
    await page(run, a_page([a_post(7, as_of=100)]))
    await part(run, a_slice([], deleted=[7], as_of=120))

    captured = await page(run, a_page([a_post(7, text="متأخر", as_of=110)], as_of=110))

    assert (captured, held(run, "revisions"), held(run, "reappearances")) == (Captured(), 1, 0)


async def test_a_post_that_comes_back_is_kept_with_its_tombstone(run: Run, clock: Clock) -> None:
    await know(run)
    await page(run, a_page([a_post(7, as_of=100)]))
    await part(run, a_slice([], deleted=[7], as_of=120))
    clock.advance(timedelta(hours=1))

    await page(run, a_page([a_post(7, as_of=130)], as_of=130))

    assert counts(run, ("revisions", "tombstones", "reappearances")) == [1, 1, 1]
    assert rows(run.archive.path, "SELECT tombstoned_at FROM posts") == [(None,)]
    assert health(run.archive.path) == []


async def test_edit_then_delete_in_one_slice_keeps_the_edit_and_the_tombstone(run: Run) -> None:
    await know(run)
    await page(run, a_page([a_post(7, text="أ", as_of=100)]))

    captured = await part(run, a_slice([a_post(7, text="ب", as_of=120)], deleted=[7], as_of=120))

    assert captured == Captured(changed=1, tombstoned=1)
    assert revisions(run) == [(7, 1, "أ"), (7, 2, "ب")]


async def test_counts_are_sampled_by_the_timetable_and_not_by_every_look(run: Run, clock: Clock) -> None:
    await know(run)
    start = clock()
    for minutes, views in ((0, 10), (1, 20), (5, 30), (6, 40), (61, 50)):
        clock.now = start + timedelta(minutes=minutes)
        seen = a_post(7, published_at=start, counts=PostCounts(views=views, reactions=(("👍", views),)))
        await page(run, a_page([seen]))

    sql = "SELECT views, reactions FROM post_counts ORDER BY sampled_at"
    assert rows(run.archive.path, sql) == [(views, f'[["👍", {views}]]') for views in (10, 30, 50)]


async def test_ids_that_ought_to_be_in_a_page_come_back_as_missing(run: Run) -> None:
    await know(run)
    await put_cursor(run, a_cursor(first_post_id=4, high_water_id=4, low_water_id=1))
    await page(run, a_page([a_post(2), a_post(3), a_post(4)]))

    captured = await page(run, a_page([a_post(1, as_of=130), a_post(4, as_of=130), a_post(8, as_of=130)],
                                      as_of=130))  # fmt: skip

    # 2 and 3 were there; 5 to 7 were published while we watched; what was before that is history
    assert captured.missing == (2, 3, 5, 6, 7)


async def test_a_late_page_can_not_miss_what_it_is_too_old_to_show(run: Run) -> None:
    await know(run)
    await page(run, a_page([a_post(2, as_of=140), a_post(3, as_of=120)], as_of=140))

    captured = await page(run, a_page([a_post(1, as_of=130), a_post(4, as_of=130)], as_of=130))

    assert captured.missing == (3,)


async def test_what_is_known_to_be_lost_is_not_missed_again(run: Run) -> None:
    await know(run)
    await put_cursor(run, a_cursor(first_post_id=4, high_water_id=4, low_water_id=1))
    await part(run, a_slice([], deleted=[5, 6], as_of=110))

    captured = await page(run, a_page([a_post(4, as_of=130), a_post(8, as_of=130)], as_of=130))

    assert captured.missing == (7,)


async def test_absent_posts_of_ours_get_a_tombstone_and_those_never_seen_are_lost(
    run: Run, clock: Clock
) -> None:
    await know(run)
    await page(run, a_page([a_post(2)]))
    asked = a_page([a_post(3, as_of=130)], absent=[2, 5, 6], as_of=130)

    captured = await capture_named(run, asked, cause=GapCause.DELETED_UNSEEN, since=None)
    again = await capture_named(run, asked, cause=GapCause.DELETED_UNSEEN, since=None)

    assert (captured, again) == (Captured(first=1, tombstoned=1, lost=2), Captured())
    assert rows(run.archive.path, "SELECT post_id, evidence, as_of FROM tombstones") == [(2, "absent", 130)]
    assert gaps(run) == [("deleted_unseen", "irreparable", 5, 6)]


async def test_raw_pages_hold_exactly_the_bytes_that_came(
    run: Run, world: World, server: LoopbackServer
) -> None:
    channel = world.add_channel("rafidain", posts=30)
    access = await watch(run, channel)
    shown = await reading.newest(run.line.calls, access)
    assert shown.raw is not None

    await page(run, shown)

    kept = await raw_of(run, 1)
    answer = BinaryReader(kept.data).tgread_object()
    assert kept == shown.raw
    assert [bytes(message) for message in answer.messages] == [
        bytes(channel.shelf.wire(number)._bytes()) for number in range(30, 0, -1)
    ]


async def test_of_a_page_with_little_news_only_the_news_is_kept(run: Run, world: World) -> None:
    channel = world.add_channel("rafidain", posts=30)
    access = await begin_channel(run, channel)
    channel.edit(20, "معدل")

    await page(run, await reading.newest(run.line.calls, access))

    kept = await raw_of(run, 2)
    held_bytes = bytes(channel.shelf.wire(20)._bytes())
    assert kept.data[8:] == held_bytes
    assert [message.id for message in BinaryReader(kept.data).tgread_object()] == [20]


async def test_without_raw_pages_all_else_is_the_same(run: Run, world: World) -> None:
    channel = world.add_channel("rafidain", posts=30)
    bare = with_policy(run, keep_raw=False)

    await begin_channel(bare, channel)

    assert counts(run, ("posts", "raw_pages")) == [30, 0]
    assert rows(run.archive.path, "SELECT DISTINCT raw_page_id FROM revisions") == [(None,)]


async def test_several_pages_come_in_together_or_not_at_all(run: Run, world: World) -> None:
    channel = world.add_channel("rafidain", posts=150)
    access = await watch(run, channel)
    newer = await reading.newest(run.line.calls, access)
    older = await reading.older(run.line.calls, access, below=newer.first_id)

    async def fail(_: Transaction) -> None:
        raise LookupError("the machine stopped here")

    with pytest.raises(LookupError):
        await capture_pages(run, [newer, older], provenance=Provenance.BACKFILL, advance=fail)
    after_failure = counts(run, ("posts", "raw_pages", "channel_facts"))
    captured = await capture_pages(run, [newer, older], provenance=Provenance.BACKFILL)

    assert after_failure == [0, 0, held(run, "channel_facts")]
    assert captured == [Captured(first=100), Captured(first=50)]


async def test_what_a_page_says_of_its_channel_is_recorded_once(run: Run, clock: Clock) -> None:
    await know(run)
    look = a_look(subscribers=None, as_of=None)
    for step in range(3):
        clock.advance(timedelta(minutes=1))
        await page(run, a_page([a_post(7, as_of=100 + step)], as_of=100 + step, looks=(look,)))
    other = a_look(CHANNEL + 1, handles=("elsewhere",))
    await part(run, a_slice([], as_of=110, looks=(other,)))

    assert rows(run.archive.path, "SELECT count(*) FROM channels") == [(1,)]
    assert rows(run.archive.path, "SELECT fact, value FROM channel_facts") == [("title", "Rafidain")]


async def test_text_without_a_utf8_form_is_kept_sound_and_raw(run: Run, world: World) -> None:
    channel: Channel = world.add_channel("rafidain")
    access = await begin_channel(run, channel)
    channel.publish_raw_text(b"half \xed\xa0\xbd a pair")

    await page(run, await reading.newest(run.line.calls, access))

    (text,) = rows(run.archive.path, "SELECT text FROM revisions WHERE text <> ''")[0]
    assert (text[:5], text[-7:], "\ufffd" in text) == ("half ", " a pair", True)
    assert b"half \xed\xa0\xbd a pair" in (await raw_of(run, 1)).data


async def test_entities_and_text_make_the_digest(run: Run) -> None:
    await know(run)
    content = a_content("نص", author="محرر")
    await page(run, a_page([a_post(7, content=content)]))

    (digest, text, details) = rows(run.archive.path, "SELECT digest, text, details FROM revisions")[0]
    assert (text, details) == ("نص", '{"author":"محرر"}')
    assert len(digest) == 64


async def test_a_page_that_was_read_before_a_deletion_and_comes_after_it_shows_a_post_that_is_gone(
    run: Run, world: World, account: Account
) -> None:
    channel = world.add_channel("rafidain", posts=250)
    account.joined.add(channel.id)
    access = await begin_channel(run, channel)
    late = await reading.older(run.line.calls, access, below=PostId(151))
    channel.delete(60, 61)
    await arrived(run, 1)
    before = gaps(run)

    captured = await page(run, late)
    await backfill(run, access)

    assert before == [("deleted_unseen", "irreparable", 60, 61)]
    assert (captured.first, captured.tombstoned) == (100, 2)
    assert rows(run.archive.path, "SELECT post_id, as_of FROM tombstones") == [
        (60, channel.pts), (61, channel.pts),
    ]  # fmt: skip
    assert (differences(run.archive.path, channel), health(run.archive.path)) == ([], [])


async def test_an_answer_about_ids_may_come_late_too(run: Run) -> None:
    await know(run)
    await put_cursor(run, a_cursor(as_of=100, first_post_id=4, high_water_id=8, low_water_id=1))
    await capture_events(run, [an_event(101, deleted=[6])])

    captured = await capture_named(
        run, a_page([a_post(6, as_of=100)], as_of=100), cause=GapCause.DELETED_UNSEEN, since=None
    )

    assert captured == Captured(first=1, tombstoned=1)
    assert rows(run.archive.path, "SELECT post_id, as_of FROM tombstones") == [(6, 101)]


async def test_a_post_that_was_asked_for_in_vain_and_comes_late_stands(run: Run) -> None:
    await know(run)
    await put_cursor(run, a_cursor(as_of=100, first_post_id=4, high_water_id=8, low_water_id=1))
    vain = a_page([], absent=[6], as_of=100)
    await capture_named(run, vain, cause=GapCause.DELETED_UNSEEN, since=None)

    captured = await part(run, a_slice([a_post(6, as_of=101)], as_of=101))

    assert (captured, held(run, "tombstones")) == (Captured(first=1), 0)


async def raw_of(run: Run, raw_page_id: int) -> RawPage:
    async with run.archive.read() as db:
        return await read_raw(db, RawPageId(raw_page_id))
