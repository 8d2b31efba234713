"""What is done to a case: claim, hold, give back, decide, put off, hand on, undo.

A claim gives a token. Every command of a holder brings it, with the version of the case that was read.
"""

from __future__ import annotations

from datetime import timedelta

from archiver.domain.case import LONGEST_SNOOZE, Case, CaseState
from archiver.domain.errors import CommandRefused
from archiver.domain.flag import Category
from archiver.domain.refusal import Refusal
from archiver.domain.taxonomy import Confidence, LeftBecause, MovedBecause, Reason, Verdict, WrongMatch
from archiver.review.api import told
from archiver.review.api.call import Answer, Call
from archiver.review.api.schema import (
    BOOLEAN,
    COUNT,
    ID,
    NOTE,
    SEVERITY,
    TIME,
    TOKEN,
    each,
    many,
    maybe,
    one_of,
    thing,
)
from archiver.review.ruling_form import Typed
from archiver.services import claiming, deciding, moving
from archiver.services.deciding import Aim, Decided

_HOURS = LONGEST_SNOOZE // timedelta(hours=1)
_VERSION = {"type": "integer", "minimum": 1, "maximum": 10**9}

HOLDING = thing("Holding", token=TOKEN)
RULING = thing(
    "Ruling",
    may_lack=("category", "severity", "confidence", "reasons", "note", "wrong_rules"),
    token=TOKEN,
    version=_VERSION,
    verdict=one_of(Verdict),
    category=one_of(Category),
    severity=SEVERITY,
    confidence=one_of(Confidence),
    reasons=many(one_of(Reason), maxItems=len(Reason)),
    note=NOTE,
    wrong_rules=each(one_of(WrongMatch)),
)
SKIP = thing("Skip", may_lack=("note",), token=TOKEN, version=_VERSION, reason=one_of(LeftBecause), note=NOTE)
SNOOZE = thing(
    "Snooze",
    may_lack=("note",),
    token=TOKEN,
    version=_VERSION,
    hours={"type": "integer", "minimum": 1, "maximum": _HOURS},
    note=NOTE,
)
ESCALATION = thing(
    "Escalation", may_lack=("note",), token=TOKEN, version=_VERSION, reason=one_of(MovedBecause), note=NOTE
)
LEASE = thing("Lease", case_id=ID, expires_at=TIME)
RELEASED = thing("Released", case_id=ID, is_held=BOOLEAN)
DECIDED = thing("Decided", decision_id=ID, case_id=ID, state=one_of(CaseState), version=COUNT)
MOVED = thing("Moved", case_id=ID, version=COUNT)
UNDONE = thing("Undone", decision_id=ID, hold=maybe(told.HOLD))


async def claim_next(call: Call) -> Answer:
    """Return the hold of the case that the reviewer holds already, else of the one whose turn it is."""
    return Answer(told=told.hold(await claiming.claim_next(call.desk.queue, call.reviewer)))


async def claim(call: Call) -> Answer:
    """Return the hold of a case that was asked for."""
    return Answer(told=told.hold(await claiming.claim(call.desk.queue, call.reviewer, call.case_id)))


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
    done = await deciding.decide(call.desk.queue, call.reviewer, _aim(call), ruling=_typed(call).ruling())
    return _decided(done)


async def adjudicate(call: Call) -> Answer:
    """Say the last word on a disputed case."""
    done = await deciding.adjudicate(call.desk.queue, call.reviewer, _aim(call), ruling=_typed(call).ruling())
    return _decided(done)


async def skip(call: Call) -> Answer:
    """Leave a case to others."""
    reason = call.code("reason", LeftBecause)
    if reason is None:
        raise CommandRefused(Refusal.NEEDS_REASON)
    case = await moving.skip(call.desk.queue, call.reviewer, _aim(call), reason=reason, note=_note(call))
    return _moved(case)


async def snooze(call: Call) -> Answer:
    """Put a case off."""
    until = call.desk.clock() + timedelta(hours=call.number("hours"))
    case = await moving.snooze(call.desk.queue, call.reviewer, _aim(call), until=until, note=_note(call))
    return _moved(case)


async def escalate(call: Call) -> Answer:
    """Bring a case to the leads."""
    reason = call.code("reason", MovedBecause)
    if reason is None:
        raise CommandRefused(Refusal.NEEDS_REASON)
    case = await moving.escalate(call.desk.queue, call.reviewer, _aim(call), reason=reason, note=_note(call))
    return _moved(case)


async def undo(call: Call) -> Answer:
    """Take an own decision back; hold the case again, if there is room for it."""
    decision_id = call.number("decision_id")
    hold = await deciding.undo(call.desk.queue, call.reviewer, decision_id)
    return Answer(told={"decision_id": decision_id, "hold": told.hold(hold) if hold else None})


def _aim(call: Call) -> Aim:
    return Aim(case_id=call.case_id, token=call.text("token"), version=call.number("version"))


def _typed(call: Call) -> Typed:
    verdict = call.code("verdict", Verdict)
    return Typed(
        verdict=verdict,
        category=call.code("category", Category),
        severity=call.number_or_none("severity"),
        confidence=call.code("confidence", Confidence) or Confidence.SURE,
        reasons={verdict: call.codes("reasons", Reason)} if verdict else {},
        note=_note(call),
        wrong_rules=call.codes_by_name("wrong_rules", WrongMatch),
    )


def _note(call: Call) -> str:
    return call.text("note").replace("\r\n", "\n").strip()


def _decided(done: Decided) -> Answer:
    case = done.case
    return Answer(
        told={
            "decision_id": done.decision_id,
            "case_id": case.case_id,
            "state": case.state,
            "version": case.version,
        },
        version=case.version,
    )


def _moved(case: Case) -> Answer:
    """Tell no state: whoever comes second must not learn that there was a first."""
    return Answer(told={"case_id": case.case_id, "version": case.version}, version=case.version)
