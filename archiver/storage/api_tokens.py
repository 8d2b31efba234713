"""API tokens: keys of programs that act for a reviewer; only their digests are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from archiver.domain.ids import ReviewerId
from archiver.storage.archive import Reader, Transaction
from archiver.storage.driver import Row
from archiver.storage.moment import micros, moment, moment_or_none

_ADD = """
INSERT INTO api_tokens (reviewer_id, label, digest, made_at, expires_at)
VALUES (:reviewer_id, :label, :digest, :made_at, :expires_at) RETURNING api_token_id
"""
_FIND = """
SELECT api_token_id, reviewer_id, label, made_at, expires_at, revoked_at FROM api_tokens
WHERE digest = :digest
"""
_OF = """
SELECT api_token_id, reviewer_id, label, made_at, expires_at, revoked_at FROM api_tokens
WHERE reviewer_id = :reviewer_id ORDER BY api_token_id
"""
_REVOKE = """
UPDATE api_tokens SET revoked_at = :at
WHERE api_token_id = :api_token_id AND reviewer_id = :reviewer_id AND revoked_at IS NULL
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiToken:
    """A token without its secret."""

    api_token_id: int
    reviewer_id: ReviewerId
    label: str
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None

    def is_live(self, now: datetime) -> bool:
        """Say whether it opens anything."""
        return self.revoked_at is None and now < self.expires_at


async def add(
    tx: Transaction,
    reviewer_id: ReviewerId,
    *,
    label: str,
    digest: str,
    made_at: datetime,
    expires_at: datetime,
) -> int:
    """Keep a new token; return its id."""
    values = {
        "reviewer_id": reviewer_id, "label": label, "digest": digest, "made_at": micros(made_at),
        "expires_at": micros(expires_at),
    }  # fmt: skip
    row = await tx.fetch_one(_ADD, values)
    assert row is not None  # noqa: S101 - RETURNING returns
    return int(row[0])


async def find(db: Reader, digest: str) -> ApiToken | None:
    """Return the token with this digest, live or not."""
    row = await db.fetch_one(_FIND, {"digest": digest})
    return _token(row) if row else None


async def of_reviewer(db: Reader, reviewer_id: ReviewerId) -> list[ApiToken]:
    """Return all tokens of a reviewer, the oldest first."""
    return [_token(row) for row in await db.fetch_all(_OF, {"reviewer_id": reviewer_id})]


async def revoke(tx: Transaction, api_token_id: int, *, reviewer_id: ReviewerId, at: datetime) -> bool:
    """End a token of a reviewer; say ``False`` when there is none of that id, or no longer."""
    values = {"api_token_id": api_token_id, "reviewer_id": reviewer_id, "at": micros(at)}
    return await tx.change(_REVOKE, values) == 1


def _token(row: Row) -> ApiToken:
    return ApiToken(
        api_token_id=row[0],
        reviewer_id=ReviewerId(row[1]),
        label=row[2],
        made_at=moment(row[3]),
        expires_at=moment(row[4]),
        revoked_at=moment_or_none(row[5]),
    )
