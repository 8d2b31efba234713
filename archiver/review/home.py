"""Where the desk begins for whom, and whether it is there at all."""

from __future__ import annotations

from starlette.responses import PlainTextResponse, Response

from archiver.domain.rights import Act, may
from archiver.review.visit import Visit


async def show(visit: Visit) -> Response:
    """Lead everyone to their own work."""
    role = visit.reviewer.role
    if may(role, Act.DECIDE):
        return visit.see_other("/queue")
    return visit.see_other("/people" if may(role, Act.KEEP_PEOPLE) else "/audit")


async def health(_visit: Visit) -> Response:
    """Say that the desk answers, and nothing else."""
    return PlainTextResponse("ok")
