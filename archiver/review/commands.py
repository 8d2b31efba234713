"""What is done to a case by a form: claim, decide, put off, hand on, give back, reveal."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from http import HTTPStatus

from starlette.datastructures import FormData
from starlette.responses import JSONResponse, Response

from archiver.domain.errors import CommandRefused
from archiver.domain.ids import CaseId
from archiver.domain.refusal import Refusal
from archiver.domain.reveal import Purpose
from archiver.domain.taxonomy import LeftBecause, MovedBecause
from archiver.review import case, onward, pages, ruling_form
from archiver.review.ruling_form import Typed, code_in
from archiver.review.visit import Visit
from archiver.services import calibrating, claiming, deciding, moving, revealing
from archiver.services.deciding import Aim

_MOST_DIGITS = 9


async def claim(visit: Visit) -> Response:
    """Claim a case; what was typed on it before comes back on the page."""
    case_id, form = _case_id(visit), await visit.form()
    typed = ruling_form.read(form)
    kept = typed if typed != Typed() else None
    try:
        await claiming.claim(visit.desk.queue, visit.reviewer, case_id)
    except CommandRefused as refused:
        return await case.page(visit, case_id, refusal=refused.refusal, typed=kept)
    return await case.page(visit, case_id, typed=kept) if kept else visit.see_other(f"/cases/{case_id}")


async def take_over(visit: Visit) -> Response:
    """Claim what another holds."""
    case_id, form = _case_id(visit), await visit.form()
    reason = code_in(form, "reason", MovedBecause)
    if reason is None:
        return await case.page(visit, case_id, refusal=Refusal.NEEDS_REASON)
    return await _then(
        visit,
        lambda: claiming.take_over(
            visit.desk.queue, visit.reviewer, case_id, reason=reason, note=_note(form)
        ),
        onto=f"/cases/{case_id}",
    )


async def decide(visit: Visit) -> Response:
    """Decide on a case, or say the last word on it."""
    case_id, form = _case_id(visit), await visit.form()
    typed = ruling_form.read(form)
    act = deciding.adjudicate if form.get("command") == "adjudicate" else deciding.decide
    try:
        done = await act(visit.desk.queue, visit.reviewer, _aim(case_id, form), ruling=typed.ruling())
    except CommandRefused as refused:
        return await case.page(visit, case_id, typed=typed, refusal=refused.refusal)
    if form.get("then") == "stay":
        return visit.see_other(f"/cases/{case_id}?done={done.decision_id}")
    return await onward.next_case(visit, done=done.decision_id)


async def undo(visit: Visit) -> Response:
    """Take an own decision back."""
    decision_id = visit.number("decision_id")
    try:
        hold = await deciding.undo(visit.desk.queue, visit.reviewer, decision_id)
    except CommandRefused as refused:
        return onward.refused(visit, refused.refusal)
    return visit.see_other(f"/cases/{hold.lease.case_id}" if hold else "/own")


async def skip(visit: Visit) -> Response:
    """Leave a case to others."""
    case_id, form = _case_id(visit), await visit.form()
    reason = code_in(form, "reason", LeftBecause)
    if reason is None:
        return await case.page(visit, case_id, refusal=Refusal.NEEDS_REASON)
    return await _then(
        visit,
        lambda: moving.skip(
            visit.desk.queue, visit.reviewer, _aim(case_id, form), reason=reason, note=_note(form)
        ),
    )


async def snooze(visit: Visit) -> Response:
    """Put a case off."""
    case_id, form = _case_id(visit), await visit.form()
    hours = form.get("hours")
    if hours not in {str(each) for each in pages.SNOOZES}:
        return await case.page(visit, case_id, refusal=Refusal.NEEDS_TIME)
    until = visit.desk.clock() + timedelta(hours=int(str(hours)))
    return await _then(
        visit,
        lambda: moving.snooze(
            visit.desk.queue, visit.reviewer, _aim(case_id, form), until=until, note=_note(form)
        ),
    )


async def escalate(visit: Visit) -> Response:
    """Bring a case to the leads."""
    return await _moved(visit, moving.escalate)


async def return_case(visit: Visit) -> Response:
    """Give a disputed or escalated case back to all."""
    return await _moved(visit, moving.return_case)


async def reopen(visit: Visit) -> Response:
    """Open a decided case again."""
    case_id, form = _case_id(visit), await visit.form()
    reason = code_in(form, "reason", MovedBecause)
    if reason is None:
        return await case.page(visit, case_id, refusal=Refusal.NEEDS_REASON)
    version = _aim(case_id, form).version
    return await _then(
        visit,
        lambda: moving.reopen(
            visit.desk.queue, visit.reviewer, case_id, version=version, reason=reason, note=_note(form)
        ),
        onto=f"/cases/{case_id}",
    )


async def calibrate(visit: Visit) -> Response:
    """Make a decided case a calibration, or no longer one."""
    case_id, form = _case_id(visit), await visit.form()
    if form.get("command") == "end":
        return await _then(
            visit,
            lambda: calibrating.unmark(visit.desk.queue, visit.reviewer, case_id),
            onto=f"/cases/{case_id}",
        )
    return await _then(
        visit,
        lambda: calibrating.mark(visit.desk.queue, visit.reviewer, case_id, note=_note(form)),
        onto=f"/cases/{case_id}",
    )


async def wake(visit: Visit) -> Response:
    """Bring a snoozed case back."""
    case_id, form = _case_id(visit), await visit.form()
    version = _aim(case_id, form).version
    return await _then(
        visit,
        lambda: moving.wake(visit.desk.queue, visit.reviewer, case_id, version=version),
        onto=f"/cases/{case_id}",
    )


async def release(visit: Visit) -> Response:
    """Give a case back."""
    case_id, token = _case_id(visit), await visit.field("token")
    return await _then(
        visit, lambda: claiming.release(visit.desk.queue, visit.reviewer, case_id, token=token), onto="/queue"
    )


async def keep(visit: Visit) -> Response:
    """Hold a case longer: what the script does by itself, for those who have none."""
    case_id, token = _case_id(visit), await visit.field("token")
    return await _then(
        visit,
        lambda: claiming.beat(visit.desk.queue, visit.reviewer, case_id, token=token),
        onto=f"/cases/{case_id}#decide",
    )


async def beat(visit: Visit) -> Response:
    """Hold a case longer; say how many seconds."""
    case_id, token = _case_id(visit), await visit.field("token")
    try:
        lease = await claiming.beat(visit.desk.queue, visit.reviewer, case_id, token=token)
    except CommandRefused as refused:
        return JSONResponse({"refusal": refused.refusal}, HTTPStatus.CONFLICT)
    return JSONResponse({"seconds": int((lease.expires_at - visit.desk.clock()).total_seconds())})


async def leave(visit: Visit) -> Response:
    """Close the view of a page that is gone."""
    case_id, token = _case_id(visit), await visit.field("token")
    await claiming.leave(visit.desk.queue, visit.reviewer, case_id, token=token)
    return Response(status_code=HTTPStatus.NO_CONTENT)


async def reveal(visit: Visit) -> Response:
    """Show personal data for ten minutes."""
    case_id, form = _case_id(visit), await visit.form()
    purpose = code_in(form, "purpose", Purpose)
    if purpose is None:
        return await case.page(visit, case_id, refusal=Refusal.NEEDS_REASON)
    a_day = visit.desk.house.reveals_per_day
    return await _then(
        visit,
        lambda: revealing.reveal(
            visit.desk.queue, visit.reviewer, case_id, purpose=purpose, note=_note(form), a_day=a_day
        ),
        onto=f"/cases/{case_id}",
    )


_Move = Callable[..., Awaitable[object]]


async def _moved(visit: Visit, move: _Move) -> Response:
    case_id, form = _case_id(visit), await visit.form()
    reason = code_in(form, "reason", MovedBecause)
    if reason is None:
        return await case.page(visit, case_id, refusal=Refusal.NEEDS_REASON)
    aim, note = _aim(case_id, form), _note(form)
    return await _then(visit, lambda: move(visit.desk.queue, visit.reviewer, aim, reason=reason, note=note))


async def _then(visit: Visit, act: Callable[[], Awaitable[object]], *, onto: str | None = None) -> Response:
    """Do it, and go there, or on to the next case; show the case with the reason where it is refused."""
    try:
        await act()
    except CommandRefused as refused:
        return await case.page(visit, _case_id(visit), refusal=refused.refusal)
    return visit.see_other(onto) if onto else await onward.next_case(visit)


def _case_id(visit: Visit) -> CaseId:
    return CaseId(visit.number("case_id"))


def _aim(case_id: CaseId, form: FormData) -> Aim:
    token, version = form.get("token", ""), str(form.get("version", ""))
    is_number = version.isascii() and version.isdecimal() and len(version) <= _MOST_DIGITS
    return Aim(case_id=case_id, token=str(token), version=int(version) if is_number else 0)


def _note(form: FormData) -> str:
    return str(form.get("note", "")).replace("\r\n", "\n").strip()
