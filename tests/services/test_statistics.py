"""What waits, how far reviewers agree, and how often rules were right."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from archiver.domain.case import CaseState
from archiver.domain.decision import Ruling
from archiver.domain.flag import Category
from archiver.domain.ids import CaseId
from archiver.domain.reviewer import Reviewer, Role
from archiver.domain.taxonomy import WrongMatch
from archiver.services import deciding, statistics
from archiver.services.queue import Queue
from archiver.storage import rulebooks
from archiver.storage.archive import Archive
from archiver.storage.rule_tallies import version_of
from tests.builders import Clock, a_flag, a_key, a_rule, a_rulebook
from tests.desk_builders import HARMLESS, VIOLATION
from tests.services.desk_steps import (
    RULES,
    a_case_of,
    a_queue,
    decide,
    hire,
    let_flag_again,
)

pytestmark = pytest.mark.asyncio


async def a_team(archive: Archive, clock: Clock) -> tuple[Queue, list[Reviewer]]:
    queue = await a_queue(archive, clock)
    return queue, await hire(queue, Role.REVIEWER, Role.REVIEWER, Role.AUDITOR)


async def both(queue: Queue, people: list[Reviewer], post_id: int, one: Ruling, other: Ruling) -> CaseId:
    """Have two decide on a case."""
    case_id = await a_case_of(queue, post_id, severity=3)
    await decide(queue, people[0], case_id, one)
    await decide(queue, people[1], case_id, other)
    return case_id


async def test_the_queue_is_counted_as_its_reader_may_see_it(archive: Archive, clock: Clock) -> None:
    queue, (one, other, auditor) = await a_team(archive, clock)
    first = await a_case_of(queue, 1, severity=3)
    since = clock()
    clock.advance(timedelta(hours=1))
    await a_case_of(queue, 2, severity=3, category=Category.SEXTORTION)
    await a_case_of(queue, 3, severity=1, text="pay or we will publish the files of your shop")
    await decide(queue, one, first)

    mine, others, audit = [await statistics.read_counts(queue, who) for who in (one, other, auditor)]

    assert (mine.waiting, mine.by_severity, mine.since) == (2, {3: 1, 1: 1}, since + timedelta(hours=1))
    assert (others.waiting, others.by_severity) == (3, {3: 2, 1: 1})
    assert others.by_category == {Category.EXTORTION: 2, Category.SEXTORTION: 1}
    assert others.by_language == {"ar": 2, "en": 1}
    assert (others.by_state, audit.by_state) == (
        {CaseState.OPEN: 3}, {CaseState.OPEN: 2, CaseState.SECOND_REVIEW: 1},
    )  # fmt: skip


async def test_an_empty_queue_is_none(archive: Archive, clock: Clock) -> None:
    queue, (one, *_) = await a_team(archive, clock)

    found = await statistics.read_counts(queue, one)

    assert (found.waiting, found.since, found.by_severity) == (0, None, {})


async def test_agreement_is_that_of_the_first_two_of_a_round_since_a_time(
    archive: Archive, clock: Clock
) -> None:
    queue, people = await a_team(archive, clock)
    await both(queue, people, 900, VIOLATION, HARMLESS)
    clock.advance(timedelta(days=40))
    since = clock()
    for post_id in range(1, 45):
        await both(queue, people, post_id, VIOLATION, VIOLATION)
    for post_id in range(45, 51):
        await both(queue, people, post_id, VIOLATION, HARMLESS)
    undone = await a_case_of(queue, 60, severity=3)
    await decide(queue, people[0], undone, VIOLATION)
    await deciding.undo(queue, people[0], (await decide_second(queue, people, undone)))

    found = await statistics.read_agreement(queue, since=since)
    before = await statistics.read_agreement(queue, since=since - timedelta(days=90))

    assert (found.n, before.n) == (50, 51)
    assert found.raw is not None
    assert found.raw.value == 0.88
    assert (await statistics.read_agreement(queue, since=clock() + timedelta(days=1))).raw is None


async def decide_second(queue: Queue, people: list[Reviewer], case_id: CaseId) -> int:
    """Have the second reviewer decide, take it back, and return what the first one decided."""
    async with queue.archive.read() as db:
        row = await db.fetch_one(
            "SELECT decision_id FROM decisions WHERE case_id = :case_id", {"case_id": case_id}
        )
    done = await decide(queue, people[1], case_id, HARMLESS)
    await deciding.undo(queue, people[1], done.decision_id)
    assert row is not None
    return int(row[0])


async def test_precision_is_told_from_ten_cases_on_with_its_interval_and_reasons(
    archive: Archive, clock: Clock
) -> None:
    queue, people = await a_team(archive, clock)
    wrong = replace(HARMLESS, wrong_rules={"test.rule": WrongMatch.NEGATION})
    for post_id in range(1, 10):
        await both(queue, people, post_id, VIOLATION, VIOLATION)
    (few,) = await statistics.read_precisions(archive)
    await both(queue, people, 10, wrong, wrong)
    await a_case_of(queue, 99)

    (found,) = await statistics.read_precisions(archive)

    assert (few.n, few.value, few.limits) == (9, None, None)
    assert (found.n, found.right, found.wrong, found.value) == (10, 9, 1, 0.9)
    assert found.limits is not None
    assert list(found.limits) == pytest.approx([0.596, 0.982], abs=0.001)
    assert found.reasons == [(WrongMatch.NEGATION, 1)]
    assert found.version == version_of(a_rule("test.rule"))
    assert found.title == "a rule"


async def test_a_rule_that_is_written_otherwise_is_another_version(archive: Archive, clock: Clock) -> None:
    queue, people = await a_team(archive, clock)
    same, sharper = (
        a_rulebook("b" * 64, rules=[a_rule(each) for each in RULES]),
        a_rule("test.rule", severity=4),
    )
    async with archive.write() as tx:
        await rulebooks.record(tx, same, at=clock())
        await rulebooks.record(tx, a_rulebook("c" * 64, rules=[sharper]), at=clock())
    await a_case_of(queue, 7, severity=3, text="ادفع الآن وإلا ننشر كل شي عندنا")
    for digest in ("b" * 64, "c" * 64):
        await let_flag_again(
            queue, a_key(7), "ادفع الآن وإلا ننشر كل شي عندنا", a_flag(severity=3), digest=digest
        )

    for person in people[:2]:
        await decide(queue, person, CaseId(1), VIOLATION)

    found = {each.version: each.right for each in await statistics.read_precisions(archive)}
    assert found == {version_of(a_rule("test.rule")): 2, version_of(sharper): 1}
