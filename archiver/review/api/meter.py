"""The meter: counts the calls of each token, and tells programs how many are left.

It counts in the memory of this process: a desk that starts again counts from nothing. The headers are those
of https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/: ``q`` calls in ``w`` seconds, of
which ``r`` are left for another ``t``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple

from archiver.domain.clock import Clock
from archiver.domain.rate import Rate, Window, counted, left

TIME = timedelta(minutes=1)
HEADERS = ("RateLimit-Policy", "RateLimit")


class Metered(NamedTuple):
    """A call that was counted: what to tell of it, whether it is one too many, and when to come again."""

    headers: Mapping[str, str]
    is_over: bool
    seconds: int


class Meter:
    """Counts by whatever names a token; only live tokens are counted, so there are not many."""

    def __init__(self, calls: int, clock: Clock) -> None:
        """``calls`` are those that a token may make in a minute."""
        self._rate = Rate(calls=calls, time=TIME)
        self._clock = clock
        self._windows: dict[str, Window] = {}

    def count(self, name: str) -> Metered:
        """Count a call."""
        now = self._clock()
        window = counted(self._windows.get(name), self._rate, now=now)
        self._windows[name] = window
        remaining = left(window, self._rate)
        seconds = math.ceil((window.began + TIME - now).total_seconds())
        told = (
            f'"calls";q={self._rate.calls};w={int(TIME.total_seconds())}',
            f'"calls";r={max(0, remaining)};t={seconds}',
        )
        return Metered(dict(zip(HEADERS, told, strict=True)), remaining < 0, seconds)
