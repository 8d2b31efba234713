"""The audit log: events are added to the end of one chain, each in the transaction of what it tells."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from archiver.domain.audit import START, AuditEvent, Link, chained
from archiver.storage.archive import Reader, Transaction
from archiver.storage.driver import Row
from archiver.storage.moment import micros

_HEAD = "SELECT audit_event_id, digest FROM audit_events ORDER BY audit_event_id DESC LIMIT 1"
_ADD = """
INSERT INTO audit_events (audit_event_id, at, actor, kind, target, details, previous_digest, digest)
VALUES (:audit_event_id, :at, :actor, :kind, :target, :details, :previous_digest, :digest)
"""
_AFTER = """
SELECT audit_event_id, at, actor, kind, target, details, previous_digest, digest FROM audit_events
WHERE audit_event_id > :after ORDER BY audit_event_id LIMIT :limit
"""
# without a bound the newest come first; the index audit_events_by_target serves a target
_NEWEST = """
SELECT audit_event_id, at, actor, kind, target, details, previous_digest, digest FROM audit_events
WHERE audit_event_id < :before AND (:actor = '' OR actor = :actor) AND (:kind = '' OR kind = :kind)
ORDER BY audit_event_id DESC LIMIT :limit
"""
_OF_TARGET = """
SELECT audit_event_id, at, actor, kind, target, details, previous_digest, digest FROM audit_events
WHERE target = :target AND audit_event_id < :before ORDER BY audit_event_id DESC LIMIT :limit
"""
_ENDLESS = 2**62


async def append(
    tx: Transaction, *, at: datetime, actor: str, kind: str, target: str, details: Mapping[str, object]
) -> None:
    """Add an event: a pseudonym or a command did (``noun.verbed``) something to a noun with an id.

    ``details`` hold ids, digests and codes only, never a text, a name or what somebody could be found by.
    """
    event = chained(await head(tx), at=micros(at), actor=actor, kind=kind, target=target, details=details)
    await tx.execute(_ADD, _values(event))


async def head(db: Reader) -> Link:
    """Return what the next event will stand on."""
    row = await db.fetch_one(_HEAD)
    return Link(row[0], row[1]) if row else START


async def after(db: Reader, audit_event_id: int, *, limit: int) -> list[AuditEvent]:
    """Return the events after one, the oldest first."""
    return [_event(row) for row in await db.fetch_all(_AFTER, {"after": audit_event_id, "limit": limit})]


async def newest(
    db: Reader, *, limit: int, before: int | None = None, actor: str = "", kind: str = ""
) -> list[AuditEvent]:
    """Return the newest events, the newest first; with ``before`` those older than that one."""
    values = {"before": before or _ENDLESS, "actor": actor, "kind": kind, "limit": limit}
    return [_event(row) for row in await db.fetch_all(_NEWEST, values)]


async def of_target(db: Reader, target: str, *, limit: int, before: int | None = None) -> list[AuditEvent]:
    """Return what was done to a target, e.g. ``case 12``, the newest first."""
    values = {"target": target, "before": before or _ENDLESS, "limit": limit}
    return [_event(row) for row in await db.fetch_all(_OF_TARGET, values)]


def _values(event: AuditEvent) -> dict[str, object]:
    return {
        "audit_event_id": event.audit_event_id,
        "at": event.at,
        "actor": event.actor,
        "kind": event.kind,
        "target": event.target,
        "details": event.details,
        "previous_digest": event.previous_digest,
        "digest": event.digest,
    }


def _event(row: Row) -> AuditEvent:
    return AuditEvent(
        audit_event_id=row[0],
        at=row[1],
        actor=row[2],
        kind=row[3],
        target=row[4],
        details=row[5],
        previous_digest=row[6],
        digest=row[7],
    )
