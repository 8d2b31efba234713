"""Channels: what they say of themselves, their handles, how they can be reached; all over time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from archiver.domain.channel import Access, Availability, ChannelLook, Fact
from archiver.domain.ids import AccountId, ChannelId, RunId
from archiver.storage.archive import Reader, Transaction
from archiver.storage.moment import micros, moment, moment_or_none

_ENSURE = """
INSERT INTO channels (channel_id, first_observed_at) VALUES (:channel_id, :now)
ON CONFLICT (channel_id) DO NOTHING
"""

# bare columns beside max() come from the row that holds the maximum; PostgreSQL would want DISTINCT ON
_FACTS = """
SELECT fact, value, max(observed_at) FROM channel_facts WHERE channel_id = :channel_id GROUP BY fact
"""
_ADD_FACT = """
INSERT INTO channel_facts (channel_id, fact, observed_at, value, run_id)
VALUES (:channel_id, :fact, :now, :value, :run_id)
ON CONFLICT (channel_id, fact, observed_at) DO NOTHING
"""

_HANDLES = """
SELECT handle, is_held, max(observed_at) FROM channel_handles WHERE channel_id = :channel_id GROUP BY handle
"""
_HOLDERS = """
SELECT channel_id, is_held, max(observed_at) FROM channel_handles WHERE handle = :handle GROUP BY channel_id
"""
_ADD_HANDLE = """
INSERT INTO channel_handles (channel_id, handle, observed_at, is_held)
VALUES (:channel_id, :handle, :now, :is_held)
ON CONFLICT (channel_id, handle, observed_at) DO NOTHING
"""

_AVAILABILITY = """
SELECT availability, detail, observed_at FROM channel_availability
WHERE channel_id = :channel_id ORDER BY observed_at DESC LIMIT 1
"""
_ADD_AVAILABILITY = """
INSERT INTO channel_availability (channel_id, observed_at, availability, detail, run_id)
VALUES (:channel_id, :now, :availability, :detail, :run_id)
ON CONFLICT (channel_id, observed_at) DO NOTHING
"""

_OUT_SINCE = """
SELECT min(observed_at) FROM channel_availability WHERE channel_id = :channel_id AND observed_at > (
    SELECT coalesce(max(observed_at), 0) FROM channel_availability
    WHERE channel_id = :channel_id AND availability IN ('reachable', 'restricted')
)
"""
_REACHES = """
SELECT channel_id, availability, detail, max(observed_at) FROM channel_availability GROUP BY channel_id
"""
_ALL_HANDLES = """
SELECT channel_id, handle, is_held, max(observed_at) FROM channel_handles GROUP BY channel_id, handle
"""

_PUT_ACCESS = """
INSERT INTO channel_access (account_id, channel_id, access_hash, is_joined, observed_at)
VALUES (:account_id, :channel_id, :access_hash, coalesce(:is_joined, 0), :now)
ON CONFLICT (account_id, channel_id) DO UPDATE SET
    access_hash = excluded.access_hash,
    is_joined = coalesce(:is_joined, channel_access.is_joined),
    observed_at = excluded.observed_at
"""
_ACCESSES = "SELECT channel_id, access_hash, is_joined FROM channel_access WHERE account_id = :account_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How a channel could be reached, since when, and in which of Telegram's words."""

    availability: Availability
    detail: str | None
    since: datetime


async def record_look(
    tx: Transaction,
    look: ChannelLook,
    *,
    account_id: AccountId,
    observed_at: datetime,
    run_id: RunId,
) -> None:
    """Write what a look at a channel changes: a row where a value differs from the newest one."""
    now = micros(observed_at)
    await tx.execute(_ENSURE, {"channel_id": look.channel_id, "now": now})
    await _record_facts(tx, look, now=now, run_id=run_id)
    if look.handles is not None:
        await _record_handles(tx, look.channel_id, look.handles, now=now)
    await set_availability(
        tx, look.channel_id, look.availability,
        detail=look.detail, observed_at=observed_at, run_id=run_id,
    )  # fmt: skip
    if look.access_hash is not None:
        await put_access(
            tx, account_id, look.channel_id,
            access_hash=look.access_hash, is_joined=look.is_joined, observed_at=observed_at,
        )  # fmt: skip


async def put_access(
    tx: Transaction,
    account_id: AccountId,
    channel_id: ChannelId,
    *,
    access_hash: int,
    is_joined: bool | None,
    observed_at: datetime,
) -> None:
    """Write an account's key to a channel; ``is_joined`` is ``None`` where that was not told."""
    values = {
        "account_id": account_id,
        "channel_id": channel_id,
        "access_hash": access_hash,
        "is_joined": is_joined,
        "now": micros(observed_at),
    }
    await tx.execute(_PUT_ACCESS, values)


