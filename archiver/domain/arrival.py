"""What flagged posts mean for their case: a new one opens, a joined one inherits, and some open it again.

A decision outranks later runs of the rules. A decided case is opened again only where a rule of a higher
severity than any before hits, or where a post of it was edited into another text that is flagged; a further
repost is listed as joined since, and makes the case weigh more. So do more people who saw its posts. What
only weighs more has the same version: whoever is deciding on it goes on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from archiver.domain.case import Case, CaseState, reopened, woken
from archiver.domain.flag import Category, Flag
from archiver.domain.ids import ChannelId, PostId
from archiver.domain.priority import priority, reach

_NOTICEABLE = 1.1
"""From so many times the reach on, a case weighs more: twice the people where it was a hundred."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What the flagged revisions of one transaction bring to a case.

    ``category`` and ``severity`` are those of their worst flag, ``audience`` and ``precision`` the largest,
    ``published_at`` the newest. ``is_changed`` says that a post which was in the case has another text now.
    """

    category: Category
    severity: int
    audience: int
    precision: float
    published_at: datetime
    is_changed: bool = False

    @property
    def priority(self) -> float:
        """Return the priority of a case that holds nothing else."""
        return priority(
            severity=self.severity,
            audience=self.audience,
            precision=self.precision,
            published_at=self.published_at,
        )


def together(arrivals: Iterable[Arrival]) -> Arrival:
    """Return what some arrivals, at least one, bring together."""
    every = list(arrivals)
    worst = max(every, key=lambda each: each.severity)
    return Arrival(
        category=worst.category,
        severity=worst.severity,
        audience=max(each.audience for each in every),
        precision=max(each.precision for each in every),
        published_at=max(each.published_at for each in every),
        is_changed=any(each.is_changed for each in every),
    )


def worst(flags: Iterable[Flag]) -> Flag:
    """Return the flag that a case is called after: the most severe, then the highest score."""
    return max(flags, key=lambda flag: (flag.severity, flag.score))


def absorb(case: Case, arrival: Arrival, *, now: datetime) -> Case:
    """Return a case with what has come to it; the same where that changes nothing."""
    is_worse = arrival.severity > case.severity
    weighed = _weighed(case, arrival)
    if not is_worse and not arrival.is_changed:
        return weighed
    if is_worse:
        weighed = replace(weighed, category=arrival.category)
    match case.state:
        case CaseState.DECIDED:
            return reopened(weighed, now=now)
        case CaseState.SNOOZED:
            return woken(weighed, now=now)
    return replace(weighed, version=case.version + 1)


def spread(case: Case, audience: int) -> Case:
    """Return a case of which a post has reached so many people by now; the same where that is hardly more."""
    if reach(audience) < _NOTICEABLE * reach(case.audience):
        return case
    return _reckoned(replace(case, audience=audience))


def draw(channel_id: ChannelId, post_id: PostId) -> int:
    """Return what random claims are drawn by: the same for a post always, 63 bits, spread evenly."""
    return int.from_bytes(hashlib.sha256(f"{channel_id}/{post_id}".encode()).digest()[:8]) >> 1


def _weighed(case: Case, arrival: Arrival) -> Case:
    grown = replace(
        case,
        severity=max(case.severity, arrival.severity),
        audience=max(case.audience, arrival.audience),
        precision=max(case.precision, arrival.precision),
        published_at=max(case.published_at, arrival.published_at),
    )
    return case if grown == case else _reckoned(grown)


def _reckoned(case: Case) -> Case:
    return replace(
        case,
        priority=priority(
            severity=case.severity,
            audience=case.audience,
            precision=case.precision,
            published_at=case.published_at,
        ),
    )
