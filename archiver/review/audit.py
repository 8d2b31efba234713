"""The audit page: what was done at the desk, the newest first, and whether the log holds."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from archiver.domain.audit import AuditEvent
from archiver.review.visit import Visit
from archiver.services import audit_log, verifying
from archiver.services.verifying import Chain

_EVENTS = 100
_MOST_DIGITS = 18


@dataclass(frozen=True, slots=True)
class _Line:
    """An event as the page shows it."""

    event: AuditEvent
    at: datetime
    details: list[tuple[str, str]]


async def show(visit: Visit) -> Response:
    """Show a hundred events: of one target, of one actor or kind, or all."""
    return await _log(visit, chain=None)


async def verify(visit: Visit) -> Response:
    """Walk the whole chain, and say whether it holds."""
    return await _log(visit, chain=await verifying.verify_chain(visit.desk.archive))


async def _log(visit: Visit, *, chain: Chain | None) -> Response:
    asked = visit.request.query_params
    target, actor, kind = (asked.get(name, "").strip()[:80] for name in ("target", "actor", "kind"))
    before = _number(asked.get("before", ""))
    events = await audit_log.read(
        visit.desk.archive, target=target, actor=actor, kind=kind, before=before, limit=_EVENTS
    )
    return visit.page(
        "audit.html",
        lines=[_Line(event, event.happened_at, _told(event)) for event in events],
        older=events[-1].audit_event_id if len(events) == _EVENTS else None,
        target=target,
        actor=actor,
        kind=kind,
        chain=chain,
    )


def _told(event: AuditEvent) -> list[tuple[str, str]]:
    """Return the details as pairs of words; as they stand where somebody has broken them."""
    try:
        details = json.loads(event.details)
    except ValueError:
        return [("?", event.details)]
    if not isinstance(details, dict):
        return [("?", event.details)]
    return [(name, str(value)) for name, value in details.items()]


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS else None