async def set_availability(
    tx: Transaction,
    channel_id: ChannelId,
    availability: Availability,
    *,
    detail: str | None,
    observed_at: datetime,
    run_id: RunId,
) -> Reach:
    """Write how a channel was found, when that differs from before; return how it stands, and since when."""
    before = await reach(tx, channel_id)
    if before is not None and (before.availability, before.detail) == (availability, detail):
        return before
    values = {
        "channel_id": channel_id,
        "now": micros(observed_at),
        "availability": availability,
        "detail": detail,
        "run_id": run_id,
    }
    await tx.execute(_ADD_AVAILABILITY, values)
    return Reach(availability=availability, detail=detail, since=observed_at)


async def facts(db: Reader, channel_id: ChannelId) -> dict[Fact, str]:
    """Return what a channel says of itself now, as far as we know."""
    rows = await db.fetch_all(_FACTS, {"channel_id": channel_id})
    return {Fact(row[0]): row[1] for row in rows}


async def handles(db: Reader, channel_id: ChannelId) -> frozenset[str]:
    """Return the handles a channel holds, as far as we know."""
    rows = await db.fetch_all(_HANDLES, {"channel_id": channel_id})
    return frozenset(row[0] for row in rows if row[1])


async def holders(db: Reader, handle: str) -> frozenset[ChannelId]:
    """Return the channels that hold a handle, as far as we know: one at most, once all were looked at."""
    rows = await db.fetch_all(_HOLDERS, {"handle": handle})
    return frozenset(ChannelId(row[0]) for row in rows if row[1])


async def reach(db: Reader, channel_id: ChannelId) -> Reach | None:
    """Return how a channel was found last, or ``None`` before the first look."""
    row = await db.fetch_one(_AVAILABILITY, {"channel_id": channel_id})
    if row is None:
        return None
    return Reach(availability=Availability(row[0]), detail=row[1], since=moment(row[2]))


async def out_since(db: Reader, channel_id: ChannelId) -> datetime | None:
    """Return since when a channel can't be read, for whatever reasons; ``None`` while it can."""
    row = await db.fetch_one(_OUT_SINCE, {"channel_id": channel_id})
    return moment_or_none(row[0]) if row else None


async def reaches(db: Reader) -> dict[ChannelId, Reach]:
    """Return how every channel was found last."""
    return {
        ChannelId(row[0]): Reach(availability=Availability(row[1]), detail=row[2], since=moment(row[3]))
        for row in await db.fetch_all(_REACHES)
    }


async def all_handles(
    db: Reader,
) -> tuple[dict[ChannelId, frozenset[str]], dict[ChannelId, datetime]]:
    """Return the handles every channel holds, and when they changed last."""
    held: dict[ChannelId, frozenset[str]] = {}
    changed_at: dict[ChannelId, datetime] = {}
    for channel_id, handle, is_held, observed_at in await db.fetch_all(_ALL_HANDLES):
        held[channel_id] = held.get(channel_id, frozenset()) | ({handle} if is_held else frozenset())
        changed_at[channel_id] = max(changed_at.get(channel_id, moment(0)), moment(observed_at))
    return held, changed_at


async def accesses(db: Reader, account_id: AccountId) -> dict[ChannelId, Access]:
    """Return an account's keys to channels."""
    rows = await db.fetch_all(_ACCESSES, {"account_id": account_id})
    return {
        ChannelId(row[0]): Access(channel_id=ChannelId(row[0]), access_hash=row[1], is_joined=bool(row[2]))
        for row in rows
    }


async def _record_facts(tx: Transaction, look: ChannelLook, *, now: int, run_id: RunId) -> None:
    known = await facts(tx, look.channel_id)
    for fact, value in look.facts.items():
        if known.get(fact) != value:
            values = {
                "channel_id": look.channel_id, "fact": fact, "now": now, "value": value, "run_id": run_id,
            }  # fmt: skip
            await tx.execute(_ADD_FACT, values)


async def _record_handles(tx: Transaction, channel_id: ChannelId, held: tuple[str, ...], *, now: int) -> None:
    known = await handles(tx, channel_id)
    changes = [(channel_id, handle, False) for handle in known - set(held)]
    for handle in set(held) - known:
        changes += [(other, handle, False) for other in await holders(tx, handle)]
        changes.append((channel_id, handle, True))
    for holder, handle, is_held in changes:
        values = {"channel_id": holder, "handle": handle, "now": now, "is_held": int(is_held)}
        await tx.execute(_ADD_HANDLE, values)
