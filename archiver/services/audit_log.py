"""The audit log as its readers leaf through it, the newest events first."""

from __future__ import annotations

from archiver.domain.audit import AuditEvent
from archiver.storage import audit
from archiver.storage.archive import Archive


async def read(
    archive: Archive,
    *,
    target: str = "",
    actor: str = "",
    kind: str = "",
    before: int | None = None,
    limit: int,
) -> list[AuditEvent]:
    """Return the events of a target, else of an actor or a kind, else all; ``before`` is where to go on."""
    async with archive.read() as db:
        if target:
            return await audit.of_target(db, target, limit=limit, before=before)
        return await audit.newest(db, limit=limit, before=before, actor=actor, kind=kind)
