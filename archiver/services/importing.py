"""Importing: bring what others archived into ours, file by file, piece by piece.

A piece (a quarter of a megabyte) is one transaction: its posts, their flags and cases, and how far the file
was read. So an import can be killed at any moment and goes on there, and the bot goes on beside it. While one
piece is written, the next is read and flagged. A file is known by its digest: what was read to its end is not
read again, unless people say something else of it. Imports bury nothing, move no cursor and close no gap.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from functools import partial
from pathlib import Path
from typing import Any

from archiver.desktop.piece import Piece, Task
from archiver.desktop.sources import READERS, Source
from archiver.domain.channel import ChannelLook
from archiver.domain.claim import UNIDENTIFIED, Claim, Register, identify
from archiver.domain.clock import Clock
from archiver.domain.errors import SourceUnreadable
from archiver.domain.ids import ChannelId, PostId
from archiver.domain.importing import NO_COUNTS, Sifted, Worth, sift
from archiver.services.flagging import Ahead, Flagging, flag_ahead, flag_new
from archiver.storage import imports, posts, rulebooks
from archiver.storage.archive import Archive, Reader, Transaction
from archiver.storage.imports import ImportState, Progress

_MAY_CHANGE = frozenset({UNIDENTIFIED.reason, "private_channel"})
"""Refusals that the archive may take back once it has learned more of a channel."""

OnProgress = Callable[[int], object]
"""Is told how many bytes of a file are done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What people say of files: whose they are, the zone of times without one, and when they were made."""

    claim: Claim = field(default_factory=Claim)
    zone: tzinfo = UTC
    zone_name: str = "UTC"
    made_at: datetime | None = None

    @property
    def claims(self) -> str:
        """Return it as it is kept: canonical JSON of what is said."""
        said = {
            "channel": self.claim.handle,
            "channel_id": self.claim.channel_id,
            "zone": None if self.zone_name == "UTC" else self.zone_name,
            "made_at": self.made_at and self.made_at.astimezone(UTC).isoformat(),
        }
        return json.dumps({name: value for name, value in said.items() if value}, sort_keys=True)


@dataclass(slots=True)
class Extent:
    """What a file has of one channel."""

    posts: int
    first_post_id: PostId
    last_post_id: PostId
    since: datetime
    until: datetime

    def add(self, post_id: PostId, at: datetime) -> None:
        """Note a post of this time."""
        self.posts += 1
        self.first_post_id = min(self.first_post_id, post_id)
        self.last_post_id = max(self.last_post_id, post_id)
        self.since, self.until = min(self.since, at), max(self.until, at)

    def as_json(self, channel_id: ChannelId) -> dict[str, Any]:
        """Return it as docs/reference/commands.md says."""
        return {
            "channel_id": channel_id,
            "posts": self.posts,
            "first_post_id": self.first_post_id,
            "last_post_id": self.last_post_id,
            "since": f"{self.since:%Y-%m-%dT%H:%M:%SZ}",
            "until": f"{self.until:%Y-%m-%dT%H:%M:%SZ}",
        }


@dataclass(slots=True, kw_only=True)
class Imported:
    """What reading a file gave this time; ``was_complete``: it had been read before, and was left alone.

    ``uncounted`` are posts with counts that were left out, for nobody said when they were counted.
    """

    source: Source
    digest: str
    was_complete: bool = False
    worth: Counter[Worth] = field(default_factory=Counter)
    flags: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    channels: dict[ChannelId, Extent] = field(default_factory=dict)
    uncounted: int = 0
    fault: SourceUnreadable | None = None

    @property
    def is_refused(self) -> bool:
        """Say whether the file was read to its end and has no channel that we take."""
        return self.fault is None and not self.was_complete and not self.channels

    def as_json(self) -> dict[str, Any]:
        """Return it as docs/reference/commands.md says."""
        state = "broken" if self.fault else "complete_before" if self.was_complete else "complete"
        return {
            "file": self.source.path.name,
            "format": self.source.format,
            "bytes": self.source.bytes,
            "digest": self.digest,
            "state": state,
            "new_posts": self.worth[Worth.FIRST],
            "new_revisions": self.worth[Worth.CHANGED],
            "held": self.worth[Worth.HELD],
            "older": self.worth[Worth.OLDER],
            "flags": self.flags,
            "refused": dict(self.refused),
            "uncounted": self.uncounted,
            "channels": [extent.as_json(channel_id) for channel_id, extent in self.channels.items()],
        }

    def add(self, piece: Piece, sifted: Sifted | None, *, is_counted: bool) -> None:
        """Note a piece, and what of it the archive wants."""
        self.refused.update(piece.refused)
        if sifted is not None:
            self.worth.update(sifted.worth)
        if not is_counted:
            self.uncounted += sum(seen.counts != NO_COUNTS for seen in piece.observations)
        for seen in piece.observations:
            at = seen.published_at
            extent = self.channels.get(seen.channel_id)
            if extent is None:
                extent = Extent(0, seen.post_id, seen.post_id, at, at)
                self.channels[seen.channel_id] = extent
            extent.add(seen.post_id, at)


async def import_file(
    archive: Archive,
    flagging: Flagging,
    source: Source,
    reading: Reading,
    *,
    clock: Clock,
    on_progress: OnProgress,
) -> Imported:
    """Read a file into the archive, from where it was left; return what that gave, its fault included."""
    digest = await asyncio.to_thread(_digest, source.path)
    async with archive.write() as tx:
        await rulebooks.record(tx, flagging.rulebook, at=clock())
        known = await imports.register(tx)
        progress = await imports.begin(
            tx, digest=digest, name=source.path.name, kind=source.format, size=source.bytes,
            claims=reading.claims, at=clock(),
        )  # fmt: skip
    done = Imported(source=source, digest=digest)
    if progress.state is ImportState.COMPLETE:
        if not progress.refused.keys() & _MAY_CHANGE:
            done.was_complete = True
            return done
        progress = replace(progress, position=0, refused=Counter())
    job = _Import(
        archive=archive, flagging=flagging, reading=reading, clock=clock, progress=progress, done=done
    )
    await job.run(_task(source, reading, known, after=progress.position), on_progress)
    return done


async def rehearse(
    archive: Archive | None, source: Source, reading: Reading, *, on_progress: OnProgress
) -> Imported:
    """Return what importing a file would give, and write nothing; without an archive all of it is new.

    A post that comes twice in a file is counted twice.
    """
    done = Imported(source=source, digest=await asyncio.to_thread(_digest, source.path))
    known = Register()
    if archive is not None:
        async with archive.read() as db:
            known = await imports.register(db)
    try:
        for piece in READERS[source.format](_task(source, reading, known, after=0)):
            sifted = await _rehearsed(archive, piece, reading)
            done.add(piece, sifted, is_counted=reading.made_at is not None)
            on_progress(piece.bytes_read)
    except SourceUnreadable as error:
        done.fault = error
    return done


@dataclass(slots=True, kw_only=True)
class _Import:
    """One file on its way into the archive."""

    archive: Archive
    flagging: Flagging
    reading: Reading
    clock: Clock
    progress: Progress
    done: Imported
    looks: set[ChannelId] = field(default_factory=set)

    async def run(self, task: Task, on_progress: OnProgress) -> None:
        """Read and flag one piece while the one before it is written."""
        writing: asyncio.Task[None] | None = None
        try:
            for piece in READERS[self.done.source.format](task):
                ahead = flag_ahead(self.flagging, piece.observations)
                if writing is not None:
                    await writing
                writing = asyncio.create_task(self._write(piece, ahead))
                await asyncio.sleep(0)  # so that it begins
                on_progress(piece.bytes_read)
        except SourceUnreadable as error:
            self.done.fault = error
        finally:
            if writing is not None:
                await writing
        await self._end()

    async def _write(self, piece: Piece, ahead: Ahead) -> None:
        now = self.clock()
        store = partial(self._store, piece=piece, ahead=ahead, now=now)
        if all(id(seen) in ahead for seen in piece.observations):
            sifted, self.progress = await self.archive.write_at_once(store)
        else:
            # a flagger is not for two threads: what is left for it is flagged on this side
            async with self.archive.write() as tx:
                sifted, self.progress = await store(tx)
        if piece.look is not None:
            self.looks.add(piece.look.channel_id)
        self.done.add(piece, sifted, is_counted=self.reading.made_at is not None)

    async def _store(
        self, tx: Transaction, *, piece: Piece, ahead: Ahead, now: datetime
    ) -> tuple[Sifted | None, Progress]:
        sifted, flags = None, 0
        if piece.look is not None and piece.look.channel_id not in self.looks:
            await imports.note_channel(tx, self._named(piece.look), at=now)
        if piece.observations:
            channel_id = piece.observations[0].channel_id
            sifted = await _sifted(tx, piece, self.reading)
            await imports.record(
                tx, sifted,
                channel_id=channel_id, import_id=self.progress.import_id,
                observed_at=now, made_at=self.reading.made_at,
            )  # fmt: skip
            flags = await flag_new(tx, self.flagging, sifted.revisions, at=now, run_id=None, ahead=ahead)
        progress = _further(self.progress, piece, sifted, flags=flags)
        await imports.note(tx, progress, at=now)
        self.done.flags += flags
        return sifted, progress

    async def _end(self) -> None:
        state = ImportState.COMPLETE if self.done.fault is None else ImportState.BROKEN
        async with self.archive.write() as tx:
            await imports.note(tx, replace(self.progress, state=state), at=self.clock())

    def _named(self, look: ChannelLook) -> ChannelLook:
        """Return what a file says of a channel, with the handle that people say it has."""
        handle = self.reading.claim.handle
        return replace(look, handles=(handle,)) if look.handles is None and handle else look


def _task(source: Source, reading: Reading, known: Register, *, after: int) -> Task:
    return Task(
        path=source.path,
        identify=partial(identify, claim=reading.claim, register=known),
        zone=reading.zone,
        after=after,
    )


def _further(progress: Progress, piece: Piece, sifted: Sifted | None, *, flags: int) -> Progress:
    return Progress(
        import_id=progress.import_id,
        state=ImportState.READING,
        position=piece.position,
        worth=progress.worth + (sifted.worth if sifted else Counter()),
        flags=progress.flags + flags,
        refused=progress.refused + Counter(piece.refused),
    )


async def _rehearsed(archive: Archive | None, piece: Piece, reading: Reading) -> Sifted | None:
    if not piece.observations:
        return None
    if archive is None:
        return sift(piece.observations, {}, {}, made_at=reading.made_at, is_ordered=piece.is_ordered)
    async with archive.read() as db:
        return await _sifted(db, piece, reading)


async def _sifted(db: Reader, piece: Piece, reading: Reading) -> Sifted:
    channel_id = piece.observations[0].channel_id
    heads = await posts.heads_of(db, channel_id, [seen.post_id for seen in piece.observations])
    held: Mapping[PostId, Mapping[str, str]] = await imports.texts(db, channel_id, heads) if heads else {}
    return sift(piece.observations, heads, held, made_at=reading.made_at, is_ordered=piece.is_ordered)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
