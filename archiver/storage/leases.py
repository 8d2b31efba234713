"""Leases and the pages that show them: who holds which case, until when, by which tokens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from archiver.domain.case import Case
from archiver.domain.ids import CaseId, ReviewerId
from archiver.domain.lease import Lease
from archiver.storage.archive import Reader, Transaction
from archiver.storage.driver import Row
from archiver.storage.moment import micros, moment

_LEASE_COLUMNS = """
SELECT l.lease_id, l.case_id, l.reviewer_id, l.claimed_at, l.expires_at, l.ended_by FROM leases AS l
"""
_OF_CASE = _LEASE_COLUMNS + "WHERE l.case_id = :case_id AND l.ended_at IS NULL AND l.expires_at > :now"
_HELD = _LEASE_COLUMNS + (
    "WHERE l.reviewer_id = :reviewer_id AND l.ended_at IS NULL AND l.expires_at > :now ORDER BY l.lease_id"
)
_BY_TOKEN = (
    _LEASE_COLUMNS  # noqa: S608 - our own text
    + """
WHERE l.case_id = :case_id AND l.lease_id = coalesce(
    (SELECT o.lease_id FROM leases AS o WHERE o.token_digest = :token_digest),
    (SELECT v.lease_id FROM lease_views AS v WHERE v.token_digest = :token_digest)
)
"""
)

_EXPIRE = """
UPDATE leases SET ended_at = expires_at, ended_by = 'expired'
WHERE case_id = :case_id AND ended_at IS NULL AND expires_at <= :now
"""
_ADD = """
INSERT INTO leases (case_id, reviewer_id, token_digest, claimed_at, expires_at, severity, way)
VALUES (:case_id, :reviewer_id, :token_digest, :now, :expires_at, :severity, :way)
RETURNING lease_id
"""
_PROLONG = "UPDATE leases SET expires_at = :expires_at WHERE lease_id = :lease_id"
_END = "UPDATE leases SET ended_at = :now, ended_by = :ended_by WHERE case_id = :case_id AND ended_at IS NULL"

_OPEN_VIEW = """
INSERT INTO lease_views (token_digest, lease_id, opened_at, left_at)
VALUES (:token_digest, :lease_id, :now, :left_at)
"""
_COME_BACK = "UPDATE lease_views SET left_at = NULL WHERE token_digest = :token_digest"
_LEAVE = """
UPDATE lease_views SET left_at = :now
WHERE token_digest = :token_digest AND lease_id = :lease_id AND left_at IS NULL
"""
_COUNT_VIEWS = "SELECT count(*) FROM lease_views AS v WHERE v.lease_id = :lease_id AND v.left_at IS NULL"

_LAST_SEVERITIES = """
SELECT l.severity FROM leases AS l
WHERE l.reviewer_id = :reviewer_id ORDER BY l.lease_id DESC LIMIT :limit
"""
_COUNT = "SELECT coalesce(max(lease_id), 0) FROM leases"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLease:
    """A lease that begins; ``way`` is how its case was found: priority, waiting, drawn, asked …."""

    case: Case
    reviewer_id: ReviewerId
    token_digest: str
    claimed_at: datetime
    expires_at: datetime
    way: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A lease that a token is of, and the command that ended it, if one did."""

    lease: Lease
    ended_by: str | None


async def of_case(db: Reader, case_id: CaseId, now: datetime) -> Lease | None:
    """Return the live lease of a case."""
    row = await db.fetch_one(_OF_CASE, {"case_id": case_id, "now": micros(now)})
    return _lease(row) if row else None


async def held(db: Reader, reviewer_id: ReviewerId, now: datetime) -> list[Lease]:
    """Return a reviewer's live leases, the oldest first."""
    rows = await db.fetch_all(_HELD, {"reviewer_id": reviewer_id, "now": micros(now)})
    return [_lease(row) for row in rows]


async def by_token(db: Reader, case_id: CaseId, token_digest: str) -> Known | None:
    """Return the lease of a case that a token is of, whether it is live or not."""
    row = await db.fetch_one(_BY_TOKEN, {"case_id": case_id, "token_digest": token_digest})
    return Known(lease=_lease(row), ended_by=row[5]) if row else None


async def begin(tx: Transaction, new: NewLease) -> Lease:
    """Write a lease; one of the case that has expired is ended first."""
    values = {
        "case_id": new.case.case_id,
        "reviewer_id": new.reviewer_id,
        "token_digest": new.token_digest,
        "now": micros(new.claimed_at),
        "expires_at": micros(new.expires_at),
        "severity": new.case.severity,
        "way": new.way,
    }
    await tx.execute(_EXPIRE, values)
    row = await tx.fetch_one(_ADD, values)
    assert row is not None  # noqa: S101 - what was inserted comes back
    return Lease(
        lease_id=row[0],
        case_id=new.case.case_id,
        reviewer_id=new.reviewer_id,
        claimed_at=new.claimed_at,
        expires_at=new.expires_at,
    )


async def prolong(tx: Transaction, lease: Lease) -> None:
    """Write until when a lease holds now."""
    await tx.execute(_PROLONG, {"lease_id": lease.lease_id, "expires_at": micros(lease.expires_at)})


async def end(tx: Transaction, case_id: CaseId, *, at: datetime, ended_by: str) -> None:
    """End the lease of a case, if it has one; ``ended_by`` is the command."""
    await tx.execute(_END, {"case_id": case_id, "now": micros(at), "ended_by": ended_by})


async def open_view(
    tx: Transaction, lease: Lease, token_digest: str, *, at: datetime, is_shown: bool = True
) -> None:
    """Write that a page shows a lease, or, where not ``is_shown``, that the token serves without a page."""
    values = {
        "token_digest": token_digest,
        "lease_id": lease.lease_id,
        "now": micros(at),
        "left_at": None if is_shown else micros(at),
    }
    await tx.execute(_OPEN_VIEW, values)


async def come_back(tx: Transaction, token_digest: str) -> None:
    """Write that a page which had closed shows its lease again."""
    await tx.execute(_COME_BACK, {"token_digest": token_digest})


async def leave(tx: Transaction, lease: Lease, token_digest: str, *, at: datetime) -> int | None:
    """Write that a page has closed; return how many still show the lease, ``None`` if it was none of them."""
    values = {"token_digest": token_digest, "lease_id": lease.lease_id, "now": micros(at)}
    if not await tx.change(_LEAVE, values):
        return None
    row = await tx.fetch_one(_COUNT_VIEWS, values)
    return int(row[0]) if row else 0


async def last_severities(db: Reader, reviewer_id: ReviewerId, *, limit: int) -> list[int]:
    """Return the severities of the cases that a reviewer claimed last, the newest first."""
    rows = await db.fetch_all(_LAST_SEVERITIES, {"reviewer_id": reviewer_id, "limit": limit})
    return [row[0] for row in rows]


async def count(db: Reader) -> int:
    """Return how many leases there ever were."""
    row = await db.fetch_one(_COUNT)
    return int(row[0]) if row else 0


def _lease(row: Row) -> Lease:
    return Lease(
        lease_id=row[0],
        case_id=row[1],
        reviewer_id=row[2],
        claimed_at=moment(row[3]),
        expires_at=moment(row[4]),
    )
