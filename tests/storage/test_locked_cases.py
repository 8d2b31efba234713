"""What keeps cases, function by function, on a file that another process holds, and when it is free again."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from archiver.domain.arrival import Arrival
from archiver.domain.calibration import Answer
from archiver.domain.case import Command
from archiver.domain.case_note import CaseNote
from archiver.domain.decision import DecisionKind
from archiver.domain.errors import ArchiveLocked
from archiver.domain.flag import Category
from archiver.domain.ids import CaseId, PostId, RunId
from archiver.domain.reveal import Purpose, Reveal
from archiver.domain.reviewer import Role
from archiver.domain.taxonomy import LeftBecause
from archiver.storage import (
    agreements,
    calibrations,
    case_notes,
    case_posts,
    cases,
    decisions,
    leases,
    listings,
    reposts,
    reveals,
    reviewers,
    rule_tallies,
    turns,
)
from archiver.storage.archive import Archive
from archiver.storage.cases import NewCase
from archiver.storage.decisions import NewDecision
from archiver.storage.leases import NewLease
from archiver.storage.listings import Wanted
from archiver.storage.turns import Wish
from tests.builders import CHANNEL, NOON, Clock, a_post
from tests.desk_builders import HARMLESS, ME, a_case, a_lease
from tests.storage.steps import observe
from tests.storage.test_locked import named, public_functions

ROOM = (
    agreements, calibrations, case_notes, case_posts, cases, decisions, leases, listings, reveals,
    rule_tallies, turns,
)  # fmt: skip

CASE = CaseId(1)
ARRIVAL = Arrival(category=Category.EXTORTION, severity=3, audience=1, precision=0.5, published_at=NOON)
OPENED = NewCase(case_id=1, arrival=ARRIVAL, channel_id=CHANNEL, post_id=PostId(1), language="ar")
LEASE = replace(a_lease(), lease_id=1)
DIGESTS = ("a" * 64, "b" * 64)
NEW_LEASE = NewLease(
    case=a_case(case_id=1), reviewer_id=ME, token_digest=DIGESTS[0], claimed_at=NOON, expires_at=NOON,
    way="asked",
)  # fmt: skip
NOTE = CaseNote(
    case_id=CASE, round=1, reviewer_id=ME, written_at=NOON, command=Command.SNOOZE, reason=None, note=""
)
DECISION = NewDecision(
    case_id=CASE, round=1, kind=DecisionKind.DECISION, reviewer_id=ME, decided_at=NOON, state_before="open",
    version=2, as_of_repost=1, as_of_revision=1, revisions_digest="d", ruling=HARMLESS,
)  # fmt: skip
REVEAL = Reveal(case_id=CASE, reviewer_id=ME, purpose=Purpose.RULE, note="", revealed_at=NOON)
ANSWER = Answer(calibration_id=1, reviewer_id=ME, answered_at=NOON, ruling=HARMLESS)
WISH = Wish(reviewer_id=ME, now=NOON)

CALLS: dict[Callable[..., Any], tuple[tuple[Any, ...], dict[str, Any]]] = {
    agreements.pairs_since: ((NOON,), {}),
    calibrations.add: ((CASE, 1), {"reviewer_id": ME, "at": NOON, "note": "n"}),
    calibrations.end: ((1,), {"at": NOON}),
    calibrations.newest: ((CASE,), {}),
    calibrations.live: ((CASE,), {}),
    calibrations.turn: ((WISH,), {}),
    calibrations.answer: ((ANSWER,), {"token_digest": "t"}),
    calibrations.is_answered: ((CASE, ME), {"token_digest": "t"}),
    calibrations.pairs: ((), {}),
    case_notes.skip: (
        (CASE, 1),
        {"reviewer_id": ME, "reason": LeftBecause.LANGUAGE, "at": NOON, "until": NOON},
    ),
    case_notes.count_skips: ((CASE, 1), {}),
    case_notes.add: ((NOTE,), {}),
    case_notes.of_case: ((CASE,), {}),
    case_posts.of_case: ((CASE,), {"limit": 9}),
    case_posts.count: ((CASE,), {}),
    cases.open_cases: (([replace(OPENED, case_id=2)],), {"at": NOON}),
    cases.get: ((CASE,), {}),
    cases.some: (([1],), {}),
    cases.due: ((NOON,), {}),
    cases.closed_alone: ((), {"but_not_by": ME, "limit": 9}),
    cases.put: ((a_case(case_id=1),), {}),
    cases.weigh: ((a_case(case_id=1),), {}),
    cases.reached: ((CHANNEL, [PostId(1)]), {}),
    decisions.grounds: ((CASE,), {}),
    decisions.rules_of: ((CASE,), {}),
    decisions.is_press: ((CASE,), {}),
    decisions.record: ((DECISION,), {}),
    decisions.get: ((1,), {}),
    decisions.of_case: ((CASE,), {}),
    decisions.of_round: ((CASE, 1), {}),
    decisions.of_bulk: (("b",), {}),
    decisions.by_token: ((CASE, "t"), {}),
    decisions.of_reviewer: ((ME,), {"limit": 9}),
    leases.of_case: ((CASE, NOON), {}),
    leases.held: ((ME, NOON), {}),
    leases.by_token: ((CASE, "t"), {}),
    leases.begin: ((replace(NEW_LEASE, token_digest=DIGESTS[1]),), {}),
    leases.prolong: ((LEASE,), {}),
    leases.end: ((CASE,), {"at": NOON, "ended_by": "release"}),
    leases.open_view: ((LEASE, "v"), {"at": NOON}),
    leases.come_back: (("v",), {}),
    leases.leave: ((LEASE, "v"), {"at": NOON}),
    leases.last_severities: ((ME,), {"limit": 3}),
    leases.count: ((), {}),
    listings.lines: ((Wanted(),), {"now": NOON}),
    listings.count_waiting: ((), {}),
    listings.count_states: ((), {}),
    reveals.add: ((REVEAL,), {}),
    reveals.since: ((ME, NOON), {}),
    rule_tallies.count: ((1,), {"sign": 1}),
    rule_tallies.by_rule: ((), {}),
    rule_tallies.by_version: ((), {}),
    turns.most_urgent: ((WISH,), {}),
    turns.longest_waiting: ((WISH,), {}),
    turns.drawn: ((WISH,), {"draw": 1}),
    turns.not_today: ((ME, NOON), {}),
    turns.set_not_today: ((ME, [Category.EXTORTION]), {"until": NOON}),
}


def test_the_table_holds_every_function() -> None:
    assert {named(function) for function in CALLS} == set().union(*map(public_functions, ROOM))


@pytest.mark.asyncio
@pytest.mark.parametrize("function", CALLS, ids=named)
async def test_a_locked_file_is_said_to_be_locked_and_works_when_it_is_free(
    archive: Archive, run_id: RunId, function: Callable[..., Any]
) -> None:
    async with archive.write() as tx:
        await observe(tx, run_id, [a_post(1)])
        await reposts.found(tx, at=NOON)
        await reposts.found(tx, at=NOON)
        await reviewers.add(tx, "zahra", role=Role.REVIEWER, password="p", at=NOON)  # noqa: S106
        await cases.open_cases(tx, [OPENED], at=NOON)
        await leases.begin(tx, NEW_LEASE)
        decision_id = await decisions.record(tx, DECISION)
        await calibrations.add(tx, CASE, decision_id, reviewer_id=ME, at=NOON, note="n")
    await archive.close()
    impatient = await Archive.open(archive.path, clock=Clock(), busy_seconds=0.01)
    positional, named_values = CALLS[function]

    async def call() -> None:
        async with impatient.write() as tx:
            await function(tx, *positional, **named_values)

    with closing(sqlite3.connect(archive.path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(ArchiveLocked):
            await call()
        other.execute("ROLLBACK")
    await call()
    await impatient.close()
