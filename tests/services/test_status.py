"""Where everything stands, and each reason for which the bot is blind."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from archiver.domain.account import AccountState, FloodHold
from archiver.domain.channel import Availability, ChannelLook, WatchState
from archiver.domain.cursor import Cursor
from archiver.domain.errors import ChannelUnknown
from archiver.domain.findings import find
from archiver.domain.gap import Gap, GapCause, GapState
from archiver.domain.ids import AccountId, PostId, RunId
from archiver.domain.post import Provenance
from archiver.domain.watch_list import Entry
from archiver.services import status, watch_list
from archiver.services.run import Policy
from archiver.services.status import Status
from archiver.storage import accounts, channels, cursors, gaps, posts, runs, subscribers, watches
from archiver.storage.archive import Archive
from tests.builders import CHANNEL, Clock, a_cursor, a_look, a_post

pytestmark = pytest.mark.asyncio

ACCOUNT = AccountId(4_500)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def clock() -> Clock:
    return Clock()


async def read(archive: Archive, clock: Clock) -> Status:
    return await status.read(archive, policy=Policy(), clock=clock)


async def begin(
    archive: Archive, clock: Clock, *, state: AccountState | None = AccountState.CONNECTED
) -> RunId:
    """Begin a run whose account is connected, unless told otherwise."""
    async with archive.write() as tx:
        if state is not None:
            await accounts.put_state(tx, ACCOUNT, state, detail=None, at=clock())
        return await runs.begin(tx, at=clock(), version="0.1.0", layer=214)


async def beat(archive: Archive, clock: Clock, run_id: RunId) -> None:
    async with archive.write() as tx:
        await runs.beat(tx, run_id, at=clock())


async def follow(
    archive: Archive,
    clock: Clock,
    run_id: RunId,
    *,
    look: ChannelLook | None = None,
    cursor: Cursor | None = None,
) -> None:
    """Watch a channel that was looked at."""
    await watch_list.add(archive, [Entry(handle="rafidain")], clock=clock)
    async with archive.write() as tx:
        await channels.record_look(
            tx, look or a_look(), account_id=ACCOUNT, observed_at=clock(), run_id=run_id
        )
        await watches.bind(tx, "rafidain", CHANNEL, at=clock())
        if cursor is not None:
            await cursors.put(tx, cursor)


async def test_a_bot_that_never_ran_is_blind(archive: Archive, clock: Clock) -> None:
    found = await read(archive, clock)

    assert (found.is_running, found.is_blind) == (False, True)
    assert found.reasons == ("the bot is not running; start it with: archiver run",)


async def test_a_bot_that_ended_or_missed_three_beats_is_blind(archive: Archive, clock: Clock) -> None:
    run_id = await begin(archive, clock)
    clock.advance(timedelta(seconds=90))
    late = await read(archive, clock)
    clock.advance(timedelta(seconds=1))
    killed = await read(archive, clock)
    await beat(archive, clock, run_id)
    alive = await read(archive, clock)
    async with archive.write() as tx:
        await runs.end(tx, run_id, at=clock())
    ended = await read(archive, clock)

    assert [found.is_running for found in (late, killed, alive, ended)] == [True, False, True, False]
    assert [found.is_blind for found in (late, killed, alive, ended)] == [False, True, False, True]


@pytest.mark.parametrize(
    ("state", "detail", "reason"),
    [
        (None, None, "no account has connected yet"),
        (AccountState.DISCONNECTED, None, "account 4500 is disconnected"),
        (AccountState.BANNED, "use another account", "account 4500 is banned (use another account)"),
    ],
)
async def test_without_a_connected_account_the_bot_is_blind(
    archive: Archive, clock: Clock, state: AccountState | None, detail: str | None, reason: str
) -> None:
    await begin(archive, clock, state=None)
    if state is not None:
        async with archive.write() as tx:
            await accounts.put_state(tx, ACCOUNT, state, detail=detail, at=clock())

    assert (await read(archive, clock)).reasons == (reason,)


async def test_one_connected_account_is_enough(archive: Archive, clock: Clock) -> None:
    await begin(archive, clock)
    async with archive.write() as tx:
        await accounts.put_state(tx, AccountId(1), AccountState.SIGNED_OUT, detail=None, at=clock())

    assert (await read(archive, clock)).reasons == ()


@pytest.mark.parametrize(("is_joined", "allowed"), [(True, 30 * MINUTE), (False, 12 * HOUR)])
async def test_a_channel_that_was_not_looked_at_for_two_intervals_makes_the_bot_blind(
    archive: Archive, clock: Clock, is_joined: bool, allowed: timedelta
) -> None:
    run_id = await begin(archive, clock)
    await follow(archive, clock, run_id, look=a_look(is_joined=is_joined), cursor=a_cursor())
    clock.advance(allowed)
    await beat(archive, clock, run_id)
    just = await read(archive, clock)
    clock.advance(timedelta(seconds=1))
    late = await read(archive, clock)

    assert just.reasons == ()
    assert late.reasons == (f"@rafidain was not looked at for {allowed.total_seconds() + 1:.0f} s",)


async def test_a_channel_that_waits_too_long_for_its_first_look_makes_the_bot_blind(
    archive: Archive, clock: Clock
) -> None:
    run_id = await begin(archive, clock)
    await follow(archive, clock, run_id)
    entries = [Entry(handle="refused"), Entry(handle="new_one"), Entry(handle="paused")]
    await watch_list.add(archive, entries, clock=clock)
    await watch_list.set_state(archive, ["paused"], WatchState.PAUSED)
    async with archive.write() as tx:
        await watches.refuse(tx, "refused", "@refused is a bot", at=clock())
    clock.advance(12 * HOUR)
    await beat(archive, clock, run_id)
    just = await read(archive, clock)
    clock.advance(timedelta(seconds=1))
    late = await read(archive, clock)

    assert just.reasons == ()
    assert late.reasons == (
        "@new_one has waited 43201 s for its first look",
        "@rafidain has waited 43201 s for its first look",
    )


@pytest.mark.parametrize("availability", [Availability.PRIVATE, Availability.BANNED, Availability.DELETED])
async def test_a_channel_that_nobody_can_read_does_not_make_the_bot_blind(
    archive: Archive, clock: Clock, availability: Availability
) -> None:
    run_id = await begin(archive, clock)
    look = a_look(availability=availability, detail="CHANNEL_PRIVATE")
    await follow(archive, clock, run_id, look=look, cursor=a_cursor())
    clock.advance(13 * HOUR)
    await beat(archive, clock, run_id)

    found = await read(archive, clock)

    assert found.reasons == ()
    assert found.channels[0].remark == f"{availability} since 2026-03-01T12:00:00Z"


async def test_a_paused_channel_does_not_make_the_bot_blind(archive: Archive, clock: Clock) -> None:
    run_id = await begin(archive, clock)
    await follow(archive, clock, run_id, cursor=a_cursor())
    await watch_list.set_state(archive, ["rafidain"], WatchState.PAUSED)
    clock.advance(13 * HOUR)
    await beat(archive, clock, run_id)

    assert (await read(archive, clock)).reasons == ()


async def test_a_line_of_the_watch_list_says_what_it_waits_for(archive: Archive, clock: Clock) -> None:
    run_id = await begin(archive, clock)
    await follow(archive, clock, run_id)
    entries = [Entry(handle="refused"), Entry(handle="new_one"), Entry(handle="paused")]
    await watch_list.add(archive, entries, clock=clock)
    await watch_list.set_state(archive, ["paused"], WatchState.PAUSED)
    async with archive.write() as tx:
        await watches.refuse(tx, "refused", "@refused is a bot", at=clock())

    found = await read(archive, clock)

    assert {line.handle: line.remark for line in found.channels} == {
        "rafidain": "the first look is to come",
        "refused": "@refused is a bot",
        "new_one": "its handle is to be looked up",
        "paused": "",
    }


async def test_a_channel_says_its_new_name_its_gaps_and_its_losses(archive: Archive, clock: Clock) -> None:
    run_id = await begin(archive, clock)
    await follow(archive, clock, run_id, look=a_look(handles=("furat",)), cursor=a_cursor())
    async with archive.write() as tx:
        await gaps.open_gap(tx, _a_gap(clock), run_id=run_id)
        await gaps.record_lost(
            tx, CHANNEL, [PostId(8), PostId(9)],
            cause=GapCause.DELETED_UNSEEN, since=None, until=clock(), at=clock(), run_id=run_id,
        )  # fmt: skip

    (line,) = (await read(archive, clock)).channels

    assert line.remark == "now @furat; 1 open gaps; 2 posts were gone before we could read them"


async def test_the_whole_can_be_read_by_a_machine(archive: Archive, clock: Clock) -> None:
    run_id = await begin(archive, clock)
    await follow(archive, clock, run_id, look=a_look(is_joined=True), cursor=a_cursor(looked_at=clock()))
    clock.advance(MINUTE)
    hold = FloodHold(
        account_id=ACCOUNT, method="messages.getHistory", seconds=90,
        noticed_at=clock(), until=clock() + timedelta(seconds=90),
    )  # fmt: skip
    async with archive.write() as tx:
        await runs.beat(tx, run_id, at=clock())
        await accounts.add_hold(tx, hold)
        await accounts.spend(tx, ACCOUNT, "contacts.resolveUsername", day=clock().date())
        await subscribers.record(tx, CHANNEL, 1_000, sampled_at=clock(), run_id=run_id)

    found = (await read(archive, clock)).as_json()

    assert json.loads(json.dumps(found)) == found
    totals = found.pop("totals")
    assert (totals["subscriber_counts"], totals["posts"]) == (1, 0)
    assert found == {
        "at": "2026-03-01T12:01:00Z",
        "blind": False,
        "reasons": [],
        "running": True,
        "run": {
            "run_id": run_id, "started_at": "2026-03-01T12:00:00Z", "beat_at": "2026-03-01T12:01:00Z",
            "ended_at": None, "version": "0.1.0", "layer": 214, "rulebook_digest": None,
        },
        "flags": {"day": {}, "week": {}, "rulebook_digest": None, "unseen": 0},
        "accounts": [
            {
                "account_id": ACCOUNT,
                "state": "connected",
                "detail": None,
                "changed_at": "2026-03-01T12:00:00Z",
                "flood_waits": [
                    {"method": "messages.getHistory", "seconds": 90, "until": "2026-03-01T12:02:30Z"}
                ],
                "calls_today": {"contacts.resolveUsername": 1},
            }
        ],
        "channels": [
            {
                "handle": "rafidain", "channel_id": CHANNEL, "title": "Rafidain", "state": "watched",
                "labels": [], "priority": 0, "availability": "reachable", "detail": None, "is_joined": True,
                "posts": 0, "revisions": 0, "tombstones": 0, "subscribers": 1_000, "high_water_id": 7,
                "low_water_id": 7, "is_history_complete": False, "looked_at": "2026-03-01T12:00:00Z",
                "lag_seconds": 60.0, "open_gaps": 0, "irreparable_gaps": 0, "lost_posts": 0, "remark": "",
            }
        ],
    }  # fmt: skip


async def test_a_machine_reads_of_no_run_where_there_was_none(archive: Archive, clock: Clock) -> None:
    found = (await read(archive, clock)).as_json()

    assert (found["run"], found["accounts"], found["channels"], found["blind"]) == (None, [], [], True)


async def test_a_channel_is_shown_with_its_names_and_its_whole_ledger(archive: Archive, clock: Clock) -> None:
    run_id = await begin(archive, clock)
    await follow(archive, clock, run_id, look=a_look(handles=("rafidain", "furat")), cursor=a_cursor())
    async with archive.write() as tx:
        gap_id = await gaps.open_gap(tx, _a_gap(clock), run_id=run_id)
        await gaps.close(tx, gap_id, state=GapState.REPAIRED, at=clock())

    found = await status.show(archive, "rafidain")

    assert "lag_seconds" not in found
    assert (found["handles"], found["looked_at"]) == ("@furat, @rafidain", "2026-03-01T12:00:00Z")
    assert found["gaps"] == [
        {
            "cause": "too_many_events", "state": "repaired", "first_post_id": None, "last_post_id": None,
            "since": "2026-03-01T12:00:00Z", "until": None, "opened_at": "2026-03-01T12:00:00Z",
            "closed_at": "2026-03-01T12:00:00Z",
        }
    ]  # fmt: skip


async def test_a_handle_that_was_not_looked_up_yet_is_shown_too(archive: Archive, clock: Clock) -> None:
    await watch_list.add(archive, [Entry(handle="rafidain", note="since spring")], clock=clock)

    found = await status.show(archive, "rafidain")

    assert (found["channel_id"], found["handles"], found["gaps"]) == (None, "", [])
    with pytest.raises(
        ChannelUnknown, match=r"^no channel @nobody; add it with: archiver channels add @nobody$"
    ):
        await status.show(archive, "nobody")


def _a_gap(clock: Clock) -> Gap:
    return Gap(
        channel_id=CHANNEL, cause=GapCause.TOO_MANY_EVENTS, state=GapState.OPEN,
        first_post_id=None, last_post_id=None, since=clock(), until=None, opened_at=clock(),
    )  # fmt: skip


async def test_a_post_that_was_taken_for_lost_and_came_late_is_no_loss(
    archive: Archive, clock: Clock
) -> None:
    run_id = await begin(archive, clock)
    await follow(archive, clock, run_id, cursor=a_cursor())
    late = find([a_post(9)], {}, now=clock())
    async with archive.write() as tx:
        await gaps.record_lost(
            tx, CHANNEL, [PostId(8), PostId(9)],
            cause=GapCause.DELETED_UNSEEN, since=None, until=clock(), at=clock(), run_id=run_id,
        )  # fmt: skip
        await posts.record(
            tx, late,
            channel_id=CHANNEL, observed_at=clock(), provenance=Provenance.LIVE, run_id=run_id, raw_page=None,
        )  # fmt: skip

    (line,) = (await read(archive, clock)).channels

    assert (line.irreparable_gaps, line.lost_posts) == (1, 1)
