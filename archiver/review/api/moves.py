"""What is done to a case without deciding on it: skip, snooze, wake, escalate, return, reopen.

Whoever holds the case brings the token of the hold; to wake and to reopen it, nobody need hold it.
"""

from __future__ import annotations

from datetime import timedelta

from archiver.domain.case import LONGEST_SNOOZE, Case
from archiver.domain.taxonomy import LeftBecause, MovedBecause
from archiver.review.api.call import Answer, Call
from archiver.review.api.schema import COUNT, ID, NOTE, TOKEN, VERSION, one_of, thing
from archiver.services import moving

_HOURS = LONGEST_SNOOZE // timedelta(hours=1)

SKIP = thing("Skip", may_lack=("note",), token=TOKEN, version=VERSION, reason=one_of(LeftBecause), note=NOTE)
SNOOZE = thing(
    "Snooze",
    may_lack=("note",),
    token=TOKEN,
    version=VERSION,
    hours={"type": "integer", "minimum": 1, "maximum": _HOURS},
    note=NOTE,
)
MOVE = thing("Move", may_lack=("note",), token=TOKEN, version=VERSION, reason=one_of(MovedBecause), note=NOTE)
WAKING = thing("Waking", version=VERSION)
REOPENING = thing("Reopening", may_lack=("note",), version=VERSION, reason=one_of(MovedBecause), note=NOTE)
MOVED = thing("Moved", case_id=ID, version=COUNT)


async def skip(call: Call) -> Answer:
    """Leave a case to others."""
    reason = call.word("reason", LeftBecause)
    return _moved(await moving.skip(call.desk.queue, call.reviewer, call.aim, reason=reason, note=call.note))


async def snooze(call: Call) -> Answer:
    """Put a case off."""
    until = call.desk.clock() + timedelta(hours=call.number("hours"))
    return _moved(await moving.snooze(call.desk.queue, call.reviewer, call.aim, until=until, note=call.note))


async def escalate(call: Call) -> Answer:
    """Bring a case to the leads."""
    reason = call.word("reason", MovedBecause)
    return _moved(
        await moving.escalate(call.desk.queue, call.reviewer, call.aim, reason=reason, note=call.note)
    )


async def return_case(call: Call) -> Answer:
    """Give a disputed or escalated case back to all."""
    reason, note = call.word("reason", MovedBecause), call.note
    return _moved(
        await moving.return_case(call.desk.queue, call.reviewer, call.aim, reason=reason, note=note)
    )


async def wake(call: Call) -> Answer:
    """Bring a snoozed case back."""
    version = call.number("version")
    return _moved(await moving.wake(call.desk.queue, call.reviewer, call.case_id, version=version))


async def reopen(call: Call) -> Answer:
    """Open a decided case again."""
    case = await moving.reopen(
        call.desk.queue,
        call.reviewer,
        call.case_id,
        version=call.number("version"),
        reason=call.word("reason", MovedBecause),
        note=call.note,
    )
    return _moved(case)


def _moved(case: Case) -> Answer:
    """Tell no state: whoever comes second must not learn that there was a first."""
    return Answer(told={"case_id": case.case_id, "version": case.version}, version=case.version)
