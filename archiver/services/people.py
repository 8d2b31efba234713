"""Keep the people of the desk: who may sign in, as what, with which password."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import NoReturn

from archiver.domain.clock import Clock
from archiver.domain.errors import ReviewerInvalid, ReviewerUnknown
from archiver.domain.ids import ReviewerId
from archiver.domain.login import Login
from archiver.domain.preferences import Preferences
from archiver.domain.reviewer import (
    LEAST_PASSWORD,
    LONGEST_PASSWORD,
    Reviewer,
    Role,
    Unfit,
    fault_of_password,
    folded_name,
)
from archiver.services import second_looks
from archiver.services.passwords import Passwords
from archiver.storage import audit, reviewers, sign_ins
from archiver.storage.archive import Archive, Transaction

COMMAND = "archiver reviewers"
"""Who acts, in the audit log, when it is the operator at a terminal."""

_SAID = {
    Unfit.NAME_INVALID: "a name is 2 to 64 letters, digits, dots, hyphens, underscores or @",
    Unfit.NAME_TAKEN: "somebody has that name; archiver reviewers list shows all",
    Unfit.PASSWORD_SHORT: f"a password needs {LEAST_PASSWORD} characters; a few words with spaces serve well",
    Unfit.PASSWORD_LONG: f"a password has at most {LONGEST_PASSWORD} characters",
    Unfit.PASSWORD_WRONG: "that is not the present password",
    Unfit.CODE_WRONG: "that code is wrong or was used; wait for the next one",
    Unfit.ONESELF: "nobody disables the own login; another admin or the operator can",
    Unfit.PREFERENCE_INVALID: "one of these choices can't be kept",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """What keeping people takes; ``random`` must be one that nobody can foresee."""

    archive: Archive
    clock: Clock
    passwords: Passwords
    random: Random


def refuse(reason: Unfit) -> NoReturn:
    """Raise ReviewerInvalid for a reason."""
    raise ReviewerInvalid(_SAID[reason], reason=reason)


async def add(people: People, name: str, *, role: Role, password: str, by: str) -> Reviewer:
    """Add somebody; raises ReviewerInvalid for a name or a password that can't be taken."""
    folded = folded_name(name)
    if folded is None:
        refuse(Unfit.NAME_INVALID)
    kept = await _kept(people, password)
    now = people.clock()
    async with people.archive.write() as tx:
        if await reviewers.named(tx, folded):
            refuse(Unfit.NAME_TAKEN)
        added = await reviewers.add(tx, folded, role=role, password=kept, at=now)
        await _note(tx, people, "reviewer.added", added, by=by, role=role)
    await second_looks.recall_all(people.archive, added, at=now)
    return added


async def everybody(people: People) -> list[Login]:
    """Return all who may or might sign in, the oldest first."""
    async with people.archive.read() as db:
        return await reviewers.everybody(db)


async def named(people: People, name: str) -> Login:
    """Return who signs in with a name; raises ReviewerUnknown."""
    async with people.archive.read() as db:
        found = await reviewers.named(db, folded_name(name) or "")
    if found is None:
        raise ReviewerUnknown("nobody has that name; archiver reviewers list shows all")
    return found


async def disable(people: People, reviewer_id: ReviewerId, *, by: str) -> None:
    """Close a login at once, its sign-ins and tokens too.

    Raises ReviewerUnknown, and ReviewerInvalid when it is one's own.
    """
    async with people.archive.write() as tx:
        reviewer = (await _get(tx, reviewer_id)).reviewer
        if reviewer.pseudonym == by:
            refuse(Unfit.ONESELF)
        await reviewers.set_disabled(tx, reviewer_id, people.clock())
        await sign_ins.end_all(tx, reviewer_id, at=people.clock())
        await _note(tx, people, "reviewer.disabled", reviewer, by=by)


async def enable(people: People, reviewer_id: ReviewerId, *, by: str) -> None:
    """Open a login again; raises ReviewerUnknown."""
    async with people.archive.write() as tx:
        reviewer = (await _get(tx, reviewer_id)).reviewer
        await reviewers.set_disabled(tx, reviewer_id, None)
        await _note(tx, people, "reviewer.enabled", reviewer, by=by)
    await second_looks.recall_all(people.archive, reviewer, at=people.clock())


async def reset_password(people: People, reviewer_id: ReviewerId, *, password: str, by: str) -> None:
    """Give somebody another password, take one-time codes away and sign them out everywhere.

    Raises ReviewerUnknown, ReviewerInvalid.
    """
    kept = await _kept(people, password)
    async with people.archive.write() as tx:
        reviewer = (await _get(tx, reviewer_id)).reviewer
        await reviewers.set_password(tx, reviewer_id, kept)
        await reviewers.set_code(tx, reviewer_id, None)
        await sign_ins.end_all(tx, reviewer_id, at=people.clock())
        await _note(tx, people, "password.reset", reviewer, by=by)


async def change_password(people: People, login: Login, *, old: str, new: str, sign_in_id: int) -> None:
    """Change one's own password and sign out everywhere else; raises ReviewerInvalid."""
    if not await people.passwords.is_right(old, login.password):
        refuse(Unfit.PASSWORD_WRONG)
    kept, reviewer = await _kept(people, new), login.reviewer
    async with people.archive.write() as tx:
        await reviewers.set_password(tx, reviewer.reviewer_id, kept)
        await sign_ins.end_all(tx, reviewer.reviewer_id, at=people.clock(), but=sign_in_id)
        await _note(tx, people, "password.changed", reviewer, by=reviewer.pseudonym)


async def prefer(people: People, reviewer: Reviewer, chosen: Preferences) -> None:
    """Keep what somebody chose for the own desk; raises ReviewerInvalid."""
    if not chosen.is_sound:
        refuse(Unfit.PREFERENCE_INVALID)
    async with people.archive.write() as tx:
        await reviewers.set_preferences(tx, reviewer.reviewer_id, chosen)


async def speak(people: People, reviewer: Reviewer, language: str | None) -> None:
    """Keep the language that somebody came in with, if they chose none before."""
    async with people.archive.read() as db:
        login = await reviewers.get(db, reviewer.reviewer_id)
    if login is not None and language is not None and login.preferences.language is None:
        await prefer(people, reviewer, replace(login.preferences, language=language))


async def _kept(people: People, password: str) -> str:
    if fault := fault_of_password(password):
        refuse(fault)
    return await people.passwords.kept(password)


async def _get(tx: Transaction, reviewer_id: ReviewerId) -> Login:
    found = await reviewers.get(tx, reviewer_id)
    if found is None:
        raise ReviewerUnknown("nobody has that id")
    return found


async def _note(
    tx: Transaction, people: People, kind: str, reviewer: Reviewer, *, by: str, **details: object
) -> None:
    target = f"reviewer {reviewer.reviewer_id}"
    await audit.append(tx, at=people.clock(), actor=by, kind=kind, target=target, details=details)
