"""The account of a run: its state, its flood waits, its daily budgets."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import structlog

from archiver.domain.account import AccountState, FloodHold
from archiver.domain.errors import ArchiveError, BudgetSpent
from archiver.domain.ids import AccountId
from archiver.services.run import Run
from archiver.storage import accounts
from archiver.storage.archive import Archive
from archiver.telegram.calls import Calls

log = structlog.get_logger()


async def note_state(
    archive: Archive,
    account_id: AccountId,
    state: AccountState,
    *,
    detail: str | None,
    at: datetime,
    unless: AccountState | None = None,
) -> None:
    """Record what state an account is in, ``unless`` it is in another; a change is logged."""
    async with archive.write() as tx:
        before = await accounts.get(tx, account_id)
        if before is not None and (
            before.state is unless or (before.state, before.detail) == (state, detail)
        ):
            return
        await accounts.put_state(tx, account_id, state, detail=detail, at=at)
    if before is None or before.state is not state:
        log.info("account.changed", account_id=account_id, state=state, detail=detail)


async def note_alive(archive: Archive, account_id: AccountId, *, at: datetime) -> None:
    """Record that the line answers; a frozen account answers too, and stays frozen until it may act again."""
    await note_state(
        archive, account_id, AccountState.CONNECTED, detail=None, at=at, unless=AccountState.FROZEN
    )


async def note_acting(run: Run) -> None:
    """Record that the account did what a frozen one may not."""
    at = run.clock()
    await note_state(run.archive, run.account_id, AccountState.CONNECTED, detail=None, at=at)


async def note_flood(
    archive: Archive, account_id: AccountId | None, *, method: str, seconds: float, at: datetime
) -> None:
    """Record a flood wait, so that `status` shows it and the next run honours it."""
    log.warning("call.flooded", account_id=account_id, method=method, seconds=seconds)
    if account_id is None:
        return
    hold = FloodHold(
        account_id=account_id, method=method, seconds=seconds,
        noticed_at=at, until=at + timedelta(seconds=seconds),
    )  # fmt: skip
    try:
        async with archive.write() as tx:
            await accounts.add_hold(tx, hold)
    except ArchiveError as error:
        log.error("archive.unwritable", code=error.code, error=str(error))  # noqa: TRY400 - no bug


async def restore_holds(
    archive: Archive, calls: Calls, *, account_id: AccountId, at: datetime, only: str | None = None
) -> None:
    """Leave alone what an earlier run was told to leave alone: all methods, or ``only`` one."""
    async with archive.read() as db:
        held = await accounts.holds(db, at)
    for hold in held:
        if hold.account_id == account_id and only in {None, hold.method}:
            calls.hold(hold.method, seconds=(hold.until - at).total_seconds())


async def spend(run: Run, method: str, *, limit: int) -> None:
    """Take one call of a scarce method out of the day's budget; raises BudgetSpent when none is left."""
    now = run.clock()
    async with run.archive.write() as tx:
        if await accounts.spent(tx, run.account_id, method, day=now.date()) >= limit:
            tomorrow = datetime.combine(now.date() + timedelta(days=1), time(), UTC)
            raise BudgetSpent(method, seconds=(tomorrow - now).total_seconds())
        await accounts.spend(tx, run.account_id, method, day=now.date())
