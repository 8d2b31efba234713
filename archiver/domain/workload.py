"""What a reviewer has done of late, so that the desk can say: enough, or: a pause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

REST = timedelta(minutes=10)
"""Who held no case for so long has had a pause."""
WORST = 4
"""The severity that is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stint:
    """The time that a reviewer held a case."""

    began: datetime
    ended: datetime
    severity: int


def worst_since(stints: Sequence[Stint], since: datetime) -> int:
    """Return how many cases of the worst kind a reviewer took since a time."""
    return sum(stint.severity == WORST and stint.began >= since for stint in stints)


def working_for(stints: Sequence[Stint], now: datetime) -> timedelta:
    """Return how long a reviewer has worked without a pause; ``stints`` from the oldest on."""
    began = now
    for stint in sorted(stints, key=lambda stint: stint.began, reverse=True):
        if began - min(stint.ended, now) >= REST:
            break
        began = min(began, stint.began)
    return now - began


def is_pause_due(stints: Sequence[Stint], now: datetime, pause: timedelta) -> bool:
    """Say whether a pause is to be proposed: once in each such time of work, not at every case after it."""
    if not stints:
        return False
    before = [stint for stint in stints if stint.began < stints[-1].began]
    worked, then = working_for(stints, now), working_for(before, stints[-1].began)
    return worked // pause > then // pause
