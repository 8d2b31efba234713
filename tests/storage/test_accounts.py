"""Accounts: their states, flood waits and budgets."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from archiver.domain.account import Account, AccountState, FloodHold, UpdateState
from archiver.domain.ids import AccountId
from archiver.storage import accounts
from archiver.storage.archive import Archive
from tests.builders import NOON, Clock
from tests.storage.steps import ACCOUNT

pytestmark = pytest.mark.asyncio

HOUR = timedelta(hours=1)
HOLD = FloodHold(
    account_id=ACCOUNT, method="messages.getHistory", seconds=30.5, noticed_at=NOON, until=NOON + HOUR
)
RESOLVE = "contacts.resolveUsername"


async def put_state(archive: Archive, state: AccountState, hours: int, detail: str | None = None) -> None:
    async with archive.write() as tx:
        await accounts.put_state(tx, ACCOUNT, state, detail=detail, at=NOON + hours * HOUR)


async def held(archive: Archive) -> Account | None:
    async with archive.read() as db:
        return await accounts.get(db, ACCOUNT)


async def test_a_state_lasts_since_it_changed(archive: Archive) -> None:
    unknown = await held(archive)
    await put_state(archive, AccountState.CONNECTED, 0)
    await put_state(archive, AccountState.CONNECTED, 1)
    connected = await held(archive)
    await put_state(archive, AccountState.FROZEN, 2, "FROZEN_METHOD_INVALID")

    assert unknown is None
    assert connected == Account(account_id=ACCOUNT, state=AccountState.CONNECTED, changed_at=NOON)
    assert await held(archive) == Account(
        account_id=ACCOUNT,
        state=AccountState.FROZEN,
        changed_at=NOON + 2 * HOUR,
        detail="FROZEN_METHOD_INVALID",
    )


async def test_how_far_an_accounts_events_were_read_outlives_its_state(archive: Archive) -> None:
    read = UpdateState(pts=1, qts=2, date=NOON, seq=4)
    await put_state(archive, AccountState.CONNECTED, 0)

    async with archive.write() as tx:
        await accounts.put_update_state(tx, ACCOUNT, read)
    await put_state(archive, AccountState.DISCONNECTED, 1)

    account = await held(archive)
    assert account is not None
    assert account.update_state == read
    async with archive.read() as db:
        assert await accounts.every(db) == [account]


async def test_the_longest_flood_wait_of_a_method_counts_until_it_is_over(archive: Archive) -> None:
    longer = replace(HOLD, noticed_at=NOON + HOUR / 2, seconds=60, until=NOON + 2 * HOUR)
    other = replace(HOLD, method=RESOLVE)
    elsewhere = replace(HOLD, account_id=AccountId(9))
    async with archive.write() as tx:
        for hold in (HOLD, HOLD, longer, other, elsewhere):
            await accounts.add_hold(tx, hold)

    async with archive.read() as db:
        at_first = await accounts.holds(db, NOON)
        later = await accounts.holds(db, NOON + HOUR)
        over = await accounts.holds(db, NOON + 2 * HOUR)

    assert at_first == [elsewhere, other, longer]
    assert (later, over) == ([longer], [])


async def test_a_budget_outlives_a_restart_and_begins_anew_each_day(archive: Archive) -> None:
    today, tomorrow = NOON.date(), (NOON + 24 * HOUR).date()
    for day, method in (
        (today, RESOLVE),
        (today, RESOLVE),
        (today, "channels.joinChannel"),
        (tomorrow, RESOLVE),
    ):
        async with archive.write() as tx:
            await accounts.spend(tx, ACCOUNT, method, day=day)
    await archive.close()

    again = await Archive.open(archive.path, clock=Clock())
    async with again.read() as db:
        spent = [
            await accounts.spent(db, account_id, RESOLVE, day=day)
            for account_id, day in ((ACCOUNT, today), (ACCOUNT, tomorrow), (AccountId(9), today))
        ]
    await again.close()

    assert spent == [2, 1, 0]
