"""Verify an archive: the file, its references, the digests of its revisions, the chain of the audit log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

from archiver.domain.audit import START, BrokenLink, Link, verify
from archiver.storage import audit, integrity
from archiver.storage.archive import Archive

Progress = Callable[[int, int], None]
"""Told how many rows are done, of how many."""

_AT_ONCE = 2_000
"""Rows of one snapshot: a long one would keep the bot's write-ahead log from being taken in."""
_MOST_FAULTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """How far the audit log holds: its head, and the first link that does not."""

    head: Link
    broken: BrokenLink | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What was found; ``faults`` name what is wrong, at most twenty of each kind."""

    revisions: int
    faults: tuple[str, ...]
    chain: Chain

    @property
    def is_sound(self) -> bool:
        """Say whether nothing is wrong."""
        return not self.faults and self.chain.broken is None

    def as_json(self) -> dict[str, object]:
        """Return it as ``archiver verify --json`` prints it."""
        return {
            "sound": self.is_sound,
            "revisions": self.revisions,
            "faults": list(self.faults),
            "audit_events": self.chain.head.audit_event_id,
            "head_digest": self.chain.head.digest,
            "broken_link": asdict(self.chain.broken) if self.chain.broken else None,
        }


async def verify_archive(archive: Archive, *, progress: Progress) -> Verified:
    """Look at everything."""
    async with archive.read() as db:
        faults = await integrity.file_faults(db)
        faults += await integrity.reference_faults(db)
        revisions, events = await integrity.counts(db)
    total = revisions + events

    def done(count: int) -> None:
        progress(count, total)

    seen, changed = await _revisions(archive, done)
    chain = await verify_chain(archive, progress=lambda count: done(seen + count))
    return Verified(revisions=seen, faults=(*faults, *changed), chain=chain)


async def verify_chain(archive: Archive, *, progress: Callable[[int], None] | None = None) -> Chain:
    """Walk the audit log from its beginning to its end, or to the first link that does not hold."""
    head = START
    while True:
        async with archive.read() as db:
            events = await audit.after(db, head.audit_event_id, limit=_AT_ONCE)
        if not events:
            return Chain(head=head, broken=None)
        match verify(events, after=head):
            case BrokenLink() as broken:
                return Chain(head=head, broken=broken)
            case Link() as head:
                if progress:
                    progress(head.audit_event_id)


async def _revisions(archive: Archive, progress: Callable[[int], None]) -> tuple[int, list[str]]:
    above, seen, faults = 0, 0, list[str]()
    while True:
        async with archive.read() as db:
            above, count, changed = await integrity.changed_revisions(db, above=above, limit=_AT_ONCE)
        if not count:
            return seen, faults
        seen += count
        progress(seen)
        faults += [
            f"channel {key.channel_id} post {key.post_id} revision {key.revision} is not what was written"
            for key in changed[: _MOST_FAULTS - len(faults)]
        ]
