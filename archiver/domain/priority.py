"""Priority: which case comes first, and why.

A product of four factors, kept as the sum of their logarithms: severity (1, 2, 5, 12) × reach × precision ×
recency. Recency halves every 24 hours since the newest post was published, which lowers all cases alike; so
what is kept is the sum as it would be at one fixed moment, and time never rewrites it. Nothing starves all
the same: `services.claiming` takes every eighth case by how long it waits.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

SEVERITY_WEIGHTS = {1: 1.0, 2: 2.0, 3: 5.0, 4: 12.0}
HALVES_IN = timedelta(hours=24)
_FIXED = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Factors:
    """The four factors of a case's priority at a moment; each multiplies."""

    severity: float
    reach: float
    precision: float
    recency: float

    @property
    def product(self) -> float:
        """Return the priority as people read it."""
        return self.severity * self.reach * self.precision * self.recency


def audience(views: int | None, subscribers: int | None) -> int:
    """Return how many people a post may have reached: its views, or a tenth of the channel's subscribers."""
    return max(views or 0, (subscribers or 0) // 10)


def reach(audience: int) -> float:
    """Return the factor of an audience: one more for each ten times as many people."""
    return 1 + math.log10(max(1, audience))


def precision(right: int, wrong: int) -> float:
    """Return how often a rule is right as far as one can tell: the mean of Beta(1 + right, 1 + wrong)."""
    return (1 + right) / (2 + right + wrong)


def factors(
    *, severity: int, audience: int, precision: float, published_at: datetime, now: datetime
) -> Factors:
    """Return what makes the priority of a case at a moment."""
    age = max(timedelta(), now - published_at)
    return Factors(
        severity=SEVERITY_WEIGHTS[severity],
        reach=reach(audience),
        precision=precision,
        recency=0.5 ** (age / HALVES_IN),
    )


def priority(*, severity: int, audience: int, precision: float, published_at: datetime) -> float:
    """Return what cases are sorted by: the binary logarithm of the product at a fixed moment."""
    timeless = factors(
        severity=severity, audience=audience, precision=precision, published_at=_FIXED, now=_FIXED
    ).product
    return math.log2(timeless) + (published_at - _FIXED) / HALVES_IN
