"""A line over time as an SVG that is made here: no script, no library, nothing that is not in the archive.

Where nothing was sampled the line breaks: what we do not know is not drawn.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from archiver.domain.channel import Availability
from archiver.domain.channel_past import AvailabilityChange, SubscriberSample

WIDTH, HEIGHT = 720, 180
BAND = 10
"""The height of the strip that shows how the channel could be reached."""
_BREAK = 4
"""A gap of so many usual ones breaks the line."""
_LEAST_GAP = timedelta(hours=2)
_MOST_POINTS = 400
_TICKS = 4
"""Steps from the lowest to the highest, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A level of the chart: where, and how many subscribers that is."""

    y: float
    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of time in which a channel was found in one way."""

    x: float
    width: float
    availability: Availability
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Paths for an SVG of `WIDTH` by `HEIGHT`: one a stretch without a break, dots for lone samples."""

    paths: tuple[str, ...]
    dots: tuple[tuple[float, float], ...]
    ticks: tuple[Tick, ...]
    spans: tuple[Span, ...]
    first: datetime
    last: datetime
    low: int
    high: int
    breaks: int


def chart(
    samples: Sequence[SubscriberSample],
    changes: Sequence[AvailabilityChange],
    *,
    since: datetime,
    now: datetime,
) -> Chart | None:
    """Return the subscribers of a channel from a time until now, ``None`` where none were sampled."""
    if not samples:
        return None
    low, high = min(each.subscribers for each in samples), max(each.subscribers for each in samples)
    first = max(since, samples[0].at)
    scale = _Scale(first=first, last=max(now, first + timedelta(minutes=1)), low=low, high=high)
    stretches = unbroken(samples)
    return Chart(
        paths=tuple(scale.path(_thinned(each)) for each in stretches if len(each) > 1),
        dots=tuple(scale.point(each[0]) for each in stretches if len(each) == 1),
        ticks=scale.ticks(),
        spans=tuple(_spans(changes, scale)),
        first=scale.first,
        last=scale.last,
        low=low,
        high=high,
        breaks=len(stretches) - 1,
    )


def unbroken(samples: Sequence[SubscriberSample]) -> list[list[SubscriberSample]]:
    """Return the stretches of samples between which there is no long gap."""
    gaps = [later.at - earlier.at for earlier, later in pairwise(samples)]
    usual = timedelta(seconds=median(gap.total_seconds() for gap in gaps)) if gaps else _LEAST_GAP
    longest = max(_LEAST_GAP, _BREAK * usual)
    stretches = [[samples[0]]]
    for gap, sample in zip(gaps, samples[1:], strict=True):
        if gap > longest:
            stretches.append([])
        stretches[-1].append(sample)
    return stretches


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scale:
    first: datetime
    last: datetime
    low: int
    high: int

    def x(self, at: datetime) -> float:
        share = (at - self.first) / (self.last - self.first)
        return round(WIDTH * min(max(share, 0.0), 1.0), 1)

    def y(self, value: float) -> float:
        span = (self.high - self.low) or 1
        middle = 0.5 if self.high == self.low else (value - self.low) / span
        return round((HEIGHT - 2 * BAND) * (1 - middle) + BAND, 1)

    def point(self, sample: SubscriberSample) -> tuple[float, float]:
        return self.x(sample.at), self.y(sample.subscribers)

    def path(self, samples: Sequence[SubscriberSample]) -> str:
        points = (self.point(sample) for sample in samples)
        return "M" + "L".join(f"{x} {y}" for x, y in points)

    def ticks(self) -> tuple[Tick, ...]:
        if self.high == self.low:
            return (Tick(y=self.y(self.low), value=self.low),)
        step = _round_step((self.high - self.low) / _TICKS)
        values = range(-(-self.low // step) * step, self.high + 1, step)
        return tuple(Tick(y=self.y(value), value=value) for value in values)


def _round_step(least: float) -> int:
    """Return the smallest of 1, 2, 5, 10, 20, 50 … that is not less."""
    tens: int = 10 ** max(0, math.floor(math.log10(least)))
    return next(tens * each for each in (1, 2, 5, 10) if tens * each >= least)


def _thinned(samples: Sequence[SubscriberSample]) -> list[SubscriberSample]:
    """Return as many samples as can be seen, the last one among them."""
    step = -(-len(samples) // _MOST_POINTS)
    return [*samples[:-1:step], samples[-1]]


def _spans(changes: Sequence[AvailabilityChange], scale: _Scale) -> list[Span]:
    spans: list[Span] = []
    for number, change in enumerate(changes):
        until = changes[number + 1].at if number + 1 < len(changes) else scale.last
        start, end = scale.x(change.at), scale.x(until)
        if end > start:
            spans.append(
                Span(x=start, width=round(end - start, 1), availability=change.availability, since=change.at)
            )
    return spans
