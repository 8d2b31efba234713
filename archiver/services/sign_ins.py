"""Sign people in and out of the desk, and know them again by their cookie.

A try is counted as a failure before the password is looked at, and forgotten when it was right: many at once
can't outrun the count. Who is unknown, disabled or wrong gets the same answer after the same work.
"""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from archiver.domain import throttle
from archiver.domain.errors import ArchiveLocked
from archiver.domain.login import Login
from archiver.domain.reviewer import Reviewer, folded_name
from archiver.domain.sign_in import SignIn
from archiver.services.one_time_codes import step_of
from archiver.services.people import People
from archiver.storage import audit, reviewers, sign_ins
from archiver.storage.archive import Reader, Transaction

_COOKIE_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What somebody typed to sign in, and from where."""

    name: str
    password: str
    code: str
    address: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """Name, password or code are wrong; which is not said."""


@dataclass(frozen=True, slots=True)
class TooSoon:
    """After so many failures one must wait; nothing was looked at."""

    wait: timedelta


@dataclass(frozen=True, slots=True)
class Welcome:
    """Signed in; ``cookie`` is the secret for the browser."""

    reviewer: Reviewer
    cookie: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """Somebody who is signed in, by which sign-in."""

    login: Login
    sign_in_id: int


async def sign_in(
    people: People, attempt: Attempt, *, former_cookie: str | None
) -> Welcome | Wrong | TooSoon:
    """Sign somebody in under a new cookie; the former one of the browser ends."""
    subjects = (
        _subject("name", folded_name(attempt.name) or attempt.name),
        _subject("address", attempt.address),
    )
    if wait := await _try(people, subjects):
        return TooSoon(wait)
    login = await _known(people, attempt)
    if login is None:
        return Wrong()
    now, cookie = people.clock(), people.random.randbytes(_COOKIE_BYTES).hex()
    async with people.archive.write() as tx:
        # while the password was looked at, somebody may have disabled the login or reset it
        fresh = await reviewers.get(tx, login.reviewer.reviewer_id)
        if fresh is None or (fresh.password, fresh.disabled_at) != (login.password, None):
            return Wrong()
        if fresh.has_code and not await _spend(tx, fresh, attempt.code, now):
            return Wrong()
        await _end_former(tx, former_cookie, now)
        await _begin(tx, login.reviewer, cookie, now)
        for subject in subjects:
            await sign_ins.forget(tx, subject, forgotten=now - throttle.FORGOTTEN_AFTER)
    return Welcome(login.reviewer, cookie)


async def present(people: People, cookie: str) -> Present | None:
    """Return who shows a cookie, ``None`` when it opens nothing, or no longer; note that it is in use."""
    now = people.clock()
    async with people.archive.read() as db:
        found = await sign_ins.find(db, _digest(cookie))
        login = await reviewers.get(db, found.reviewer_id) if found else None
    if found is None or login is None or not found.is_live(now) or login.disabled_at is not None:
        return None
    if found.is_to_be_seen(now):
        # that the bot holds the archive is no reason to keep a reader waiting, or out
        with contextlib.suppress(ArchiveLocked):
            async with people.archive.write() as tx:
                await sign_ins.see(tx, found.sign_in_id, now)
    return Present(login=login, sign_in_id=found.sign_in_id)


async def live_of(people: People, reviewer: Reviewer) -> list[SignIn]:
    """Return where a reviewer is signed in."""
    now = people.clock()
    async with people.archive.read() as db:
        found = await sign_ins.open_of(db, reviewer.reviewer_id)
    return [each for each in found if each.is_live(now)]


async def end(people: People, reviewer: Reviewer, sign_in_id: int) -> bool:
    """End one of a reviewer's sign-ins; say ``False`` when there is none of that id."""
    now = people.clock()
    async with people.archive.write() as tx:
        is_ended = await sign_ins.end(tx, sign_in_id, reviewer_id=reviewer.reviewer_id, at=now)
        if is_ended:
            await _note(tx, "sign_in.ended", reviewer, now, target=f"sign_in {sign_in_id}")
    return is_ended


async def end_all(people: People, reviewer: Reviewer) -> int:
    """Sign a reviewer out everywhere; return from how many browsers."""
    now = people.clock()
    async with people.archive.write() as tx:
        count = await sign_ins.end_all(tx, reviewer.reviewer_id, at=now)
        target = f"reviewer {reviewer.reviewer_id}"
        await _note(tx, "sign_ins.ended", reviewer, now, target=target)
    return count


async def _try(people: People, subjects: tuple[str, str]) -> timedelta:
    """Return how long to wait still; when that is nothing, count a failure."""
    now = people.clock()
    async with people.archive.read() as db:
        wait = await _wait(db, subjects, now)
    if wait:
        # who tries again and again must not keep the archive from those who write
        return wait
    async with people.archive.write() as tx:
        wait = await _wait(tx, subjects, now)
        for subject in () if wait else subjects:
            await sign_ins.fail(tx, subject, at=now, forgotten=now - throttle.FORGOTTEN_AFTER)
    return wait


async def _wait(db: Reader, subjects: tuple[str, str], now: datetime) -> timedelta:
    name, address = subjects
    return max(
        throttle.by_name(await sign_ins.failures(db, name), now),
        throttle.by_address(await sign_ins.failures(db, address), now),
    )


async def _known(people: People, attempt: Attempt) -> Login | None:
    """Return whose name and password these are; a code may still be asked for."""
    async with people.archive.read() as db:
        login = await reviewers.named(db, folded_name(attempt.name) or "")
    is_right = await people.passwords.is_right(attempt.password, login.password if login else None)
    return login if login and is_right and login.disabled_at is None else None


async def _spend(tx: Transaction, login: Login, digits: str, now: datetime) -> bool:
    assert login.code is not None  # noqa: S101 - asked only for one who has
    step = step_of(login.code.secret, digits, now)
    return step is not None and await reviewers.spend_step(tx, login.reviewer.reviewer_id, step)


async def _end_former(tx: Transaction, cookie: str | None, now: datetime) -> None:
    former = await sign_ins.find(tx, _digest(cookie)) if cookie else None
    if former is not None:
        await sign_ins.end(tx, former.sign_in_id, reviewer_id=former.reviewer_id, at=now)


async def _begin(tx: Transaction, reviewer: Reviewer, cookie: str, now: datetime) -> None:
    made = await sign_ins.add(tx, reviewer.reviewer_id, cookie_digest=_digest(cookie), at=now)
    await _note(tx, "sign_in.made", reviewer, now, target=f"sign_in {made}")


async def _note(tx: Transaction, kind: str, reviewer: Reviewer, at: datetime, *, target: str) -> None:
    await audit.append(tx, at=at, actor=reviewer.pseudonym, kind=kind, target=target, details={})


def _subject(kind: str, value: str) -> str:
    return _digest(f"{kind} {value}")


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode(errors="surrogatepass")).hexdigest()
