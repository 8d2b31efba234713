"""The OpenAPI 3.1 document, made of the table of routes."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from archiver.review.api import meter
from archiver.review.api.call import ApiRoute
from archiver.review.api.media import JSON
from archiver.review.api.problem import PROBLEM
from archiver.review.api.routes import PREFIX, ROUTES
from archiver.review.api.schema import TEXT, Schema

_ABOUT = (
    "A program acts for a reviewer, with the rights of that reviewer's role (`x-right`), and is refused what "
    "the pages refuse. Texts are masked. A list ends with `after`, which asks for what comes next."
)
_HEADERS = {
    HTTPStatus.OK: meter.HEADERS,
    HTTPStatus.UNAUTHORIZED: ("WWW-Authenticate",),
    HTTPStatus.TOO_MANY_REQUESTS: (*meter.HEADERS, "Retry-After"),
}
_ALWAYS = (
    HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_ACCEPTABLE,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE,
)  # fmt: skip


def document() -> dict[str, Any]:
    """Return the document."""
    components: dict[str, Any] = {}
    paths: dict[str, Any] = {}
    for route in ROUTES:
        paths.setdefault(PREFIX + route.path, {})[route.method.lower()] = _operation(route, components)
    return {
        "openapi": "3.1.0",
        "info": {"title": "The review desk of archiver", "version": "1", "description": _ABOUT},
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(route: ApiRoute, components: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": route.handler.__module__.rpartition(".")[2] + "_" + route.handler.__name__,
        "tags": [route.path.split("/")[1]],
        "summary": route.does,
        "x-right": route.act,
        "parameters": [
            *(
                {"name": name, "in": "path", "required": True, "schema": schema}
                for name, schema in route.parts.items()
            ),
            *(
                {"name": name, "in": "query", "required": name in route.needs, "schema": schema}
                for name, schema in route.query.items()
            ),
        ],
        "responses": _answers(route, components),
    }
    if route.body is not None:
        content = {JSON: {"schema": _referred(route.body, components)}}
        told["requestBody"] = {"required": True, "content": content}
    return told


def _answers(route: ApiRoute, components: dict[str, Any]) -> dict[str, Any]:
    kept = _referred(route.answer, components)
    problem = {"application/problem+json": {"schema": _referred(PROBLEM, components)}}
    statuses = set(_ALWAYS)
    if route.parts or route.body:
        statuses.add(HTTPStatus.NOT_FOUND)
    if route.method == "POST":
        statuses.add(HTTPStatus.CONFLICT)
    if route.body is not None:
        statuses.add(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    return {
        "200": _told(HTTPStatus.OK, {JSON: {"schema": kept}}),
        **{str(int(status)): _told(status, problem) for status in sorted(statuses)},
    }


def _told(status: HTTPStatus, content: dict[str, Any]) -> dict[str, Any]:
    headers = {name: {"schema": TEXT} for name in _HEADERS.get(status, ())}
    return {"description": status.phrase, "content": content} | ({"headers": headers} if headers else {})


def _referred(schema: Schema, components: dict[str, Any]) -> dict[str, Any]:
    """Return a schema in which whatever has a title is a reference to a component."""
    told = {name: _inner(value, components) for name, value in schema.items() if name != "title"}
    if "title" not in schema:
        return told
    components[schema["title"]] = told
    return {"$ref": f"#/components/schemas/{schema['title']}"}


def _inner(value: Any, components: dict[str, Any]) -> Any:
    if isinstance(value, Mapping):
        # under the name "title" stands a property, if a schema stands there
        if isinstance(value.get("title", ""), str):
            return _referred(value, components)
        return {name: _inner(each, components) for name, each in value.items()}
    return [_inner(each, components) for each in value] if isinstance(value, list) else value
