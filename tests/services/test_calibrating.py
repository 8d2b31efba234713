"""Marked cases are given blind, answered apart, and change nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from archiver.domain.case import CaseState, Command
from archiver.domain.decision import Review
from archiver.domain.flag import Category
from archiver.domain.ids import CaseId
from archiver.domain.refusal import Refusal
from archiver.domain.reviewer import Reviewer, Role
from archiver.domain.taxonomy import LeftBecause, MovedBecause
from archiver.services import bulk, calibrating, cases, claiming, deciding, moving, verifying
from archiver.services.calibrating import Agreed
from archiver.services.cases import Filters
from archiver.services.claiming import Hold
from archiver.services.queue import Queue
from archiver.storage import reviewers
from archiver.storage.archive import Archive
from tests.builders import Clock
from tests.desk_builders import HARMLESS, UNTOLD, VIOLATION
from tests.journeys.oracle import health, rows
from tests.services.desk_steps import a_case_of, a_queue, aim_at, case_of, decide, hire, refused, undrawn

pytestmark = pytest.mark.asyncio

MARKED = 900


@dataclass(frozen=True, kw_only=True)
class Room:
    """A desk with a decided case that a lead has marked, and as many claims as come before a calibration."""

    queue: Queue
    case_id: CaseId
    lead: Reviewer
    first: Reviewer
    reviewers: list[Reviewer]

    async def next_of(self, reviewer: Reviewer) -> Hold:
        return await claiming.claim_next(self.queue, reviewer)

    async def skip_to_calibration(self) -> None:
        """Let claims be made until the next one may be a calibration."""
        while (await self._claims() + 1) % 20 != 10:
            number = await self._claims()
            case_id = await a_case_of(self.queue, 1_000 + number, severity=1)
            hold = await claiming.claim(self.queue, self.lead, case_id)
            await claiming.release(self.queue, self.lead, case_id, token=hold.token)

    async def given_to(self, reviewer: Reviewer) -> Hold:
        await self.skip_to_calibration()
        hold = await self.next_of(reviewer)
        assert hold.lease.case_id == self.case_id
        return hold

    async def _claims(self) -> int:
        return int(rows(self.queue.archive.path, "SELECT count(*) FROM leases")[0][0])


async def a_room(archive: Archive, clock: Clock) -> Room:
    queue = await a_queue(archive, clock)
    await undrawn(queue)
    first, lead, *others = await hire(
        queue, Role.REVIEWER, Role.LEAD, Role.REVIEWER, Role.REVIEWER, Role.LEAD
    )
    case_id = await a_case_of(queue, MARKED, severity=1, category=Category.DOXXING_THREAT)
    await decide(queue, first, case_id, replace(VIOLATION, severity=2))
    await calibrating.mark(queue, lead, case_id, note="clear in every word")
    return Room(queue=queue, case_id=case_id, lead=lead, first=first, reviewers=others)


async def test_a_reviewer_who_did_not_decide_is_given_it_as_if_it_was_open(
    archive: Archive, clock: Clock
) -> None:
    room = await a_room(archive, clock)
    reviewer = room.reviewers[0]
    await room.given_to(reviewer)

    seen = await cases.read_case(room.queue, reviewer, room.case_id)
    real = await case_of(room.queue, room.case_id)

    assert (real.state, real.review) == (CaseState.DECIDED, Review.ENOUGH)
    assert (seen.case.state, seen.case.decision_id, seen.case.review) == (CaseState.OPEN, None, None)
    assert (seen.case.first_reviewer_id, seen.case.version) == (None, real.version)
    assert (seen.is_blind, seen.is_held, seen.decisions, seen.history, seen.notes) == (True, True, (), (), ())
    assert seen.allowed == {
        Command.CLAIM, Command.KEEP, Command.RELEASE, Command.DECIDE, Command.SKIP, Command.SNOOZE,
        Command.ESCALATE,
    }  # fmt: skip
    listed = (await cases.read_queue(room.queue, reviewer, Filters(state=CaseState.DECIDED))).lines
    assert room.case_id not in {line.case.case_id for line in listed}


async def test_nobody_else_sees_that_it_is_given(archive: Archive, clock: Clock) -> None:
    room = await a_room(archive, clock)
    await room.given_to(room.reviewers[0])

    for other in (room.reviewers[1], room.lead, room.first):
        seen = await cases.read_case(room.queue, other, room.case_id)
        [line] = (await cases.read_queue(room.queue, other, Filters(state=CaseState.DECIDED))).lines
        assert (seen.case.state, seen.lease, line.holder) == (CaseState.DECIDED, None, None)
        assert {event.actor for event in seen.history} == {room.first.pseudonym}
        with refused(Refusal.NOT_ALLOWED):
            await claiming.take_over(room.queue, other, room.case_id, reason=MovedBecause.DANGER)


async def test_an_answer_is_kept_apart_and_changes_nothing(archive: Archive, clock: Clock) -> None:
    room = await a_room(archive, clock)
    reviewer, before = room.reviewers[0], await case_of(room.queue, room.case_id)
    aim = await aim_at(room.queue, await room.given_to(reviewer))

    with refused(Refusal.NEEDS_CATEGORY):
        await deciding.decide(room.queue, reviewer, aim, ruling=replace(VIOLATION, category=None))
    done = await deciding.decide(room.queue, reviewer, aim, ruling=replace(HARMLESS, note="news"))
    again = await deciding.decide(room.queue, reviewer, aim, ruling=VIOLATION)

    assert await case_of(room.queue, room.case_id) == before
    assert (done.decision_id, done.case.state, again.decision_id) == (0, CaseState.DECIDED, 0)
    assert rows(archive.path, "SELECT count(*) FROM decisions") == [(1,)]
    sql = "SELECT reviewer_id, verdict, reasons, note, passed_by FROM calibration_answers"
    assert rows(archive.path, sql) == [(reviewer.reviewer_id, "not_a_violation", "news", "news", None)]
    with refused(Refusal.NOT_YOURS):
        await deciding.undo(room.queue, reviewer, done.decision_id)
    seen = await cases.read_case(room.queue, reviewer, room.case_id)
    assert (seen.is_blind, seen.case.state, len(seen.decisions)) == (False, CaseState.DECIDED, 1)
    assert (await verifying.verify_chain(archive)).broken is None
    assert health(archive.path) == []


@pytest.mark.parametrize("command", ["skip", "snooze", "escalate"])
async def test_who_passes_it_on_is_not_given_it_again(archive: Archive, clock: Clock, command: str) -> None:
    room = await a_room(archive, clock)
    reviewer, before = room.reviewers[0], await case_of(room.queue, room.case_id)
    aim = await aim_at(room.queue, await room.given_to(reviewer))

    match command:
        case "skip":
            await moving.skip(room.queue, reviewer, aim, reason=LeftBecause.LANGUAGE, note="n")
        case "snooze":
            until = clock() + timedelta(hours=1)
            await moving.snooze(room.queue, reviewer, aim, until=until, note="n")
        case _:
            await moving.escalate(room.queue, reviewer, aim, reason=MovedBecause.DANGER, note="n")

    assert await case_of(room.queue, room.case_id) == before
    sql = "SELECT verdict, note, passed_by FROM calibration_answers"
    assert rows(archive.path, sql) == [(None, "n", command)]
    assert rows(archive.path, "SELECT count(*) FROM case_notes") == [(0,)]
    assert (await calibrating.read_agreement(room.queue)).n == 0
    await room.skip_to_calibration()
    assert (await room.next_of(reviewer)).lease.case_id != room.case_id


async def test_one_claim_in_twenty_is_one_and_it_comes_to_each_once(archive: Archive, clock: Clock) -> None:
    room = await a_room(archive, clock)
    for number in range(60):
        await a_case_of(room.queue, number + 1, severity=1)
    ways = []

    for number in range(57):
        reviewer = [room.lead, *room.reviewers[:2]][number % 3]
        hold = await room.next_of(reviewer)
        ways.append((reviewer.reviewer_id, hold.lease.case_id == room.case_id))
        await deciding.decide(room.queue, reviewer, await aim_at(room.queue, hold), ruling=HARMLESS)

    given = [(number, who) for number, (who, is_given) in enumerate(ways) if is_given]
    one, other = room.reviewers[:2]
    assert given == [(8, other.reviewer_id), (28, one.reviewer_id)]


async def test_it_is_given_back_and_comes_again(archive: Archive, clock: Clock) -> None:
    room = await a_room(archive, clock)
    reviewer = room.reviewers[0]
    hold = await room.given_to(reviewer)

    await claiming.release(room.queue, reviewer, room.case_id, token=hold.token)
    await room.given_to(reviewer)

    kinds = rows(
        archive.path, "SELECT kind, target FROM audit_events WHERE kind LIKE 'calibration.%' ORDER BY 1, 2"
    )
    assert [kind for kind, _ in kinds] == [
        "calibration.claimed", "calibration.claimed", "calibration.marked", "calibration.released",
    ]  # fmt: skip
    assert not any(target == f"case {room.case_id}" for _, target in kinds)


@pytest.mark.parametrize("is_reopened", [False, True])
async def test_what_was_taken_back_or_opened_again_is_given_to_nobody(
    archive: Archive, clock: Clock, *, is_reopened: bool
) -> None:
    room = await a_room(archive, clock)
    if is_reopened:
        case = await case_of(room.queue, room.case_id)
        reason = MovedBecause.CHANGED
        await moving.reopen(room.queue, room.lead, room.case_id, version=case.version, reason=reason)
        await decide(room.queue, room.lead, room.case_id, HARMLESS)
    else:
        await calibrating.unmark(room.queue, room.lead, room.case_id)

    await room.skip_to_calibration()

    assert (await room.next_of(room.reviewers[0])).lease.case_id != room.case_id


async def test_who_holds_it_when_it_is_opened_again_is_refused_and_nothing_is_lost(
    archive: Archive, clock: Clock
) -> None:
    room = await a_room(archive, clock)
    reviewer = room.reviewers[0]
    aim = await aim_at(room.queue, await room.given_to(reviewer))
    reason = MovedBecause.CHANGED
    await moving.reopen(room.queue, room.lead, room.case_id, version=aim.version, reason=reason)

    with refused(Refusal.LEASE_LOST):
        await deciding.decide(room.queue, reviewer, aim, ruling=HARMLESS)

    done = await decide(room.queue, reviewer, room.case_id, HARMLESS)
    assert (done.decision_id, done.case.round) == (2, 2)


async def test_it_is_not_decided_with_many_at_once(archive: Archive, clock: Clock) -> None:
    room = await a_room(archive, clock)
    reviewer = room.reviewers[0]
    aim = await aim_at(room.queue, await room.given_to(reviewer))

    done = await bulk.decide_all(room.queue, reviewer, {room.case_id: aim.version}, ruling=HARMLESS)

    assert (done.case_ids, done.left_out) == ((), {room.case_id: Refusal.NOT_ALLOWED})


async def test_leads_alone_mark_what_is_decided_by_as_many_as_it_needs_and_say_why(
    archive: Archive, clock: Clock
) -> None:
    room = await a_room(archive, clock)
    queue, case_id = room.queue, room.case_id
    waiting = await a_case_of(queue, 1, severity=1)
    second = await a_case_of(queue, 2, severity=1)
    await decide(queue, room.first, second, HARMLESS)

    with refused(Refusal.NOT_ALLOWED):
        await calibrating.mark(queue, room.first, second, note="n")
    with refused(Refusal.NOT_ALLOWED):
        await calibrating.mark(queue, room.lead, waiting, note="n")
    with refused(Refusal.ALREADY_IN_STATE):
        await calibrating.mark(queue, room.lead, case_id, note="n")
    with refused(Refusal.NEEDS_NOTE):
        await calibrating.mark(queue, room.lead, second, note=" ")
    with refused(Refusal.NOTE_TOO_LONG):
        await calibrating.mark(queue, room.lead, second, note="n" * 4_001)
    with refused(Refusal.NOT_ALLOWED):
        await calibrating.unmark(queue, room.first, case_id)
    with refused(Refusal.NOT_ALLOWED):
        await calibrating.unmark(queue, room.lead, second)

    marked = await calibrating.read(queue, room.lead, case_id)
    assert marked is not None
    assert (marked.note, marked.reviewer_id) == ("clear in every word", room.lead.reviewer_id)
    assert await calibrating.read(queue, room.first, case_id) is None
    await calibrating.unmark(queue, room.lead, case_id)
    assert await calibrating.read(queue, room.lead, case_id) is None
    await calibrating.mark(queue, room.lead, case_id, note="again")


async def test_agreement_with_the_references_is_told_from_ten_answers_on(
    archive: Archive, clock: Clock
) -> None:
    room = await a_room(archive, clock)
    rulings = [replace(VIOLATION, severity=2), replace(VIOLATION, severity=3), HARMLESS, UNTOLD]
    told = []

    for number in range(10):
        (reviewer,) = await hire_one(room.queue, number)
        aim = await aim_at(room.queue, await room.given_to(reviewer))
        await deciding.decide(room.queue, reviewer, aim, ruling=rulings[number % 4])
        told.append(await calibrating.read_agreement(room.queue))

    assert told[8] == Agreed(n=9, agreed=5, value=None, limits=None)
    assert (told[9].n, told[9].agreed, told[9].value) == (10, 6, 0.6)
    assert told[9].limits is not None
    assert told[9].limits[0] < 0.6 < told[9].limits[1]


async def hire_one(queue: Queue, number: int) -> list[Reviewer]:
    async with queue.archive.write() as tx:
        name = f"somebody{number}"
        return [await reviewers.add(tx, name, role=Role.REVIEWER, password="none", at=queue.clock())]  # noqa: S106
