"""Reveals: who saw what is masked in a case, when and what for; only ever added."""

from __future__ import annotations

from datetime import datetime

from archiver.domain.ids import CaseId, ReviewerId
from archiver.domain.reveal import Purpose, Reveal
from archiver.storage.archive import Reader, Transaction
from archiver.storage.moment import micros, moment

_ADD = """
INSERT INTO reveals (case_id, reviewer_id, purpose, note, revealed_at)
VALUES (:case_id, :reviewer_id, :purpose, :note, :now)
"""
_SINCE = """
SELECT case_id, reviewer_id, purpose, note, revealed_at FROM reveals
WHERE reviewer_id = :reviewer_id AND revealed_at > :since ORDER BY reveal_id
"""


async def add(tx: Transaction, reveal: Reveal) -> None:
    """Write a reveal."""
    values = {
        "case_id": reveal.case_id,
        "reviewer_id": reveal.reviewer_id,
        "purpose": reveal.purpose,
        "note": reveal.note,
        "now": micros(reveal.revealed_at),
    }
    await tx.execute(_ADD, values)


async def since(db: Reader, reviewer_id: ReviewerId, at: datetime) -> list[Reveal]:
    """Return a reviewer's reveals after a time, the oldest first."""
    return [
        Reveal(
            case_id=CaseId(row[0]),
            reviewer_id=ReviewerId(row[1]),
            purpose=Purpose(row[2]),
            note=row[3],
            revealed_at=moment(row[4]),
        )
        for row in await db.fetch_all(_SINCE, {"reviewer_id": reviewer_id, "since": micros(at)})
    ]
