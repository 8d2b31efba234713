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

from archiver.domain.errors import ArchiveLocked, ArchiverError, CaseUnknown, CommandRefused
from archiver.domain.refusal import Refusal
from archiver.review.api.schema import COUNT, TEXT, Fault, Schema, many, thing
from archiver.review.case import status_of
from archiver.review.labels import REFUSALS

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
_ABOUT_FORMS = {
    Refusal.LEASE_LOST: "The lease has ended, or is another's. Nothing was done; claim the case again.",
    Refusal.STALE_VERSION: "The case has changed since you read it. Read it again, then decide.",
    Refusal.TOO_MANY_REVEALS: "The reveals of the last 24 hours are used up.",
}
"""Refusals of which pages speak as of forms."""
_COME_AGAIN_SECONDS = 5
DETAILS = {
    HTTPStatus.UNAUTHORIZED: "Send a live token as Authorization: Bearer. archiver reviewers token makes it.",
    HTTPStatus.FORBIDDEN: "The role of the token's reviewer has no right to this.",
    HTTPStatus.NOT_FOUND: "There is nothing of that name or id here; /api/v1/openapi.json has the routes.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This is asked with another method: the one in Allow.",
    HTTPStatus.NOT_ACCEPTABLE: "Answers are application/json, which Accept leaves out.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "A body has 256 KiB at most.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "A body is application/json, in UTF-8, not compressed.",
    HTTPStatus.MISDIRECTED_REQUEST: "The desk does not go by that name; its operator knows its names.",
    HTTPStatus.TOO_MANY_REQUESTS: "This token has no calls left for now; come when Retry-After says.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "That is our mistake; the log of the desk has it.",
    HTTPStatus.SERVICE_UNAVAILABLE: "The archive can't serve now; try again, or ask the operator.",
}
"""What is said where an HTTP status alone says no."""


class Invalid(Exception):
    """What was sent is not what the document asks for; never leaves the API."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        """``faults`` are all that were found, at least one."""
        super().__init__("invalid")
        self.faults = tuple(faults)


class TooSoon(CommandRefused):
    """A refusal that will not last."""

    def __init__(self, refusal: Refusal, *, seconds: int) -> None:
        """``seconds`` until it may be asked again."""
        super().__init__(refusal)
        self.seconds = seconds


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
            seconds = _COME_AGAIN_SECONDS if isinstance(error, ArchiveLocked) else None
            return _after(_problem(HTTPStatus.SERVICE_UNAVAILABLE, error.code), seconds)
    return of_status(HTTPStatus.INTERNAL_SERVER_ERROR)


def of_status(status: int, headers: Mapping[str, str] | None = None) -> Response:
    """Return the answer that says no with an HTTP status alone."""
    answer = _problem(HTTPStatus(status), HTTPStatus(status).name.lower())
    answer.headers.update(headers or {})
    return answer


def _of_refusal(error: CommandRefused) -> Response:
    refusal = error.refusal
    field = _FIELDS.get(refusal)
    faults = [Fault(field, refusal)] if field else ()
    says = _ABOUT_FORMS.get(refusal) or REFUSALS[refusal]
    answer = _problem(status_of(refusal), refusal, says, faults=faults)
    return _after(answer, error.seconds if isinstance(error, TooSoon) else None)


def _after(answer: Response, seconds: int | None) -> Response:
    if seconds is not None:
        answer.headers["Retry-After"] = str(seconds)
    return answer


def _problem(
    status: HTTPStatus, code: str, detail: str | None = None, *, faults: Sequence[Fault] = ()
) -> Response:
    named = "; ".join(f"{fault.field or 'the body'} {fault.says}" for fault in faults)
    told: dict[str, object] = {
        "type": "about:blank",
        "title": status.phrase,
        "status": int(status),
        "detail": detail or named or DETAILS.get(status, status.phrase),
        "code": code,
    }
    if faults:
        told["errors"] = [{"field": fault.field, "detail": fault.says} for fault in faults]
    return Response(json.dumps(told), status, media_type="application/problem+json")
