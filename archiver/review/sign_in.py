"""Sign in, sign out, and what somebody sees whose sign-in has ended."""

from __future__ import annotations

import math
from http import HTTPStatus

from starlette.responses import Response

from archiver.review import cookie
from archiver.review.visit import Visit
from archiver.services import people, sign_ins
from archiver.services.sign_ins import Attempt, TooSoon, Welcome, Wrong


async def show(visit: Visit) -> Response:
    """Show the form; who is signed in already goes on."""
    if visit.present is not None:
        return visit.see_other("/")
    return _form(visit, onward=_local(visit.request.query_params.get("onward", "/")))


async def enter(visit: Visit) -> Response:
    """Sign in; then go to where it was wanted to go."""
    onward = _local(await visit.field("onward"))
    attempt = Attempt(
        name=await visit.field("name"),
        password=await visit.field("password"),
        code=await visit.field("code"),
        address=visit.address,
    )
    former = visit.request.cookies.get(cookie.name(visit.request))
    match await sign_ins.sign_in(visit.desk.people, attempt, former_cookie=former):
        case Wrong():
            return _form(visit, onward=onward, is_wrong=True, name=attempt.name)
        case TooSoon(wait):
            return _wait(visit, onward, math.ceil(wait.total_seconds()))
        case Welcome(reviewer=reviewer, cookie=secret):
            await people.speak(visit.desk.people, reviewer, visit.asked_language)
            answer = visit.see_other(onward)
            cookie.give(answer, visit.request, secret)
            return answer


async def leave(visit: Visit) -> Response:
    """Sign out of this browser."""
    await sign_ins.end(visit.desk.people, visit.reviewer, visit.sign_in_id)
    answer = visit.see_other("/sign-in")
    cookie.take(answer, visit.request)
    return answer


async def signed_out(visit: Visit) -> Response:
    """Ask to sign in; what was sent meanwhile is kept on the page, to be sent again."""
    if visit.request.method != "POST":
        url = visit.request.url
        return _form(visit, onward=_local(f"{url.path}?{url.query}" if url.query else url.path))
    fields = [(name, value) for name, value in (await visit.form()).multi_items() if isinstance(value, str)]
    return visit.page(
        "signed_out.html", status=HTTPStatus.UNAUTHORIZED, action=visit.request.url.path, fields=fields
    )


def _form(visit: Visit, *, onward: str, is_wrong: bool = False, name: str = "") -> Response:
    is_asked_for = visit.request.method == "GET" and visit.request.url.path == "/sign-in"
    status = HTTPStatus.OK if is_asked_for else HTTPStatus.UNAUTHORIZED
    return _door(visit, status, onward=onward, is_wrong=is_wrong, name=name, seconds=None)


def _wait(visit: Visit, onward: str, seconds: int) -> Response:
    status = HTTPStatus.TOO_MANY_REQUESTS
    answer = _door(visit, status, onward=onward, is_wrong=False, name="", seconds=seconds)
    answer.headers["Retry-After"] = str(seconds)
    return answer


def _door(visit: Visit, status: int, **context: object) -> Response:
    return visit.page("sign_in.html", status=status, asked_language=visit.asked_language, **context)


def _local(path: str) -> str:
    """Return a path of the desk; ``/`` for whatever could lead elsewhere."""
    is_ours = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if is_ours else "/"
