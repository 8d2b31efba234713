"""The reviewer's own decisions: what was decided, and what can still be taken back."""

from __future__ import annotations

from archiver.review.api import told
from archiver.review.api.call import Answer, Call
from archiver.review.api.case import DECISION, decision
from archiver.review.api.schema import ID, TIME, TOKEN, many, maybe, thing
from archiver.review.pieces import Piece, Veil
from archiver.services import cases
from archiver.services.cases import OwnDecision

_USUAL, _MOST = 50, 100
QUERY = {"after": ID, "limit": {"type": "integer", "minimum": 1, "maximum": _MOST, "default": _USUAL}}
_OWN = thing("OwnDecision", case_id=ID, decision=DECISION, bulk=maybe(TOKEN), undo_until=maybe(TIME))
LIST = thing("OwnDecisions", decisions=many(_OWN), after=maybe(ID))


async def show(call: Call) -> Answer:
    """Return the reviewer's own decisions, the newest first."""
    limit = call.number_or_none("limit") or _USUAL
    own = await cases.read_own(
        call.desk.queue, call.reviewer, limit=limit + 1, before=call.number_or_none("after")
    )
    shown = own[:limit]
    notes = Veil(call.desk.masker).many([each.decision.ruling.note for each in shown])
    return Answer(
        told={
            "decisions": [_own(*each) for each in zip(shown, notes, strict=True)],
            "after": shown[-1].decision.decision_id if len(own) > limit else None,
        }
    )


def _own(own: OwnDecision, note: tuple[Piece, ...]) -> dict[str, object]:
    made = own.decision
    return {
        "case_id": made.case_id,
        "decision": decision(made, note),
        "bulk": made.bulk,
        "undo_until": told.time(own.undo_until),
    }
