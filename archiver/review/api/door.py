"""The door of the API: who has a token with the right, how often it comes, what it brings and gets."""

from __future__ import annotations

import hashlib
import json
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from archiver.domain.errors import ArchiverError
from archiver.domain.reviewer import Reviewer
from archiver.domain.rights import may
from archiver.review.api import problem
from archiver.review.api.call import Answer, ApiRoute, Call, read
from archiver.review.api.media import JSON, has, takes_json
from archiver.review.api.meter import Meter, Metered
from archiver.review.api.openapi import document
from archiver.review.api.problem import Invalid
from archiver.review.api.routes import PREFIX, ROUTES
from archiver.review.desk import Desk
from archiver.services import api_tokens

_NO_TOKEN = "Bearer"  # noqa: S105 - a scheme
_DEAD_TOKEN = 'Bearer error="invalid_token"'  # noqa: S105 - as RFC 6750 has it


def routes(desk: Desk) -> list[Route]:
    """Return the routes of the API, that of its document among them: anyone may read how to ask."""
    meter = Meter(desk.house.api_calls_per_minute, desk.clock)
    return [_document(), *(_route(route, desk, meter) for route in ROUTES)]


def _document() -> Route:
    told = json.dumps(document()).encode()
    headers = {"ETag": f'"{hashlib.sha256(told).hexdigest()[:16]}"', "Cache-Control": "no-cache"}

    async def answer(request: Request) -> Response:
        if has(request.headers.get("if-none-match", ""), headers["ETag"]):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        return Response(told, headers=headers, media_type=JSON)

    return Route(f"{PREFIX}/openapi.json", answer, methods=["GET"])


def _route(route: ApiRoute, desk: Desk, meter: Meter) -> Route:
    async def answer(request: Request) -> Response:
        counted: dict[str, str] = {}
        try:
            token, reviewer = await _bearer(desk, request)
            metered = meter.count(api_tokens.digest_of(token))
            counted.update(metered.headers)
            _check(route, request, reviewer, metered=metered)
            given = await read(route, request)
            told = _answer(await route.handler(Call(desk=desk, reviewer=reviewer, given=given)))
        except (ArchiverError, HTTPException, Invalid) as error:
            told = problem.of_error(error)
        told.headers.update(counted)
        return told

    return Route(PREFIX + route.path, answer, methods=[route.method])


async def _bearer(desk: Desk, request: Request) -> tuple[str, Reviewer]:
    """Return a live token and for whom it acts; cookies open nothing here."""
    scheme, _, rest = request.headers.get("authorization", "").partition(" ")
    token = rest.strip() if scheme.lower() == "bearer" else ""
    found = await api_tokens.holder(desk.people, token) if token else None
    if found is None:
        asked = {"WWW-Authenticate": _DEAD_TOKEN if token else _NO_TOKEN}
        raise HTTPException(HTTPStatus.UNAUTHORIZED, headers=asked)
    return token, found


def _check(route: ApiRoute, request: Request, reviewer: Reviewer, *, metered: Metered) -> None:
    if metered.is_over:
        later = {"Retry-After": str(metered.seconds)}
        raise HTTPException(HTTPStatus.TOO_MANY_REQUESTS, headers=later)
    if not may(reviewer.role, route.act):
        raise HTTPException(HTTPStatus.FORBIDDEN)
    if not takes_json(",".join(request.headers.getlist("accept"))):
        raise HTTPException(HTTPStatus.NOT_ACCEPTABLE)


def _answer(answer: Answer) -> Response:
    body = json.dumps(answer.told, ensure_ascii=False, allow_nan=False)
    headers = {} if answer.version is None else {"ETag": f'W/"{answer.version}"'}
    return Response(body.encode(), headers=headers, media_type=JSON)
