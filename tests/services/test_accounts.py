"""What an account may do today, and what it was told to leave alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from archiver.domain.account import AccountState
from archiver.domain.errors import BudgetSpent, FloodWait
from archiver.domain.ids import AccountId
from archiver.loopback.server import LoopbackServer
from archiver.services.accounts import (
    note_acting,
    note_alive,
    note_flood,
    note_state,
    restore_holds,
    spend,
)
from archiver.services.run import Run
from archiver.telegram import reading
from tests.builders import Clock
from tests.journeys.oracle import rows
from tests.services.hard_times import impatient, locked
from tests.services.steps import with_new_calls

pytestmark = pytest.mark.asyncio

JOIN, STATE = "channels.joinChannel", "updates.getState"


def states(run: Run) -> list[tuple[Any, ...]]:
    return rows(run.archive.path, "SELECT state, detail FROM accounts")


async def flood(run: Run, method: str, seconds: float) -> None:
    await note_flood(run.archive, run.account_id, method=method, seconds=seconds, at=run.clock())


async def restore(run: Run, only: str | None = None) -> dict[str, float]:
    """Return what a new line leaves alone, as an earlier one was told to."""
    calls = (await with_new_calls(run)).line.calls
    await restore_holds(run.archive, calls, account_id=run.account_id, at=run.clock(), only=only)
    return {method: round(seconds) for method, seconds in calls.held().items()}


async def test_a_budget_is_spent_call_by_call_and_begins_anew_at_midnight_utc(run: Run, clock: Clock) -> None:
    clock.now = datetime(2026, 3, 1, 23, 0, tzinfo=UTC)
    for _ in range(2):
        await spend(run, JOIN, limit=2)

    with pytest.raises(BudgetSpent) as spent:
        await spend(run, JOIN, limit=2)
    clock.advance(timedelta(hours=1))
    await spend(run, JOIN, limit=2)

    assert (spent.value.method, spent.value.seconds) == (JOIN, 3600.0)
    calls = rows(run.archive.path, "SELECT method, day, calls FROM call_days ORDER BY day")
    assert calls == [(JOIN, "2026-03-01", 2), (JOIN, "2026-03-02", 1)]


async def test_each_method_has_a_budget_of_its_own(run: Run) -> None:
    await spend(run, JOIN, limit=1)
    await spend(run, "contacts.resolveUsername", limit=1)

    with pytest.raises(BudgetSpent):
        await spend(run, JOIN, limit=1)


async def test_a_budget_of_nothing_allows_nothing(run: Run) -> None:
    with pytest.raises(BudgetSpent):
        await spend(run, JOIN, limit=0)


async def test_a_flood_wait_is_honoured_after_a_restart_for_what_is_left_of_it(
    run: Run, clock: Clock, server: LoopbackServer
) -> None:
    await flood(run, STATE, 100)
    await flood(run, JOIN, 20)
    clock.advance(timedelta(seconds=40))

    held = await restore(run)
    calls = len(server.calls[STATE])

    assert held == {STATE: 60}
    with pytest.raises(FloodWait):
        await reading.account_state(run.line.calls)
    assert len(server.calls[STATE]) == calls


async def test_only_the_named_hold_is_restored_where_one_is_named(run: Run) -> None:
    await flood(run, STATE, 100)
    await flood(run, JOIN, 100)

    assert await restore(run, only=JOIN) == {JOIN: 100}


async def test_another_accounts_flood_waits_are_not_ours(run: Run) -> None:
    await note_flood(run.archive, AccountId(5), method=STATE, seconds=100, at=run.clock())

    assert await restore(run) == {}


async def test_a_flood_wait_that_can_not_be_written_or_is_nobodys_stops_nothing(run: Run) -> None:
    await note_flood(run.archive, None, method=STATE, seconds=100, at=run.clock())
    async with impatient(run) as hurried, locked(run.archive.path):
        await flood(hurried, STATE, 100)

    assert rows(run.archive.path, "SELECT count(*) FROM flood_holds") == [(0,)]


async def test_a_state_is_written_when_it_changes(run: Run, clock: Clock) -> None:
    changed_at = "SELECT changed_at FROM accounts"
    first = clock.advance(timedelta(minutes=1))
    await note_state(run.archive, run.account_id, AccountState.SIGNED_OUT, detail="sign in again", at=first)
    later = clock.advance(timedelta(minutes=1))

    await note_state(run.archive, run.account_id, AccountState.SIGNED_OUT, detail="sign in again", at=later)

    assert states(run) == [("signed_out", "sign in again")]
    assert rows(run.archive.path, changed_at) == [(int(first.timestamp() * 1e6),)]


async def test_a_frozen_account_that_answers_stays_frozen_until_it_acts(run: Run) -> None:
    now = run.clock()
    await note_state(run.archive, run.account_id, AccountState.FROZEN, detail="appeal", at=now)

    await note_alive(run.archive, run.account_id, at=now)
    answering = states(run)
    await note_acting(run)

    assert (answering, states(run)) == ([("frozen", "appeal")], [("connected", None)])


@pytest.mark.parametrize("state", [AccountState.DISCONNECTED, AccountState.SIGNED_OUT])
async def test_any_other_account_that_answers_is_connected(run: Run, state: AccountState) -> None:
    await note_state(run.archive, run.account_id, state, detail="…", at=run.clock())

    await note_alive(run.archive, run.account_id, at=run.clock())

    assert states(run) == [("connected", None)]
