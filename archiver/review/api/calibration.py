"""Calibrations: leads mark a decided case, so that it is given once more, blind, to reviewers."""

from __future__ import annotations

from archiver.domain.reviewer import pseudonym
from archiver.review.api import told
from archiver.review.api.call import Answer, Call
from archiver.review.api.schema import BOOLEAN, ID, NOTE, TEXT, TIME, thing
from archiver.review.pieces import Veil
from archiver.services import calibrating

MARK = thing("CalibrationMark", note=NOTE)
MARKED = thing("CalibrationMarked", case_id=ID, is_calibration=BOOLEAN)
CALIBRATION = thing("Calibration", decision_id=ID, reviewer=TEXT, marked_at=TIME, note=told.MASKED_TEXT)


async def mark(call: Call) -> Answer:
    """Make a decided case a calibration."""
    await calibrating.mark(call.desk.queue, call.reviewer, call.case_id, note=call.note)
    return Answer(told={"case_id": call.case_id, "is_calibration": True})


async def end(call: Call) -> Answer:
    """Let it be none any more."""
    await calibrating.unmark(call.desk.queue, call.reviewer, call.case_id)
    return Answer(told={"case_id": call.case_id, "is_calibration": False})


async def read(call: Call, veil: Veil) -> dict[str, object] | None:
    """Return what a case is marked as, to leads alone."""
    known = await calibrating.read(call.desk.queue, call.reviewer, call.case_id)
    if known is None:
        return None
    return {
        "decision_id": known.decision_id,
        "reviewer": pseudonym(known.reviewer_id),
        "marked_at": told.time(known.marked_at),
        "note": told.text(veil.pieces(known.note)),
    }
