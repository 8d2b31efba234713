"""What comes after a case: the next one, a pause, or an empty queue."""

from __future__ import annotations

from http import HTTPStatus

from starlette.responses import Response

from archiver.domain.errors import CommandRefused
from archiver.domain.refusal import Refusal
from archiver.review.visit import Visit
from archiver.services import claiming, workloads


async def start(visit: Visit) -> Response:
    """Claim the case whose turn it is; a pause that was proposed is not proposed again."""
    return await next_case(visit, asks=await visit.field("go_on") != "yes")


async def pause(visit: Visit) -> Response:
    """Show what was done so far, and leave it to the reviewer to go on."""
    return visit.page("pause.html", workload=await _workload(visit))


async def next_case(visit: Visit, *, done: int | None = None, asks: bool = True) -> Response:
    """Go on to the next case, or propose a pause; ``done`` is the decision that was made just now."""
    told = "" if done is None else f"?done={done}"
    if asks and (await _workload(visit)).is_time_to_ask:
        return visit.see_other(f"/pause{told}")
    try:
        hold = await claiming.claim_next(visit.desk.queue, visit.reviewer)
    except CommandRefused as error:
        if error.refusal is Refusal.NOTHING_LEFT:
            return visit.see_other(f"/queue?empty=yes{told.replace('?', '&')}")
        return refused(visit, error.refusal)
    return visit.see_other(f"/cases/{hold.lease.case_id}{told}")


def refused(visit: Visit, refusal: Refusal) -> Response:
    """Return a page that says why something was not done."""
    return visit.page("refused.html", status=HTTPStatus.CONFLICT, refusal=refusal)


async def _workload(visit: Visit) -> workloads.Workload:
    desk = visit.desk
    return await workloads.read(desk.queue, visit.reviewer, visit.login.preferences, zone=desk.house.zone)
