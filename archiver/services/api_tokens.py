"""API tokens: let programs act for a reviewer, until a day, or until they are revoked."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from archiver.domain.reviewer import Reviewer
from archiver.services.people import People
from archiver.storage import api_tokens, audit, reviewers
from archiver.storage.api_tokens import ApiToken

_SECRET_BYTES = 32
_MARK = "archiver_"
"""Begins every token, so that scanners for leaked secrets know it."""
_LONGEST_LABEL = 80


async def make(people: People, reviewer: Reviewer, *, label: str, lasts: timedelta, by: str) -> str:
    """Return a new token, which is shown once: only its digest is kept."""
    token, now = _MARK + people.random.randbytes(_SECRET_BYTES).hex(), people.clock()
    async with people.archive.write() as tx:
        made = await api_tokens.add(
            tx,
            reviewer.reviewer_id,
            label=label[:_LONGEST_LABEL],
            digest=digest_of(token),
            made_at=now,
            expires_at=now + lasts,
        )
        details = {"reviewer_id": reviewer.reviewer_id, "days": lasts.days}
        await audit.append(
            tx, at=now, actor=by, kind="api_token.made", target=f"api_token {made}", details=details
        )
    return token


async def holder(people: People, token: str) -> Reviewer | None:
    """Return for whom a token acts, ``None`` when it opens nothing, or no longer."""
    async with people.archive.read() as db:
        found = await api_tokens.find(db, digest_of(token))
        login = await reviewers.get(db, found.reviewer_id) if found else None
    if found is None or login is None or not found.is_live(people.clock()) or login.disabled_at is not None:
        return None
    return login.reviewer


async def live_of(people: People, reviewer: Reviewer) -> list[ApiToken]:
    """Return the tokens that act for a reviewer."""
    async with people.archive.read() as db:
        found = await api_tokens.of_reviewer(db, reviewer.reviewer_id)
    return [each for each in found if each.is_live(people.clock())]


async def revoke(people: People, reviewer: Reviewer, api_token_id: int, *, by: str) -> bool:
    """End one of a reviewer's tokens; say ``False`` when there is none of that id."""
    now = people.clock()
    async with people.archive.write() as tx:
        is_ended = await api_tokens.revoke(tx, api_token_id, reviewer_id=reviewer.reviewer_id, at=now)
        if is_ended:
            target = f"api_token {api_token_id}"
            await audit.append(tx, at=now, actor=by, kind="api_token.revoked", target=target, details={})
    return is_ended


def digest_of(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()
