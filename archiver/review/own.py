"""My work: the reader's own decisions, what can be undone, and the own limits; nobody else sees it."""

from __future__ import annotations

from starlette.responses import Response

from archiver.domain.flag import Category
from archiver.review import pages
from archiver.review.pieces import Veil
from archiver.review.visit import Visit
from archiver.services import cases, claiming, revealing, workloads


async def show(visit: Visit) -> Response:
    """Show what the reader decided of late, and how much that was."""
    desk, reviewer = visit.desk, visit.reviewer
    own = await cases.read_own(desk.queue, reviewer)
    notes = Veil(desk.masker).many([each.decision.ruling.note for each in own])
    a_day = desk.house.reveals_per_day
    return visit.page(
        "own.html",
        own=list(zip(own, notes, strict=True)),
        bulks={each.decision.bulk for each in own if each.undo_until and each.decision.bulk},
        workload=await workloads.read(desk.queue, reviewer, visit.login.preferences, zone=desk.house.zone),
        reveals_left=await revealing.left(desk.queue, reviewer, a_day=a_day),
        reveals_a_day=a_day,
        categories=pages.CATEGORIES,
        not_today=await claiming.not_today(desk.queue, reviewer),
        done=visit.request.query_params.get("done"),
    )


async def set_not_today(visit: Visit) -> Response:
    """Leave some categories out for twelve hours."""
    chosen = {str(each) for each in (await visit.form()).getlist("category")}
    await claiming.set_not_today(
        visit.desk.queue, visit.reviewer, [each for each in Category if each in chosen]
    )
    return visit.see_other("/own?done=not-today")
