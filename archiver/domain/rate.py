"""A rate: how many calls a program may make in a window of time, which begins with the first of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """So many calls in so much time."""

    calls: int
    time: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The calls that were made since a window began, the one that began it among them."""

    began: datetime
    calls: int = 1


def counted(window: Window | None, rate: Rate, *, now: datetime) -> Window:
    """Return the window with one call more; where it is over, or the clock went back, another."""
    if window is None or not window.began <= now < window.began + rate.time:
        return Window(began=now)
    return replace(window, calls=window.calls + 1)


def left(window: Window, rate: Rate) -> int:
    """Return how many calls are left in a window; below zero when there were too many."""
    return rate.calls - window.calls
