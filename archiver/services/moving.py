"""Moving: what reviewers do to a case without deciding on it: skip, snooze, escalate, return, wake, reopen.

Each function is one transaction, and returns the case as it is afterwards. Whatever is refused raises
`CommandRefused`, whose ``refusal`` is the word. A repetition with the same token changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from archiver.domain.case import Case, Command, Given
from archiver.domain.case_note import CaseNote
from archiver.domain.decision import LONGEST_NOTE
from archiver.domain.errors import CommandRefused
from archiver.domain.ids import CaseId
from archiver.domain.refusal import Refusal
from archiver.domain.reviewer import Reviewer
from archiver.domain.taxonomy import LeftBecause, MovedBecause
from archiver.services import calibrating
from archiver.services.deciding import Aim
from archiver.services.queue import Queue
from archiver.services.sight import Sight, see, settle
from archiver.storage import audit, case_notes, leases
from archiver.storage.archive import Transaction

SKIP_TIME = timedelta(hours=24)
"""How long a reviewer is not given again what they skipped."""

_EVENTS = {
    Command.SKIP: "case.skipped",
    Command.SNOOZE: "case.snoozed",
    Command.ESCALATE: "case.escalated",
    Command.RETURN: "case.returned",
    Command.WAKE: "case.woken",
    Command.REOPEN: "case.reopened",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Move:
    command: Command
    reason: LeftBecause | MovedBecause | None = None
    note: str = ""
    until: datetime | None = None


async def skip(queue: Queue, reviewer: Reviewer, aim: Aim, *, reason: LeftBecause, note: str = "") -> Case:
    """Leave a case to others for a day; the third skip in a round brings it to the leads."""
    return await _by_holder(queue, reviewer, aim, _Move(command=Command.SKIP, reason=reason, note=note))


async def snooze(queue: Queue, reviewer: Reviewer, aim: Aim, *, until: datetime, note: str = "") -> Case:
    """Put a case off."""
    return await _by_holder(queue, reviewer, aim, _Move(command=Command.SNOOZE, until=until, note=note))


async def escalate(
    queue: Queue, reviewer: Reviewer, aim: Aim, *, reason: MovedBecause, note: str = ""
) -> Case:
    """Bring a case to the leads."""
    return await _by_holder(queue, reviewer, aim, _Move(command=Command.ESCALATE, reason=reason, note=note))


async def return_case(
    queue: Queue, reviewer: Reviewer, aim: Aim, *, reason: MovedBecause, note: str = ""
) -> Case:
    """Give an escalated or disputed case that one holds back to all, in a new round; for leads."""
    return await _by_holder(queue, reviewer, aim, _Move(command=Command.RETURN, reason=reason, note=note))


async def wake(queue: Queue, reviewer: Reviewer, case_id: CaseId, *, version: int) -> Case:
    """Bring a snoozed case back; before its time for leads only."""
    return await _by_anybody(queue, reviewer, case_id, version=version, move=_Move(command=Command.WAKE))


async def reopen(
    queue: Queue, reviewer: Reviewer, case_id: CaseId, *, version: int, reason: MovedBecause, note: str = ""
) -> Case:
    """Open a decided case again, in a new round; for leads."""
    move = _Move(command=Command.REOPEN, reason=reason, note=note)
    return await _by_anybody(queue, reviewer, case_id, version=version, move=move)


async def _by_holder(queue: Queue, reviewer: Reviewer, aim: Aim, move: _Move) -> Case:
    now = queue.clock()

    async def work(tx: Transaction) -> Case:
        sight = await see(tx, reviewer, aim.case_id, now=now, token=aim.token, version=aim.version)
        known = sight.known
        is_own = known is not None and known.lease.reviewer_id == reviewer.reviewer_id
        if known is not None and is_own and known.ended_by == move.command:
            return sight.case
        return await _moved(tx, reviewer, sight, move)

    return await queue.archive.write_at_once(work)


async def _by_anybody(
    queue: Queue, reviewer: Reviewer, case_id: CaseId, *, version: int, move: _Move
) -> Case:
    now = queue.clock()

    async def work(tx: Transaction) -> Case:
        return await _moved(tx, reviewer, await see(tx, reviewer, case_id, now=now, version=version), move)

    return await queue.archive.write_at_once(work)


async def _moved(tx: Transaction, reviewer: Reviewer, sight: Sight, move: _Move) -> Case:
    case, now = sight.case, sight.facts.now
    if len(move.note) > LONGEST_NOTE:
        raise CommandRefused(Refusal.NOTE_TOO_LONG)
    counts = move.reason is not LeftBecause.WELLBEING
    change = sight.change(move.command, Given(reason=move.reason, counts=counts, until=move.until))
    if sight.is_calibration:
        await calibrating.keep(tx, reviewer, sight, command=move.command, note=move.note)
        return case
    if change.ends_lease:
        await leases.end(tx, case.case_id, at=now, ended_by=move.command)
    await settle(tx, case, change.case)
    await _write_down(tx, reviewer, case, move, now=now)
    details = {"reason": move.reason, "round": change.case.round, "version": change.case.version}
    target = f"case {case.case_id}"
    await audit.append(
        tx, at=now, actor=reviewer.pseudonym, kind=_EVENTS[move.command], target=target, details=details
    )
    return change.case


async def _write_down(tx: Transaction, reviewer: Reviewer, case: Case, move: _Move, *, now: datetime) -> None:
    if isinstance(move.reason, LeftBecause):
        await case_notes.skip(
            tx, case.case_id, case.round,
            reviewer_id=reviewer.reviewer_id, reason=move.reason, at=now, until=now + SKIP_TIME,
        )  # fmt: skip
    note = CaseNote(
        case_id=case.case_id, round=case.round, reviewer_id=reviewer.reviewer_id, written_at=now,
        command=move.command, reason=move.reason, note=move.note,
    )  # fmt: skip
    await case_notes.add(tx, note)
