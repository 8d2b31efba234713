"""Many cases at once, as the queue page does it: a preview, one ruling for all, one undo for all."""

from __future__ import annotations

from collections.abc import Mapping

from archiver.domain.ids import CaseId
from archiver.domain.refusal import Refusal
from archiver.review.api import ruling
from archiver.review.api.call import Answer, Call
from archiver.review.api.schema import ID, TOKEN, VERSION, many, one_of, thing
from archiver.services import bulk
from archiver.services.bulk import MOST_CASES, BulkDone

_SEEN = thing("CaseVersion", case_id=ID, version=VERSION)
_LEFT_OUT = thing("LeftOut", case_id=ID, code=one_of(Refusal))
CHOICE = thing("BulkChoice", case_ids=many(ID, maxItems=MOST_CASES))
PREVIEW = thing("BulkPreview", cases=many(_SEEN), channel_ids=many(ID), left_out=many(_LEFT_OUT))
RULING = thing(
    "BulkRuling", may_lack=ruling.MAY_LACK, cases=many(_SEEN, maxItems=MOST_CASES), **ruling.FIELDS
)
DONE = thing("BulkDone", bulk=TOKEN, case_ids=many(ID), left_out=many(_LEFT_OUT))


async def preview(call: Call) -> Answer:
    """Return which cases would be decided, at which versions, and which would be left out and why."""
    chosen = [CaseId(each) for each in call.numbers("case_ids")]
    found = await bulk.preview(call.desk.queue, call.reviewer, chosen)
    return Answer(
        told={
            "cases": [{"case_id": each, "version": version} for each, version in found.versions.items()],
            "channel_ids": sorted(found.channels),
            "left_out": _left_out(found.left_out),
        }
    )


async def decide(call: Call) -> Answer:
    """Decide on all that was previewed."""
    versions = {CaseId(each["case_id"]): each["version"] for each in call.things("cases")}
    done = await bulk.decide_all(call.desk.queue, call.reviewer, versions, ruling=ruling.read(call))
    return _done(done)


async def undo(call: Call) -> Answer:
    """Take back what was decided at once."""
    return _done(await bulk.undo_all(call.desk.queue, call.reviewer, call.text("bulk")))


def _done(done: BulkDone) -> Answer:
    return Answer(
        told={"bulk": done.bulk, "case_ids": list(done.case_ids), "left_out": _left_out(done.left_out)}
    )


def _left_out(found: Mapping[CaseId, Refusal]) -> list[dict[str, object]]:
    return [{"case_id": case_id, "code": refusal} for case_id, refusal in found.items()]
