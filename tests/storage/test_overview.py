"""The overview: where every channel and account stands."""

from __future__ import annotations

from datetime import timedelta

import pytest

from archiver.domain.account import Account, AccountState, FloodHold
from archiver.domain.channel import Availability, Watch, WatchState
from archiver.domain.gap import Gap, GapCause, GapState
from archiver.domain.ids import ChannelId, PostId, RunId
from archiver.domain.page import RawPage
from archiver.storage import (
    accounts,
    channels,
    cursors,
    flags,
    gaps,
    overview,
    rulebooks,
    subscribers,
    watches,
)
from archiver.storage.archive import Archive
from tests.builders import CHANNEL, NOON, a_cursor, a_flag, a_key, a_look, a_post, a_rulebook
from tests.storage.steps import ACCOUNT, bury, observe

pytestmark = pytest.mark.asyncio

HOUR = timedelta(hours=1)


async def test_a_channel_shows_where_it_stands(archive: Archive, run_id: RunId) -> None:
    watch = Watch(handle="rafidain", state=WatchState.WATCHED, added_at=NOON, labels=("press",), priority=3)
    open_gap = Gap(
        channel_id=CHANNEL, cause=GapCause.TOO_MANY_EVENTS, state=GapState.OPEN,
        first_post_id=None, last_post_id=None, since=NOON, until=None, opened_at=NOON,
    )  # fmt: skip
    async with archive.write() as tx:
        await channels.record_look(
            tx, a_look(handles=("rafidain", "alsorafidain"), is_joined=True),
            account_id=ACCOUNT, observed_at=NOON + HOUR, run_id=run_id,
        )  # fmt: skip
        await watches.put(tx, watch)
        await watches.bind(tx, "rafidain", CHANNEL, at=NOON)
        await cursors.put(tx, a_cursor())
        await observe(tx, run_id, [a_post(1), a_post(2), a_post(3)])
        await observe(tx, run_id, [a_post(1, text="edited", as_of=150)])
        await bury(tx, run_id, [2])
        await gaps.open_gap(tx, open_gap, run_id=run_id)
        mended = await gaps.open_gap(tx, open_gap, run_id=run_id)
        await gaps.close(tx, mended, state=GapState.REPAIRED, at=NOON)
        await gaps.record_lost(
            tx, CHANNEL, [PostId(10), PostId(11), PostId(15)],
            cause=GapCause.DELETED_UNSEEN, since=None, until=NOON, at=NOON, run_id=run_id,
        )  # fmt: skip
        for hours, count in enumerate((1_000, 1_200, 1_100)):
            await subscribers.record(tx, CHANNEL, count, sampled_at=NOON + hours * HOUR, run_id=run_id)
        await channels.set_availability(
            tx, CHANNEL, Availability.RESTRICTED,
            detail="porn on ios", observed_at=NOON + HOUR, run_id=run_id,
        )  # fmt: skip

    async with archive.read() as db:
        (line,) = await overview.every_channel(db)
        found = await overview.channel(db, "rafidain")

    assert found == line
    assert line == overview.ChannelOverview(
        channel_id=CHANNEL,
        watch=Watch(
            handle="rafidain", state=WatchState.WATCHED, added_at=NOON, channel_id=CHANNEL,
            labels=("press",), priority=3, resolved_at=NOON,
        ),
        handles=("alsorafidain", "rafidain"),
        title="Rafidain",
        is_joined=True,
        reach=channels.Reach(
            availability=Availability.RESTRICTED, detail="porn on ios", since=NOON + HOUR
        ),
        cursor=a_cursor(),
        subscribers=1_100,
        subscribers_sampled_at=NOON + 2 * HOUR,
        posts=3,
        revisions=4,
        tombstones=1,
        open_gaps=1,
        irreparable_gaps=2,
        lost_posts=3,
    )  # fmt: skip


