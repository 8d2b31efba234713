"""Accounts: their state, how far their own events were read, flood holds and daily budgets."""

from __future__ import annotations

from datetime import date, datetime

from archiver.domain.account import Account, AccountState, FloodHold, UpdateState
from archiver.domain.ids import AccountId
from archiver.storage.archive import Reader, Transaction
from archiver.storage.driver import Row
from archiver.storage.moment import micros, moment

_PUT_STATE = """
INSERT INTO accounts (account_id, state, detail, changed_at) VALUES (:account_id, :state, :detail, :now)
ON CONFLICT (account_id) DO UPDATE SET
    changed_at = CASE
        WHEN accounts.state = excluded.state THEN accounts.changed_at ELSE excluded.changed_at
    END,
    state = excluded.state,
    detail = excluded.detail
"""
_PUT_UPDATE_STATE = """
UPDATE accounts SET pts = :pts, qts = :qts, date = :date, seq = :seq WHERE account_id = :account_id
"""
_EVERY = "SELECT account_id, state, detail, changed_at, pts, qts, date, seq FROM accounts ORDER BY account_id"
_GET = """
SELECT account_id, state, detail, changed_at, pts, qts, date, seq FROM accounts WHERE account_id = :account_id
"""

_ADD_HOLD = """
INSERT INTO flood_holds (account_id, method, noticed_at, seconds, until)
VALUES (:account_id, :method, :noticed_at, :seconds, :until)
ON CONFLICT (account_id, method, noticed_at) DO NOTHING
"""
_HOLDS = """
SELECT account_id, method, seconds, noticed_at, max(until) FROM flood_holds
WHERE until > :now GROUP BY account_id, method ORDER BY account_id, method
"""

_SPEND = """
INSERT INTO call_days (account_id, method, day, calls) VALUES (:account_id, :method, :day, 1)
ON CONFLICT (account_id, method, day) DO UPDATE SET calls = call_days.calls + 1
"""
_SPENT = """
SELECT calls FROM call_days WHERE account_id = :account_id AND method = :method AND day = :day
"""


async def put_state(
    tx: Transaction, account_id: AccountId, state: AccountState, *, detail: str | None, at: datetime
) -> None:
    """Write what state an account is in."""
    values = {"account_id": account_id, "state": state, "detail": detail, "now": micros(at)}
    await tx.execute(_PUT_STATE, values)


async def put_update_state(tx: Transaction, account_id: AccountId, state: UpdateState) -> None:
    """Write how far an account's own events were read."""
    values = {
        "account_id": account_id,
        "pts": state.pts,
        "qts": state.qts,
        "date": micros(state.date),
        "seq": state.seq,
    }
    await tx.execute(_PUT_UPDATE_STATE, values)


async def get(db: Reader, account_id: AccountId) -> Account | None:
    """Return an account."""
    row = await db.fetch_one(_GET, {"account_id": account_id})
    return _account(row) if row else None


async def every(db: Reader) -> list[Account]:
    """Return all accounts."""
    return [_account(row) for row in await db.fetch_all(_EVERY)]


async def add_hold(tx: Transaction, hold: FloodHold) -> None:
    """Write a flood wait."""
    values = {
        "account_id": hold.account_id,
        "method": hold.method,
        "noticed_at": micros(hold.noticed_at),
        "seconds": hold.seconds,
        "until": micros(hold.until),
    }
    await tx.execute(_ADD_HOLD, values)


async def holds(db: Reader, now: datetime) -> list[FloodHold]:
    """Return the flood waits that are not over, the longest of each method."""
    return [
        FloodHold(
            account_id=row[0],
            method=row[1],
            seconds=row[2],
            noticed_at=moment(row[3]),
            until=moment(row[4]),
        )
        for row in await db.fetch_all(_HOLDS, {"now": micros(now)})
    ]


async def spend(tx: Transaction, account_id: AccountId, method: str, *, day: date) -> None:
    """Count one call of a scarce method."""
    await tx.execute(_SPEND, {"account_id": account_id, "method": method, "day": day.isoformat()})


async def spent(db: Reader, account_id: AccountId, method: str, *, day: date) -> int:
    """Return how often a scarce method was called on a day (UTC)."""
    values = {"account_id": account_id, "method": method, "day": day.isoformat()}
    row = await db.fetch_one(_SPENT, values)
    return int(row[0]) if row else 0


def _account(row: Row) -> Account:
    state = None
    if row[4] is not None:
        state = UpdateState(pts=row[4], qts=row[5], date=moment(row[6]), seq=row[7])
    return Account(
        account_id=row[0],
        state=AccountState(row[1]),
        detail=row[2],
        changed_at=moment(row[3]),
        update_state=state,
    )
