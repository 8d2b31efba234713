"""A lease: a reviewer's hold on a case. It ends by itself, so that an unattended page gives back what it has.

A lease lasts ten minutes (a setting) from the claim, and from every beat of a page that is visible and in
use, but no longer than 45 minutes in all. Every page that shows the case has a token of its own, a *view*;
when the last of them has closed, the lease shrinks to 30 s: enough for a page that is only loaded anew. A
page that closes takes back its own view alone, for the browser may tell of it after the next page was opened.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from archiver.domain.ids import CaseId, ReviewerId

LEASE_TIME = timedelta(minutes=10)
LONGEST_LEASE = timedelta(minutes=45)
LEFT_TIME = timedelta(seconds=30)
"""How long a lease lasts that no page shows any more."""
MOST_LEASES = 3
"""Live leases that a reviewer may have at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """Who holds a case, and until when."""

    lease_id: int
    case_id: CaseId
    reviewer_id: ReviewerId
    claimed_at: datetime
    expires_at: datetime

    def is_live(self, now: datetime) -> bool:
        """Say whether it still holds."""
        return now < self.expires_at


def kept(lease: Lease, *, now: datetime, time: timedelta = LEASE_TIME) -> Lease:
    """Return a live lease as a beat leaves it: never longer than the longest, never shorter than it was."""
    until = min(now + time, lease.claimed_at + LONGEST_LEASE)
    return replace(lease, expires_at=max(until, lease.expires_at))


def left(lease: Lease, *, now: datetime) -> Lease:
    """Return a lease whose last view has closed."""
    return replace(lease, expires_at=min(now + LEFT_TIME, lease.expires_at))
