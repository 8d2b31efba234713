"""What a command on a case is judged by: the case, and the facts as they are in its transaction."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from archiver.domain.calibration import is_calibration, undecided
from archiver.domain.case import Case, CaseState, Change, Command, Facts, Given, apply
from archiver.domain.errors import CaseUnknown, CommandRefused
from archiver.domain.ids import CaseId
from archiver.domain.refusal import Refusal
from archiver.domain.reviewer import Reviewer
from archiver.storage import case_notes, cases, decisions, leases, rule_tallies
from archiver.storage.archive import Reader, Transaction
from archiver.storage.leases import Known


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """A case with its facts; ``known`` is the lease that the command's token is of, live or not.

    ``is_calibration``: it was decided, and is shown to its holder as if it was not (`domain.calibration`).
    """

    case: Case
    facts: Facts
    known: Known | None = None
    is_calibration: bool = False

    def change(self, command: Command, given: Given | None = None) -> Change:
        """Return what a command makes of the case; raises CommandRefused."""
        found = apply(self.case, command, self.facts, given)
        if isinstance(found, Refusal):
            raise CommandRefused(found)
        return found


async def see(
    db: Reader,
    reviewer: Reviewer,
    case_id: CaseId,
    *,
    now: datetime,
    token: str | None = None,
    version: int | None = None,
) -> Sight:
    """Return a case with its facts, as they are for a reviewer; raises CaseUnknown.

    ``version`` is what was on the screen; without it the case as it is now counts as seen.
    """
    case = await cases.get(db, case_id)
    if case is None:
        raise CaseUnknown(f"there is no case {case_id}; the queue lists what there is")
    known = await leases.by_token(db, case_id, digest_of(token)) if token else None
    lease = await leases.of_case(db, case_id, now)
    held = await leases.held(db, reviewer.reviewer_id, now)
    is_own = lease is not None and lease.reviewer_id == reviewer.reviewer_id
    is_given = is_calibration(case, lease)
    if is_given and not is_own:
        lease = None
    is_its_token = token is None or (
        known is not None and lease is not None and known.lease.lease_id == lease.lease_id
    )
    facts = Facts(
        reviewer_id=reviewer.reviewer_id,
        role=reviewer.role,
        now=now,
        seen_version=case.version if version is None else version,
        lease=lease,
        holds=is_own and is_its_token,
        leases=sum(other.case_id != case_id for other in held),
        decisions=await decisions.of_round(db, case_id, case.round),
        skips=await case_notes.count_skips(db, case_id, case.round),
    )
    return _shown(Sight(case=case, facts=facts, known=known, is_calibration=is_given and is_own))


def _shown(sight: Sight) -> Sight:
    """Return a calibration as its holder is to see it; anything else as it is."""
    if not sight.is_calibration:
        return sight
    facts = replace(sight.facts, decisions=(), skips=0)
    return replace(sight, case=undecided(sight.case), facts=facts)


async def settle(tx: Transaction, before: Case, after: Case) -> None:
    """Write what has become of a case, and count what its decisions say of rules."""
    if before.state is CaseState.DECIDED and before.decision_id is not None:
        await rule_tallies.count(tx, before.decision_id, sign=-1)
    if after.state is CaseState.DECIDED and after.decision_id is not None:
        await rule_tallies.count(tx, after.decision_id, sign=1)
    await cases.put(tx, after)


def new_token(fresh: bytes) -> str:
    """Return a token of 16 random bytes: 22 characters that stand anywhere."""
    return base64.urlsafe_b64encode(fresh).rstrip(b"=").decode()


def digest_of(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
