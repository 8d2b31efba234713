"""Who is alone can finish, and what they finished alone comes back once there is another."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from archiver.domain.case import CaseState
from archiver.domain.decision import Review
from archiver.domain.flag import Category
from archiver.domain.ids import CaseId
from archiver.domain.reviewer import Reviewer, Role
from archiver.services import bulk, cases, claiming, people, second_looks, verifying
from archiver.services.cases import Filters
from archiver.services.people import COMMAND, People
from archiver.services.queue import Queue
from archiver.storage import rule_tallies
from archiver.storage.archive import Archive
from tests.builders import Clock
from tests.desk_builders import HARMLESS, VIOLATION
from tests.journeys.oracle import health, rows
from tests.review.world import cheap_passwords
from tests.services.desk_steps import a_case_of, a_queue, case_of, decide, hire, undrawn

pytestmark = pytest.mark.asyncio


async def alone(archive: Archive, clock: Clock, role: Role = Role.REVIEWER) -> tuple[Queue, Reviewer]:
    """Return a desk with one who decides, and two who only look on."""
    queue = await a_queue(archive, clock)
    await undrawn(queue)
    one, *_ = await hire(queue, role, Role.AUDITOR, Role.ADMIN)
    return queue, one


def keeper(queue: Queue) -> People:
    """Return what keeps the people of a desk."""
    return People(archive=queue.archive, clock=queue.clock, passwords=cheap_passwords(), random=Random(1))


async def add(queue: Queue, name: str, role: Role) -> Reviewer:
    return await people.add(keeper(queue), name, role=role, password="correct horse battery", by=COMMAND)  # noqa: S106


async def state_of(queue: Queue, case_id: CaseId) -> tuple[CaseState, Review | None]:
    case = await case_of(queue, case_id)
    return case.state, case.review


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.LEAD])
async def test_who_is_alone_finishes_a_case_that_wants_two(
    archive: Archive, clock: Clock, role: Role
) -> None:
    queue, one = await alone(archive, clock, role)
    case_id = await a_case_of(queue, severity=3)

    done = await decide(queue, one, case_id, VIOLATION)

    assert (done.case.state, done.case.review) == (CaseState.DECIDED, Review.SINGLE)
    assert await state_of(queue, case_id) == (CaseState.DECIDED, Review.SINGLE)
    async with archive.read() as db:
        assert await rule_tallies.by_rule(db) == {"test.rule": (1, 0)}


async def test_what_needs_no_second_is_enough_by_one(archive: Archive, clock: Clock) -> None:
    queue, one = await alone(archive, clock)

    done = await decide(queue, one, await a_case_of(queue, severity=1), HARMLESS)

    assert (done.case.state, done.case.review) == (CaseState.DECIDED, Review.ENOUGH)


async def test_who_is_disabled_is_nobodys_second(archive: Archive, clock: Clock) -> None:
    queue, one = await alone(archive, clock)
    other = await add(queue, "other", Role.REVIEWER)
    with_two = await a_case_of(queue, 1, severity=3)
    await decide(queue, one, with_two, VIOLATION)

    await people.disable(keeper(queue), other.reviewer_id, by=COMMAND)
    without = await a_case_of(queue, 2, severity=3)
    await decide(queue, one, without, VIOLATION)

    assert await state_of(queue, with_two) == (CaseState.SECOND_REVIEW, Review.SINGLE)
    assert await state_of(queue, without) == (CaseState.DECIDED, Review.SINGLE)
    await people.enable(keeper(queue), other.reviewer_id, by=COMMAND)
    assert await state_of(queue, without) == (CaseState.SECOND_REVIEW, Review.SINGLE)


async def test_it_comes_back_for_whoever_joins_who_does_not_see_that_there_was_a_first(
    archive: Archive, clock: Clock
) -> None:
    queue, one = await alone(archive, clock)
    case_id = await a_case_of(queue, severity=3)
    await decide(queue, one, case_id, VIOLATION)
    plain = await a_case_of(queue, 8, severity=1)
    await decide(queue, one, plain, HARMLESS)

    other = await add(queue, "other", Role.REVIEWER)
    listed = (await cases.read_queue(queue, other, Filters())).lines
    seen = await cases.read_case(queue, other, case_id)
    done = await decide(queue, other, case_id, replace(VIOLATION, severity=4))

    assert [(line.case.case_id, line.case.state) for line in listed] == [(case_id, CaseState.OPEN)]
    assert (seen.is_blind, seen.case.review, seen.decisions) == (True, None, ())
    assert (done.case.state, done.case.review) == (CaseState.DECIDED, Review.DOUBLE)
    assert await state_of(queue, plain) == (CaseState.DECIDED, Review.ENOUGH)
    kinds = rows(archive.path, "SELECT kind FROM audit_events WHERE target = ?", f"case {case_id}")
    assert [kind for (kind,) in kinds] == [
        "case.claimed", "decision.made", "case.recalled", "case.claimed", "decision.made",
    ]  # fmt: skip
    assert (await verifying.verify_chain(archive)).broken is None
    assert health(archive.path) == []


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMIN])
async def test_who_may_not_decide_brings_nothing_back(archive: Archive, clock: Clock, role: Role) -> None:
    queue, one = await alone(archive, clock)
    case_id = await a_case_of(queue, severity=3)
    await decide(queue, one, case_id, VIOLATION)

    await add(queue, "other", role)

    assert await state_of(queue, case_id) == (CaseState.DECIDED, Review.SINGLE)


async def test_a_recalled_case_counts_for_no_rule_until_two_have_decided(
    archive: Archive, clock: Clock
) -> None:
    queue, one = await alone(archive, clock)
    await decide(queue, one, await a_case_of(queue, severity=3), VIOLATION)

    await add(queue, "other", Role.LEAD)

    async with archive.read() as db:
        assert await rule_tallies.by_rule(db) == {"test.rule": (0, 0)}


async def test_a_claim_brings_back_what_a_stop_in_between_left_closed(archive: Archive, clock: Clock) -> None:
    queue, one = await alone(archive, clock)
    case_id = await a_case_of(queue, severity=3)
    await decide(queue, one, case_id, VIOLATION)
    (other,) = await hire(queue, Role.LEAD)

    hold = await claiming.claim_next(queue, other)

    assert hold.lease.case_id == case_id
    assert await state_of(queue, case_id) == (CaseState.SECOND_REVIEW, Review.SINGLE)


async def test_all_come_back_however_many_there_are(archive: Archive, clock: Clock) -> None:
    queue, one = await alone(archive, clock)
    count = second_looks.AT_ONCE + 2
    found = [
        await a_case_of(queue, number, severity=1, category=Category.STATE_DOCUMENT_LEAK)
        for number in range(1, count + 1)
    ]
    await bulk.decide_all(queue, one, dict.fromkeys(found, 1), ruling=HARMLESS)
    closed = [await state_of(queue, case_id) for case_id in found]

    await add(queue, "other", Role.REVIEWER)

    assert closed == [(CaseState.DECIDED, Review.SINGLE)] * count
    assert [await state_of(queue, case_id) for case_id in found] == [
        (CaseState.SECOND_REVIEW, Review.SINGLE)
    ] * count
