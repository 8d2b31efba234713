"""Calibrations and their answers: what was answered is only ever added."""

from __future__ import annotations

from datetime import datetime

from archiver.domain.calibration import Answer, Calibration
from archiver.domain.decision import Ruling
from archiver.domain.flag import Category
from archiver.domain.ids import CaseId, ReviewerId
from archiver.domain.taxonomy import Verdict
from archiver.storage.archive import Reader, Transaction
from archiver.storage.driver import Row
from archiver.storage.moment import micros, moment
from archiver.storage.turns import Wish

_ADD = """
INSERT INTO calibrations (case_id, decision_id, reviewer_id, marked_at, note)
VALUES (:case_id, :decision_id, :reviewer_id, :marked_at, :note)
RETURNING calibration_id
"""
_END = "UPDATE calibrations SET ended_at = :now WHERE calibration_id = :calibration_id"
_NEWEST = """
SELECT k.calibration_id, k.case_id, k.decision_id, k.reviewer_id, k.marked_at, k.note, k.ended_at
FROM calibrations AS k WHERE k.case_id = :case_id ORDER BY k.calibration_id DESC LIMIT 1
"""
# left out is what was decided anew since, what others hold, what this reviewer has decided or answered once
_TURN = """
SELECT k.case_id FROM calibrations AS k CROSS JOIN cases AS c ON c.case_id = k.case_id
WHERE k.ended_at IS NULL AND c.state = 'decided' AND c.decision_id = k.decision_id
    AND c.severity <= :severest
    AND instr(:not_today, ',' || c.category || ',') = 0
    AND NOT EXISTS (
        SELECT 1 FROM calibration_answers AS a JOIN calibrations AS o ON o.calibration_id = a.calibration_id
        WHERE o.case_id = k.case_id AND a.reviewer_id = :reviewer_id
    )
    AND NOT EXISTS (
        SELECT 1 FROM decisions AS d WHERE d.case_id = k.case_id AND d.reviewer_id = :reviewer_id
    )
    AND NOT EXISTS (
        SELECT 1 FROM leases AS l WHERE l.case_id = k.case_id AND l.ended_at IS NULL AND l.expires_at > :now
    )
ORDER BY k.calibration_id LIMIT 1
"""
_ANSWER = """
INSERT INTO calibration_answers (
    calibration_id, reviewer_id, answered_at, verdict, category, severity, confidence, reasons, note,
    passed_by, token_digest
) VALUES (
    :calibration_id, :reviewer_id, :answered_at, :verdict, :category, :severity, :confidence, :reasons, :note,
    :passed_by, :token_digest
)
"""
_IS_ANSWERED = """
SELECT 1 FROM calibration_answers AS a JOIN calibrations AS k ON k.calibration_id = a.calibration_id
WHERE k.case_id = :case_id AND a.reviewer_id = :reviewer_id AND a.token_digest = :token_digest
"""
_PAIRS = """
SELECT d.verdict, d.category, d.severity, a.verdict, a.category, a.severity
FROM calibration_answers AS a JOIN calibrations AS k ON k.calibration_id = a.calibration_id
JOIN decisions AS d ON d.decision_id = k.decision_id
WHERE a.verdict IS NOT NULL ORDER BY a.calibration_id, a.reviewer_id
"""


async def add(
    tx: Transaction, case_id: CaseId, decision_id: int, *, reviewer_id: ReviewerId, at: datetime, note: str
) -> int:
    """Mark a case with the decision that stands; return the id."""
    values = {
        "case_id": case_id, "decision_id": decision_id, "reviewer_id": reviewer_id, "marked_at": micros(at),
        "note": note,
    }  # fmt: skip
    row = await tx.fetch_one(_ADD, values)
    assert row is not None  # noqa: S101 - what was inserted comes back
    return int(row[0])


async def end(tx: Transaction, calibration_id: int, *, at: datetime) -> None:
    """Give it to nobody any more."""
    await tx.execute(_END, {"calibration_id": calibration_id, "now": micros(at)})


async def newest(db: Reader, case_id: CaseId) -> Calibration | None:
    """Return the last calibration that a case was marked as, whether it has ended or not."""
    row = await db.fetch_one(_NEWEST, {"case_id": case_id})
    return _calibration(row) if row else None


async def live(db: Reader, case_id: CaseId) -> Calibration | None:
    """Return the calibration that a case is marked as."""
    row = await db.fetch_one(_NEWEST, {"case_id": case_id})
    return _calibration(row) if row and row[6] is None else None


async def turn(db: Reader, wish: Wish) -> CaseId | None:
    """Return the calibration that is given next to a reviewer who never saw it."""
    row = await db.fetch_one(_TURN, wish.values())
    return CaseId(row[0]) if row else None


async def answer(tx: Transaction, new: Answer, *, token_digest: str | None) -> None:
    """Keep what a reviewer made of a calibration."""
    ruling = new.ruling
    values = {
        "calibration_id": new.calibration_id,
        "reviewer_id": new.reviewer_id,
        "answered_at": micros(new.answered_at),
        "verdict": ruling.verdict if ruling else None,
        "category": ruling.category if ruling else None,
        "severity": ruling.severity if ruling else None,
        "confidence": ruling.confidence if ruling else None,
        "reasons": ",".join(ruling.reasons) if ruling else "",
        "note": ruling.note if ruling else new.note,
        "passed_by": new.passed_by,
        "token_digest": token_digest,
    }
    await tx.execute(_ANSWER, values)


async def is_answered(db: Reader, case_id: CaseId, reviewer_id: ReviewerId, *, token_digest: str) -> bool:
    """Say whether a reviewer answered with this token already."""
    values = {"case_id": case_id, "reviewer_id": reviewer_id, "token_digest": token_digest}
    return await db.fetch_one(_IS_ANSWERED, values) is not None


async def pairs(db: Reader) -> list[tuple[Ruling, Ruling]]:
    """Return each reference with what a reviewer answered: verdict, category, severity."""
    return [(_ruling(row[:3]), _ruling(row[3:])) for row in await db.fetch_all(_PAIRS)]


def _ruling(row: Row) -> Ruling:
    return Ruling(verdict=Verdict(row[0]), category=Category(row[1]) if row[1] else None, severity=row[2])


def _calibration(row: Row) -> Calibration:
    return Calibration(
        calibration_id=row[0],
        case_id=row[1],
        decision_id=row[2],
        reviewer_id=row[3],
        marked_at=moment(row[4]),
        note=row[5],
    )
