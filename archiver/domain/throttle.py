"""How long somebody who failed to sign in must wait before the next try."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

FORGOTTEN_AFTER = timedelta(hours=1)
"""Failures count no more after so long a time without one; no wait is longer."""

_FREE_BY_NAME = 4
_FREE_BY_ADDRESS = 20
"""An office may have one address for all."""
_LONGEST = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Failures:
    """How often it failed, and when last."""

    count: int
    failed_at: datetime


def by_name(failures: Failures | None, now: datetime) -> timedelta:
    """Return how long a name must wait still: twice as long after each failure, zero for the first few."""
    return _remaining(failures, now, _FREE_BY_NAME)


def by_address(failures: Failures | None, now: datetime) -> timedelta:
    """Return how long an address must wait still."""
    return _remaining(failures, now, _FREE_BY_ADDRESS)


def _remaining(failures: Failures | None, now: datetime, free: int) -> timedelta:
    if failures is None or failures.count <= free:
        return timedelta(0)
    # beyond ten doublings it is the longest anyhow
    wait = min(timedelta(seconds=2 ** min(failures.count - free, 10)), _LONGEST)
    return max(timedelta(0), failures.failed_at + wait - now)
