"""Second looks: what one person closed alone, though two should decide, comes back once there is another."""

from __future__ import annotations

from datetime import datetime

from archiver.domain.case import recalled
from archiver.domain.reviewer import Reviewer, Role
from archiver.domain.rights import Act, may
from archiver.services.sight import settle
from archiver.storage import audit, cases, reviewers
from archiver.storage.archive import Archive, Reader, Transaction

AT_ONCE = 100
"""Cases that one transaction brings back: whoever else writes need not wait for all of them."""

_DECIDERS = tuple(role for role in Role if may(role, Act.DECIDE))


async def is_alone(db: Reader, reviewer: Reviewer) -> bool:
    """Say whether nobody else could be the second to decide."""
    return not await reviewers.has_another(db, reviewer.reviewer_id, _DECIDERS)


async def recall(tx: Transaction, reviewer: Reviewer, *, at: datetime) -> int:
    """Let cases wait for a reviewer that others have closed alone, a hundred at most; return how many."""
    if not may(reviewer.role, Act.DECIDE):
        return 0
    found = await cases.closed_alone(tx, but_not_by=reviewer.reviewer_id, limit=AT_ONCE)
    for case in found:
        after = recalled(case, now=at)
        await settle(tx, case, after)
        await audit.append(
            tx, at=at, actor="archiver", kind="case.recalled", target=f"case {case.case_id}",
            details={"round": after.round, "version": after.version},
        )  # fmt: skip
    return len(found)


async def recall_all(archive: Archive, reviewer: Reviewer, *, at: datetime) -> None:
    """Let all such cases wait for a reviewer who has come."""
    while True:
        async with archive.write() as tx:
            if await recall(tx, reviewer, at=at) < AT_ONCE:
                return
