"""Problems: every refusal of the API as ``application/problem+json`` (RFC 9457).

``code`` is stable: a word of `domain.refusal`, the code of an error of `domain.errors`, or the name of an
HTTP status. ``errors`` names the fields that are wrong. Nothing of a post or of this machine is told.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.responses import Response

from archiver.domain.errors import ArchiverError, CaseUnknown, CommandRefused
from archiver.domain.refusal import Refusal
from archiver.review.api.schema import COUNT, TEXT, Fault, Schema, many, thing
from archiver.review.case import status_of

PROBLEM: Schema = thing(
    "Problem",
    may_lack=("errors",),
    type=TEXT,
    title=TEXT,
    status=COUNT,
    detail=TEXT,
    code=TEXT,
    errors=many(thing("FieldError", field=TEXT, detail=TEXT)),
)

_FIELDS = {
    Refusal.NEEDS_VERDICT: "verdict",
    Refusal.NEEDS_CATEGORY: "category",
    Refusal.NEEDS_SEVERITY: "severity",
    Refusal.NEEDS_REASON: "reasons",
    Refusal.UNKNOWN_REASON: "reasons",
    Refusal.NEEDS_NOTE: "note",
    Refusal.NOTE_TOO_LONG: "note",
    Refusal.NEEDS_TIME: "hours",
}
_DETAILS = {
    HTTPStatus.UNAUTHORIZED: "send a live token as Authorization: Bearer; archiver reviewers token makes one",
    HTTPStatus.FORBIDDEN: "the role of the token's reviewer has no right to this",
    HTTPStatus.NOT_FOUND: "there is nothing of that name or id here",
    HTTPStatus.SERVICE_UNAVAILABLE: "the archive can't serve now; try again, or ask the operator",
    HTTPStatus.INTERNAL_SERVER_ERROR: "that is our mistake; the log of the desk has it",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "a body is application/json, in UTF-8",
}


class Invalid(Exception):
    """What was sent is not what the document asks for; never leaves the API."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        """``faults`` are all that were found, at least one."""
        super().__init__("invalid")
        self.faults = tuple(faults)


def of_error(error: Exception) -> Response:
    """Return the answer to what was raised."""
    match error:
        case Invalid():
            return _problem(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", faults=error.faults)
        case CommandRefused():
            return _of_refusal(error)
        case HTTPException():
            return of_status(error.status_code, error.headers)
        case CaseUnknown():
            return _problem(HTTPStatus.NOT_FOUND, error.code, str(error))
        case ArchiverError():
            return _problem(HTTPStatus.SERVICE_UNAVAILABLE, error.code)
    return of_status(HTTPStatus.INTERNAL_SERVER_ERROR)


def of_status(status: int, headers: Mapping[str, str] | None = None) -> Response:
    """Return the answer that says no with an HTTP status alone."""
    answer = _problem(HTTPStatus(status), HTTPStatus(status).name.lower())
    answer.headers.update(headers or {})
    return answer


def _of_refusal(error: CommandRefused) -> Response:
    field = _FIELDS.get(error.refusal)
    faults = [Fault(field, error.refusal)] if field else ()
    return _problem(status_of(error.refusal), error.refusal, str(error), faults=faults)


def _problem(
    status: HTTPStatus, code: str, detail: str | None = None, *, faults: Sequence[Fault] = ()
) -> Response:
    named = "; ".join(f"{fault.field or 'the body'} {fault.says}" for fault in faults)
    told: dict[str, object] = {
        "type": "about:blank",
        "title": status.phrase,
        "status": int(status),
        "detail": detail or named or _DETAILS.get(status, status.phrase),
        "code": code,
    }
    if faults:
        told["errors"] = [{"field": fault.field, "detail": fault.says} for fault in faults]
    answer = Response(json.dumps(told), status, media_type="application/problem+json")
    if status is HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer
