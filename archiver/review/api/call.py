"""A call: one request to the API, who makes it, and what it brings, checked against the route's schemas."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from typing import NoReturn, TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import Request

from archiver.domain.ids import CaseId
from archiver.domain.reviewer import Reviewer
from archiver.domain.rights import Act
from archiver.review.api.media import JSON, is_json
from archiver.review.api.problem import Invalid
from archiver.review.api.schema import ID, TOKEN, Fault, Schema, faults
from archiver.review.desk import Desk
from archiver.services.deciding import Aim

_NUMBER = re.compile(r"-?[0-9]{1,18}")
_PARTS: Mapping[str, Schema] = {"bulk": TOKEN}
"""Of paths, what is no id."""
_Code = TypeVar("_Code", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What a handler gets; ``given`` are the parts of path, query and body, as the route's schemas say."""

    desk: Desk
    reviewer: Reviewer
    given: Mapping[str, object]

    @property
    def case_id(self) -> CaseId:
        """Return the case that the path names."""
        return CaseId(self.number("case_id"))

    @property
    def aim(self) -> Aim:
        """Return what a holder's command is aimed at."""
        return Aim(case_id=self.case_id, token=self.text("token"), version=self.number("version"))

    @property
    def note(self) -> str:
        """Return the note, empty when there is none."""
        return self.text("note").replace("\r\n", "\n").strip()

    def number(self, name: str) -> int:
        """Return a number that must be there."""
        value = self.given[name]
        assert isinstance(value, int)  # noqa: S101 - checked by the schema
        return value

    def numbers(self, name: str) -> list[int]:
        """Return the numbers of a list."""
        value = self.given[name]
        assert isinstance(value, list)  # noqa: S101 - checked by the schema
        return value

    def things(self, name: str) -> list[dict[str, int]]:
        """Return the things of a list, whose fields are numbers."""
        value = self.given[name]
        assert isinstance(value, list)  # noqa: S101 - checked by the schema
        return value

    def number_or_none(self, name: str) -> int | None:
        """Return a number, if it is there."""
        return self.number(name) if name in self.given else None

    def text(self, name: str) -> str:
        """Return a text, empty when it is not there."""
        return str(self.given.get(name, ""))

    def word(self, name: str, codes: type[_Code]) -> _Code:
        """Return a word of an enum that must be there."""
        return codes(self.text(name))

    def code(self, name: str, codes: type[_Code]) -> _Code | None:
        """Return a word of an enum, if it is there."""
        return codes(self.text(name)) if name in self.given else None

    def codes(self, name: str, codes: type[_Code]) -> tuple[_Code, ...]:
        """Return the words of a list."""
        value = self.given.get(name, [])
        assert isinstance(value, list)  # noqa: S101 - checked by the schema
        return tuple(codes(each) for each in value)

    def codes_by_name(self, name: str, codes: type[_Code]) -> dict[str, _Code]:
        """Return words under names."""
        value = self.given.get(name, {})
        assert isinstance(value, dict)  # noqa: S101 - checked by the schema
        return {key: codes(each) for key, each in value.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What goes back: a thing for JSON, and the version of the case that it shows."""

    told: object
    version: int | None = None


Handler = Callable[[Call], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class ApiRoute:
    """A row of the table: who may ask what, who answers, what goes in and what comes out.

    ``does`` is a sentence for the document. What stands in braces in the path is an id, or in `_PARTS`.
    """

    method: str
    path: str
    handler: Handler
    act: Act
    answer: Schema
    does: str = field(kw_only=True)
    query: Mapping[str, Schema] = field(default_factory=dict, kw_only=True)
    needs: tuple[str, ...] = field(default=(), kw_only=True)
    body: Schema | None = field(default=None, kw_only=True)

    @property
    def parts(self) -> dict[str, Schema]:
        """Return what stands in braces in the path, each with its schema."""
        return {name: _PARTS.get(name, ID) for name in re.findall(r"{(\w+)}", self.path)}


async def read(route: ApiRoute, request: Request) -> dict[str, object]:
    """Return what a request brings; raises Invalid, or HTTPException for an id that can't be one."""
    given = _parts(route, request)
    asked = request.query_params
    found = [Fault(name, "stands twice") for name in asked if len(asked.getlist(name)) > 1]
    found += [Fault(name[:80], "is not known here") for name in asked if name not in route.query]
    found += [Fault(name, "is missing") for name in route.needs if name not in asked]
    for name, schema in route.query.items():
        if name in asked:
            given[name] = _typed(asked[name], schema)
            found += faults(given[name], schema, at=name)
    if found:
        raise Invalid(found)
    return given | (await _body(request, route.body) if route.body else {})


def _parts(route: ApiRoute, request: Request) -> dict[str, object]:
    given = {name: _typed(request.path_params[name], schema) for name, schema in route.parts.items()}
    if any(True for name, schema in route.parts.items() for _ in faults(given[name], schema)):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return given


def _typed(text: str, schema: Schema) -> object:
    if schema["type"] == "integer" and _NUMBER.fullmatch(text):
        return int(text)
    if schema["type"] == "boolean" and text in {"true", "false"}:
        return text == "true"
    return text


async def _body(request: Request, schema: Schema) -> dict[str, object]:
    sent = request.headers
    if not is_json(sent.get("content-type", "")):
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, headers={"Accept": JSON})
    if sent.get("content-encoding", "identity").lower() != "identity":
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, headers={"Accept-Encoding": "identity"})
    try:
        value = json.loads(await request.body(), parse_constant=_refuse)
        # half a character, "\ud800", is JSON but no text
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise Invalid([Fault("", "is no JSON that can be read")]) from None
    if found := list(faults(value, schema)):
        raise Invalid(found)
    return dict(value)


def _refuse(_constant: str) -> NoReturn:
    raise ValueError
