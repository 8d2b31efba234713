"""The application: the table of pages behind one guard, and what becomes of errors."""

from __future__ import annotations

from http import HTTPStatus
from importlib import resources

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Scope

from archiver.domain.errors import ArchiveError, CaseUnknown, ReviewerUnknown
from archiver.domain.rights import may
from archiver.review import cookie, sign_in
from archiver.review.api import door, problem
from archiver.review.desk import Desk
from archiver.review.guard import API, Guard
from archiver.review.i18n import translations
from archiver.review.page import Page
from archiver.review.rendering import Rendering
from archiver.review.routes import PAGES
from archiver.review.static_files import StaticFiles
from archiver.review.visit import Visit
from archiver.services import sign_ins


def make_app(desk: Desk) -> Starlette:
    """Return the desk as an ASGI application."""
    files = StaticFiles(resources.files("archiver.review") / "static")
    rendering = Rendering(files.address, translations)

    async def static(request: Request) -> Response:
        return files.answer(request.path_params["name"])

    async def refuse(scope: Scope, status: int) -> Response:
        if scope["path"].startswith(API):
            return problem.of_status(status)
        return _error_page(Visit(Request(scope), desk=desk, rendering=rendering, present=None), status)

    async def failed(request: Request, error: Exception) -> Response:
        if request.url.path.startswith(API):
            return problem.of_error(error)
        present = request.scope.get("archiver.present")
        visit = Visit(request, desk=desk, rendering=rendering, present=present)
        return _error_page(visit, _status(error), getattr(error, "headers", None))

    return Starlette(
        routes=[
            Route("/static/{name}", static),
            *door.routes(desk),
            *(_route(page, desk=desk, rendering=rendering) for page in PAGES),
        ],
        middleware=[Middleware(Guard, house=desk.house, refuse=refuse)],
        exception_handlers=dict.fromkeys((HTTPException, ArchiveError, CaseUnknown, ReviewerUnknown), failed),
    )


def _route(page: Page, *, desk: Desk, rendering: Rendering) -> Route:
    async def answer(request: Request) -> Response:
        shown = request.cookies.get(cookie.name(request))
        present = await sign_ins.present(desk.people, shown) if shown else None
        request.scope["archiver.present"] = present
        visit = Visit(request, desk=desk, rendering=rendering, present=present)
        if page.act is not None and present is None:
            return await sign_in.signed_out(visit)
        if page.act is not None and not may(visit.reviewer.role, page.act):
            raise HTTPException(HTTPStatus.FORBIDDEN)
        return await page.handler(visit)

    return Route(page.path, answer, methods=[page.method])


def _status(error: Exception) -> int:
    match error:
        case HTTPException():
            return error.status_code
        case ReviewerUnknown() | CaseUnknown():
            return HTTPStatus.NOT_FOUND
        case _:
            return HTTPStatus.SERVICE_UNAVAILABLE


def _error_page(visit: Visit, status: int, headers: dict[str, str] | None = None) -> Response:
    answer = visit.page("error.html", status=status, code=int(status))
    answer.headers.update(headers or {})
    return answer
