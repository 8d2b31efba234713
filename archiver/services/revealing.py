"""Revealing: let a reviewer see what is masked in a case, for a purpose, and write it down."""

from __future__ import annotations

from datetime import datetime

from archiver.domain.decision import LONGEST_NOTE
from archiver.domain.errors import CaseUnknown, CommandRefused
from archiver.domain.ids import CaseId
from archiver.domain.refusal import Refusal
from archiver.domain.reveal import QUOTA_TIME, REVEAL_TIME, Purpose, Reveal
from archiver.domain.reviewer import Reviewer
from archiver.domain.rights import Act, may
from archiver.services.queue import Queue
from archiver.storage import audit, cases, reveals


async def reveal(
    queue: Queue, reviewer: Reviewer, case_id: CaseId, *, purpose: Purpose, note: str, a_day: int
) -> Reveal:
    """Reveal a case, ``a_day`` times a day at most; one that is revealed already stays so, and costs nothing.

    Raises CaseUnknown, and CommandRefused with the word.
    """
    now = queue.clock()
    if not may(reviewer.role, Act.REVEAL):
        raise CommandRefused(Refusal.NOT_ALLOWED)
    if len(note) > LONGEST_NOTE:
        raise CommandRefused(Refusal.NOTE_TOO_LONG)
    if purpose is Purpose.OTHER and not note.strip():
        raise CommandRefused(Refusal.NEEDS_NOTE)
    async with queue.archive.write() as tx:
        if await cases.get(tx, case_id) is None:
            raise CaseUnknown(f"there is no case {case_id}")
        spent = await reveals.since(tx, reviewer.reviewer_id, now - QUOTA_TIME)
        for each in spent:
            if each.case_id == case_id and now < each.until:
                return each
        if len(spent) >= a_day:
            raise CommandRefused(Refusal.TOO_MANY_REVEALS)
        new = Reveal(
            case_id=case_id, reviewer_id=reviewer.reviewer_id, purpose=purpose, note=note, revealed_at=now
        )
        await reveals.add(tx, new)
        await audit.append(
            tx, at=now, actor=reviewer.pseudonym, kind="text.revealed", target=f"case {case_id}",
            details={"purpose": purpose, "minutes": REVEAL_TIME.seconds // 60},
        )  # fmt: skip
    return new


async def live(queue: Queue, reviewer: Reviewer, case_id: CaseId) -> Reveal | None:
    """Return the reveal by which the reviewer sees a case unmasked just now."""
    now = queue.clock()
    async with queue.archive.read() as db:
        newest = await reveals.since(db, reviewer.reviewer_id, now - REVEAL_TIME)
    return next((each for each in newest if each.case_id == case_id), None)


async def left(queue: Queue, reviewer: Reviewer, *, a_day: int) -> int:
    """Return how many reveals a reviewer has left of the day."""
    async with queue.archive.read() as db:
        spent = await reveals.since(db, reviewer.reviewer_id, queue.clock() - QUOTA_TIME)
    return max(0, a_day - len(spent))


async def frees_at(queue: Queue, reviewer: Reviewer, *, a_day: int) -> datetime | None:
    """Return when a reviewer whose reveals are spent has one again, ``None`` where there never is one."""
    async with queue.archive.read() as db:
        spent = await reveals.since(db, reviewer.reviewer_id, queue.clock() - QUOTA_TIME)
    return spent[-a_day].revealed_at + QUOTA_TIME if 0 < a_day <= len(spent) else None
