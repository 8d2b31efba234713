"""What is wanted of a channel, and when."""

from __future__ import annotations

from datetime import timedelta

import pytest

from archiver.domain.channel import Access
from archiver.domain.cursor import Cursor
from archiver.services.roster import Roster
from archiver.services.run import Run
from archiver.services.timetable import rescan_due, seconds_until, wanted, wants_whole_rescan
from tests.builders import CHANNEL, Clock, a_cursor
from tests.services.steps import with_policy

pytestmark = pytest.mark.asyncio

ACCESS = Access(channel_id=CHANNEL, access_hash=1)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def a_roster(cursor: Cursor | None = None, **named: object) -> Roster:
    """Return a roster with one watched channel."""
    cursors = {} if cursor is None else {CHANNEL: cursor}
    return Roster(watched={CHANNEL: ACCESS}, cursors=cursors, **named)  # type: ignore[arg-type]


async def test_a_channel_never_looked_at_is_begun_and_nothing_else(run: Run) -> None:
    assert list(wanted(run, a_roster())) == [("begins", CHANNEL, 0.0)]


async def test_a_begun_channel_is_synced_at_once_and_its_past_read(run: Run, clock: Clock) -> None:
    cursor = a_cursor(looked_at=clock() - HOUR)
    roster = a_roster(cursor, sampled_at={CHANNEL: clock() - HOUR / 4})

    assert list(wanted(run, roster)) == [
        ("looks", CHANNEL, 2700.0),
        ("syncs", CHANNEL, 0.0),
        ("histories", CHANNEL, 0.0),
        ("rescans", CHANNEL, 5 * 3600.0),
    ]


async def test_a_channel_whose_past_is_complete_or_not_wanted_is_not_read_further(
    run: Run, clock: Clock
) -> None:
    complete = a_roster(a_cursor(history_complete_at=clock(), looked_at=clock()))
    unwanted = with_policy(run, backfill=False)

    kinds = [name for name, _, _ in wanted(run, complete)]
    assert kinds == ["looks", "syncs", "rescans"]
    assert kinds == [name for name, _, _ in wanted(unwanted, a_roster(a_cursor(looked_at=clock())))]


async def test_of_a_closed_channel_only_the_facts_are_wanted(run: Run, clock: Clock) -> None:
    begun = a_roster(a_cursor(looked_at=clock()), closed=frozenset({CHANNEL}))
    never_begun = a_roster(closed=frozenset({CHANNEL}))

    assert list(wanted(run, begun)) == list(wanted(run, never_begun)) == [("looks", CHANNEL, 0.0)]


async def test_a_gap_wants_its_rescan_at_once(run: Run, clock: Clock) -> None:
    roster = a_roster(a_cursor(looked_at=clock()), gapped=frozenset({CHANNEL}))

    assert ("rescans", CHANNEL, 0.0) in wanted(run, roster)


async def test_the_newest_posts_are_looked_at_again_every_few_hours(run: Run, clock: Clock) -> None:
    now = clock()

    assert rescan_due(run, a_cursor(looked_at=now)) == now + 6 * HOUR
    assert rescan_due(run, a_cursor(looked_at=now, recent_rescanned_at=now - HOUR)) == now + 5 * HOUR
    assert rescan_due(run, a_cursor(looked_at=now, rescan_id=50)) is None
    assert rescan_due(run, a_cursor(looked_at=None)) is None


async def test_a_whole_channel_is_looked_at_again_monthly_or_for_a_gap(run: Run, clock: Clock) -> None:
    now = clock()
    fresh, old = a_cursor(looked_at=now), a_cursor(looked_at=now, rescanned_at=now - 30 * DAY)

    assert [
        wants_whole_rescan(run, fresh, is_gapped=False),
        wants_whole_rescan(run, fresh, is_gapped=True),
        wants_whole_rescan(run, a_cursor(rescan_id=50, looked_at=now), is_gapped=False),
        wants_whole_rescan(run, old, is_gapped=False),
        wants_whole_rescan(run, a_cursor(looked_at=None), is_gapped=False),
    ] == [False, True, True, True, False]


async def test_seconds_until_a_moment_are_never_negative(clock: Clock) -> None:
    now = clock()

    assert [seconds_until(moment, now) for moment in (None, now - HOUR, now + HOUR)] == [0.0, 0.0, 3600.0]
