"""The door of the API: who has a token with the right, what they bring, and what goes back."""

from __future__ import annotations

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
from archiver.review.api.openapi import document
from archiver.review.api.problem import Invalid
from archiver.review.api.routes import PREFIX, ROUTES
from archiver.review.desk import Desk
from archiver.services import api_tokens


def routes(desk: Desk) -> list[Route]:
    """Return the routes of the API, that of its document among them: anyone may read how to ask."""
    told = json.dumps(document())

    async def show_document(_request: Request) -> Response:
        return Response(told, media_type="application/json")

    return [
        Route(f"{PREFIX}/openapi.json", show_document, methods=["GET"]),
        *(_route(route, desk) for route in ROUTES),
    ]


def _route(route: ApiRoute, desk: Desk) -> Route:
    async def answer(request: Request) -> Response:
        try:
            reviewer = await _reviewer(desk, route, request)
            given = await read(route, request)
            return _answer(await route.handler(Call(desk=desk, reviewer=reviewer, given=given)))
        except (ArchiverError, HTTPException, Invalid) as error:
            return problem.of_error(error)

    return Route(PREFIX + route.path, answer, methods=[route.method])


async def _reviewer(desk: Desk, route: ApiRoute, request: Request) -> Reviewer:
    """Return for whom the token acts, who must have the right; cookies open nothing here."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    found = await api_tokens.holder(desk.people, token.strip()) if scheme.lower() == "bearer" else None
    if found is None:
        raise HTTPException(HTTPStatus.UNAUTHORIZED)
    if not may(found.role, route.act):
        raise HTTPException(HTTPStatus.FORBIDDEN)
    return found


def _answer(answer: Answer) -> Response:
    body = json.dumps(answer.told, ensure_ascii=False, allow_nan=False)
    headers = {} if answer.version is None else {"ETag": f'W/"{answer.version}"'}
    return Response(body.encode(), headers=headers, media_type="application/json")
