"""Flagged posts open cases, reposts join them, and few things open a decided one again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from archiver.domain.case import CaseState
from archiver.domain.flag import Category
from archiver.domain.ids import CaseId
from archiver.domain.priority import priority
from archiver.domain.reviewer import Role
from archiver.domain.taxonomy import WrongMatch
from archiver.services import cases as reading
from archiver.services.queue import Queue
from archiver.storage import rule_tallies, rulebooks, subscribers
from archiver.storage.archive import Archive
from tests.builders import CHANNEL, Clock, a_flag, a_key, a_post, a_rule, a_rulebook
from tests.desk_builders import VIOLATION
from tests.journeys.oracle import health, rows
from tests.services.desk_steps import (
    OTHER_CHANNEL,
    RULES,
    a_case_of,
    a_queue,
    case_of,
    decide,
    hire,
    let_flag,
    let_flag_again,
)

pytestmark = pytest.mark.asyncio

THREAT = "الى مدير معمل الالبان: ادفع ٥٠٠٠ دولار قبل يوم الخميس لو ننشر كل الفواتير وصور العمال بالقناة"
AGAIN = f"🔴 منقول: {THREAT}"
LATER = "b" * 64


async def history(queue: Queue, case_id: CaseId) -> list[str]:
    sql = "SELECT kind FROM audit_events WHERE target = ? ORDER BY audit_event_id"
    return [kind for (kind,) in rows(queue.archive.path, sql, f"case {case_id}")]


async def later_book(queue: Queue) -> None:
    async with queue.archive.write() as tx:
        book = a_rulebook(LATER, rules=[a_rule(rule_id) for rule_id in RULES])
        await rulebooks.record(tx, book, at=queue.clock())


async def test_a_group_opens_its_case_with_all_that_makes_it_weigh(archive: Archive, clock: Clock) -> None:
    queue = await a_queue(archive, clock)
    async with archive.write() as tx:
        await subscribers.record(tx, CHANNEL, 50_000, sampled_at=clock(), run_id=1)  # type: ignore[arg-type]
    flags = [a_flag(severity=2), a_flag("test.other", severity=4, category=Category.SEXTORTION)]

    await let_flag(queue, (a_post(7, text=THREAT, published_at=clock()), flags))

    case = await case_of(queue, CaseId(1))
    assert (case.state, case.round, case.version) == (CaseState.OPEN, 1, 1)
    assert (case.category, case.severity, case.language) == (Category.SEXTORTION, 4, "ar")
    assert (case.channel_id, case.post_id, case.audience) == (CHANNEL, 7, 5_000)
    assert case.priority == priority(severity=4, audience=5_000, precision=0.5, published_at=clock())
    assert health(archive.path) == []


async def test_a_shadow_opens_none_and_each_group_has_one(archive: Archive, clock: Clock) -> None:
    queue = await a_queue(archive, clock)

    await let_flag(
        queue,
        (a_post(1, text=THREAT), [a_flag()]),
        (a_post(2, text=AGAIN), [a_flag()]),
        (a_post(3, text="هكر حسابات"), [a_flag(is_shadow=True)]),
        (a_post(4, text="ادفع باقي القسط للمدرسة"), [a_flag()]),
    )

    found = rows(archive.path, "SELECT case_id, post_id FROM cases ORDER BY case_id")
    assert found == [(1, 1), (2, 4)]


async def test_a_claim_of_the_future_does_not_put_a_post_first(archive: Archive, clock: Clock) -> None:
    queue = await a_queue(archive, clock)

    case_id = await a_case_of(queue, published_at=clock() + timedelta(days=900))

    assert (await case_of(queue, case_id)).published_at == clock()


async def test_a_repost_before_more_people_makes_a_case_weigh_more(archive: Archive, clock: Clock) -> None:
    queue = await a_queue(archive, clock)
    case_id = await a_case_of(queue, text=THREAT)
    async with archive.write() as tx:
        await subscribers.record(tx, OTHER_CHANNEL, 900_000, sampled_at=clock(), run_id=1)  # type: ignore[arg-type]
    before = await case_of(queue, case_id)

    clock.advance(timedelta(hours=1))
    assert await a_case_of(queue, 3, text=AGAIN, channel_id=OTHER_CHANNEL) == case_id

    after = await case_of(queue, case_id)
    assert (after.audience, after.published_at, after.version) == (90_000, clock(), before.version)
    assert after.priority > before.priority
    assert await history(queue, case_id) == []


async def test_a_repost_inherits_a_decision_and_is_listed_as_new(archive: Archive, clock: Clock) -> None:
    queue = await a_queue(archive, clock)
    (reviewer,) = await hire(queue, Role.REVIEWER)
    case_id = await a_case_of(queue, text=THREAT)
    await decide(queue, reviewer, case_id)

    await a_case_of(queue, 3, text=AGAIN, channel_id=OTHER_CHANNEL)

    view = await reading.read_case(queue, reviewer, case_id)
    assert view.case.state in {CaseState.DECIDED, CaseState.SECOND_REVIEW}
    assert [post.channel_id for post in view.posts] == [CHANNEL, OTHER_CHANNEL]
    assert view.joined_since == {(OTHER_CHANNEL, 3)}


async def decided_case(queue: Queue, *, text: str = THREAT) -> CaseId:
    """Have a case decided by as many as it takes, as no violation."""
    people = await hire(queue, Role.REVIEWER, Role.REVIEWER)
    case_id = await a_case_of(queue, text=text)
    for person in people:
        if (await case_of(queue, case_id)).state is not CaseState.DECIDED:
            await decide(queue, person, case_id)
    assert (await case_of(queue, case_id)).state is CaseState.DECIDED
    return case_id


async def test_a_decision_outranks_later_runs_of_the_rules(archive: Archive, clock: Clock) -> None:
    queue = await a_queue(archive, clock)
    case_id = await decided_case(queue)
    before = await case_of(queue, case_id)
    await later_book(queue)
    async with archive.write() as tx:
        await subscribers.record(tx, CHANNEL, 50_000, sampled_at=clock(), run_id=1)  # type: ignore[arg-type]

    await let_flag_again(queue, a_key(7), THREAT, a_flag(severity=2), digest=LATER)

    assert await case_of(queue, case_id) == before


async def test_a_worse_rule_opens_a_decided_case_again(archive: Archive, clock: Clock) -> None:
    queue = await a_queue(archive, clock)
    case_id = await decided_case(queue)
    await later_book(queue)

    await let_flag_again(
        queue, a_key(7), THREAT, a_flag(severity=4, category=Category.SEXTORTION), digest=LATER
    )

    case = await case_of(queue, case_id)
    assert (case.state, case.round, case.severity, case.decision_id) == (CaseState.OPEN, 2, 4, None)
    assert case.category is Category.SEXTORTION
    assert (await history(queue, case_id))[-1] == "case.reopened"
    async with archive.read() as db:
        assert await rule_tallies.by_rule(db) == {"test.rule": (0, 0)}


async def test_an_edit_opens_a_decided_case_again_only_when_it_reads_otherwise(
    archive: Archive, clock: Clock
) -> None:
    queue = await a_queue(archive, clock)
    case_id = await decided_case(queue)

    await a_case_of(queue, text=f"{THREAT} 🔴", as_of=110)
    same = (await case_of(queue, case_id)).state
    await a_case_of(queue, text="ادفع لصاحب المطعم لو تنحرق صورته ويا اهله كلهم هسه", as_of=120)

    case = await case_of(queue, case_id)
    assert (same, case.state, case.round) == (CaseState.DECIDED, CaseState.OPEN, 2)


async def test_an_edit_of_what_is_being_read_makes_the_screen_stale(archive: Archive, clock: Clock) -> None:
    queue = await a_queue(archive, clock)
    case_id = await a_case_of(queue, text=THREAT)

    await a_case_of(queue, text="ادفع لصاحب المطعم لو تنحرق صورته ويا اهله كلهم هسه", as_of=120)

    assert (await case_of(queue, case_id)).version == 2
    assert await history(queue, case_id) == ["case.changed"]


async def test_a_rule_that_was_wrong_makes_later_cases_weigh_less(archive: Archive, clock: Clock) -> None:
    queue = await a_queue(archive, clock)
    await decided_case(queue)

    case_id = await a_case_of(queue, 90)

    assert (await case_of(queue, case_id)).precision == pytest.approx(1 / 3)


async def test_a_group_without_a_case_stays_without(archive: Archive, clock: Clock) -> None:
    queue = await a_queue(archive, clock)
    async with archive.write() as tx:
        await tx.execute("DROP TRIGGER cases_stay")
    await a_case_of(queue, text=THREAT)
    async with archive.write() as tx:
        await tx.execute("DELETE FROM cases")

    await let_flag(
        queue,
        (a_post(3, channel_id=OTHER_CHANNEL, text=AGAIN), [a_flag()]),
    )

    assert rows(archive.path, "SELECT count(*) FROM cases") == [(0,)]


async def test_what_a_decision_says_of_rules_is_counted_while_it_stands(
    archive: Archive, clock: Clock
) -> None:
    queue = await a_queue(archive, clock)
    one, other = await hire(queue, Role.REVIEWER, Role.REVIEWER)
    case_id = await a_case_of(queue, severity=3)
    ruling = replace(VIOLATION, wrong_rules={"test.rule": WrongMatch.NAME})

    await decide(queue, one, case_id, ruling)
    async with archive.read() as db:
        undecided = await rule_tallies.by_rule(db)
    await decide(queue, other, case_id, ruling)

    async with archive.read() as db:
        assert undecided == {}
        assert await rule_tallies.by_rule(db) == {"test.rule": (0, 1)}
        (tally,) = (await rule_tallies.by_version(db)).values()
    assert dict(tally.reasons) == {WrongMatch.NAME: 1}
