"""Reflagging: apply a rulebook to what the archive holds already.

Revisions are walked upward by their ids, those that no flagging cursor of the rulebook covers, in chunks. A
chunk is read in a snapshot, flagged while nobody waits, and written with the cursor that covers it in one
short transaction: it can be killed at any moment, and the bot goes on beside it. Earlier flags are never
touched. A revision on which the flagger fails stays uncovered, and is tried again next time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from archiver.domain.clock import Clock
from archiver.domain.flag import Category, Flag
from archiver.domain.ids import ChannelId
from archiver.domain.revision import RevisionKey
from archiver.domain.stretch import Stretch, unseen, without
from archiver.services.flagging import Flagged, Flagging, flag_contents
from archiver.services.grouping import group_flagged
from archiver.storage import flags, revisions, rulebooks
from archiver.storage.archive import Archive
from archiver.storage.flags import FlagKey
from archiver.storage.revisions import KeptRevision

_CHUNK = 500

Progress = Callable[[int, int], object]
"""Is told how much is done, and of how much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A part of the archive: posts published since a time, or those of a channel.

    It is flagged whether a cursor covers it or not, and moves none.
    """

    since: datetime | None = None
    channel_id: ChannelId | None = None


@dataclass(slots=True, kw_only=True)
class Reflagged:
    """What was done: revisions flagged, flags they have by the rulebook, and what is new among these.

    A flag is new when no rulebook had said the same of the revision before; ``by_category`` counts those.
    """

    rulebook: str
    revisions: int = 0
    flags: int = 0
    by_category: Counter[Category] = field(default_factory=Counter)
    failed: list[RevisionKey] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return it as docs/reference/commands.md says."""
        return {
            "revisions": self.revisions,
            "flags": self.flags,
            "new_flags": self.by_category.total(),
            "by_category": dict(self.by_category.most_common()),
            "rulebook": self.rulebook,
            "failed": len(self.failed),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chunk:
    """Revisions to flag, the ids that will have been seen then, and how much is done with it."""

    revisions: Sequence[KeptRevision]
    covers: Stretch | None
    done: int
    total: int


async def reflag(
    archive: Archive, flagging: Flagging, *, clock: Clock, progress: Progress, choice: Choice | None = None
) -> Reflagged:
    """Flag what the rulebook has not seen yet, or what is chosen; return what that did."""
    async with archive.write() as tx:
        await rulebooks.record(tx, flagging.rulebook, at=clock())
    digest = flagging.rulebook.digest
    done = Reflagged(rulebook=digest)
    chunks = _chosen(archive, choice) if choice else _uncovered(archive, digest)
    async for chunk in chunks:
        flagged = flag_contents(flagging, [(each.key, each.content) for each in chunk.revisions])
        new = await _write(archive, digest, chunk, flagged=flagged, at=clock())
        done.revisions += len(chunk.revisions)
        done.flags += len(flagged.flags)
        done.by_category.update(flag.category for flag in new)
        done.failed += sorted(flagged.failed)
        progress(chunk.done, chunk.total)
    return done


async def _uncovered(archive: Archive, digest: str) -> AsyncIterator[_Chunk]:
    """Yield what no cursor covers, upward to the newest revision that there is by then."""
    above = done = 0
    while True:
        async with archive.read() as db:
            seen, newest = await rulebooks.seen(db, digest), await revisions.newest_id(db)
            left = list(unseen(seen, newest=newest, above=above))
            if not left:
                return
            found = await revisions.within(db, left[0], limit=_CHUNK)
        last = found[-1].revision_id if len(found) == _CHUNK else left[0].last
        covers = Stretch(left[0].first, last)
        total = done + sum(map(len, left))
        above, done = last, done + len(covers)
        yield _Chunk(revisions=found, covers=covers, done=done, total=total)


async def _chosen(archive: Archive, choice: Choice) -> AsyncIterator[_Chunk]:
    above = 0
    while True:
        async with archive.read() as db:
            newest = await revisions.newest_id(db)
            found = await revisions.chosen(
                db, above=above, since=choice.since, channel_id=choice.channel_id, limit=_CHUNK
            )
        if not found:
            return
        above = found[-1].revision_id
        yield _Chunk(revisions=found, covers=None, done=above, total=newest)


async def _write(
    archive: Archive, digest: str, chunk: _Chunk, *, flagged: Flagged, at: datetime
) -> list[Flag]:
    """Write the flags that are not there yet, and the cursor; return those that nobody had said before."""
    ids = {each.key: each.revision_id for each in chunk.revisions}
    async with archive.write() as tx:
        held = await flags.held(tx, {ids[key] for key, _ in flagged.flags}) if flagged.flags else {}
        said = [
            (key, flag, held.get(FlagKey(key, flag.rule_id, flag.is_shadow), frozenset()))
            for key, flag in flagged.flags
        ]
        missing = [(key, flag) for key, flag, digests in said if digest not in digests]
        await flags.record(tx, missing, rulebook_digest=digest, at=at, run_id=None)
        await group_flagged(tx, missing, {each.key: each.content.text for each in chunk.revisions}, at=at)
        if chunk.covers is not None:
            for part in without(chunk.covers, [ids[key] for key in flagged.failed]):
                await rulebooks.mark_seen(tx, digest, part)
    return [flag for _, flag, digests in said if not digests]
