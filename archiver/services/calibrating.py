"""Calibrating: leads mark decided cases, reviewers who don't know them answer blind, and both are compared.

`services.claiming` mixes calibrations into what it gives, `services.deciding` and `services.moving` hand over
here what is done to one. Whatever is refused raises `CommandRefused`, whose ``refusal`` is the word.
"""

from __future__ import annotations

from dataclasses import dataclass

from archiver.domain.calibration import Answer, Calibration, can_mark
from archiver.domain.case import Command
from archiver.domain.decision import LONGEST_NOTE, Ruling, agree
from archiver.domain.errors import CommandRefused
from archiver.domain.evaluation import interval
from archiver.domain.ids import CaseId
from archiver.domain.refusal import Refusal
from archiver.domain.reviewer import Reviewer
from archiver.domain.rights import Act, may
from archiver.services.queue import Queue
from archiver.services.sight import Sight, see
from archiver.storage import audit, calibrations, leases
from archiver.storage.archive import Transaction

LEAST_ANSWERS = 10
"""Of less, no agreement is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """How many of ``n`` answers agree with their references, and the share with its 95 % interval (Wilson).

    They agree as two decisions do. ``value`` and ``limits`` are ``None`` below ten answers.
    """

    n: int
    agreed: int
    value: float | None
    limits: tuple[float, float] | None


async def mark(queue: Queue, reviewer: Reviewer, case_id: CaseId, *, note: str) -> None:
    """Make a decided case a calibration; for leads, with a note."""
    now = queue.clock()
    if len(note) > LONGEST_NOTE:
        raise CommandRefused(Refusal.NOTE_TOO_LONG)
    async with queue.archive.write() as tx:
        case = (await see(tx, reviewer, case_id, now=now)).case
        if not can_mark(case, reviewer.role) or case.decision_id is None:
            raise CommandRefused(Refusal.NOT_ALLOWED)
        if await calibrations.live(tx, case_id):
            raise CommandRefused(Refusal.ALREADY_IN_STATE)
        if not note.strip():
            raise CommandRefused(Refusal.NEEDS_NOTE)
        marked = await calibrations.add(
            tx, case_id, case.decision_id, reviewer_id=reviewer.reviewer_id, at=now, note=note
        )
        details = {"case": case_id, "decision": case.decision_id}
        await audit.append(
            tx, at=now, actor=reviewer.pseudonym, kind="calibration.marked", target=f"calibration {marked}",
            details=details,
        )  # fmt: skip


async def unmark(queue: Queue, reviewer: Reviewer, case_id: CaseId) -> None:
    """Give a case to nobody any more; what was answered stays."""
    now = queue.clock()
    async with queue.archive.write() as tx:
        known = await calibrations.live(tx, case_id)
        if known is None or not may(reviewer.role, Act.LEAD):
            raise CommandRefused(Refusal.NOT_ALLOWED)
        await calibrations.end(tx, known.calibration_id, at=now)
        await audit.append(
            tx, at=now, actor=reviewer.pseudonym, kind="calibration.ended",
            target=f"calibration {known.calibration_id}", details={"case": case_id},
        )  # fmt: skip


async def read(queue: Queue, reviewer: Reviewer, case_id: CaseId) -> Calibration | None:
    """Return what a case is marked as, to leads; to others nothing, for it may be given to them."""
    if not may(reviewer.role, Act.LEAD):
        return None
    async with queue.archive.read() as db:
        return await calibrations.live(db, case_id)


async def keep(
    tx: Transaction,
    reviewer: Reviewer,
    sight: Sight,
    *,
    command: Command,
    ruling: Ruling | None = None,
    note: str = "",
    token_digest: str | None = None,
) -> None:
    """Keep what the holder of a calibration made of it, end the lease, and leave the case as it is."""
    now, case_id, lease = sight.facts.now, sight.case.case_id, sight.facts.lease
    marked = await calibrations.newest(tx, case_id)
    assert marked is not None, "given"  # noqa: S101 - our own mistake
    assert lease is not None, "held"  # noqa: S101 - the same
    answer = Answer(
        calibration_id=marked.calibration_id,
        reviewer_id=reviewer.reviewer_id,
        answered_at=now,
        ruling=ruling,
        passed_by=None if ruling else command,
        note=note,
    )
    await calibrations.answer(tx, answer, token_digest=token_digest)
    await leases.end(tx, case_id, at=now, ended_by=command)
    details = {"calibration": marked.calibration_id, "command": command}
    await audit.append(
        tx, at=now, actor=reviewer.pseudonym, kind="calibration.answered", target=f"lease {lease.lease_id}",
        details=details,
    )  # fmt: skip


async def read_agreement(queue: Queue) -> Agreed:
    """Return how far all answers together agree with their references."""
    async with queue.archive.read() as db:
        pairs = await calibrations.pairs(db)
    n, agreed = len(pairs), sum(agree(reference, answer) for reference, answer in pairs)
    is_enough = n >= LEAST_ANSWERS
    return Agreed(
        n=n,
        agreed=agreed,
        value=agreed / n if is_enough else None,
        limits=interval(agreed, n) if is_enough else None,
    )
