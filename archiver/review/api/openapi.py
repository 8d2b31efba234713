"""The OpenAPI 3.1 document, made of the table of routes."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from archiver.review.api.call import ApiRoute
from archiver.review.api.problem import PROBLEM
from archiver.review.api.routes import PREFIX, ROUTES
from archiver.review.api.schema import ID, Schema

_ALWAYS = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.SERVICE_UNAVAILABLE)


def document() -> dict[str, Any]:
    """Return the document."""
    components: dict[str, Any] = {}
    paths: dict[str, Any] = {}
    for route in ROUTES:
        paths.setdefault(PREFIX + route.path, {})[route.method.lower()] = _operation(route, components)
    return {
        "openapi": "3.1.0",
        "info": {"title": "The review desk of archiver", "version": "1"},
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
        "summary": route.does,
        "x-right": route.act,
        "parameters": [
            *({"name": name, "in": "path", "required": True, "schema": ID} for name in route.ids),
            *(
                {"name": name, "in": "query", "required": name in route.needs, "schema": schema}
                for name, schema in route.query.items()
            ),
        ],
        "responses": _answers(route, components),
    }
    if route.body is not None:
        content = {"application/json": {"schema": _referred(route.body, components)}}
        told["requestBody"] = {"required": True, "content": content}
    return told


def _answers(route: ApiRoute, components: dict[str, Any]) -> dict[str, Any]:
    kept = _referred(route.answer, components)
    problem = {"application/problem+json": {"schema": _referred(PROBLEM, components)}}
    statuses = {*_ALWAYS, HTTPStatus.UNPROCESSABLE_ENTITY}
    if route.ids:
        statuses.add(HTTPStatus.NOT_FOUND)
    if route.method == "POST":
        statuses.add(HTTPStatus.CONFLICT)
    if route.body is not None:
        statuses |= {HTTPStatus.UNSUPPORTED_MEDIA_TYPE, HTTPStatus.REQUEST_ENTITY_TOO_LARGE}
    return {
        "200": {"description": "done", "content": {"application/json": {"schema": kept}}},
        **{
            str(int(status)): {"description": status.phrase, "content": problem}
            for status in sorted(statuses)
        },
    }


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
