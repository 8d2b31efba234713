"""The own profile: choices, password, one-time codes, where one is signed in, tokens."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.responses import Response

from archiver.domain.errors import ReviewerInvalid
from archiver.domain.preferences import Preferences, Theme
from archiver.domain.reviewer import Unfit
from archiver.review import cookie, qr
from archiver.review.shortcuts import SHORTCUTS
from archiver.review.visit import Visit
from archiver.services import api_tokens, one_time_codes, people, sign_ins

_SHORTCUT = "shortcut."
"""Begins the name of a field that holds the key of an action."""
_DONE = frozenset({"preferences", "password", "code", "code-away", "ended", "revoked"})


async def show(visit: Visit) -> Response:
    """Show the profile."""
    done = visit.request.query_params.get("done")
    return await _profile(visit, done=done if done in _DONE else None)


async def prefer(visit: Visit) -> Response:
    """Keep the choices that the form holds; the others stay."""
    form = await visit.form()
    try:
        chosen = _chosen(visit.login.preferences, form)
        await people.prefer(visit.desk.people, visit.reviewer, chosen)
    except (ValueError, ReviewerInvalid):
        return await _profile(visit, fault=Unfit.PREFERENCE_INVALID)
    return visit.see_other("/me?done=preferences")


async def change_password(visit: Visit) -> Response:
    """Take another password, and sign out everywhere else."""
    old, new = await visit.field("old"), await visit.field("new")
    try:
        await people.change_password(
            visit.desk.people, visit.login, old=old, new=new, sign_in_id=visit.sign_in_id
        )
    except ReviewerInvalid as error:
        return await _profile(visit, fault=Unfit(error.reason))
    return visit.see_other("/me?done=password")


async def begin_code(visit: Visit) -> Response:
    """Make a secret for one-time codes, and show it to be scanned."""
    await one_time_codes.begin(visit.desk.people, visit.login)
    return visit.see_other("/me#code")


async def confirm_code(visit: Visit) -> Response:
    """Ask for one-time codes from now on."""
    try:
        await one_time_codes.confirm(visit.desk.people, visit.login, await visit.field("code"))
    except ReviewerInvalid as error:
        return await _profile(visit, fault=Unfit(error.reason))
    return visit.see_other("/me?done=code")


async def take_code_away(visit: Visit) -> Response:
    """Ask for one-time codes no more."""
    try:
        await one_time_codes.take_away(visit.desk.people, visit.login, await visit.field("password"))
    except ReviewerInvalid as error:
        return await _profile(visit, fault=Unfit(error.reason))
    return visit.see_other("/me?done=code-away")


async def end_sign_in(visit: Visit) -> Response:
    """Sign out of one browser."""
    sign_in_id = visit.number("sign_in_id")
    if not await sign_ins.end(visit.desk.people, visit.reviewer, sign_in_id):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return visit.see_other("/me?done=ended")


async def end_all(visit: Visit) -> Response:
    """Sign out everywhere, here too."""
    await sign_ins.end_all(visit.desk.people, visit.reviewer)
    answer = visit.see_other("/sign-in")
    cookie.take(answer, visit.request)
    return answer


async def revoke_token(visit: Visit) -> Response:
    """End a token of the API."""
    reviewer = visit.reviewer
    token = visit.number("api_token_id")
    if not await api_tokens.revoke(visit.desk.people, reviewer, token, by=reviewer.pseudonym):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return visit.see_other("/me?done=revoked")


async def _profile(visit: Visit, *, done: str | None = None, fault: Unfit | None = None) -> Response:
    login, desk = visit.login, visit.desk
    is_pending = login.code is not None and not login.has_code
    return visit.page(
        "me.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK,
        login=login,
        done=done,
        fault=fault,
        sign_ins=await sign_ins.live_of(desk.people, login.reviewer),
        sign_in_id=visit.sign_in_id,
        tokens=await api_tokens.live_of(desk.people, login.reviewer),
        shortcuts=SHORTCUTS,
        drawing=qr.drawn(one_time_codes.link(login)) if is_pending else None,
    )


def _chosen(before: Preferences, form: FormData) -> Preferences:
    """Return the choices with those of a form; raises ValueError for what is none."""
    sent = {name: value.strip() for name, value in form.items() if isinstance(value, str)}
    keys = {name.removeprefix(_SHORTCUT): value for name, value in sent.items() if name.startswith(_SHORTCUT)}
    return replace(
        before,
        language=(sent["language"] or None) if "language" in sent else before.language,
        theme=Theme(sent.get("theme", before.theme)),
        has_shortcuts=sent.get("has_shortcuts", "yes" if before.has_shortcuts else "no") == "yes",
        shortcuts={action: code for action, code in keys.items() if code} if keys else before.shortcuts,
        severe_limit=int(sent.get("severe_limit", before.severe_limit)),
        pause_minutes=int(sent.get("pause_minutes", before.pause_minutes)),
    )
