"""Importing: bring what others archived into ours, file by file, batch by batch.

A batch (`desktop.batch`, about a megabyte) is one transaction: its posts, their flags and cases, and how far
the file was read, or that it ended. So an import can be killed at any moment and goes on there, and the bot
goes on beside it. While one batch is written, the next are flagged, by processes of their own where there are
some (`services.flagging_aside`), and another is read. A file is known by its digest: what was read to its end
is not read again, unless people say something else of it. Imports bury nothing, move no cursor and close no
gap.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import Counter, deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from functools import partial
from pathlib import Path

from archiver.desktop.batch import Batch, batches
from archiver.desktop.piece import Piece, Task
from archiver.desktop.sources import READERS, Source
from archiver.domain.channel import ChannelLook
from archiver.domain.claim import UNIDENTIFIED, Claim, Register, identify
from archiver.domain.clock import Clock
from archiver.domain.ids import ChannelId, PostId
from archiver.domain.importing import Sifted, sift
from archiver.domain.post import Observation
from archiver.domain.text import sound_text
from archiver.services.flagging import Ahead, Flagging, flag_ahead, flag_new
from archiver.services.flagging_aside import Aside, Kept, Told
from archiver.services.imported import Imported
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


async def import_file(
    archive: Archive,
    flagging: Flagging,
    source: Source,
    reading: Reading,
    *,
    clock: Clock,
    on_progress: OnProgress,
    aside: Aside | None = None,
) -> Imported:
    """Read a file into the archive, from where it was left; return what that gave, its fault included.

    ``aside`` flags by the same rules in processes of its own.
    """
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
        archive=archive, flagging=flagging, aside=aside, reading=reading, clock=clock, progress=progress,
        done=done, on_progress=on_progress,
    )  # fmt: skip
    await job.run(_task(source, reading, known, after=progress.position))
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
    for batch in batches(READERS[source.format](_task(source, reading, known, after=0)), after=0):
        for piece in batch.pieces:
            sifted = await _rehearsed(archive, piece, reading)
            done.add(piece, sifted, is_counted=reading.made_at is not None)
        done.fault = batch.fault
        on_progress(batch.bytes_read)
    return done


@dataclass(slots=True)
class _Waiting:
    """A batch that is not written yet, and its flags as far as there are any."""

    batch: Batch
    told: Future[Told] | None
    ahead: Ahead | None = None


@dataclass(slots=True, kw_only=True)
class _Import:
    """One file on its way into the archive."""

    archive: Archive
    flagging: Flagging
    aside: Aside | None
    reading: Reading
    clock: Clock
    progress: Progress
    done: Imported
    on_progress: OnProgress
    looks: set[ChannelId] = field(default_factory=set)
    writing: asyncio.Task[None] | None = None

    async def run(self, task: Task) -> None:
        """Read on while batches are flagged, and the one before them is written."""
        waiting: deque[_Waiting] = deque()
        # as many as flag aside, one for each of them to begin next, and one that we flag meanwhile
        most = 2 * self.aside.count + 1 if self.aside else 0
        try:
            for batch in batches(READERS[self.done.source.format](task), after=self.progress.position):
                waiting.append(_Waiting(batch, self._flag_aside(batch)))
                if len(waiting) > most:
                    await self._next(waiting)
            while waiting:
                await self._next(waiting)
        finally:
            if self.writing is not None:
                await self.writing

    def _flag_aside(self, batch: Batch) -> Future[Told] | None:
        return self.aside.flag([_kept(seen) for seen in batch.observations]) if self.aside else None

    async def _next(self, waiting: deque[_Waiting]) -> None:
        """Have the first batch written, once it is flagged and the one before it is written."""
        first = waiting[0]
        for each in reversed(waiting):
            if first.told is not None and not first.told.done():
                self._flag_here(each)
        ahead = await self._flags(waiting.popleft())
        if self.writing is not None:
            await self.writing
        self.writing = asyncio.create_task(self._write(first.batch, ahead))
        await asyncio.sleep(0)  # so that it begins

    def _flag_here(self, each: _Waiting) -> None:
        """Flag a batch that nobody has begun to flag."""
        if each.told is not None and each.told.cancel():
            each.told, each.ahead = None, flag_ahead(self.flagging, each.batch.observations)

    async def _flags(self, first: _Waiting) -> Ahead:
        seen = first.batch.observations
        if first.told is None:
            return flag_ahead(self.flagging, seen) if first.ahead is None else first.ahead
        flags = await asyncio.wrap_future(first.told)
        return {} if flags is None else dict(zip(map(id, seen), flags, strict=True))

    async def _write(self, batch: Batch, ahead: Ahead) -> None:
        store = partial(self._store, batch=batch, ahead=ahead, now=self.clock())
        if all(id(seen) in ahead for seen in batch.observations):
            sifted, progress = await self.archive.write_at_once(store)
        else:
            # a flagger is not for two threads: what is left for it is flagged on this side
            async with self.archive.write() as tx:
                sifted, progress = await store(tx)
        self.done.flags += progress.flags - self.progress.flags
        self.done.fault = batch.fault
        self.progress = progress
        for piece, own in zip(batch.pieces, sifted, strict=True):
            if piece.look is not None:
                self.looks.add(piece.look.channel_id)
            self.done.add(piece, own, is_counted=self.reading.made_at is not None)
        self.on_progress(batch.bytes_read)

    async def _store(
        self, tx: Transaction, *, batch: Batch, ahead: Ahead, now: datetime
    ) -> tuple[list[Sifted | None], Progress]:
        all_sifted: list[Sifted | None] = []
        progress = replace(self.progress, position=batch.position, state=_state(batch))
        for piece in batch.pieces:
            sifted, flags = await self._store_piece(tx, piece, ahead, now=now)
            progress = _further(progress, piece, sifted, flags=flags)
            all_sifted.append(sifted)
        await imports.note(tx, progress, at=now)
        return all_sifted, progress

    async def _store_piece(
        self, tx: Transaction, piece: Piece, ahead: Ahead, *, now: datetime
    ) -> tuple[Sifted | None, int]:
        if piece.look is not None and piece.look.channel_id not in self.looks:
            await imports.note_channel(tx, self._named(piece.look), at=now)
        if not piece.observations:
            return None, 0
        sifted = await _sifted(tx, piece, self.reading)
        await imports.record(
            tx, sifted,
            channel_id=piece.observations[0].channel_id, import_id=self.progress.import_id,
            observed_at=now, made_at=self.reading.made_at,
        )  # fmt: skip
        flags = await flag_new(tx, self.flagging, sifted.revisions, at=now, run_id=None, ahead=ahead)
        return sifted, flags

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


def _state(batch: Batch) -> ImportState:
    if not batch.is_last:
        return ImportState.READING
    return ImportState.COMPLETE if batch.fault is None else ImportState.BROKEN


def _further(progress: Progress, piece: Piece, sifted: Sifted | None, *, flags: int) -> Progress:
    return replace(
        progress,
        worth=progress.worth + (sifted.worth if sifted else Counter()),
        flags=progress.flags + flags,
        refused=progress.refused + Counter(piece.refused),
    )


def _kept(seen: Observation) -> Kept:
    content = seen.content
    handle = content.forward.handle if content.forward else None
    return sound_text(content.text), content.details(), handle


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
