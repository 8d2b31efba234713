"""Reviewers: who may sign in, as what, and what they chose for themselves."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime

from archiver.domain.audit import canonical
from archiver.domain.ids import ReviewerId
from archiver.domain.login import Code, Login
from archiver.domain.preferences import Preferences, Theme
from archiver.domain.reviewer import Reviewer, Role, pseudonym
from archiver.storage.archive import Reader, Transaction
from archiver.storage.driver import Row
from archiver.storage.moment import micros, micros_or_none, moment, moment_or_none

_NEXT = "SELECT COALESCE(max(reviewer_id), 0) + 1 FROM reviewers"
_ADD = """
INSERT INTO reviewers (reviewer_id, pseudonym, name, role, password, added_at)
VALUES (:reviewer_id, :pseudonym, :name, :role, :password, :at)
"""
_ALL = """
SELECT reviewer_id, pseudonym, role, name, password, added_at, disabled_at, totp_secret, totp_confirmed_at,
    totp_step, language, theme, has_shortcuts, shortcuts, severe_limit, pause_minutes
FROM reviewers WHERE (:reviewer_id = 0 OR reviewer_id = :reviewer_id) AND (:name = '' OR name = :name)
ORDER BY reviewer_id
"""
_ANOTHER = """
SELECT 1 FROM reviewers
WHERE disabled_at IS NULL AND reviewer_id <> :reviewer_id AND instr(:roles, ',' || role || ',') > 0 LIMIT 1
"""
_SET_PASSWORD = "UPDATE reviewers SET password = :password WHERE reviewer_id = :reviewer_id"  # noqa: S105 - SQL
_SET_DISABLED = "UPDATE reviewers SET disabled_at = :at WHERE reviewer_id = :reviewer_id"
_SET_CODE = """
UPDATE reviewers SET totp_secret = :secret, totp_confirmed_at = :confirmed_at, totp_step = :step
WHERE reviewer_id = :reviewer_id
"""
# of two requests with the same code one comes first
_SPEND_STEP = """
UPDATE reviewers SET totp_step = :step WHERE reviewer_id = :reviewer_id AND totp_step < :step
"""
_SET_PREFERENCES = """
UPDATE reviewers SET language = :language, theme = :theme, has_shortcuts = :has_shortcuts,
    shortcuts = :shortcuts, severe_limit = :severe_limit, pause_minutes = :pause_minutes
WHERE reviewer_id = :reviewer_id
"""


async def add(tx: Transaction, name: str, *, role: Role, password: str, at: datetime) -> Reviewer:
    """Add somebody whose folded name nobody has yet."""
    row = await tx.fetch_one(_NEXT)
    assert row is not None  # noqa: S101 - an aggregate has a row
    reviewer_id = ReviewerId(row[0])
    reviewer = Reviewer(reviewer_id=reviewer_id, pseudonym=pseudonym(reviewer_id), role=role)
    values = {
        "reviewer_id": reviewer_id, "pseudonym": reviewer.pseudonym, "name": name, "role": role,
        "password": password, "at": micros(at),
    }  # fmt: skip
    await tx.execute(_ADD, values)
    return reviewer


async def named(db: Reader, name: str) -> Login | None:
    """Return who has a folded name."""
    rows = await db.fetch_all(_ALL, {"reviewer_id": 0, "name": name}) if name else []
    return _login(rows[0]) if rows else None


async def get(db: Reader, reviewer_id: ReviewerId) -> Login | None:
    """Return who has an id."""
    rows = await db.fetch_all(_ALL, {"reviewer_id": reviewer_id, "name": ""}) if reviewer_id else []
    return _login(rows[0]) if rows else None


async def everybody(db: Reader) -> list[Login]:
    """Return all, also who is disabled, the oldest first."""
    return [_login(row) for row in await db.fetch_all(_ALL, {"reviewer_id": 0, "name": ""})]


async def has_another(db: Reader, reviewer_id: ReviewerId, roles: Collection[Role]) -> bool:
    """Say whether somebody else with one of these roles may sign in."""
    values = {"reviewer_id": reviewer_id, "roles": f",{','.join(roles)},"}
    return await db.fetch_one(_ANOTHER, values) is not None


async def set_password(tx: Transaction, reviewer_id: ReviewerId, password: str) -> None:
    """Keep another password."""
    await tx.execute(_SET_PASSWORD, {"reviewer_id": reviewer_id, "password": password})


async def set_disabled(tx: Transaction, reviewer_id: ReviewerId, at: datetime | None) -> None:
    """Close a login since a time, or open it again."""
    await tx.execute(_SET_DISABLED, {"reviewer_id": reviewer_id, "at": micros_or_none(at)})


async def set_code(tx: Transaction, reviewer_id: ReviewerId, code: Code | None) -> None:
    """Keep the secret of one-time codes, or none."""
    values = {
        "reviewer_id": reviewer_id,
        "secret": code.secret if code else None,
        "confirmed_at": micros_or_none(code.confirmed_at) if code else None,
        "step": code.step if code else 0,
    }
    await tx.execute(_SET_CODE, values)


async def spend_step(tx: Transaction, reviewer_id: ReviewerId, step: int) -> bool:
    """Note that the code of a half minute was used; say ``False`` when it, or a newer one, was before."""
    return await tx.change(_SPEND_STEP, {"reviewer_id": reviewer_id, "step": step}) == 1


async def set_preferences(tx: Transaction, reviewer_id: ReviewerId, chosen: Preferences) -> None:
    """Keep what a reviewer chose."""
    values = {
        "reviewer_id": reviewer_id, "language": chosen.language, "theme": chosen.theme,
        "has_shortcuts": chosen.has_shortcuts, "shortcuts": canonical(chosen.shortcuts),
        "severe_limit": chosen.severe_limit, "pause_minutes": chosen.pause_minutes,
    }  # fmt: skip
    await tx.execute(_SET_PREFERENCES, values)


def _login(row: Row) -> Login:
    code = Code(secret=row[7], confirmed_at=moment_or_none(row[8]), step=row[9]) if row[7] else None
    return Login(
        reviewer=Reviewer(reviewer_id=ReviewerId(row[0]), pseudonym=row[1], role=Role(row[2])),
        name=row[3],
        password=row[4],
        added_at=moment(row[5]),
        disabled_at=moment_or_none(row[6]),
        code=code,
        preferences=_preferences(row[10:]),
    )


def _preferences(row: Row) -> Preferences:
    return Preferences(
        language=row[0],
        theme=Theme(row[1]),
        has_shortcuts=bool(row[2]),
        shortcuts=json.loads(row[3]),
        severe_limit=row[4],
        pause_minutes=row[5],
    )
