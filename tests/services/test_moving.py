"""What reviewers do to a case without deciding on it: skip, snooze, escalate, return, wake, reopen."""

from __future__ import annotations

from datetime import timedelta

import pytest

from archiver.domain.case import LONGEST_SNOOZE, CaseState
from archiver.domain.decision import LONGEST_NOTE
from archiver.domain.ids import CaseId
from archiver.domain.refusal import Refusal
from archiver.domain.taxonomy import LeftBecause, MovedBecause
from archiver.services import claiming, moving
from archiver.storage import rule_tallies
from archiver.storage.archive import Archive
from tests.builders import Clock
from tests.journeys.oracle import rows
from tests.services.desk_steps import a_case_of, a_team, aim_at, decide, refused, undrawn

pytestmark = pytest.mark.asyncio


async def test_skips_are_counted_and_the_third_brings_a_case_to_the_leads(
    archive: Archive, clock: Clock
) -> None:
    queue, people = await a_team(archive, clock)
    case_id = await a_case_of(queue)
    reasons = [LeftBecause.WELLBEING, LeftBecause.LANGUAGE, LeftBecause.OTHER, LeftBecause.EXPERTISE]

    states = []
    for person, reason in zip(people, reasons, strict=True):
        aim = await aim_at(queue, await claiming.claim(queue, person, case_id))
        states.append((await moving.skip(queue, person, aim, reason=reason)).state)

    assert states == [CaseState.OPEN, CaseState.OPEN, CaseState.OPEN, CaseState.ESCALATED]


async def test_a_move_repeated_is_a_move_done_once(archive: Archive, clock: Clock) -> None:
    queue, (one, *_) = await a_team(archive, clock)
    case_id = await a_case_of(queue)
    aim = await aim_at(queue, await claiming.claim(queue, one, case_id))

    first = await moving.skip(queue, one, aim, reason=LeftBecause.LANGUAGE, note="بادینی")
    second = await moving.skip(queue, one, aim, reason=LeftBecause.LANGUAGE, note="بادینی")

    assert first == second
    assert rows(archive.path, "SELECT reason FROM skips") == [("language",)]
    assert rows(archive.path, "SELECT command, note FROM case_notes") == [("skip", "بادینی")]
    with refused(Refusal.LEASE_LOST):
        await moving.escalate(queue, one, aim, reason=MovedBecause.LAW)


async def test_an_escalated_case_is_decided_or_returned_by_a_lead(archive: Archive, clock: Clock) -> None:
    queue, (one, _, lead, _) = await a_team(archive, clock)
    await undrawn(queue)
    for post_id in (1, 2):
        case_id = await a_case_of(queue, post_id)
        aim = await aim_at(queue, await claiming.claim(queue, one, case_id))
        await moving.escalate(queue, one, aim, reason=MovedBecause.DANGER, note="a child")

    decided = await decide(queue, lead, CaseId(1))
    aim = await aim_at(queue, await claiming.claim(queue, lead, CaseId(2)))
    returned = await moving.return_case(queue, lead, aim, reason=MovedBecause.MISTAKE)

    assert decided.case.state is CaseState.DECIDED
    assert (returned.state, returned.round) == (CaseState.OPEN, 2)


async def test_a_snooze_has_an_end_and_leads_wake_before_it(archive: Archive, clock: Clock) -> None:
    queue, (one, _, lead, _) = await a_team(archive, clock)
    case_id = await a_case_of(queue)
    aim = await aim_at(queue, await claiming.claim(queue, one, case_id))
    with refused(Refusal.NEEDS_TIME):
        await moving.snooze(queue, one, aim, until=clock() + 2 * LONGEST_SNOOZE)
    asleep = await moving.snooze(queue, one, aim, until=clock() + timedelta(days=1))

    with refused(Refusal.NOT_ALLOWED):
        await moving.wake(queue, one, case_id, version=asleep.version)
    with refused(Refusal.STALE_VERSION):
        await moving.wake(queue, lead, case_id, version=asleep.version - 1)
    awake = await moving.wake(queue, lead, case_id, version=asleep.version)

    assert (awake.state, awake.snoozed_until) == (CaseState.OPEN, None)


async def test_a_reopened_case_begins_anew_for_everybody(archive: Archive, clock: Clock) -> None:
    queue, (one, _, lead, _) = await a_team(archive, clock)
    await undrawn(queue)
    case_id = await a_case_of(queue)
    done = await decide(queue, one, case_id)

    with refused(Refusal.NOT_ALLOWED):
        await moving.reopen(queue, one, case_id, version=done.case.version, reason=MovedBecause.MISTAKE)
    case = await moving.reopen(
        queue, lead, case_id, version=done.case.version, reason=MovedBecause.MISTAKE, note="x" * LONGEST_NOTE
    )

    assert (case.state, case.round, case.decision_id) == (CaseState.OPEN, 2, None)
    async with archive.read() as db:
        assert await rule_tallies.by_rule(db) == {"test.rule": (0, 0)}
    assert (await decide(queue, one, case_id)).case.state is CaseState.DECIDED


async def test_a_note_has_an_end(archive: Archive, clock: Clock) -> None:
    queue, (one, *_) = await a_team(archive, clock)
    aim = await aim_at(queue, await claiming.claim(queue, one, await a_case_of(queue)))

    with refused(Refusal.NOTE_TOO_LONG):
        await moving.escalate(queue, one, aim, reason=MovedBecause.LAW, note="x" * (LONGEST_NOTE + 1))
