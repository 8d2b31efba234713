"""The bot: one run from start to end, over as many lines as that takes.

A broken line, an account that is signed out, a server that refuses us: each becomes a state in the archive,
and the bot goes on trying, ever more slowly. It ends when it is told to, or when the archive is damaged.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import structlog

from archiver import __version__
from archiver.domain.account import AccountState
from archiver.domain.clock import Clock
from archiver.domain.errors import AccountLost, ArchiveError, ConnectionLost, TelegramError
from archiver.domain.ids import AccountId, RunId
from archiver.services.accounts import note_flood, note_state, restore_holds
from archiver.services.flagging import Flagging
from archiver.services.following import follow
from archiver.services.indexing import Fold
from archiver.services.marking import Marker
from archiver.services.run import Policy, Run
from archiver.services.troubles import rest
from archiver.storage import accounts, rulebooks, runs
from archiver.storage.archive import Archive, Transaction
from archiver.telegram.line import TELEGRAM_LAYER, Line, NewLine

log = structlog.get_logger()

E = TypeVar("E", bound=BaseException)

_SHORTEST, _LONGEST = 1.0, 300.0

_GLANCE, _SIGNING_IN = 1.0, 3.0
"""Seconds between two glances at the session file, and between two tries while a person signs in."""

_IDENTIFYING = "users.getUsers"
"""The one call that goes out before we know whose line it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What the process around the bot wants to hear: that it is ready, and that it lives."""

    ready: Callable[[], None]
    alive: Callable[[], None]


class Bot:
    """One run on one archive; `live` once."""

    def __init__(
        self,
        archive: Archive,
        new_line: NewLine,
        *,
        clock: Clock,
        policy: Policy,
        outside: Outside,
        flagging: Flagging | None = None,
        fold: Fold | None = None,
        marker: Marker | None = None,
    ) -> None:
        """``archive`` is claimed; ``new_line`` makes the line of the account.

        Without ``flagging`` nothing is flagged, without ``fold`` nothing is indexed and marked, without
        ``marker`` nothing is marked.
        """
        self._archive, self._clock, self._policy, self._outside = archive, clock, policy, outside
        self._flagging, self._fold, self._marker = flagging, fold, marker
        self._line: Line = new_line(self._on_flood)
        self._chance = random.Random()  # noqa: S311 - jitter, no secret
        self._account_id: AccountId | None = None
        self._lost_login: object = None

    async def live(self, stop: asyncio.Event) -> None:
        """Archive until ``stop`` is set.

        Raises SessionMissing, SessionExposed or SessionInUse at the start, ArchiveDamaged at any time.
        """
        self._line.prepare()
        run_id = await self._begin()
        self._outside.ready()
        log.info("run.started", run_id=run_id, version=__version__)
        try:
            await self._until(stop, run_id)
        finally:
            await self._end(run_id)

    async def _until(self, stop: asyncio.Event, run_id: RunId) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                work = [group.create_task(self._beats(run_id)), group.create_task(self._lines(run_id))]
                group.create_task(_cancel_when(stop, work))
        except BaseExceptionGroup as failed:
            # one error ends a run; a person wants it without the tasks around it
            raise _leaves(failed)[0] from failed

    async def _begin(self) -> RunId:
        async with self._archive.write() as tx:
            await self._disconnect(tx, None)
            digest = await self._adopt(tx)
            return await runs.begin(
                tx, at=self._clock(), version=__version__, layer=TELEGRAM_LAYER, rulebook_digest=digest
            )

    async def _adopt(self, tx: Transaction) -> str | None:
        """Enter the rules that this run flags by; return their digest."""
        if self._flagging is None:
            return None
        rulebook = self._flagging.rulebook
        if await rulebooks.record(tx, rulebook, at=self._clock()):
            unseen = await rulebooks.count_unseen(tx, rulebook.digest)
            log.info("rulebook.adopted", rulebook=rulebook.digest, unseen=unseen)
        return rulebook.digest

    async def _disconnect(self, tx: Transaction, detail: str | None) -> None:
        """Note that nobody is connected any more; worse states stay as they are."""
        for account in await accounts.every(tx):
            if account.state is AccountState.CONNECTED:
                await accounts.put_state(
                    tx, account.account_id, AccountState.DISCONNECTED, detail=detail, at=self._clock()
                )

    async def _end(self, run_id: RunId) -> None:
        await self._line.close()
        with contextlib.suppress(ArchiveError):  # a run without an end is one that was cut off
            async with self._archive.write() as tx:
                await self._disconnect(tx, "the bot was stopped")
                await runs.end(tx, run_id, at=self._clock())
        log.info("run.ended", run_id=run_id)

    async def _beats(self, run_id: RunId) -> None:
        while True:
            try:
                async with self._archive.write() as tx:
                    await runs.beat(tx, run_id, at=self._clock())
                self._outside.alive()
            except ArchiveError as error:
                rest(error)  # said there; a damaged archive ends the run
            await asyncio.sleep(self._policy.heartbeat.total_seconds())

    async def _lines(self, run_id: RunId) -> None:
        """Open a line, follow it until it breaks, open the next."""
        delay = _SHORTEST
        while True:
            try:
                run = await self._open(run_id)
                delay = _SHORTEST
                await follow(run)
            except* ConnectionLost as broken:
                await self._broke(AccountState.DISCONNECTED, broken)
                await self._line.hang_up()
            except* AccountLost as lost:
                delay = max(delay, 30.0)
                await self._broke(AccountState(_leaves(lost)[0].state), lost)
                # let go of the session file, so that a person can sign in again beside us
                await self._line.close()
                self._lost_login = self._line.login_stamp
            except* (TelegramError, ArchiveError) as failed:
                delay = max(delay, *(rest(error) for error in _leaves(failed)))
            await self._rest(delay * self._chance.uniform(0.8, 1.2))
            delay = min(delay * 2, _LONGEST)

    async def _rest(self, seconds: float) -> None:
        """Wait; not for long, once somebody has begun to sign in beside us."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while (left := until - loop.time()) > 0:
            if self._lost_login is not None and self._line.login_stamp != self._lost_login:
                await asyncio.sleep(min(left, _SIGNING_IN))
                return
            await asyncio.sleep(min(left, _GLANCE))

    async def _open(self, run_id: RunId) -> Run:
        self._line.prepare()
        await self._restore_holds(await self._whose(), only=_IDENTIFYING)
        self._account_id = await self._line.open()
        await self._note(AccountState.CONNECTED, None)
        await self._restore_holds(self._account_id)
        self._lost_login = None
        log.info("line.opened", account_id=self._account_id)
        return Run(
            archive=self._archive, line=self._line, clock=self._clock, run_id=run_id,
            account_id=self._account_id, policy=self._policy, flagging=self._flagging, fold=self._fold,
            marker=self._marker, chance=self._chance,
        )  # fmt: skip

    async def _restore_holds(self, account_id: AccountId | None, *, only: str | None = None) -> None:
        if account_id is not None:
            await restore_holds(
                self._archive, self._line.calls, account_id=account_id, at=self._clock(), only=only
            )

    async def _broke(self, state: AccountState, group: BaseExceptionGroup[E]) -> None:
        detail = str(_leaves(group)[0])
        log.warning("line.broken", state=state, detail=detail)
        with contextlib.suppress(ArchiveError):  # the archive's own trouble is told by the beats
            await self._note(state, detail)

    async def _note(self, state: AccountState, detail: str | None) -> None:
        account_id = await self._whose()
        if account_id is not None:
            await note_state(self._archive, account_id, state, detail=detail, at=self._clock())

    async def _whose(self) -> AccountId | None:
        """Return whose line it is; before we could ask, whose it was last."""
        if self._account_id is not None:
            return self._account_id
        async with self._archive.read() as db:
            known = await accounts.every(db)
        return known[-1].account_id if known else None

    async def _on_flood(self, method: str, seconds: float) -> None:
        account_id = await self._whose()
        await note_flood(self._archive, account_id, method=method, seconds=seconds, at=self._clock())


async def _cancel_when(stop: asyncio.Event, work: list[asyncio.Task[None]]) -> None:
    await stop.wait()
    for task in work:
        task.cancel()


def _leaves(group: BaseExceptionGroup[E]) -> list[E]:
    found: list[E] = []
    for error in group.exceptions:
        found += _leaves(error) if isinstance(error, BaseExceptionGroup) else [error]
    return found
