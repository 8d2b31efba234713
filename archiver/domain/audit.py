"""The audit log: a chain of events that can't be rewritten in the middle without showing.

An event's digest is the SHA-256, in lower-case hex, of the canonical JSON of its other columns, the digest of
the event before it among them; the first one stands on 64 zeros. Canonical: keys sorted, no spaces, UTF-8,
nothing escaped that need not be; ``at`` is in microseconds since 1970 UTC, ``details`` is a string that holds
canonical JSON itself. So anyone can verify a chain with a dozen lines of any language.

A chain that was cut at its end, or made anew as a whole, looks right from inside: keep a head elsewhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Link:
    """Where a chain has come to: the number of its newest event and the digest."""

    audit_event_id: int
    digest: str


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
START = Link(0, "0" * 64)
"""What the first event stands on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEvent:
    """Who did what to what, and when; ``at`` in microseconds, ``details`` as it was hashed."""

    audit_event_id: int
    at: int
    actor: str
    kind: str
    target: str
    details: str
    previous_digest: str
    digest: str

    @property
    def happened_at(self) -> datetime:
        """Return ``at`` as a time."""
        return _EPOCH + timedelta(microseconds=self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenLink:
    """The first event of a chain that does not hold, and why."""

    audit_event_id: int
    reason: str


def canonical(details: Mapping[str, object]) -> str:
    """Return canonical JSON; raises TypeError or ValueError for what has none."""
    return json.dumps(details, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


def chained(
    after: Link, *, at: int, actor: str, kind: str, target: str, details: Mapping[str, object]
) -> AuditEvent:
    """Return the event that comes after a link."""
    number, text = after.audit_event_id + 1, canonical(details)
    columns: dict[str, object] = {
        "audit_event_id": number, "at": at, "actor": actor, "kind": kind, "target": target, "details": text,
        "previous_digest": after.digest,
    }  # fmt: skip
    return AuditEvent(
        audit_event_id=number,
        at=at,
        actor=actor,
        kind=kind,
        target=target,
        details=text,
        previous_digest=after.digest,
        digest=_digest(columns),
    )


def verify(events: Iterable[AuditEvent], *, after: Link = START) -> Link | BrokenLink:
    """Return the link that a stretch of the chain ends with, or the first one that is broken."""
    head = after
    for event in events:
        if reason := _fault(event, head):
            return BrokenLink(audit_event_id=event.audit_event_id, reason=reason)
        head = Link(event.audit_event_id, event.digest)
    return head


def _fault(event: AuditEvent, after: Link) -> str | None:
    if event.audit_event_id != after.audit_event_id + 1:
        return f"it follows {after.audit_event_id}: what was between them is missing"
    if event.previous_digest != after.digest:
        return f"it does not stand on event {after.audit_event_id} as that is now"
    return None if event.digest == _digest(_columns(event)) else "it is not what was written"


def _columns(event: AuditEvent) -> dict[str, object]:
    return {
        "audit_event_id": event.audit_event_id,
        "at": event.at,
        "actor": event.actor,
        "kind": event.kind,
        "target": event.target,
        "details": event.details,
        "previous_digest": event.previous_digest,
    }


def _digest(columns: Mapping[str, object]) -> str:
    return hashlib.sha256(canonical(columns).encode()).hexdigest()
