"""Deciding: what reviewers say of cases, and what becomes of these.

Each function is one transaction: the decision, the case, the lease and the audit event, or nothing. Whatever
is refused raises `CommandRefused`, whose ``refusal`` is the word. A repetition (double click, retry) with the
same token returns what the first one returned.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from archiver.domain.case import Case, CaseState, Change, Command, Given
from archiver.domain.decision import (
    Decision,
    DecisionKind,
    Ruling,
    is_drawn,
    judge_rules,
    needs_second,
    revisions_digest,
)
from archiver.domain.errors import CommandRefused
from archiver.domain.ids import CaseId
from archiver.domain.refusal import Refusal
from archiver.domain.reviewer import Reviewer
from archiver.services import calibrating, second_looks
from archiver.services.claiming import Hold, begin
from archiver.services.queue import Queue
from archiver.services.sight import Sight, digest_of, see, settle
from archiver.storage import audit, calibrations, decisions, keys, leases
from archiver.storage.archive import Transaction
from archiver.storage.decisions import NewDecision

_APART = 0
"""No decision has this id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """What a holder's command is aimed at: the case, a token of the lease, the version that was shown."""

    case_id: CaseId
    token: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A decision that was made, and the case after it; of an answer to a calibration ``decision_id`` is 0."""

    decision_id: int
    case: Case


async def decide(queue: Queue, reviewer: Reviewer, aim: Aim, *, ruling: Ruling) -> Decided:
    """Decide on a case that one holds."""
    return await _rule(queue, reviewer, aim, command=Command.DECIDE, ruling=ruling)


async def adjudicate(queue: Queue, reviewer: Reviewer, aim: Aim, *, ruling: Ruling) -> Decided:
    """Say the last word on a disputed case that one holds; for leads, with a note."""
    return await _rule(queue, reviewer, aim, command=Command.ADJUDICATE, ruling=ruling)


async def undo(queue: Queue, reviewer: Reviewer, decision_id: int) -> Hold | None:
    """Take an own decision back and hold the case again; within 15 minutes, if nobody went on from there.

    Whoever holds as many cases as they may does not hold it: ``None``.
    """
    now, fresh = queue.clock(), queue.fresh(16)

    async def work(tx: Transaction) -> Hold | None:
        decision = await decisions.get(tx, decision_id)
        if decision is None:
            raise CommandRefused(Refusal.NOT_YOURS)
        change = await retract(tx, reviewer, decision, now=now)
        if not change.begins_lease:
            return None
        return await begin(tx, queue, reviewer, change.case, fresh=fresh, way="undone", now=now)

    return await queue.archive.write_at_once(work)


async def make(
    tx: Transaction,
    queue: Queue,
    reviewer: Reviewer,
    sight: Sight,
    *,
    command: Command,
    ruling: Ruling,
    token_digest: str | None = None,
    bulk: str | None = None,
) -> Decided:
    """Write a decision on a case and what becomes of the case; raises CommandRefused."""
    before, now = sight.case, sight.facts.now
    if not sight.facts.decisions:
        sight = await _with_need(tx, queue, reviewer, sight, ruling=ruling)
    change = sight.change(command, Given(ruling=ruling))
    grounds = await decisions.grounds(tx, before.case_id)
    lease = sight.facts.lease
    new = NewDecision(
        case_id=before.case_id,
        round=before.round,
        kind=DecisionKind.ADJUDICATION if command is Command.ADJUDICATE else DecisionKind.DECISION,
        reviewer_id=reviewer.reviewer_id,
        decided_at=now,
        state_before=before.state,
        version=change.case.version,
        as_of_repost=grounds.as_of_repost,
        as_of_revision=grounds.as_of_revision,
        revisions_digest=revisions_digest(grounds.revisions),
        ruling=ruling,
        lease_id=lease.lease_id if lease and bulk is None else None,
        token_digest=token_digest,
        bulk=bulk,
    )
    judged = judge_rules(ruling, await decisions.rules_of(tx, before.case_id))
    decision_id = await decisions.record(tx, new, judged=judged)
    after = replace(change.case, decision_id=decision_id) if change.stands else change.case
    await leases.end(tx, before.case_id, at=now, ended_by=command)
    await settle(tx, before, after)
    await _tell(tx, reviewer, new, decision_id, after)
    return Decided(decision_id=decision_id, case=after)


async def retract(tx: Transaction, reviewer: Reviewer, decision: Decision, *, now: datetime) -> Change:
    """Take a decision back; raises CommandRefused."""
    sight = await see(tx, reviewer, decision.case_id, now=now)
    newest = sight.facts.decisions[-1] if sight.facts.decisions else None
    if newest is not None and newest.decision_id != decision.decision_id:
        raise CommandRefused(Refusal.TOO_LATE)
    change = sight.change(Command.UNDO)
    new = NewDecision(
        case_id=decision.case_id,
        round=decision.round,
        kind=DecisionKind.RETRACTION,
        reviewer_id=reviewer.reviewer_id,
        decided_at=now,
        state_before=sight.case.state,
        version=change.case.version,
        as_of_repost=decision.as_of_repost,
        as_of_revision=decision.as_of_revision,
        revisions_digest=decision.revisions_digest,
        retracts=decision.decision_id,
    )
    retraction_id = await decisions.record(tx, new)
    await leases.end(tx, decision.case_id, at=now, ended_by=Command.UNDO)
    await settle(tx, sight.case, change.case)
    await _tell(tx, reviewer, new, retraction_id, change.case)
    return change


async def _rule(queue: Queue, reviewer: Reviewer, aim: Aim, *, command: Command, ruling: Ruling) -> Decided:
    now, digest = queue.clock(), digest_of(aim.token)

    async def work(tx: Transaction) -> Decided:
        sight = await see(tx, reviewer, aim.case_id, now=now, token=aim.token, version=aim.version)
        earlier = await decisions.by_token(tx, aim.case_id, digest)
        if earlier is not None and earlier.reviewer_id == reviewer.reviewer_id:
            return Decided(decision_id=earlier.decision_id, case=sight.case)
        if sight.is_calibration:
            return await _answer(tx, reviewer, sight, command=command, ruling=ruling, token_digest=digest)
        if await calibrations.is_answered(tx, aim.case_id, reviewer.reviewer_id, token_digest=digest):
            return Decided(decision_id=_APART, case=sight.case)
        return await make(tx, queue, reviewer, sight, command=command, ruling=ruling, token_digest=digest)

    return await queue.archive.write_at_once(work)


async def _answer(
    tx: Transaction, reviewer: Reviewer, sight: Sight, *, command: Command, ruling: Ruling, token_digest: str
) -> Decided:
    """Keep a ruling on a calibration apart, as if it was a decision."""
    sight.change(command, Given(ruling=ruling))
    await calibrating.keep(tx, reviewer, sight, command=command, ruling=ruling, token_digest=token_digest)
    return Decided(decision_id=_APART, case=replace(sight.case, state=CaseState.DECIDED))


async def _with_need(
    tx: Transaction, queue: Queue, reviewer: Reviewer, sight: Sight, *, ruling: Ruling
) -> Sight:
    """Return what a first ruling is judged by: also whether a second person must decide, and could."""
    is_needed = await _needs_second(tx, queue, sight.case, ruling, at=sight.facts.now)
    is_alone = is_needed and await second_looks.is_alone(tx, reviewer)
    return replace(sight, facts=replace(sight.facts, needs_second=is_needed, is_alone=is_alone))


async def _needs_second(tx: Transaction, queue: Queue, case: Case, ruling: Ruling, *, at: datetime) -> bool:
    key = await keys.obtain(tx, keys.SECOND_REVIEWS, fresh=queue.fresh(32), at=at)
    return needs_second(
        ruling,
        category=case.category,
        severity=case.severity,
        is_press=await decisions.is_press(tx, case.case_id),
        is_drawn=is_drawn(case.case_id, case.round, key=key),
    )


async def _tell(tx: Transaction, reviewer: Reviewer, new: NewDecision, decision_id: int, case: Case) -> None:
    ruling = new.ruling
    details: dict[str, object] = {"decision": decision_id, "round": new.round, "version": case.version}
    if ruling is None:
        details["retracts"] = new.retracts
    else:
        details |= {
            "verdict": ruling.verdict, "category": ruling.category, "severity": ruling.severity,
            "revisions": new.revisions_digest, "state": case.state,
        }  # fmt: skip
        if ruling.others:
            details["others"] = list(ruling.others)
    if new.bulk is not None:
        details["bulk"] = new.bulk
    verb = {
        DecisionKind.DECISION: "decision.made",
        DecisionKind.ADJUDICATION: "decision.adjudicated",
        DecisionKind.RETRACTION: "decision.retracted",
    }[new.kind]
    await audit.append(
        tx,
        at=new.decided_at,
        actor=reviewer.pseudonym,
        kind=verb,
        target=f"case {new.case_id}",
        details=details,
    )
