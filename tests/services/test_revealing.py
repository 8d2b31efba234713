"""Personal data shows for ten minutes, for a purpose, so many times a day, and the log tells of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from archiver.domain.errors import CaseUnknown
from archiver.domain.ids import CaseId
from archiver.domain.refusal import Refusal
from archiver.domain.reveal import Purpose, Reveal
from archiver.domain.reviewer import Reviewer, Role
from archiver.services import revealing
from archiver.services.queue import Queue
from archiver.storage.archive import Archive
from tests.builders import Clock
from tests.journeys.oracle import rows
from tests.services.desk_steps import a_case_of, a_queue, hire, refused

pytestmark = pytest.mark.asyncio


async def reveal(queue: Queue, reviewer: Reviewer, case_id: CaseId, *, a_day: int = 5) -> Reveal:
    return await revealing.reveal(queue, reviewer, case_id, purpose=Purpose.RULE, note="", a_day=a_day)


async def test_a_reveal_holds_for_ten_minutes_for_one_case_and_one_person(
    archive: Archive, clock: Clock
) -> None:
    queue = await a_queue(archive, clock)
    one, other = await hire(queue, Role.REVIEWER, Role.LEAD)
    case_id, another = await a_case_of(queue, 1), await a_case_of(queue, 2)

    made = await reveal(queue, one, case_id)

    assert made == Reveal(
        case_id=case_id, reviewer_id=one.reviewer_id, purpose=Purpose.RULE, note="", revealed_at=clock()
    )
    assert await revealing.live(queue, one, case_id) == made
    assert await revealing.live(queue, one, another) is None
    assert await revealing.live(queue, other, case_id) is None
    clock.advance(timedelta(minutes=10))
    assert await revealing.live(queue, one, case_id) is None


async def test_each_reveal_is_one_event_and_a_repetition_none(archive: Archive, clock: Clock) -> None:
    queue = await a_queue(archive, clock)
    (one,) = await hire(queue, Role.REVIEWER)
    case_id = await a_case_of(queue)

    await reveal(queue, one, case_id)
    await reveal(queue, one, case_id)
    clock.advance(timedelta(minutes=10))
    await reveal(queue, one, case_id)

    sql = "SELECT actor, target, details FROM audit_events WHERE kind = 'text.revealed'"
    assert (
        rows(archive.path, sql) == [(one.pseudonym, f"case {case_id}", '{"minutes":10,"purpose":"rule"}')] * 2
    )


async def test_the_quota_of_a_day_ends_it_and_comes_back(archive: Archive, clock: Clock) -> None:
    queue = await a_queue(archive, clock)
    (one,) = await hire(queue, Role.REVIEWER)
    case_ids = [await a_case_of(queue, number) for number in range(1, 4)]

    for case_id in case_ids[:2]:
        await reveal(queue, one, case_id, a_day=2)
    assert await revealing.left(queue, one, a_day=2) == 0
    with refused(Refusal.TOO_MANY_REVEALS):
        await reveal(queue, one, case_ids[2], a_day=2)
    clock.advance(timedelta(hours=24))

    await reveal(queue, one, case_ids[2], a_day=2)
    assert await revealing.left(queue, one, a_day=2) == 1


async def test_another_purpose_wants_a_note(archive: Archive, clock: Clock) -> None:
    queue = await a_queue(archive, clock)
    (one,) = await hire(queue, Role.REVIEWER)
    case_id = await a_case_of(queue)

    with refused(Refusal.NEEDS_NOTE):
        await revealing.reveal(queue, one, case_id, purpose=Purpose.OTHER, note=" ", a_day=5)
    with refused(Refusal.NOTE_TOO_LONG):
        await revealing.reveal(queue, one, case_id, purpose=Purpose.OTHER, note="x" * 4_001, a_day=5)
    await revealing.reveal(queue, one, case_id, purpose=Purpose.OTHER, note="a court asks", a_day=5)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMIN])
async def test_who_has_no_right_to_it_sees_nothing(archive: Archive, clock: Clock, role: Role) -> None:
    queue = await a_queue(archive, clock)
    (one,) = await hire(queue, role)
    case_id = await a_case_of(queue)

    with refused(Refusal.NOT_ALLOWED):
        await reveal(queue, one, case_id)


async def test_a_case_that_is_none_is_not_revealed(archive: Archive, clock: Clock) -> None:
    queue = await a_queue(archive, clock)
    (one,) = await hire(queue, Role.REVIEWER)

    with pytest.raises(CaseUnknown):
        await reveal(queue, one, CaseId(99))
