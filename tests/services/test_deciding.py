"""What reviewers say of cases, once, on what they saw, and what becomes of it."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import timedelta

import pytest

from archiver.domain.case import UNDO_TIME, CaseState
from archiver.domain.decision import DecisionKind, Review, revisions_digest
from archiver.domain.errors import CaseUnknown
from archiver.domain.flag import Category
from archiver.domain.ids import CaseId
from archiver.domain.refusal import Refusal
from archiver.domain.reviewer import Reviewer
from archiver.domain.taxonomy import LeftBecause, MovedBecause, Reason, WrongMatch
from archiver.services import claiming, deciding, moving, verifying
from archiver.services.queue import Queue
from archiver.storage import decisions, rule_tallies
from archiver.storage.archive import Archive
from tests.builders import Clock
from tests.desk_builders import HARMLESS, UNTOLD, VIOLATION
from tests.journeys.oracle import health, rows
from tests.services.desk_steps import (
    OTHER_CHANNEL,
    a_case_of,
    a_team,
    aim_at,
    case_of,
    decide,
    refused,
    undrawn,
)
from tests.storage.steps import a_watch

pytestmark = pytest.mark.asyncio

LAST_WORD = replace(VIOLATION, note="both were read again")


async def history(queue: Queue, case_id: CaseId) -> list[tuple[str, str]]:
    sql = "SELECT actor, kind FROM audit_events WHERE target = ? ORDER BY audit_event_id"
    return [(row[0], row[1]) for row in rows(queue.archive.path, sql, f"case {case_id}")]


async def dispute(queue: Queue, one: Reviewer, other: Reviewer) -> CaseId:
    """Return a case on which two disagree."""
    case_id = await a_case_of(queue, severity=3)
    await decide(queue, one, case_id, VIOLATION)
    await decide(queue, other, case_id, HARMLESS)
    return case_id


async def test_a_decision_keeps_all_that_was_said_and_on_what(archive: Archive, clock: Clock) -> None:
    queue, (one, *_) = await a_team(archive, clock)
    await undrawn(queue)
    case_id = await a_case_of(queue)
    ruling = replace(
        VIOLATION, severity=2, reasons=(Reason.MINOR, Reason.DEADLINE), note="ملاحظة",
        wrong_rules={"test.rule": WrongMatch.NAME}, others=(Category.SEXTORTION, Category.DOXXING_THREAT),
    )  # fmt: skip

    done = await decide(queue, one, case_id, ruling)

    async with archive.read() as db:
        kept = await decisions.get(db, done.decision_id)
    digests = rows(archive.path, "SELECT channel_id, post_id, revision, digest FROM revisions")
    assert kept is not None
    assert (kept.ruling, kept.kind, kept.reviewer_id) == (ruling, DecisionKind.DECISION, one.reviewer_id)
    assert (kept.case_id, kept.round, kept.state_before, kept.decided_at) == (case_id, 1, "open", clock())
    assert (kept.as_of_repost, kept.as_of_revision) == (1, 1)
    assert kept.revisions_digest == revisions_digest(digests)
    assert (done.case.state, done.case.review) == (CaseState.DECIDED, Review.ENOUGH)
    assert done.case == await case_of(queue, case_id)
    assert done.case.decision_id == kept.decision_id
    assert health(archive.path) == []


async def test_everything_that_was_done_is_in_the_log_which_holds(archive: Archive, clock: Clock) -> None:
    queue, (one, other, lead, _) = await a_team(archive, clock)
    case_id = await dispute(queue, one, other)
    hold = await claiming.claim(queue, lead, case_id)
    await deciding.adjudicate(queue, lead, await aim_at(queue, hold), ruling=LAST_WORD)
    case = await case_of(queue, case_id)
    await moving.reopen(queue, lead, case_id, version=case.version, reason=MovedBecause.CHANGED)

    assert await history(queue, case_id) == [
        ("R-01", "case.claimed"), ("R-01", "decision.made"),
        ("R-02", "case.claimed"), ("R-02", "decision.made"),
        ("R-03", "case.claimed"), ("R-03", "decision.adjudicated"), ("R-03", "case.reopened"),
    ]  # fmt: skip
    log = rows(archive.path, "SELECT details FROM audit_events")
    assert not any("both were read again" in details for (details,) in log)
    assert (await verifying.verify_chain(archive)).broken is None


async def test_a_repetition_returns_what_the_first_one_did(archive: Archive, clock: Clock) -> None:
    queue, (one, *_) = await a_team(archive, clock)
    await undrawn(queue)
    hold = await claiming.claim(queue, one, await a_case_of(queue))
    aim = await aim_at(queue, hold)

    first = await deciding.decide(queue, one, aim, ruling=HARMLESS)
    second = await deciding.decide(queue, one, aim, ruling=VIOLATION)

    assert first == second
    assert rows(archive.path, "SELECT count(*) FROM decisions") == [(1,)]


async def test_another_tab_of_the_same_case_is_late(archive: Archive, clock: Clock) -> None:
    queue, (one, *_) = await a_team(archive, clock)
    await undrawn(queue)
    case_id = await a_case_of(queue)
    await claiming.claim(queue, one, case_id)
    tabs = [await claiming.open_view(queue, one, case_id) for _ in range(2)]
    assert tabs[0] is not None
    assert tabs[1] is not None
    aims = [await aim_at(queue, tab) for tab in tabs if tab]

    await deciding.decide(queue, one, aims[0], ruling=HARMLESS)

    with refused(Refusal.ALREADY_IN_STATE):
        await deciding.decide(queue, one, aims[1], ruling=VIOLATION)


async def test_what_changed_since_it_was_shown_is_not_decided_on(archive: Archive, clock: Clock) -> None:
    queue, (one, *_) = await a_team(archive, clock)
    case_id = await a_case_of(queue)
    aim = await aim_at(queue, await claiming.claim(queue, one, case_id))

    await a_case_of(queue, text="ادفع لصاحب المطعم لو تنحرق صورته ويا اهله كلهم هسه", as_of=120)

    with refused(Refusal.STALE_VERSION):
        await deciding.decide(queue, one, aim, ruling=HARMLESS)
    await deciding.decide(queue, one, replace(aim, version=aim.version + 1), ruling=HARMLESS)


async def test_a_refused_decision_leaves_nothing(archive: Archive, clock: Clock) -> None:
    queue, (one, *_) = await a_team(archive, clock)
    case_id = await a_case_of(queue)
    aim = await aim_at(queue, await claiming.claim(queue, one, case_id))

    with refused(Refusal.NEEDS_CATEGORY):
        await deciding.decide(queue, one, aim, ruling=replace(VIOLATION, category=None))
    with pytest.raises(CaseUnknown):
        await deciding.decide(queue, one, replace(aim, case_id=CaseId(99)), ruling=HARMLESS)

    assert rows(archive.path, "SELECT count(*) FROM decisions") == [(0,)]
    await deciding.decide(queue, one, aim, ruling=HARMLESS)


async def test_two_who_agree_decide_and_the_more_severe_stands(archive: Archive, clock: Clock) -> None:
    queue, (one, other, *_) = await a_team(archive, clock)
    case_id = await a_case_of(queue, severity=3)

    first = await decide(queue, one, case_id, replace(VIOLATION, severity=4))
    second = await decide(queue, other, case_id, VIOLATION)

    assert (first.case.state, first.case.review) == (CaseState.SECOND_REVIEW, Review.SINGLE)
    assert (second.case.state, second.case.review) == (CaseState.DECIDED, Review.DOUBLE)
    assert second.case.decision_id == first.decision_id


@pytest.mark.parametrize("label", ["press", "local,press"])
async def test_the_press_needs_two_whoever_posts_it(archive: Archive, clock: Clock, label: str) -> None:
    queue, (one, *_) = await a_team(archive, clock)
    await undrawn(queue)
    text = "ادفع ٥٠٠٠ دولار قبل يوم الخميس لو ننشر كل الفواتير وصور العمال بالقناة"
    case_id = await a_case_of(queue, severity=1, text=text)
    await a_case_of(queue, severity=1, text=text, channel_id=OTHER_CHANNEL)
    async with archive.write() as tx:
        await a_watch(tx, "press", channel_id=OTHER_CHANNEL)
        await tx.execute("UPDATE watches SET labels = :label", {"label": label})

    assert (await decide(queue, one, case_id)).case.state is CaseState.SECOND_REVIEW


async def test_documents_of_the_state_need_two_and_ordinary_cases_one(archive: Archive, clock: Clock) -> None:
    queue, (one, *_) = await a_team(archive, clock)
    await undrawn(queue)
    state = await a_case_of(queue, 1, category=Category.STATE_DOCUMENT_LEAK, severity=1)
    plain = await a_case_of(queue, 2, severity=2)

    assert (await decide(queue, one, state)).case.state is CaseState.SECOND_REVIEW
    assert (await decide(queue, one, plain)).case.state is CaseState.DECIDED


async def test_a_share_of_all_is_decided_by_two_and_nobody_chooses_which(
    archive: Archive, clock: Clock
) -> None:
    queue, (one, *_) = await a_team(archive, clock)

    states = [(await decide(queue, one, await a_case_of(queue, n))).case.state for n in range(1, 101)]

    assert 2 <= states.count(CaseState.SECOND_REVIEW) <= 20
    assert rows(archive.path, "SELECT length(key) FROM keys WHERE name = 'second_reviews'") == [(32,)]


async def test_who_disagrees_is_heard_by_a_lead_who_has_the_last_word(archive: Archive, clock: Clock) -> None:
    queue, (one, other, lead, _) = await a_team(archive, clock)
    case_id = await dispute(queue, one, other)
    disputed = await case_of(queue, case_id)

    hold = await claiming.claim(queue, lead, case_id)
    with refused(Refusal.NEEDS_NOTE):
        await deciding.adjudicate(queue, lead, await aim_at(queue, hold), ruling=VIOLATION)
    done = await deciding.adjudicate(queue, lead, await aim_at(queue, hold), ruling=LAST_WORD)

    assert disputed.state is CaseState.DISPUTED
    assert (done.case.state, done.case.review) == (CaseState.DECIDED, Review.ADJUDICATED)
    assert done.case.decision_id == done.decision_id
    async with archive.read() as db:
        kinds = [each.kind for each in await decisions.of_case(db, case_id)]
    assert kinds == [DecisionKind.DECISION, DecisionKind.DECISION, DecisionKind.ADJUDICATION]


async def test_a_lead_who_is_one_of_the_two_can_not_adjudicate(archive: Archive, clock: Clock) -> None:
    queue, (one, _, lead, _) = await a_team(archive, clock)
    case_id = await dispute(queue, one, lead)

    with refused(Refusal.NEEDS_ANOTHER):
        await claiming.claim(queue, lead, case_id)


async def test_an_undone_decision_stays_and_says_so(archive: Archive, clock: Clock) -> None:
    queue, (one, *_) = await a_team(archive, clock)
    await undrawn(queue)
    case_id = await a_case_of(queue)
    done = await decide(queue, one, case_id, HARMLESS)

    clock.advance(UNDO_TIME)
    hold = await deciding.undo(queue, one, done.decision_id)

    assert hold is not None
    case = await case_of(queue, case_id)
    assert (case.state, case.decision_id, case.review) == (CaseState.OPEN, None, None)
    async with archive.read() as db:
        assert [each.is_retracted for each in await decisions.of_case(db, case_id)] == [True]
        assert await rule_tallies.by_rule(db) == {"test.rule": (0, 0)}
    again = await deciding.decide(queue, one, await aim_at(queue, hold), ruling=UNTOLD)
    assert again.case.decision_id == again.decision_id != done.decision_id


@pytest.mark.parametrize("second", [VIOLATION, HARMLESS], ids=["agreed", "disputed"])
async def test_a_second_decision_is_undone_and_the_first_stands(
    archive: Archive, clock: Clock, second: object
) -> None:
    queue, (one, other, *_) = await a_team(archive, clock)
    case_id = await a_case_of(queue, severity=3)
    first = await decide(queue, one, case_id, VIOLATION)
    done = await decide(queue, other, case_id, second)  # type: ignore[arg-type]

    with refused(Refusal.TOO_LATE):
        await deciding.undo(queue, one, first.decision_id)
    await deciding.undo(queue, other, done.decision_id)

    case = await case_of(queue, case_id)
    assert (case.state, case.decision_id, case.review) == (
        CaseState.SECOND_REVIEW, first.decision_id, Review.SINGLE,
    )  # fmt: skip
    with refused(Refusal.NOT_YOURS):
        await deciding.undo(queue, other, first.decision_id)


async def test_a_first_decision_is_undone_although_a_second_reviewer_reads(
    archive: Archive, clock: Clock
) -> None:
    queue, (one, other, *_) = await a_team(archive, clock)
    case_id = await a_case_of(queue, severity=3)
    done = await decide(queue, one, case_id)
    aim = await aim_at(queue, await claiming.claim(queue, other, case_id))

    await deciding.undo(queue, one, done.decision_id)

    with refused(Refusal.LEASE_LOST):
        await deciding.decide(queue, other, aim, ruling=VIOLATION)
    assert (await case_of(queue, case_id)).state is CaseState.OPEN


async def test_what_is_too_old_or_undone_or_unknown_is_not_undone(archive: Archive, clock: Clock) -> None:
    queue, (one, *_) = await a_team(archive, clock)
    await undrawn(queue)
    old = await decide(queue, one, await a_case_of(queue, 1))
    clock.advance(UNDO_TIME + timedelta(seconds=1))
    fresh = await decide(queue, one, await a_case_of(queue, 2))
    await deciding.undo(queue, one, fresh.decision_id)

    with refused(Refusal.TOO_LATE):
        await deciding.undo(queue, one, old.decision_id)
    with refused(Refusal.NOT_ALLOWED):
        await deciding.undo(queue, one, fresh.decision_id)
    with refused(Refusal.NOT_YOURS):
        await deciding.undo(queue, one, 99)


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("decisions", "note"), ("decision_reasons", "reason"), ("decision_rules", "reason"),
        ("decision_categories", "category"), ("skips", "reason"), ("case_notes", "note"),
    ],
)  # fmt: skip
async def test_what_was_said_can_be_neither_changed_nor_deleted_nor_replaced(
    archive: Archive, clock: Clock, table: str, column: str
) -> None:
    queue, (one, *_) = await a_team(archive, clock)
    aim = await aim_at(queue, await claiming.claim(queue, one, await a_case_of(queue)))
    await moving.skip(queue, one, aim, reason=LeftBecause.LANGUAGE)
    await decide(queue, one, await a_case_of(queue, 8))
    await decide(queue, one, await a_case_of(queue, 9), replace(VIOLATION, others=(Category.SEXTORTION,)))

    deeds = [f"DELETE FROM {table}", f"UPDATE {table} SET {column} = 'x'"]  # noqa: S608 - our own names
    if table in {"decisions", "skips"}:
        deeds.append(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")  # noqa: S608 - the same
    for sql in deeds:
        with pytest.raises(sqlite3.IntegrityError, match="the past is immutable"):
            async with archive.write() as tx:
                await tx.execute(sql)
