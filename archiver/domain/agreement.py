"""Agreement: how far two people who decided independently said the same.

Raw agreement misleads where one answer is rare, and so does alpha alone: with 98 % raw agreement it may be
0.66, or below zero. So all are given, with the number of pairs, and none for less than 50.

Krippendorff's alpha is 1 - D_o / D_e: the disagreement that is observed over that which is to be expected of
answers dealt out by chance (Krippendorff, Content Analysis, 2004, chapter 11). Its interval is that of 1,000
samples of the pairs, drawn with replacement.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TypeVar

from archiver.domain.decision import Ruling
from archiver.domain.evaluation import interval
from archiver.domain.taxonomy import Verdict

LEAST_PAIRS = 50
_SAMPLES = 1_000
_TAIL = 0.025

Value = TypeVar("Value", bound=Hashable)
Pair = tuple[Value, Value]
Distance = Callable[[Sequence[Pair[Value]]], Callable[[Value, Value], float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure and its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How far pairs of rulings agree; every figure is ``None`` where it can't be told.

    ``raw`` counts equal answers, a violation's category among them. ``positive`` and ``negative`` are the
    shares of those called a violation, or none, by either that were called so by both. ``category`` is alpha
    of the nominal answers, ``severity`` of the ordinal severities where both saw a violation.
    """

    n: int
    raw: Figure | None = None
    positive: float | None = None
    negative: float | None = None
    category: Figure | None = None
    severity: Figure | None = None


def agreement(pairs: Sequence[tuple[Ruling, Ruling]], *, chance: random.Random) -> Agreement:
    """Return how far pairs of rulings agree; ``chance`` draws the samples of the intervals."""
    if len(pairs) < LEAST_PAIRS:
        return Agreement(n=len(pairs))
    answers = [(_answer(one), _answer(other)) for one, other in pairs]
    severities = [
        (one.severity, other.severity)
        for one, other in pairs
        if one.severity is not None and other.severity is not None
    ]
    return Agreement(
        n=len(pairs),
        raw=_share(sum(one == other for one, other in answers), len(answers)),
        positive=_specific([(one.verdict, other.verdict) for one, other in pairs], Verdict.VIOLATION),
        negative=_specific([(one.verdict, other.verdict) for one, other in pairs], Verdict.NOT_A_VIOLATION),
        category=_figure(answers, nominal, chance),
        severity=_figure(severities, ordinal, chance) if len(severities) >= LEAST_PAIRS else None,
    )


def alpha(pairs: Sequence[Pair[Value]], distance: Distance[Value]) -> float | None:
    """Return Krippendorff's alpha of pairs, ``None`` where all answers are the same: nothing could be told.

    ``distance`` returns, for the pairs, the squared distance between two answers.
    """
    measure = distance(pairs)
    values = Counter(value for pair in pairs for value in pair)
    n = values.total()
    observed = sum(2 * count * measure(one, other) for (one, other), count in Counter(pairs).items())
    expected = sum(
        values[one] * values[other] * measure(one, other) for one, other in product(values, repeat=2)
    )
    return 1 - (n - 1) * observed / expected if expected else None


def nominal(_pairs: Sequence[Pair[Value]]) -> Callable[[Value, Value], float]:
    """Measure answers that are the same or not."""
    return lambda one, other: float(one != other)


def ordinal(pairs: Sequence[Pair[int]]) -> Callable[[int, int], float]:
    """Measure ranks by how many answers lie between two, half of those at either end."""
    values = Counter(value for pair in pairs for value in pair)

    def measure(one: int, other: int) -> float:
        low, high = min(one, other), max(one, other)
        between = sum(count for value, count in values.items() if low <= value <= high)
        return (between - (values[low] + values[high]) / 2) ** 2 if low != high else 0.0

    return measure


def _answer(ruling: Ruling) -> str:
    return ruling.category or ruling.verdict


def _share(part: int, whole: int) -> Figure | None:
    limits = interval(part, whole)
    return None if limits is None else Figure(value=part / whole, low=limits[0], high=limits[1])


def _specific(pairs: Sequence[Pair[Verdict]], verdict: Verdict) -> float | None:
    """Return the share of an answer's givings that met the same answer."""
    given = sum((one is verdict) + (other is verdict) for one, other in pairs)
    return 2 * sum(one is verdict and other is verdict for one, other in pairs) / given if given else None


def _figure(pairs: Sequence[Pair[Value]], distance: Distance[Value], chance: random.Random) -> Figure | None:
    value = alpha(pairs, distance)
    if value is None:
        return None
    drawn = (alpha(chance.choices(pairs, k=len(pairs)), distance) for _ in range(_SAMPLES))
    # a sample in which all say the same agrees entirely
    samples = sorted(1.0 if each is None else each for each in drawn)
    return Figure(value=value, low=samples[int(_TAIL * _SAMPLES)], high=samples[-int(_TAIL * _SAMPLES) - 1])