async def test_the_list_is_the_watch_list_and_then_the_channels_on_none(
    archive: Archive, run_id: RunId
) -> None:
    async with archive.write() as tx:
        for handle, priority in (("quiet", 0), ("urgent", 9)):
            await watches.put(
                tx, Watch(handle=handle, state=WatchState.PAUSED, added_at=NOON, priority=priority)
            )
        await watches.refuse(tx, "quiet", "a group", at=NOON)

    async with archive.read() as db:
        lines = await overview.every_channel(db)
        unlisted = await overview.channel(db, f"channel_{CHANNEL}")
        unknown = await overview.channel(db, "nobody")

    assert [(line.handle, line.channel_id) for line in lines] == [
        ("urgent", None),
        ("quiet", None),
        (f"channel_{CHANNEL}", CHANNEL),
    ]
    assert [line.watch and line.watch.refusal for line in lines] == [None, "a group", None]
    assert unlisted == lines[2]
    assert unknown is None


async def test_a_handle_that_passed_on_is_shown_where_it_is_now(archive: Archive, run_id: RunId) -> None:
    heir = ChannelId(77)
    async with archive.write() as tx:
        for channel_id, at in ((CHANNEL, NOON + HOUR), (heir, NOON + 2 * HOUR)):
            look = a_look(channel_id, handles=("rafidain",))
            await channels.record_look(tx, look, account_id=ACCOUNT, observed_at=at, run_id=run_id)

    async with archive.read() as db:
        lines = await overview.every_channel(db)
        found = await overview.channel(db, "rafidain")

    assert {line.channel_id: line.handles for line in lines} == {CHANNEL: (), heir: ("rafidain",)}
    assert found is not None
    assert found.channel_id == heir


async def test_an_account_shows_its_waits_and_the_calls_of_the_day(archive: Archive) -> None:
    over = FloodHold(account_id=ACCOUNT, method="a", seconds=5, noticed_at=NOON, until=NOON + HOUR / 2)
    lasting = FloodHold(account_id=ACCOUNT, method="b", seconds=9, noticed_at=NOON, until=NOON + 2 * HOUR)
    async with archive.write() as tx:
        await accounts.put_state(tx, ACCOUNT, AccountState.CONNECTED, detail=None, at=NOON)
        for hold in (over, lasting):
            await accounts.add_hold(tx, hold)
        for day in (NOON - 24 * HOUR, NOON, NOON):
            await accounts.spend(tx, ACCOUNT, "contacts.resolveUsername", day=day.date())

    async with archive.read() as db:
        found = await overview.every_account(db, NOON + HOUR)

    assert found == [
        overview.AccountOverview(
            account=Account(account_id=ACCOUNT, state=AccountState.CONNECTED, changed_at=NOON),
            holds=(lasting,),
            calls={"contacts.resolveUsername": 2},
        )
    ]


async def test_the_totals_count_everything(archive: Archive, run_id: RunId) -> None:
    async with archive.write() as tx:
        page = RawPage(layer=214, data=b"page" * 100)
        await observe(tx, run_id, [a_post(1), a_post(2)], raw_page=page)
        await observe(tx, run_id, [a_post(1, text="edited", as_of=150)])
        await bury(tx, run_id, [2])
        await subscribers.record(tx, CHANNEL, 5, sampled_at=NOON, run_id=run_id)
        await gaps.record_lost(
            tx, CHANNEL, [PostId(10)],
            cause=GapCause.DELETED_UNSEEN, since=None, until=NOON, at=NOON, run_id=run_id,
        )  # fmt: skip
        await rulebooks.record(tx, a_rulebook(), at=NOON)
        await flags.record(
            tx, [(a_key(2), a_flag())], rulebook_digest=a_rulebook().digest, at=NOON, run_id=run_id
        )

    async with archive.read() as db:
        totals = await overview.totals(db)

    assert 0 < totals.raw_bytes < 400
    assert totals.file_bytes % 8_192 == 0
    assert totals == overview.Totals(
        posts=2, revisions=3, tombstones=1, subscriber_counts=1, post_counts=2, gaps=1,
        flags=1, cases=0, raw_bytes=totals.raw_bytes, file_bytes=totals.file_bytes,
    )  # fmt: skip


async def test_an_empty_archive_holds_nothing(archive: Archive) -> None:
    async with archive.read() as db:
        totals = await overview.totals(db)
        lines = await overview.every_channel(db)
        owners = await overview.every_account(db, NOON)

    assert (totals.posts, totals.raw_bytes, lines, owners) == (0, 0, [], [])
