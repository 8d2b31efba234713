"""Imports: files of others' archives, how far each was read, and which revisions are out of it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from archiver.domain.channel import ChannelLook
from archiver.domain.claim import Register
from archiver.domain.ids import ChannelId, PostId
from archiver.domain.importing import Held, Sifted, Taken, Worth
from archiver.domain.post import Provenance
from archiver.storage import channels, posts
from archiver.storage.archive import Reader, Transaction
from archiver.storage.driver import Row
from archiver.storage.moment import micros, micros_or_none

_BEGIN = """
INSERT INTO imports (
    digest, name, format, bytes, claims, state, began_at, read_at, position,
    first, changed, held, older, flags, refused
) VALUES (
    :digest, :name, :format, :bytes, :claims, 'reading', :now, :now, 0, 0, 0, 0, 0, 0, '{}'
)
ON CONFLICT (digest, format, claims) DO NOTHING
"""
_GET = """
SELECT import_id, state, position, first, changed, held, older, flags, refused FROM imports
WHERE digest = :digest AND format = :format AND claims = :claims
"""
_NOTE = """
UPDATE imports SET
    state = :state, read_at = :now, position = :position, first = :first, changed = :changed, held = :held,
    older = :older, flags = :flags, refused = :refused
WHERE import_id = :import_id
"""

# the newest :added revisions, which are in this transaction
_LINK = """
INSERT INTO imported_revisions (first_revision_id, last_revision_id, import_id)
SELECT newest - :added + 1, newest, :import_id FROM (SELECT max(revision_id) AS newest FROM revisions)
"""

_TEXTS = """
SELECT post_id, digest, text FROM revisions WHERE channel_id = :channel_id AND post_id IN (:among)
"""

# what a look of our own has shown stays, but for the revision that stands above it; no counts are due: only a
# look of our own begins their timetable
_PUT_POSTS = """
INSERT INTO posts (
    channel_id, post_id, published_at, first_observed_at, last_observed_at, as_of, revision, sampled_at
) VALUES (
    :channel_id, :post_id, :published_at, :first_observed_at, :last_observed_at, :as_of, :revision,
    :sampled_at
)
ON CONFLICT (channel_id, post_id) DO UPDATE SET
    last_observed_at = max(posts.last_observed_at, excluded.last_observed_at),
    revision = excluded.revision,
    sampled_at = coalesce(posts.sampled_at, excluded.sampled_at)
