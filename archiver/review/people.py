"""The people page: an admin adds reviewers, closes their logins and gives them new passwords."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.responses import Response

from archiver.domain.errors import ReviewerInvalid
from archiver.domain.ids import ReviewerId
from archiver.domain.login import Login
from archiver.domain.reviewer import Role, Unfit
from archiver.review.visit import Visit
from archiver.services import people
from archiver.services.passwords import generated


@dataclass(frozen=True, slots=True)
class _Shown:
    """A password that is shown once."""

    pseudonym: str
    password: str


async def show(visit: Visit) -> Response:
    """Show everybody."""
    return await _everybody(visit)


async def add(visit: Visit) -> Response:
    """Add somebody, and show the password that was made for them."""
    role, name = await visit.field("role"), await visit.field("name")
    if role not in list(Role):
        raise HTTPException(HTTPStatus.BAD_REQUEST)
    password = generated(visit.desk.random)
    try:
        added = await people.add(
            visit.desk.people, name, role=Role(role), password=password, by=visit.reviewer.pseudonym
        )
    except ReviewerInvalid as error:
        return await _everybody(visit, fault=Unfit(error.reason), name=name)
    return await _everybody(visit, shown=_Shown(added.pseudonym, password))


async def disable(visit: Visit) -> Response:
    """Close a login at once."""
    try:
        await people.disable(visit.desk.people, _id(visit), by=visit.reviewer.pseudonym)
    except ReviewerInvalid as error:
        return await _everybody(visit, fault=Unfit(error.reason))
    return visit.see_other("/people")


async def enable(visit: Visit) -> Response:
    """Open a login again."""
    await people.enable(visit.desk.people, _id(visit), by=visit.reviewer.pseudonym)
    return visit.see_other("/people")


async def reset(visit: Visit) -> Response:
    """Give somebody a new password, and show it."""
    password, reviewer_id = generated(visit.desk.random), _id(visit)
    await people.reset_password(
        visit.desk.people, reviewer_id, password=password, by=visit.reviewer.pseudonym
    )
    known = {each.reviewer.reviewer_id: each for each in await people.everybody(visit.desk.people)}
    return await _everybody(visit, shown=_Shown(known[reviewer_id].reviewer.pseudonym, password))


async def _everybody(
    visit: Visit, *, fault: Unfit | None = None, name: str = "", shown: _Shown | None = None
) -> Response:
    everybody: list[Login] = await people.everybody(visit.desk.people)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK
    return visit.page(
        "people.html",
        status=status,
        everybody=everybody,
        roles=list(Role),
        fault=fault,
        name=name,
        shown=shown,
    )


def _id(visit: Visit) -> ReviewerId:
    return ReviewerId(visit.number("reviewer_id"))
