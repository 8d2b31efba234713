"""Skips, and what reviewers wrote when they moved a case without deciding on it: only ever added."""

from __future__ import annotations

from datetime import datetime

from archiver.domain.case import Command
from archiver.domain.case_note import CaseNote
from archiver.domain.ids import CaseId, ReviewerId
from archiver.domain.taxonomy import LeftBecause
from archiver.storage.archive import Reader, Transaction
from archiver.storage.moment import micros, moment

_SKIP = """
INSERT INTO skips (case_id, round, reviewer_id, skipped_at, until, reason)
VALUES (:case_id, :round, :reviewer_id, :now, :until, :reason)
"""
_COUNT_SKIPS = """
SELECT count(*) FROM skips AS s
WHERE s.case_id = :case_id AND s.round = :round AND s.reason <> 'wellbeing'
"""
_ADD = """
INSERT INTO case_notes (case_id, round, reviewer_id, written_at, command, reason, note)
VALUES (:case_id, :round, :reviewer_id, :now, :command, :reason, :note)
"""
_OF_CASE = """
SELECT n.case_id, n.round, n.reviewer_id, n.written_at, n.command, n.reason, n.note
FROM case_notes AS n WHERE n.case_id = :case_id ORDER BY n.case_note_id
"""


async def skip(
    tx: Transaction,
    case_id: CaseId,
    round_: int,
    *,
    reviewer_id: ReviewerId,
    reason: LeftBecause,
    at: datetime,
    until: datetime,
) -> None:
    """Write that a reviewer left a case to others until a time."""
    values = {
        "case_id": case_id,
        "round": round_,
        "reviewer_id": reviewer_id,
        "now": micros(at),
        "until": micros(until),
        "reason": reason,
    }
    await tx.execute(_SKIP, values)


async def count_skips(db: Reader, case_id: CaseId, round_: int) -> int:
    """Return how often a case was skipped in a round, wellbeing left out."""
    row = await db.fetch_one(_COUNT_SKIPS, {"case_id": case_id, "round": round_})
    return int(row[0]) if row else 0


async def add(tx: Transaction, note: CaseNote) -> None:
    """Write a note."""
    values = {
        "case_id": note.case_id,
        "round": note.round,
        "reviewer_id": note.reviewer_id,
        "now": micros(note.written_at),
        "command": note.command,
        "reason": note.reason,
        "note": note.note,
    }
    await tx.execute(_ADD, values)


async def of_case(db: Reader, case_id: CaseId) -> list[CaseNote]:
    """Return what was written about a case, in order."""
    return [
        CaseNote(
            case_id=row[0],
            round=row[1],
            reviewer_id=row[2],
            written_at=moment(row[3]),
            command=Command(row[4]),
            reason=row[5],
            note=row[6],
        )
        for row in await db.fetch_all(_OF_CASE, {"case_id": case_id})
    ]
