"""Sign-ins: the browsers in which somebody is signed in, and the failures to sign in."""

from __future__ import annotations

from datetime import datetime

from archiver.domain.ids import ReviewerId
from archiver.domain.sign_in import SignIn
from archiver.domain.throttle import Failures
from archiver.storage.archive import Reader, Transaction
from archiver.storage.driver import Row
from archiver.storage.moment import micros, moment, moment_or_none

_ADD = """
INSERT INTO sign_ins (reviewer_id, cookie_digest, signed_in_at, seen_at)
VALUES (:reviewer_id, :cookie_digest, :at, :at) RETURNING sign_in_id
"""
_FIND = """
SELECT sign_in_id, reviewer_id, signed_in_at, seen_at, ended_at FROM sign_ins
WHERE cookie_digest = :cookie_digest
"""
_OPEN_OF = """
SELECT sign_in_id, reviewer_id, signed_in_at, seen_at, ended_at FROM sign_ins
WHERE reviewer_id = :reviewer_id AND ended_at IS NULL ORDER BY sign_in_id
"""
_SEE = "UPDATE sign_ins SET seen_at = :at WHERE sign_in_id = :sign_in_id AND seen_at < :at"
_END = """
UPDATE sign_ins SET ended_at = :at
WHERE sign_in_id = :sign_in_id AND reviewer_id = :reviewer_id AND ended_at IS NULL
"""
_END_ALL = """
UPDATE sign_ins SET ended_at = :at
WHERE reviewer_id = :reviewer_id AND ended_at IS NULL AND sign_in_id <> :but
"""
_FAILURES = "SELECT failures, failed_at FROM sign_in_failures WHERE subject = :subject"
_FAIL = """
INSERT INTO sign_in_failures (subject, failures, failed_at) VALUES (:subject, 1, :at)
ON CONFLICT (subject) DO UPDATE SET
    failures = CASE WHEN failed_at <= :forgotten THEN 1 ELSE failures + 1 END, failed_at = excluded.failed_at
"""
_FORGET = "DELETE FROM sign_in_failures WHERE subject = :subject OR failed_at <= :forgotten"


async def add(tx: Transaction, reviewer_id: ReviewerId, *, cookie_digest: str, at: datetime) -> int:
    """Note that somebody signed in; return the sign-in's id."""
    values = {"reviewer_id": reviewer_id, "cookie_digest": cookie_digest, "at": micros(at)}
    row = await tx.fetch_one(_ADD, values)
    assert row is not None  # noqa: S101 - RETURNING returns
    return int(row[0])


async def find(db: Reader, cookie_digest: str) -> SignIn | None:
    """Return the sign-in of a cookie, ended or not."""
    row = await db.fetch_one(_FIND, {"cookie_digest": cookie_digest})
    return _sign_in(row) if row else None


async def open_of(db: Reader, reviewer_id: ReviewerId) -> list[SignIn]:
    """Return the sign-ins that nobody ended, also those that ended by themselves; the oldest first."""
    return [_sign_in(row) for row in await db.fetch_all(_OPEN_OF, {"reviewer_id": reviewer_id})]


async def see(tx: Transaction, sign_in_id: int, at: datetime) -> None:
    """Note that a browser is in use."""
    await tx.execute(_SEE, {"sign_in_id": sign_in_id, "at": micros(at)})


async def end(tx: Transaction, sign_in_id: int, *, reviewer_id: ReviewerId, at: datetime) -> bool:
    """End a sign-in of a reviewer; say ``False`` when there is none of that id, or no longer."""
    values = {"sign_in_id": sign_in_id, "reviewer_id": reviewer_id, "at": micros(at)}
    return await tx.change(_END, values) == 1


async def end_all(tx: Transaction, reviewer_id: ReviewerId, *, at: datetime, but: int = 0) -> int:
    """End all sign-ins of a reviewer, but for one; return how many."""
    return await tx.change(_END_ALL, {"reviewer_id": reviewer_id, "at": micros(at), "but": but})


async def failures(db: Reader, subject: str) -> Failures | None:
    """Return how often signing in failed of late for a subject."""
    row = await db.fetch_one(_FAILURES, {"subject": subject})
    return Failures(row[0], moment(row[1])) if row else None


async def fail(tx: Transaction, subject: str, *, at: datetime, forgotten: datetime) -> None:
    """Count a failure; those before ``forgotten`` count no more."""
    await tx.execute(_FAIL, {"subject": subject, "at": micros(at), "forgotten": micros(forgotten)})


async def forget(tx: Transaction, subject: str, *, forgotten: datetime) -> None:
    """Forget the failures of a subject, and everybody's from before ``forgotten``."""
    await tx.execute(_FORGET, {"subject": subject, "forgotten": micros(forgotten)})


def _sign_in(row: Row) -> SignIn:
    return SignIn(
        sign_in_id=row[0],
        reviewer_id=ReviewerId(row[1]),
        signed_in_at=moment(row[2]),
        seen_at=moment(row[3]),
        ended_at=moment_or_none(row[4]),
    )
