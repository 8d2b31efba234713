"""One-time codes (TOTP, RFC 6238): a second thing to have, for whoever wants it. No code is taken twice."""

from __future__ import annotations

import hmac
from dataclasses import replace
from datetime import datetime

import pyotp

from archiver.domain.login import Code, Login
from archiver.domain.reviewer import Unfit
from archiver.services.people import People, refuse
from archiver.storage import audit, reviewers
from archiver.storage.archive import Transaction

_STEP_SECONDS = 30
_SECRET_LETTERS = 32
"""Of base32: the 160 bits of RFC 4226, 4."""
_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


async def begin(people: People, login: Login) -> None:
    """Make a secret, to be confirmed with a first code; while one is in force, it stays."""
    if login.has_code:
        return
    secret = "".join(people.random.choices(_BASE32, k=_SECRET_LETTERS))
    async with people.archive.write() as tx:
        code = Code(secret=secret, confirmed_at=None, step=0)
        await reviewers.set_code(tx, login.reviewer.reviewer_id, code)


async def confirm(people: People, login: Login, digits: str) -> None:
    """Put the secret in force, if this is its code; raises ReviewerInvalid."""
    now, code = people.clock(), login.code
    step = step_of(code.secret, digits, now) if code else None
    if code is None or step is None:
        refuse(Unfit.CODE_WRONG)
    async with people.archive.write() as tx:
        await reviewers.set_code(
            tx, login.reviewer.reviewer_id, replace(code, confirmed_at=now, step=max(step, code.step))
        )
        await _note(tx, login, "code.set_up", now)


async def take_away(people: People, login: Login, password: str) -> None:
    """Ask for no codes any more, if this is the password; raises ReviewerInvalid."""
    if not await people.passwords.is_right(password, login.password):
        refuse(Unfit.PASSWORD_WRONG)
    async with people.archive.write() as tx:
        await reviewers.set_code(tx, login.reviewer.reviewer_id, None)
        await _note(tx, login, "code.taken_away", people.clock())


def step_of(secret: str, digits: str, now: datetime) -> int | None:
    """Return the half minute whose code this is, the one before and the one after included."""
    code, present = pyotp.TOTP(secret), int(now.timestamp()) // _STEP_SECONDS
    typed = "".join(digits.split())
    # Arabic digits are what an Arabic keyboard types
    plain = "".join(str(int(each)) if each.isdecimal() else each for each in typed).encode(errors="replace")
    return next(
        (
            step
            for step in (present, present - 1, present + 1)
            if hmac.compare_digest(code.generate_otp(step).encode(), plain)
        ),
        None,
    )


def link(login: Login) -> str:
    """Return what an app for codes reads from a QR code, for a secret that is still to be confirmed."""
    assert login.code is not None  # noqa: S101 - asked for only then
    return pyotp.TOTP(login.code.secret).provisioning_uri(name=login.name, issuer_name="archiver")


async def _note(tx: Transaction, login: Login, kind: str, at: datetime) -> None:
    reviewer = login.reviewer
    target = f"reviewer {reviewer.reviewer_id}"
    await audit.append(tx, at=at, actor=reviewer.pseudonym, kind=kind, target=target, details={})
