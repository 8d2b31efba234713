"""How right rules are: precision, recall and F1 over labelled posts, overall and by any field."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from archiver.domain.flag import Category, Flag
from archiver.domain.labelled_post import LabelledPost

_Z = 1.959963984540054
"""How many standard deviations to either side hold 95 % of a normal distribution."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """How many posts were flagged rightly and wrongly, missed, and left alone rightly."""

    true_flags: int = 0
    false_flags: int = 0
    missed: int = 0
    true_benign: int = 0

    @property
    def n(self) -> int:
        """Return how many posts there were."""
        return self.true_flags + self.false_flags + self.missed + self.true_benign

    @property
    def flagged(self) -> int:
        """Return how many were flagged."""
        return self.true_flags + self.false_flags

    @property
    def to_flag(self) -> int:
        """Return how many should be."""
        return self.true_flags + self.missed

    @property
    def precision(self) -> float | None:
        """Return the share of the flagged that should be, None where nothing was flagged."""
        return _share(self.true_flags, self.flagged)

    @property
    def recall(self) -> float | None:
        """Return the share of those to flag that were, None where there is none to flag."""
        return _share(self.true_flags, self.to_flag)

    @property
    def f1(self) -> float | None:
        """Return the harmonic mean of both, None where nothing was flagged and there is none to flag."""
        return _share(2 * self.true_flags, self.flagged + self.to_flag)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A labelled post and what the rules said: the ids and categories of its flags, shadow rules left out."""

    post: LabelledPost
    rule_ids: tuple[str, ...]
    categories: frozenset[Category]

    @property
    def is_flagged(self) -> bool:
        """Say whether a rule flagged it."""
        return bool(self.rule_ids)

    @property
    def is_wrong(self) -> bool:
        """Say whether it was flagged and should not be, or the other way round."""
        return self.is_flagged is not self.post.is_flag


def judge(post: LabelledPost, flags: Iterable[Flag]) -> Verdict:
    """Return what these flags say of a post; shadow rules say nothing."""
    seen = [flag for flag in flags if not flag.is_shadow]
    return Verdict(
        post=post,
        rule_ids=tuple(sorted({flag.rule_id for flag in seen})),
        categories=frozenset(flag.category for flag in seen),
    )


def confusion(pairs: Iterable[tuple[bool, bool]]) -> Confusion:
    """Count pairs of (should be flagged, was flagged)."""
    counts = Counter(pairs)
    return Confusion(
        true_flags=counts[True, True],
        false_flags=counts[False, True],
        missed=counts[True, False],
        true_benign=counts[False, False],
    )


def overall(verdicts: Iterable[Verdict]) -> Confusion:
    """Compare labels and flags of all posts."""
    return confusion((verdict.post.is_flag, verdict.is_flagged) for verdict in verdicts)


def by_field(verdicts: Iterable[Verdict], value_of: Callable[[LabelledPost], str]) -> dict[str, Confusion]:
    """Compare labels and flags of the posts with each value, the values sorted."""
    parts: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        parts.setdefault(value_of(verdict.post), []).append(verdict)
    return {value: overall(parts[value]) for value in sorted(parts)}


def by_category(verdicts: Sequence[Verdict]) -> dict[Category, Confusion]:
    """Compare each category that a post has or a rule gave, over the posts whose categories are known."""
    known = [(verdict.post.categories, verdict.categories) for verdict in verdicts]
    pairs = [(told, given) for told, given in known if told is not None]
    named = {category for pair in pairs for categories in pair for category in categories}
    return {
        category: confusion((category in told, category in given) for told, given in pairs)
        for category in Category
        if category in named
    }


def interval(right: int, of: int) -> tuple[float, float] | None:
    """Return between which shares the true one lies, with 95 % confidence, if ``right`` of ``of`` were seen.

    It is Wilson's score interval (https://doi.org/10.1080/01621459.1927.10502953), which is honest for few
    posts too; None where there are none.
    """
    if not of:
        return None
    share, spread = right / of, _Z * _Z / of
    middle = (share + spread / 2) / (1 + spread)
    half = _Z * math.sqrt(share * (1 - share) / of + spread / (4 * of)) / (1 + spread)
    # rounding must not push the share that was seen out of its own interval
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
