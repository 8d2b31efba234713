"""Following: everything the bot does while a line to Telegram is open, as lanes that run side by side.

A lane is one endless kind of work. Those about channels take one from an agenda, do one piece of work and
put it back for later. What a failure means is decided in `services.troubles`; a lane ends when the line does.

    begins      the first look at a channel
    syncs       the difference since the cursor: dirty channels at once, the others by their interval
    histories   the past, newest first
    rescans     edits and deletions that nobody told us of
    looks       subscribers and facts
    pushes      what Telegram sends unasked → archive; a hole → syncs
    counts      posts whose counters are due, found by a glance
    handles     handles to look up
    joins       channels to join
    roster      what the watch list says now
    watchdog    is the line alive?
    reconnects  what changed while nobody listened?
    indexes     the search index and marks, while nothing is captured
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

import structlog

from archiver.domain.account import AccountState
from archiver.domain.channel import Access
from archiver.domain.errors import ArchiveError, ConnectionLost, TelegramError
from archiver.domain.ids import ChannelId
from archiver.services import errands
from archiver.services.accounts import note_alive, note_state
from archiver.services.agenda import Agenda
from archiver.services.indexing import QuietIndexing
from archiver.services.pushes import archive_pushes
from archiver.services.roster import Roster, read_roster
from archiver.services.run import Run
from archiver.services.sampling import Due, due_posts, sample_posts
from archiver.services.timetable import wanted
from archiver.services.troubles import Work, attempt, pause
from archiver.services.watching import is_resolve_due, join_next, resolve

log = structlog.get_logger()

T = TypeVar("T")

_TELLING = frozenset({"syncs", "looks"})
"""The work after which a channel may stand otherwise on the roster: begun, closed, public again."""

_NEVER = float("inf")

_AFTER_A_BUG = 5.0

_LONG = 3_600.0

_WORKERS = {"begins": 4, "syncs": 8, "histories": 1, "rescans": 1, "looks": 2, "counts": 1}


async def follow(run: Run) -> None:
    """Keep the archive up with Telegram over the open line of a run.

    Raises (in a group) ConnectionLost when the line is given up, AccountLost, ArchiveDamaged.
    """
    await _Following(run).follow()


class _Following:
    def __init__(self, run: Run) -> None:
        self._run = run
        self._roster = Roster()
        self._agendas = {name: Agenda() for name in _WORKERS}
        self._works: dict[str, Work] = {**errands.WORK, "counts": self._count}
        self._due: dict[ChannelId, Due] = {}
        self._indexing = QuietIndexing(run.archive, run.fold, run.marker) if run.fold else None

    async def follow(self) -> None:
        self._roster = await self._guarded(read_roster(self._run)) or self._roster
        # what changed comes first on the agendas: a restart among hundreds of channels takes its time
        await self._ask_what_changed()
        await self._refresh()
        lanes: list[Callable[[], Awaitable[None]]] = [
            self._pushes, self._glance, self._handles, self._joins, self._rosters, self._watchdog,
            self._reconnects, self._indexes,
        ]  # fmt: skip
        async with asyncio.TaskGroup() as group:
            for lane in lanes:
                group.create_task(self._endless(lane))
            for name, workers in _WORKERS.items():
                for _ in range(workers):
                    group.create_task(self._work(name))

    async def _endless(self, lane: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await lane()
            except (TelegramError, ArchiveError):
                raise
            except Exception:  # a bug in one lane must not stop the others, nor lose what it held
                log.exception("lane.failed", lane=lane.__name__.strip("_"))
                self._sync(access.channel_id for access in self._roster.followed)
                await asyncio.sleep(_AFTER_A_BUG)

    async def _work(self, name: str) -> None:
        agenda = self._agendas[name]
        while True:
            channel_id = await agenda.take()
            try:
                await self._do(name, channel_id)
            finally:
                agenda.free(channel_id)

    async def _do(self, name: str, channel_id: ChannelId) -> None:
        roster = self._roster
        access = roster.watched.get(channel_id) if name == "looks" else roster.key(channel_id)
        if access is None:
            return
        seconds = await attempt(self._run, access, self._works[name])
        if seconds is None or name in _TELLING:
            await self._refresh()
        if seconds is not None:
            # many channels with one interval must not come round all at once
            self._agendas[name].put(channel_id, seconds=seconds * self._run.chance.uniform(0.85, 1.15))

    async def _pushes(self) -> None:
        arrived = await self._run.line.inbox.take()
        # the roster as it stands now: since we began to wait, channels came and went
        asked = await archive_pushes(self._run, self._roster, arrived)
        self._sync(asked.dirty)
        for channel_id in asked.changed & self._roster.watched.keys():
            self._agendas["looks"].put(channel_id)
        await asyncio.sleep(asked.seconds)

    async def _glance(self) -> None:
        """Put the channels with posts whose counts are due on their agenda; those put off stay put off."""
        found = await self._guarded(due_posts(self._run)) if self._run.policy.sample_posts else None
        self._due = found or {}
        for channel_id in self._due:
            if channel_id not in self._agendas["counts"]:
                self._agendas["counts"].put(channel_id)
        await self._until_the_next_glance()

    async def _count(self, run: Run, access: Access) -> float | None:
        if (due := self._due.get(access.channel_id)) is not None:
            await sample_posts(run, access, due)
        return _NEVER

    async def _handles(self) -> None:
        due = (watch for watch in self._roster.watches if is_resolve_due(self._run, watch, self._roster))
        watch = next(due, None)
        if watch is None:
            await self._until_the_next_glance()
            return
        await self._guarded(resolve(self._run, watch))
        await self._refresh()

    async def _joins(self) -> None:
        if await self._guarded(join_next(self._run, self._roster)):
            await self._refresh()
        else:
            await self._until_the_next_glance()

    async def _rosters(self) -> None:
        await self._until_the_next_glance()
        await self._refresh()

    async def _until_the_next_glance(self) -> None:
        await asyncio.sleep(self._run.policy.glance.total_seconds())

    async def _watchdog(self) -> None:
        run = self._run
        try:
            await run.line.ping(timeout_seconds=run.policy.heartbeat.total_seconds())
            await self._guarded(note_alive(run.archive, run.account_id, at=run.clock()))
        except ConnectionLost as error:
            await self._note(AccountState.DISCONNECTED, str(error))
            if not run.line.is_open:
                raise
        await asyncio.sleep(run.policy.heartbeat.total_seconds())

    async def _reconnects(self) -> None:
        await self._run.line.reconnected.wait()
        self._run.line.reconnected.clear()
        log.info("line.reconnected", account_id=self._run.account_id)
        await self._ask_what_changed()

    async def _indexes(self) -> None:
        seconds = await self._guarded(self._indexing.step()) if self._indexing else _NEVER
        await asyncio.sleep(_AFTER_A_BUG if seconds is None else min(seconds, _LONG))

    async def _ask_what_changed(self) -> None:
        """Sync the joined channels that changed while nobody listened; all when that can't be told."""
        try:
            self._sync(await errands.changed_channels(self._run, self._roster))
        except (TelegramError, ArchiveError) as error:
            await pause(self._run, error)
            self._sync(access.channel_id for access in self._roster.followed if access.is_joined)

    def _sync(self, dirty: Iterable[ChannelId]) -> None:
        begun = self._roster.cursors.keys() & self._roster.watched.keys() - self._roster.closed
        for channel_id in begun.intersection(dirty):
            self._agendas["syncs"].put(channel_id)

    async def _refresh(self) -> None:
        """Read the roster, and put on the agendas what is not there yet."""
        found = await self._guarded(read_roster(self._run))
        if found is None:
            return
        for channel_id in found.gapped - self._roster.gapped:
            self._agendas["rescans"].put(channel_id)
        self._roster = found
        for name, channel_id, seconds in wanted(self._run, found):
            if channel_id not in self._agendas[name]:
                self._agendas[name].put(channel_id, seconds=seconds)

    async def _guarded(self, work: Awaitable[T]) -> T | None:
        """Return what the work returns; ``None`` after as long a pause as its failure asks for."""
        try:
            return await work
        except (TelegramError, ArchiveError) as error:
            await asyncio.sleep(await pause(self._run, error))
            return None

    async def _note(self, state: AccountState, detail: str | None) -> None:
        run = self._run
        await self._guarded(note_state(run.archive, run.account_id, state, detail=detail, at=run.clock()))
