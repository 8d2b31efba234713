"""Numbers over time, as they are drawn: samples with the stretches between them, and counts a day or week."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

_WEEK = 7
_MOST_DAYS = 190
"""Of more days weeks are drawn."""
_LONGEST = 3
"""How many usual steps may lie between two samples that a line joins."""
_LEAST = timedelta(hours=2)


class Sample(NamedTuple):
    """What was counted at one moment."""

    at: datetime
    value: int


class Bin(NamedTuple):
    """What was counted on a day, or in the week that begins with it."""

    day: date
    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampled:
    """Samples of one channel, in order of time; ``name`` is what it is called."""

    name: str
    samples: tuple[Sample, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Counts of one thing, in order of time, days without any left out."""

    name: str
    bins: tuple[Bin, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """What channels did: posts by the day they were published, changes by the day they were noticed.

    ``hours`` are the posts of each hour of the day, UTC, from 0 to 23.
    """

    posts: tuple[Counted, ...]
    edits: Counted
    deletions: Counted
    hours: tuple[int, ...]
    is_weekly: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Flagged:
    """Posts that were flagged, by the day they were published: of each category, or of each channel."""

    series: tuple[Counted, ...]
    is_weekly: bool


def stretches(samples: Sequence[Sample]) -> Iterator[Sequence[Sample]]:
    """Yield the stretches in which samples were taken as often as usual; nothing is known between them."""
    if not samples:
        return
    steps = [second.at - first.at for first, second in pairwise(samples)]
    longest = max(_LEAST, _LONGEST * sorted(steps)[len(steps) // 2]) if steps else _LEAST
    begin = 0
    for number, step in enumerate(steps, 1):
        if step > longest:
            yield samples[begin:number]
            begin = number
    yield samples[begin:]


def daily(samples: Sequence[Sample]) -> tuple[Sample, ...]:
    """Return the last sample of each day (UTC) where they reach over more days than can be drawn."""
    if not samples or (samples[-1].at - samples[0].at).days <= _MOST_DAYS:
        return tuple(samples)
    return tuple({sample.at.date(): sample for sample in samples}.values())


def wants_weeks(days: Iterable[date]) -> bool:
    """Say whether days are so many that weeks are drawn."""
    known = sorted(days)
    return bool(known) and (known[-1] - known[0]).days > _MOST_DAYS


def binned(counts: Mapping[date, int], *, is_weekly: bool) -> tuple[Bin, ...]:
    """Return counts a day or a week (from Monday), those of nothing left out."""
    bins: dict[date, int] = {}
    for day, count in sorted(counts.items()):
        first = day - timedelta(days=day.weekday()) if is_weekly else day
        bins[first] = bins.get(first, 0) + count
    return tuple(Bin(day, count) for day, count in bins.items() if count)


def filled(bins: Sequence[Bin], *, is_weekly: bool) -> tuple[Bin, ...]:
    """Return bins with a zero for each day or week between the first and the last that has none."""
    if not bins:
        return ()
    known, step = dict(bins), timedelta(days=_WEEK if is_weekly else 1)
    count = (bins[-1].day - bins[0].day) // step + 1
    days = (bins[0].day + number * step for number in range(count))
    return tuple(Bin(day, known.get(day, 0)) for day in days)
