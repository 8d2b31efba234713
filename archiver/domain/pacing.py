"""How fast we may call Telegram: a token bucket per method that learns from flood waits.

The bucket starts at a rate known to be safe (research: telethon.md 2.4), halves it on every flood wait, and
regains a tenth of the safe rate per hour. Telegram's own waiting time is always honoured, plus a tenth.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

_WAIT_MARGIN = 1.1
_REGAIN_PER_SECOND = 0.1 / 3600
_SLOWEST = 1 / 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """The state of one method of one account; times are seconds of a monotonic clock.

    ``rate`` is calls a second when healthy, ``factor`` what a flood wait left of it, ``tokens`` the calls
    that may be made at once, never more than ``burst``. ``held_until`` is Telegram's own word.
    """

    rate: float
    burst: float
    tokens: float
    at: float
    factor: float = 1.0
    held_until: float = 0.0

    @classmethod
    def full(cls, *, rate: float, burst: float, at: float) -> Self:
        """Return a bucket that may spend its whole burst at once."""
        return cls(rate=rate, burst=burst, tokens=burst, at=at)

    def refilled(self, now: float) -> Self:
        """Return the bucket as it stands at ``now``."""
        passed = max(0.0, now - self.at)
        factor = min(1.0, self.factor + passed * _REGAIN_PER_SECOND)
        tokens = min(self.burst, self.tokens + passed * self.rate * factor)
        return replace(self, tokens=tokens, factor=factor, at=max(now, self.at))

    def delay(self, now: float) -> float:
        """Return the seconds to wait at ``now`` before the next call; 0 when it may go at once."""
        bucket = self.refilled(now)
        missing = max(0.0, 1.0 - bucket.tokens) / (bucket.rate * bucket.factor)
        return max(bucket.held_until - now, missing, 0.0)

    def spent(self, now: float) -> Self:
        """Return the bucket after one call at ``now``; the account may go below zero when calls queue."""
        bucket = self.refilled(now)
        return replace(bucket, tokens=bucket.tokens - 1)

    def held(self, until: float) -> Self:
        """Return the bucket that gives nothing before ``until``."""
        return replace(self, held_until=max(self.held_until, until))

    def flooded(self, now: float, *, seconds: float) -> Self:
        """Return the bucket after Telegram asked to wait ``seconds``."""
        bucket = self.refilled(now)
        held = max(bucket.held_until, now + max(seconds, 1.0) * _WAIT_MARGIN)
        return replace(
            bucket, factor=max(_SLOWEST, bucket.factor / 2), tokens=min(0.0, bucket.tokens), held_until=held
        )


def look_interval(posts_per_hour: float, *, shortest: float, longest: float) -> float:
    """Return the seconds between two looks at a channel we did not join: about every 25 posts."""
    if posts_per_hour <= 0:
        return longest
    return min(longest, max(shortest, 25 / posts_per_hour * 3600))
