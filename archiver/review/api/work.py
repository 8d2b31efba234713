"""What is done to a case: claim, take over, hold, give back, decide, undo; `moves` has the rest.

A claim gives a token. Every command of a holder brings it, with the version of the case that was read.
"""

from __future__ import annotations

from archiver.domain.case import CaseState
from archiver.domain.taxonomy import MovedBecause
from archiver.review.api import ruling, told
from archiver.review.api.call import Answer, Call
from archiver.review.api.schema import (
    BOOLEAN,
    COUNT,
    ID,
    NOTE,
    TIME,
    TOKEN,
    VERSION,
    maybe,
    one_of,
    thing,
)
from archiver.services import claiming, deciding
from archiver.services.deciding import Decided

HOLDING = thing("Holding", token=TOKEN)
TAKE_OVER = thing("TakeOver", may_lack=("note",), reason=one_of(MovedBecause), note=NOTE)
RULING = thing("Ruling", may_lack=ruling.MAY_LACK, token=TOKEN, version=VERSION, **ruling.FIELDS)
LEASE = thing("Lease", case_id=ID, expires_at=TIME)
RELEASED = thing("Released", case_id=ID, is_held=BOOLEAN)
DECIDED = thing("Decided", decision_id=maybe(ID), case_id=ID, state=one_of(CaseState), version=COUNT)
UNDONE = thing("Undone", decision_id=ID, hold=maybe(told.HOLD))


async def claim_next(call: Call) -> Answer:
    """Return the hold of the case that the reviewer holds already, else of the one whose turn it is."""
    return Answer(told=told.hold(await claiming.claim_next(call.desk.queue, call.reviewer)))


async def claim(call: Call) -> Answer:
    """Return the hold of a case that was asked for."""
    return Answer(told=told.hold(await claiming.claim(call.desk.queue, call.reviewer, call.case_id)))


async def take_over(call: Call) -> Answer:
    """Return the hold of a case that another held."""
    reason = call.word("reason", MovedBecause)
    hold = await claiming.take_over(
        call.desk.queue, call.reviewer, call.case_id, reason=reason, note=call.note
    )
    return Answer(told=told.hold(hold))


async def beat(call: Call) -> Answer:
    """Hold a case longer."""
    lease = await claiming.beat(call.desk.queue, call.reviewer, call.case_id, token=call.text("token"))
    return Answer(told={"case_id": lease.case_id, "expires_at": told.time(lease.expires_at)})


async def release(call: Call) -> Answer:
    """Give a case back."""
    await claiming.release(call.desk.queue, call.reviewer, call.case_id, token=call.text("token"))
    return Answer(told={"case_id": call.case_id, "is_held": False})


async def decide(call: Call) -> Answer:
    """Decide on a case."""
    done = await deciding.decide(call.desk.queue, call.reviewer, call.aim, ruling=ruling.read(call))
    return _decided(done)


async def adjudicate(call: Call) -> Answer:
    """Say the last word on a disputed case."""
    done = await deciding.adjudicate(call.desk.queue, call.reviewer, call.aim, ruling=ruling.read(call))
    return _decided(done)


async def undo(call: Call) -> Answer:
    """Take an own decision back; hold the case again, if there is room for it."""
    decision_id = call.number("decision_id")
    hold = await deciding.undo(call.desk.queue, call.reviewer, decision_id)
    return Answer(told={"decision_id": decision_id, "hold": told.hold(hold) if hold else None})


def _decided(done: Decided) -> Answer:
    """Tell no id of what is no decision: an answer to a calibration is kept apart."""
    case = done.case
    return Answer(
        told={
            "decision_id": done.decision_id or None,
            "case_id": case.case_id,
            "state": case.state,
            "version": case.version,
        },
        version=case.version,
    )
