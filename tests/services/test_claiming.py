"""Who works on which case, and for how long: turns, tokens, pages, and a clock that moves."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta

import pytest

from archiver.domain.case import CaseState
from archiver.domain.errors import CaseUnknown
from archiver.domain.flag import Category
from archiver.domain.ids import CaseId
from archiver.domain.lease import LEASE_TIME, LEFT_TIME, LONGEST_LEASE
from archiver.domain.refusal import Refusal
from archiver.domain.reviewer import Reviewer, Role
from archiver.domain.taxonomy import LeftBecause, MovedBecause
from archiver.services import claiming, deciding, moving
from archiver.services.claiming import Hold
from archiver.services.queue import Queue
from archiver.storage import leases, turns
from archiver.storage.archive import Archive
from archiver.storage.turns import Wish
from tests.builders import Clock
from tests.desk_builders import VIOLATION
from tests.journeys.oracle import rows
from tests.services.desk_steps import a_case_of, a_queue, aim_at, case_of, decide, hire, refused

pytestmark = pytest.mark.asyncio

MINUTE = timedelta(minutes=1)


async def a_team(archive: Archive, clock: Clock) -> tuple[Queue, list[Reviewer]]:
    queue = await a_queue(archive, clock)
    return queue, await hire(queue, Role.REVIEWER, Role.REVIEWER, Role.LEAD)


async def expires(queue: Queue, hold: Hold) -> timedelta | None:
    """Return how long the lease of a case lasts from now, ``None`` when nobody holds it."""
    async with queue.archive.read() as db:
        lease = await leases.of_case(db, hold.lease.case_id, queue.clock())
    return lease.expires_at - queue.clock() if lease else None


async def test_the_worst_comes_first_and_nobody_gets_what_another_holds(
    archive: Archive, clock: Clock
) -> None:
    queue, (one, other, _) = await a_team(archive, clock)
    mild, worst = await a_case_of(queue, 1, severity=1), await a_case_of(queue, 2, severity=3)

    first, second = await claiming.claim_next(queue, one), await claiming.claim_next(queue, other)

    assert (first.lease.case_id, second.lease.case_id) == (worst, mild)
    with refused(Refusal.HELD_BY_ANOTHER):
        await claiming.claim(queue, other, worst)


async def test_who_asks_again_gets_the_case_that_they_hold(archive: Archive, clock: Clock) -> None:
    queue, (one, *_) = await a_team(archive, clock)
    await a_case_of(queue, 1)
    await a_case_of(queue, 2)

    holds = [await claiming.claim_next(queue, one) for _ in range(3)]

    assert len({hold.lease.lease_id for hold in holds}) == 1
    assert len({hold.token for hold in holds}) == 3
    assert rows(archive.path, "SELECT count(*) FROM audit_events WHERE kind = 'case.claimed'") == [(1,)]
    await deciding.decide(queue, one, await aim_at(queue, holds[1]), ruling=VIOLATION)


async def test_nothing_left_is_said(archive: Archive, clock: Clock) -> None:
    queue, (one, *_) = await a_team(archive, clock)

    with refused(Refusal.NOTHING_LEFT):
        await claiming.claim_next(queue, one)
    with pytest.raises(CaseUnknown):
        await claiming.claim(queue, one, CaseId(99))


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMIN])
async def test_who_does_not_decide_claims_nothing(archive: Archive, clock: Clock, role: Role) -> None:
    queue = await a_queue(archive, clock)
    (person,) = await hire(queue, role)
    case_id = await a_case_of(queue)

    with refused(Refusal.NOT_ALLOWED):
        await claiming.claim_next(queue, person)
    with refused(Refusal.NOT_ALLOWED):
        await claiming.claim(queue, person, case_id)


async def test_an_expired_lease_is_lost_and_its_case_goes_to_the_next(archive: Archive, clock: Clock) -> None:
    queue, (one, other, _) = await a_team(archive, clock)
    await a_case_of(queue)
    late = await claiming.claim_next(queue, one)

    clock.advance(LEASE_TIME)
    again = await claiming.claim_next(queue, other)

    assert again.lease.case_id == late.lease.case_id
    with refused(Refusal.LEASE_LOST):
        await deciding.decide(queue, one, await aim_at(queue, late), ruling=VIOLATION)
    with refused(Refusal.LEASE_LOST):
        await claiming.beat(queue, one, late.lease.case_id, token=late.token)
    assert rows(archive.path, "SELECT ended_by FROM leases ORDER BY lease_id") == [("expired",), (None,)]


async def test_a_beat_prolongs_a_lease_up_to_its_longest(archive: Archive, clock: Clock) -> None:
    queue, (one, *_) = await a_team(archive, clock)
    await a_case_of(queue)
    hold = await claiming.claim_next(queue, one)
    lease = hold.lease

    for _ in range(8):
        clock.advance(5 * MINUTE)
        lease = await claiming.beat(queue, one, hold.lease.case_id, token=hold.token)

    assert lease.expires_at == hold.lease.claimed_at + LONGEST_LEASE
    clock.advance(5 * MINUTE)
    with refused(Refusal.LEASE_LOST):
        await claiming.beat(queue, one, hold.lease.case_id, token=hold.token)


async def test_a_token_of_another_claim_of_the_same_reviewer_does_not_serve(
    archive: Archive, clock: Clock
) -> None:
    queue, (one, *_) = await a_team(archive, clock)
    case_id = await a_case_of(queue)
    stale = await claiming.claim(queue, one, case_id)
    await claiming.release(queue, one, case_id, token=stale.token)
    fresh = await claiming.claim(queue, one, case_id)

    with refused(Refusal.LEASE_LOST):
        await deciding.decide(queue, one, await aim_at(queue, stale), ruling=VIOLATION)
    await deciding.decide(queue, one, await aim_at(queue, fresh), ruling=VIOLATION)


async def test_a_token_serves_its_holder_alone(archive: Archive, clock: Clock) -> None:
    queue, (one, other, _) = await a_team(archive, clock)
    await a_case_of(queue)
    hold = await claiming.claim_next(queue, one)

    with refused(Refusal.LEASE_LOST):
        await deciding.decide(queue, other, await aim_at(queue, hold), ruling=VIOLATION)


async def test_a_page_that_is_loaded_anew_keeps_its_lease_whichever_word_comes_first(
    archive: Archive, clock: Clock
) -> None:
    queue, (one, *_) = await a_team(archive, clock)
    case_id = await a_case_of(queue)
    await claiming.claim(queue, one, case_id)
    old = await claiming.open_view(queue, one, case_id)
    assert old is not None

    new = await claiming.open_view(queue, one, case_id)
    await claiming.leave(queue, one, case_id, token=old.token)
    assert new is not None
    late = await expires(queue, new)
    await claiming.leave(queue, one, case_id, token=new.token)
    left = await expires(queue, new)
    newest = await claiming.open_view(queue, one, case_id)
    assert newest is not None

    assert (late, left, await expires(queue, newest)) == (LEASE_TIME, LEFT_TIME, LEASE_TIME)


async def test_one_of_two_tabs_may_close(archive: Archive, clock: Clock) -> None:
    queue, (one, *_) = await a_team(archive, clock)
    case_id = await a_case_of(queue)
    hold = await claiming.claim(queue, one, case_id)
    tabs = [await claiming.open_view(queue, one, case_id) for _ in range(2)]
    assert tabs[0] is not None
    assert tabs[1] is not None

    await claiming.leave(queue, one, case_id, token=tabs[0].token)
    await claiming.leave(queue, one, case_id, token=tabs[0].token)
    one_left = await expires(queue, hold)
    await claiming.leave(queue, one, case_id, token=tabs[1].token)

    assert (one_left, await expires(queue, hold)) == (LEASE_TIME, LEFT_TIME)
    clock.advance(LEFT_TIME)
    assert await expires(queue, hold) is None


async def test_a_page_that_was_closed_too_early_comes_back_with_its_next_beat(
    archive: Archive, clock: Clock
) -> None:
    queue, (one, *_) = await a_team(archive, clock)
    case_id = await a_case_of(queue)
    await claiming.claim(queue, one, case_id)
    view = await claiming.open_view(queue, one, case_id)
    assert view is not None
    await claiming.leave(queue, one, case_id, token=view.token)

    await claiming.beat(queue, one, case_id, token=view.token)
    back = await expires(queue, view)
    await claiming.leave(queue, one, case_id, token=view.token)

    assert (back, await expires(queue, view)) == (LEASE_TIME, LEFT_TIME)


async def test_only_the_holder_opens_views_and_a_late_word_of_a_page_harms_nobody(
    archive: Archive, clock: Clock
) -> None:
    queue, (one, other, _) = await a_team(archive, clock)
    case_id = await a_case_of(queue)
    await claiming.claim(queue, one, case_id)
    view = await claiming.open_view(queue, one, case_id)
    assert view is not None
    await claiming.release(queue, one, case_id, token=view.token)
    held = await claiming.claim(queue, other, case_id)

    assert await claiming.open_view(queue, one, case_id) is None
    await claiming.leave(queue, one, case_id, token=view.token)
    await claiming.leave(queue, other, case_id, token="x" * 22)
    assert await expires(queue, held) == LEASE_TIME


async def test_releasing_twice_is_releasing_once(archive: Archive, clock: Clock) -> None:
    queue, (one, *_) = await a_team(archive, clock)
    case_id = await a_case_of(queue)
    hold = await claiming.claim(queue, one, case_id)

    for _ in range(2):
        await claiming.release(queue, one, case_id, token=hold.token)

    assert rows(archive.path, "SELECT kind FROM audit_events WHERE kind LIKE 'case%' ORDER BY 1") == [
        ("case.claimed",), ("case.released",),
    ]  # fmt: skip


async def test_three_cases_at_once_are_the_most(archive: Archive, clock: Clock) -> None:
    queue, (one, *_) = await a_team(archive, clock)
    case_ids = [await a_case_of(queue, number) for number in range(1, 5)]
    for case_id in case_ids[:3]:
        await claiming.claim(queue, one, case_id)

    with refused(Refusal.TOO_MANY_LEASES):
        await claiming.claim(queue, one, case_ids[3])
    clock.advance(LEASE_TIME)
    assert (await claiming.claim(queue, one, case_ids[3])).lease.case_id == case_ids[3]


async def test_a_lead_takes_over_and_the_holder_hears_of_it(archive: Archive, clock: Clock) -> None:
    queue, (one, _, lead) = await a_team(archive, clock)
    case_id = await a_case_of(queue)
    hold = await claiming.claim(queue, one, case_id)

    taken = await claiming.take_over(queue, lead, case_id, reason=MovedBecause.DANGER, note="now")

    with refused(Refusal.LEASE_LOST):
        await claiming.beat(queue, one, case_id, token=hold.token)
    with refused(Refusal.NOT_ALLOWED):
        await claiming.take_over(queue, one, case_id, reason=MovedBecause.DANGER)
    await claiming.beat(queue, lead, case_id, token=taken.token)
    assert rows(archive.path, "SELECT command, reason, note FROM case_notes") == [
        ("take_over", "danger", "now")
    ]


async def test_who_decided_first_is_not_given_the_case_again(archive: Archive, clock: Clock) -> None:
    queue, (one, other, _) = await a_team(archive, clock)
    case_id = await a_case_of(queue, severity=3)
    await decide(queue, one, case_id)

    with refused(Refusal.NOTHING_LEFT):
        await claiming.claim_next(queue, one)
    with refused(Refusal.NEEDS_ANOTHER):
        await claiming.claim(queue, one, case_id)
    assert (await claiming.claim_next(queue, other)).lease.case_id == case_id


async def test_what_was_skipped_comes_back_after_a_day(archive: Archive, clock: Clock) -> None:
    queue, (one, other, _) = await a_team(archive, clock)
    case_id = await a_case_of(queue)
    hold = await claiming.claim(queue, one, case_id)
    await moving.skip(queue, one, await aim_at(queue, hold), reason=LeftBecause.LANGUAGE)

    with refused(Refusal.NOTHING_LEFT):
        await claiming.claim_next(queue, one)
    hold = await claiming.claim_next(queue, other)
    await claiming.release(queue, other, case_id, token=hold.token)
    clock.advance(moving.SKIP_TIME)
    assert (await claiming.claim_next(queue, one)).lease.case_id == case_id


async def test_what_is_snoozed_comes_back_when_its_time_has_come(archive: Archive, clock: Clock) -> None:
    queue, (one, *_) = await a_team(archive, clock)
    case_id = await a_case_of(queue)
    hold = await claiming.claim(queue, one, case_id)
    await moving.snooze(queue, one, await aim_at(queue, hold), until=clock() + 60 * MINUTE)

    with refused(Refusal.NOTHING_LEFT):
        await claiming.claim_next(queue, one)
    clock.advance(60 * MINUTE)
    assert (await claiming.claim_next(queue, one)).lease.case_id == case_id
    assert (await case_of(queue, case_id)).state is CaseState.OPEN


async def test_escalated_and_disputed_cases_are_claimed_by_leads_alone(
    archive: Archive, clock: Clock
) -> None:
    queue, (one, other, lead) = await a_team(archive, clock)
    case_id = await a_case_of(queue)
    hold = await claiming.claim(queue, one, case_id)
    await moving.escalate(queue, one, await aim_at(queue, hold), reason=MovedBecause.LAW)

    with refused(Refusal.NOT_ALLOWED):
        await claiming.claim(queue, other, case_id)
    with refused(Refusal.NOTHING_LEFT):
        await claiming.claim_next(queue, lead)
    assert (await claiming.claim(queue, lead, case_id)).lease.case_id == case_id


async def test_not_today_leaves_categories_out_for_half_a_day(archive: Archive, clock: Clock) -> None:
    queue, (one, *_) = await a_team(archive, clock)
    await a_case_of(queue, 1, category=Category.SEXTORTION, severity=3)
    other_case = await a_case_of(queue, 2, severity=1)
    await claiming.set_not_today(queue, one, [Category.SEXTORTION, Category.EXTORTION])

    with refused(Refusal.NOTHING_LEFT):
        await claiming.claim_next(queue, one)
    await claiming.set_not_today(queue, one, [Category.SEXTORTION])
    hold = await claiming.claim_next(queue, one)
    await claiming.release(queue, one, hold.lease.case_id, token=hold.token)

    assert hold.lease.case_id == other_case
    assert await claiming.not_today(queue, one) == {Category.SEXTORTION}
    clock.advance(claiming.NOT_TODAY_TIME)
    assert await claiming.not_today(queue, one) == frozenset()
    assert (await claiming.claim_next(queue, one)).lease.case_id != other_case


async def test_after_three_of_the_worst_another_comes_while_others_wait(
    archive: Archive, clock: Clock
) -> None:
    queue, (one, *_) = await a_team(archive, clock)
    for number in range(1, 6):
        await a_case_of(queue, number, severity=4)
    await a_case_of(queue, 9, severity=1)

    given = []
    for _ in range(6):
        hold = await claiming.claim_next(queue, one)
        given.append((await case_of(queue, hold.lease.case_id)).severity)
        await deciding.decide(queue, one, await aim_at(queue, hold), ruling=VIOLATION)

    assert given == [4, 4, 4, 1, 4, 4]


async def test_every_eighth_claim_takes_the_longest_waiting_and_every_twentieth_a_lot(
    archive: Archive, clock: Clock
) -> None:
    queue, (one, *_) = await a_team(archive, clock)
    oldest = [await a_case_of(queue, number, severity=1) for number in range(1, 4)]
    clock.advance(timedelta(days=3))
    for number in range(10, 60):
        await a_case_of(queue, number, severity=3)

    given: list[CaseId] = []
    for _ in range(40):
        hold = await claiming.claim_next(queue, one)
        given.append(hold.lease.case_id)
        await deciding.decide(queue, one, await aim_at(queue, hold), ruling=VIOLATION)

    ways = Counter(way for (way,) in rows(archive.path, "SELECT way FROM leases"))
    assert ways == {"priority": 34, "waiting": 4, "drawn": 2}
    assert [given[7], given[15], given[23]] == oldest


async def test_lots_fall_on_all_cases_alike(archive: Archive, clock: Clock) -> None:
    queue, (one, *_) = await a_team(archive, clock)
    for number in range(1, 9):
        await a_case_of(queue, number)
    async with archive.write() as tx:
        # eight equal stretches
        await tx.execute("UPDATE cases SET draw = (case_id - 1) * (1 << 60) + ((1 << 60) - 1)")
    wish, chance = Wish(reviewer_id=one.reviewer_id, now=clock()), random.Random(1)

    async with archive.read() as db:
        given = Counter([await turns.drawn(db, wish, draw=chance.getrandbits(63)) for _ in range(800)])

    assert len(given) == 8
    assert all(70 <= count <= 130 for count in given.values()), given
