"""What a reviewer did today, in the desk's zone, and when the desk is to ask."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from archiver.domain.preferences import Preferences
from archiver.domain.reviewer import Role
from archiver.services import claiming, workloads
from archiver.storage.archive import Archive
from tests.builders import NOON, Clock
from tests.services.desk_steps import a_case_of, a_queue, decide, hire

pytestmark = pytest.mark.asyncio

BAGHDAD = ZoneInfo("Asia/Baghdad")


async def test_the_worst_cases_of_today_are_counted_and_the_limit_is_said(
    archive: Archive, clock: Clock
) -> None:
    queue = await a_queue(archive, clock)
    one, other = await hire(queue, Role.REVIEWER, Role.REVIEWER)
    for number in range(1, 4):
        await a_case_of(queue, number, severity=4)

    for _ in range(2):
        hold = await claiming.claim_next(queue, one)
        clock.advance(timedelta(minutes=2))
        await claiming.release(queue, one, hold.lease.case_id, token=hold.token)
    found = await workloads.read(queue, one, Preferences(severe_limit=2), zone=BAGHDAD)

    assert (found.worst_today, found.is_enough, found.is_time_to_ask) == (2, True, True)
    assert found.working_for == timedelta(minutes=4)
    theirs = await workloads.read(queue, other, Preferences(severe_limit=2), zone=BAGHDAD)
    assert (theirs.worst_today, theirs.is_enough, theirs.is_time_to_ask) == (0, False, False)


async def test_a_day_begins_at_midnight_where_the_desk_is(archive: Archive, clock: Clock) -> None:
    clock.now = NOON
    queue = await a_queue(archive, clock)
    (one,) = await hire(queue, Role.REVIEWER)
    await a_case_of(queue, severity=4)

    await claiming.claim_next(queue, one)
    clock.advance(timedelta(hours=8, minutes=59))  # noon in UTC is three in the afternoon in Baghdad

    assert (await workloads.read(queue, one, Preferences(), zone=BAGHDAD)).worst_today == 1
    clock.advance(timedelta(minutes=1))
    assert (await workloads.read(queue, one, Preferences(), zone=BAGHDAD)).worst_today == 0


async def test_a_pause_is_proposed_after_so_many_minutes(archive: Archive, clock: Clock) -> None:
    queue = await a_queue(archive, clock)
    (one,) = await hire(queue, Role.REVIEWER)
    for number in range(1, 9):
        await a_case_of(queue, number, severity=1)
    asked = []

    for _ in range(8):
        hold = await claiming.claim_next(queue, one)
        clock.advance(timedelta(minutes=4))
        await decide(queue, one, hold.lease.case_id)
        found = await workloads.read(queue, one, Preferences(pause_minutes=15), zone=BAGHDAD)
        asked.append(found.is_time_to_ask)

    assert asked == [False, False, False, True, False, False, False, True]
