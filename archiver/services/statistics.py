"""Statistics: what waits, how far reviewers agree, how often each rule is right. Nobody is ranked."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from archiver.domain.agreement import Agreement, agreement
from archiver.domain.case import CaseState
from archiver.domain.evaluation import interval
from archiver.domain.flag import Category
from archiver.domain.reviewer import Reviewer
from archiver.domain.rights import Act, may
from archiver.domain.taxonomy import WrongMatch
from archiver.services.queue import Queue
from archiver.storage import agreements, listings, rule_tallies
from archiver.storage.archive import Archive
from archiver.storage.rule_tallies import RuleVersion, Tally

LEAST_CASES = 10
"""Of less, no precision is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueCounts:
    """What waits for a reader who may decide, else for anybody; ``since`` is when the oldest began to wait.

    ``by_state`` counts all cases; to whoever decides *second_review* is counted as *open*.
    """

    waiting: int
    since: datetime | None
    by_severity: Mapping[int, int]
    by_category: Mapping[Category, int]
    by_language: Mapping[str | None, int]
    by_state: Mapping[CaseState, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """How often a version of a rule was right, as far as cases were decided.

    ``value`` and its 95 % interval (Wilson) are ``None`` below ten cases. ``reasons`` say why it was wrong,
    where that was told, the most frequent first.
    """

    version: RuleVersion
    title: str
    right: int
    wrong: int
    value: float | None
    limits: tuple[float, float] | None
    reasons: Sequence[tuple[WrongMatch, int]]

    @property
    def n(self) -> int:
        """Return in how many decided cases it had its part."""
        return self.right + self.wrong


async def read_counts(queue: Queue, reviewer: Reviewer) -> QueueCounts:
    """Return what waits."""
    decides = may(reviewer.role, Act.DECIDE)
    async with queue.archive.read() as db:
        found = await listings.count_waiting(db, but_not_first=reviewer.reviewer_id if decides else None)
        states = await listings.count_states(db)
    if decides:
        states[CaseState.OPEN] = states.get(CaseState.OPEN, 0) + states.pop(CaseState.SECOND_REVIEW, 0)
    by_severity, by_category = Counter[int](), Counter[Category]()
    by_language = Counter[str | None]()
    for each in found:
        by_severity[each.severity] += each.cases
        by_category[each.category] += each.cases
        by_language[each.language] += each.cases
    return QueueCounts(
        waiting=by_severity.total(),
        since=min((each.since for each in found), default=None),
        by_severity=by_severity,
        by_category=by_category,
        by_language=by_language,
        by_state=states,
    )


async def read_agreement(queue: Queue, *, since: datetime) -> Agreement:
    """Return how far the first two decisions on a case agree, of those made since a time."""
    async with queue.archive.read() as db:
        pairs = await agreements.pairs_since(db, since)
    # the same pairs give the same interval
    return agreement(pairs, chance=random.Random(len(pairs)))  # noqa: S311 - no secret


async def read_precisions(archive: Archive) -> list[Precision]:
    """Return how often each version of each rule was right, in order of the rules' ids."""
    async with archive.read() as db:
        tallies = await rule_tallies.by_version(db)
    return [_precision(version, tally) for version, tally in tallies.items()]


def _precision(version: RuleVersion, tally: Tally) -> Precision:
    n = tally.right + tally.wrong
    is_enough = n >= LEAST_CASES
    return Precision(
        version=version,
        title=tally.title,
        right=tally.right,
        wrong=tally.wrong,
        value=tally.right / n if is_enough else None,
        limits=interval(tally.right, n) if is_enough else None,
        reasons=tally.reasons.most_common(),
    )
