"""A sign-in: a browser that may act for a reviewer, for a while."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from archiver.domain.ids import ReviewerId

IDLE = timedelta(minutes=30)
"""Without a request it ends after this."""
LONGEST = timedelta(hours=12)
"""It ends after this in any case."""
SEEN_EVERY = timedelta(minutes=1)
"""How exactly the last request is noted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """A browser in which somebody signed in."""

    sign_in_id: int
    reviewer_id: ReviewerId
    signed_in_at: datetime
    seen_at: datetime
    ended_at: datetime | None

    def is_live(self, now: datetime) -> bool:
        """Say whether it still opens the desk."""
        return self.ended_at is None and now < min(self.seen_at + IDLE, self.signed_in_at + LONGEST)

    def is_to_be_seen(self, now: datetime) -> bool:
        """Say whether it is time to note that it is in use."""
        return now - self.seen_at >= SEEN_EVERY
