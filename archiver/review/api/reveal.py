"""Reveal: for ten minutes a program may read one case unmasked, for a purpose, which the audit log keeps."""

from __future__ import annotations

import math

from archiver.domain.errors import CommandRefused
from archiver.domain.refusal import Refusal
from archiver.domain.reveal import Purpose, Reveal
from archiver.review.api import told
from archiver.review.api.call import Answer, Call
from archiver.review.api.problem import TooSoon
from archiver.review.api.schema import BOOLEAN, COUNT, ID, NOTE, TIME, Schema, one_of, thing
from archiver.review.pieces import Veil
from archiver.services import revealing

UNMASKED: dict[str, Schema] = {"unmasked": BOOLEAN}
"""The parameter that asks for texts as they are."""
REVEAL = thing("Reveal", may_lack=("note",), purpose=one_of(Purpose), note=NOTE)
REVEALED = thing("Revealed", case_id=ID, until=TIME, left_today=COUNT)


async def reveal(call: Call) -> Answer:
    """Reveal a case; one that is revealed already stays so, and costs nothing."""
    queue, reviewer, a_day = call.desk.queue, call.reviewer, call.desk.house.reveals_per_day
    purpose = call.word("purpose", Purpose)
    try:
        made = await revealing.reveal(
            queue, reviewer, call.case_id, purpose=purpose, note=call.note, a_day=a_day
        )
    except CommandRefused as refused:
        raise await _later(call, refused) from None
    left = await revealing.left(queue, reviewer, a_day=a_day)
    return Answer(told={"case_id": made.case_id, "until": told.time(made.until), "left_today": left})


async def veil_of(call: Call) -> tuple[Veil, Reveal | None]:
    """Return what masks the case of a call, and the reveal that lasts.

    It masks nothing where that was asked for, and the reviewer has revealed the case.
    """
    found = await revealing.live(call.desk.queue, call.reviewer, call.case_id)
    is_lifted = found is not None and call.given.get("unmasked") is True
    return Veil(call.desk.masker, is_lifted=is_lifted), found


async def _later(call: Call, refused: CommandRefused) -> Exception:
    """Return when the quota has room again, where it is the quota that refuses."""
    if refused.refusal is not Refusal.TOO_MANY_REVEALS:
        return refused
    frees = await revealing.frees_at(call.desk.queue, call.reviewer, a_day=call.desk.house.reveals_per_day)
    if frees is None:
        return refused
    return TooSoon(refused.refusal, seconds=math.ceil((frees - call.desk.clock()).total_seconds()))
