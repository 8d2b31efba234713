"""The watch list: add, pause and resume channels, or keep the list equal to a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from archiver.domain.channel import Watch, WatchState
from archiver.domain.clock import Clock
from archiver.domain.errors import ChannelsFileInvalid, ChannelUnknown
from archiver.domain.watch_list import Entry, parse_file
from archiver.storage import watches
from archiver.storage.archive import Archive, Transaction

log = structlog.get_logger()

_LARGEST = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What a change of the list did, by handle."""

    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    paused: tuple[str, ...] = ()


def read_entries(path: Path) -> list[Entry]:
    """Return the entries of a file of channels; raises ChannelsFileInvalid."""
    try:
        if path.stat().st_size > _LARGEST:
            raise ChannelsFileInvalid(f"{path} is too large for a list of channels")
        return parse_file(path.read_text("utf-8"), name=str(path))
    except OSError as error:
        raise ChannelsFileInvalid(f"can't read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ChannelsFileInvalid(f"{path} is no UTF-8 text; save it as UTF-8") from error


async def everything(archive: Archive) -> list[Watch]:
    """Return the list, in order of handles."""
    async with archive.read() as db:
        return sorted(await watches.every(db), key=lambda watch: watch.handle)


async def add(archive: Archive, entries: Sequence[Entry], *, clock: Clock) -> Changes:
    """Watch channels, as a person asks for it: a refused handle is tried again.

    One that is on the list already gets the labels, note and priority that are given, and keeps the others.
    """
    async with archive.write() as tx:
        before = {watch.handle: watch for watch in await watches.every(tx)}
        merged = [_merged(entry, before.get(entry.handle)) for entry in entries]
        return await _put(tx, merged, clock=clock, tries_again=True)


async def keep_equal(archive: Archive, entries: Sequence[Entry], *, clock: Clock) -> Changes:
    """Make the list equal to the entries: new ones are watched, missing ones paused; nothing is dropped.

    A refused handle stays refused: looking it up again at every start would cost a scarce call.
    """
    wanted = {entry.handle for entry in entries}
    async with archive.write() as tx:
        listed = await watches.every(tx)
        changes = await _put(tx, entries, clock=clock, tries_again=False)
        missing = [
            watch.handle
            for watch in listed
            if watch.handle not in wanted and watch.state is not WatchState.PAUSED
        ]
        for handle in missing:
            await watches.set_state(tx, handle, WatchState.PAUSED)
    log.info("watch_list.read", added=len(changes.added), paused=len(missing), listed=len(wanted))
    return Changes(added=changes.added, updated=changes.updated, paused=tuple(missing))


async def set_state(archive: Archive, handles: Iterable[str], state: WatchState) -> None:
    """Pause or resume channels, all or none; raises ChannelUnknown."""
    async with archive.write() as tx:
        for handle in handles:
            if not await watches.set_state(tx, handle, state):
                raise ChannelUnknown(f"no channel @{handle}; add it with: archiver channels add @{handle}")


def _merged(entry: Entry, before: Watch | None) -> Entry:
    if before is None:
        return entry
    return Entry(
        handle=entry.handle,
        labels=entry.labels or before.labels,
        note=entry.note or before.note,
        priority=entry.priority or before.priority,
    )


async def _put(tx: Transaction, entries: Sequence[Entry], *, clock: Clock, tries_again: bool) -> Changes:
    added: list[str] = []
    updated: list[str] = []
    for entry in entries:
        before = await watches.get(tx, entry.handle)
        after = Watch(
            handle=entry.handle,
            state=WatchState.WATCHED,
            added_at=before.added_at if before else clock(),
            labels=entry.labels,
            note=entry.note,
            priority=entry.priority,
            refusal=before.refusal if before and not tries_again else None,
        )
        if before is None:
            added.append(entry.handle)
        elif _said(before) != _said(after):
            updated.append(entry.handle)
        else:
            continue
        await watches.put(tx, after)
    return Changes(added=tuple(added), updated=tuple(updated))


def _said(watch: Watch) -> tuple[object, ...]:
    state = WatchState.WATCHED if watch.state is WatchState.GONE else watch.state
    return (state, watch.labels, watch.note, watch.priority, watch.refusal)
