"""Many cases at once: previewed, limited, never severe, and undone as one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from archiver.domain.case import UNDO_TIME, CaseState
from archiver.domain.ids import CaseId
from archiver.domain.refusal import Refusal
from archiver.domain.reviewer import Reviewer, Role
from archiver.services import bulk, claiming
from archiver.services.queue import Queue
from archiver.storage.archive import Archive
from tests.builders import CHANNEL, Clock
from tests.desk_builders import HARMLESS, VIOLATION
from tests.journeys.oracle import rows
from tests.services.desk_steps import (
    OTHER_CHANNEL,
    a_case_of,
    a_queue,
    case_of,
    decide,
    hire,
    refused,
    undrawn,
)

pytestmark = pytest.mark.asyncio


async def a_pile(archive: Archive, clock: Clock) -> tuple[Queue, Reviewer, Reviewer, list[CaseId]]:
    """Return two reviewers and six cases: three plain, one severe, one held by the other, one decided."""
    queue = await a_queue(archive, clock)
    await undrawn(queue)
    one, other = await hire(queue, Role.REVIEWER, Role.REVIEWER)
    piled = [await a_case_of(queue, number) for number in range(1, 3)]
    piled.append(await a_case_of(queue, 3, channel_id=OTHER_CHANNEL))
    piled.append(await a_case_of(queue, 4, severity=3))
    piled += [await a_case_of(queue, 5), await a_case_of(queue, 6)]
    await claiming.claim(queue, other, piled[4])
    await decide(queue, other, piled[5])
    return queue, one, other, piled


async def test_a_preview_tells_what_would_be_decided_and_what_not_and_why(
    archive: Archive, clock: Clock
) -> None:
    queue, one, _, piled = await a_pile(archive, clock)

    found = await bulk.preview(queue, one, piled)

    assert found.versions == dict.fromkeys(piled[:3], 1)
    assert found.channels == {CHANNEL, OTHER_CHANNEL}
    assert found.left_out == {
        piled[3]: Refusal.TOO_SEVERE, piled[4]: Refusal.HELD_BY_ANOTHER, piled[5]: Refusal.ALREADY_IN_STATE,
    }  # fmt: skip
    assert rows(archive.path, "SELECT count(*) FROM decisions") == [(1,)]


async def test_what_changed_since_the_preview_is_left_out(archive: Archive, clock: Clock) -> None:
    queue, one, other, piled = await a_pile(archive, clock)
    found = await bulk.preview(queue, one, piled)
    await decide(queue, other, piled[0])
    await a_case_of(queue, 2, text="ادفع لصاحب المطعم لو تنحرق صورته ويا اهله كلهم هسه", as_of=120)

    done = await bulk.decide_all(queue, one, found.versions, ruling=HARMLESS)

    assert done.case_ids == (piled[2],)
    assert done.left_out == {piled[0]: Refusal.ALREADY_IN_STATE, piled[1]: Refusal.STALE_VERSION}


async def test_one_undo_takes_all_back_but_what_others_went_on_with(archive: Archive, clock: Clock) -> None:
    queue, one, _, piled = await a_pile(archive, clock)
    done = await bulk.decide_all(queue, one, dict.fromkeys(piled[:3], 1), ruling=HARMLESS)
    await a_case_of(queue, 1, text="ادفع لصاحب المطعم لو تنحرق صورته ويا اهله كلهم هسه", as_of=120)

    clock.advance(UNDO_TIME)
    undone = await bulk.undo_all(queue, one, done.bulk)

    states = [(await case_of(queue, case_id)).state for case_id in piled[:3]]
    assert done.case_ids == tuple(piled[:3])
    assert (undone.case_ids, list(undone.left_out)) == (tuple(piled[1:3]), [piled[0]])
    assert states == [CaseState.OPEN] * 3
    assert rows(archive.path, "SELECT count(*) FROM decisions WHERE bulk = ?", done.bulk) == [(3,)]
    assert rows(archive.path, "SELECT count(*) FROM leases WHERE way = 'undone'") == [(0,)]


async def test_another_or_late_comes_in_vain(archive: Archive, clock: Clock) -> None:
    queue, one, other, piled = await a_pile(archive, clock)
    done = await bulk.decide_all(queue, one, dict.fromkeys(piled[:2], 1), ruling=HARMLESS)

    by_other = await bulk.undo_all(queue, other, done.bulk)
    clock.advance(UNDO_TIME + timedelta(seconds=1))
    late = await bulk.undo_all(queue, one, done.bulk)

    assert (by_other.case_ids, set(by_other.left_out.values())) == ((), {Refusal.NOT_YOURS})
    assert (late.case_ids, set(late.left_out.values())) == ((), {Refusal.TOO_LATE})


async def test_too_many_too_severe_and_half_a_ruling_are_refused(archive: Archive, clock: Clock) -> None:
    queue, one, _, piled = await a_pile(archive, clock)
    many = [CaseId(number) for number in range(1, bulk.MOST_CASES + 2)]

    with refused(Refusal.TOO_MANY_CASES):
        await bulk.preview(queue, one, many)
    with refused(Refusal.TOO_MANY_CASES):
        await bulk.decide_all(queue, one, dict.fromkeys(many, 1), ruling=HARMLESS)
    with refused(Refusal.TOO_SEVERE):
        await bulk.decide_all(queue, one, {piled[0]: 1}, ruling=VIOLATION)
    with refused(Refusal.NEEDS_REASON):
        await bulk.decide_all(queue, one, {piled[0]: 1}, ruling=replace(HARMLESS, reasons=()))


async def test_the_own_case_that_is_held_is_decided_too_and_given_back(
    archive: Archive, clock: Clock
) -> None:
    queue, one, _, piled = await a_pile(archive, clock)
    await claiming.claim(queue, one, piled[0])

    done = await bulk.decide_all(queue, one, {piled[0]: 1}, ruling=HARMLESS)

    assert done.case_ids == (piled[0],)
    assert rows(
        archive.path, "SELECT count(*) FROM leases WHERE case_id = ? AND ended_at IS NULL", piled[0]
    ) == [(0,)]