"""

_ENSURE = """
INSERT INTO channels (channel_id, first_observed_at) VALUES (:channel_id, :now)
ON CONFLICT (channel_id) DO NOTHING
"""
_ADD_FACT = """
INSERT INTO channel_facts (channel_id, fact, observed_at, value)
SELECT :channel_id, :fact, :now, :value WHERE NOT EXISTS (
    SELECT 1 FROM channel_facts WHERE channel_id = :channel_id AND fact = :fact
)
"""
_ADD_HANDLE = """
INSERT INTO channel_handles (channel_id, handle, observed_at, is_held)
SELECT :channel_id, :handle, :now, 1
WHERE NOT EXISTS (SELECT 1 FROM channel_handles WHERE channel_id = :channel_id)
"""
_EVERY_HANDLE = "SELECT DISTINCT channel_id, handle FROM channel_handles"
_BOUND = "SELECT channel_id, handle FROM watches WHERE channel_id IS NOT NULL"


class ImportState(StrEnum):
    """How far an import has come."""

    READING = "reading"
    COMPLETE = "complete"
    BROKEN = "broken"


@dataclass(slots=True, kw_only=True)
class Progress:
    """How far a file was read, and what that gave; ``refused`` counts by reason."""

    import_id: int
    state: ImportState
    position: int
    worth: Counter[Worth]
    flags: int
    refused: Counter[str]


async def begin(
    tx: Transaction, *, digest: str, name: str, kind: str, size: int, claims: str, at: datetime
) -> Progress:
    """Enter a file, unless it is there; return how far it was read."""
    values = {
        "digest": digest, "name": name, "format": kind, "bytes": size, "claims": claims, "now": micros(at),
    }  # fmt: skip
    await tx.execute(_BEGIN, values)
    found = await _find(tx, digest=digest, kind=kind, claims=claims)
    assert found is not None  # noqa: S101 - it has just been entered
    return found


async def note(tx: Transaction, progress: Progress, *, at: datetime) -> None:
    """Write how far a file was read."""
    values = {
        "import_id": progress.import_id,
        "state": progress.state,
        "now": micros(at),
        "position": progress.position,
        **{worth.value: progress.worth[worth] for worth in Worth},
        "flags": progress.flags,
        "refused": json.dumps(progress.refused, sort_keys=True),
    }
    await tx.execute(_NOTE, values)


async def texts(db: Reader, channel_id: ChannelId, post_ids: Iterable[PostId]) -> dict[PostId, Held]:
    """Return the texts of all revisions of some posts, by their digests."""
    found: dict[PostId, dict[str, str]] = {}
    for post_id, digest, text in await db.fetch_in(_TEXTS, {"channel_id": channel_id}, among=post_ids):
        found.setdefault(post_id, {})[digest] = text
    return dict(found)


async def record(
    tx: Transaction,
    sifted: Sifted,
    *,
    channel_id: ChannelId,
    import_id: int,
    observed_at: datetime,
    made_at: datetime | None,
) -> None:
    """Write what posts of a file add; ``made_at`` is the moment of their counts."""
    await posts.add_revisions(
        tx, channel_id, sifted.revisions,
        observed_at=observed_at, provenance=Provenance.IMPORT, run_id=None,
    )  # fmt: skip
    standing = [(post_id, taken) for post_id, taken in sifted.taken.items() if not taken.is_gone]
    await tx.execute_many(
        _PUT_POSTS,
        [_post_row(post_id, taken) for post_id, taken in standing],
        shared={"channel_id": channel_id, "first_observed_at": micros(observed_at), "as_of": 0},
    )
    if made_at is not None:
        await posts.add_counts(tx, channel_id, sifted.samples, sampled_at=made_at)
    if sifted.revisions:
        await tx.execute(_LINK, {"import_id": import_id, "added": len(sifted.revisions)})


async def note_channel(tx: Transaction, look: ChannelLook, *, at: datetime) -> None:
    """Enter a channel, and of what a file says of it whatever nobody has said before.

    A handle is entered where the channel has none yet, and no other channel holds it.
    """
    now = micros(at)
    await tx.execute(_ENSURE, {"channel_id": look.channel_id, "now": now})
    for fact, value in look.facts.items():
        await tx.execute(_ADD_FACT, {"channel_id": look.channel_id, "fact": fact, "now": now, "value": value})
    for handle in look.handles or ():
        if not await channels.holders(tx, handle):
            await tx.execute(_ADD_HANDLE, {"channel_id": look.channel_id, "handle": handle, "now": now})


async def register(db: Reader) -> Register:
    """Return which channels hold which handles, and which they ever held, as far as we know."""
    held, _ = await channels.all_handles(db)
    holders = {handle: channel_id for channel_id, own in held.items() for handle in own}
    for channel_id, handle in await db.fetch_all(_BOUND):
        holders.setdefault(handle, ChannelId(channel_id))
    ever: dict[ChannelId, set[str]] = {}
    for channel_id, handle in await db.fetch_all(_EVERY_HANDLE):
        ever.setdefault(ChannelId(channel_id), set()).add(handle)
    return Register(holders=holders, ever={each: frozenset(own) for each, own in ever.items()})


async def _find(db: Reader, *, digest: str, kind: str, claims: str) -> Progress | None:
    row = await db.fetch_one(_GET, {"digest": digest, "format": kind, "claims": claims})
    if row is None:
        return None
    counts = dict(zip(Worth, row[3:7], strict=True))
    return Progress(
        import_id=row[0],
        state=ImportState(row[1]),
        position=row[2],
        worth=Counter(counts),
        flags=row[7],
        refused=Counter(json.loads(row[8])),
    )


def _post_row(post_id: PostId, taken: Taken) -> Row:
    return (
        post_id, micros(taken.published_at), micros(taken.seen_at), taken.revision,
        micros_or_none(taken.sampled_at),
    )  # fmt: skip
