"""What an archive holds of a channel and what it is missing, by post ids and by hours.

Every id from 1 to the highest that is known of falls into one of five:

* present: archived, and it stood there when it was last looked at;
* tombstoned: archived, and gone at Telegram now;
* irreparable: it was there, and gone before it could be read;
* absent: looked for, and Telegram showed nothing there: deleted before the watch began, or never published;
* unknown: not looked for yet, or in a gap that is still open.

What is archived counts as archived, whatever the gap ledger said of it once: a post may come late, or be
imported.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from archiver.domain.cursor import Cursor
from archiver.domain.gap import Gap, GapState
from archiver.domain.ids import ChannelId
from archiver.domain.stretch import Stretch

SHORTEST_BLINDNESS = timedelta(minutes=1)
"""A shorter pause between two runs is a restart."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time; ``until`` is not in it."""

    since: datetime
    until: datetime

    @property
    def hours(self) -> float:
        """Return how long it is."""
        return (self.until - self.since) / timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What the archive knows of a channel; stretches are in rising order and do not touch.

    ``archived`` are the ids that have a revision, ``tombstoned`` those of them that are gone. ``cursor`` is
    ``None`` for a channel that the bot never read. ``told`` is how many posts Telegram counted at the newest
    audit.
    """

    channel_id: ChannelId
    handle: str | None
    first_observed_at: datetime
    cursor: Cursor | None
    archived: tuple[Stretch, ...]
    tombstoned: tuple[Stretch, ...]
    gaps: tuple[Gap, ...]
    told: int | None = None
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """What an archive holds of a channel, and what it is missing."""

    holding: Holding
    present: tuple[Stretch, ...]
    tombstoned: tuple[Stretch, ...]
    irreparable: tuple[Stretch, ...]
    absent: tuple[Stretch, ...]
    unknown: tuple[Stretch, ...]
    blind: tuple[Span, ...]

    @property
    def open_gaps(self) -> tuple[Gap, ...]:
        """Return what is still to be repaired."""
        return tuple(gap for gap in self.holding.gaps if gap.state is GapState.OPEN)

    @property
    def is_history_complete(self) -> bool:
        """Whether the channel was read back to its beginning."""
        cursor = self.holding.cursor
        return cursor is not None and cursor.history_complete_at is not None


def completeness(holding: Holding, *, blind: Sequence[Span]) -> Completeness:
    """Return what is held and missed of a channel; ``blind`` is when the bot did not run."""
    lost = _of_gaps(holding.gaps, GapState.IRREPARABLE)
    still_open = _of_gaps(holding.gaps, GapState.OPEN)
    irreparable = minus(lost, holding.archived)
    rest = minus(minus([Stretch(1, _highest(holding))], holding.archived), irreparable)
    absent = minus(minus(rest, _unread(holding)), still_open)
    return Completeness(
        holding=holding,
        present=tuple(minus(holding.archived, holding.tombstoned)),
        tombstoned=holding.tombstoned,
        irreparable=tuple(irreparable),
        absent=tuple(absent),
        unknown=tuple(minus(rest, absent)),
        blind=tuple(_clipped(blind, since=holding.first_observed_at)),
    )


def blindness(runs: Iterable[Span], *, until: datetime) -> tuple[Span, ...]:
    """Return when no run lived, between the first one's start and ``until``, in order."""
    spans: list[Span] = []
    seen: datetime | None = None
    for run in sorted(runs, key=lambda run: run.since):
        if seen is not None and run.since > seen:
            spans.append(Span(seen, min(run.since, until)))
        seen = max(seen or run.until, run.until)
    if seen is not None and seen < until:
        spans.append(Span(seen, until))
    return tuple(span for span in spans if span.until - span.since >= SHORTEST_BLINDNESS)


def count(stretches: Iterable[Stretch]) -> int:
    """Return how many ids there are in stretches."""
    return sum(map(len, stretches))


def minus(these: Sequence[Stretch], those: Sequence[Stretch]) -> list[Stretch]:
    """Return what is in these stretches and not in those; both, and it, are in rising order."""
    left: list[Stretch] = []
    at = 0
    for stretch in these:
        first = stretch.first
        while at < len(those) and those[at].last < first:
            at += 1
        ahead = at
        while ahead < len(those) and those[ahead].first <= stretch.last:
            if first < those[ahead].first:
                left.append(Stretch(first, those[ahead].first - 1))
            first = max(first, those[ahead].last + 1)
            ahead += 1
        at = max(at, ahead - 1)
        if first <= stretch.last:
            left.append(Stretch(first, stretch.last))
    return left


def _highest(holding: Holding) -> int:
    known = [holding.archived[-1].last if holding.archived else 0]
    known += [gap.last_post_id for gap in holding.gaps if gap.last_post_id is not None]
    return max([*known, holding.cursor.high_water_id if holding.cursor else 0])


def _unread(holding: Holding) -> list[Stretch]:
    """Return the ids that nobody looked for yet."""
    cursor = holding.cursor
    if cursor is None:
        return [Stretch(1, _highest(holding))]
    below = 0 if cursor.history_complete_at else cursor.low_water_id - 1
    unread = [Stretch(1, below), Stretch(cursor.high_water_id + 1, _highest(holding))]
    return [stretch for stretch in unread if stretch.first <= stretch.last]


def _of_gaps(gaps: Iterable[Gap], state: GapState) -> list[Stretch]:
    """Return the ids of gaps in this state, those that meet as one stretch."""
    joined: list[Stretch] = []
    for stretch in sorted(_ids(gap for gap in gaps if gap.state is state)):
        if joined and stretch.first <= joined[-1].last + 1:
            joined[-1] = Stretch(joined[-1].first, max(joined[-1].last, stretch.last))
        else:
            joined.append(stretch)
    return joined


def _ids(gaps: Iterable[Gap]) -> Iterator[Stretch]:
    for gap in gaps:
        if gap.first_post_id is not None and gap.last_post_id is not None:
            yield Stretch(gap.first_post_id, gap.last_post_id)


def _clipped(blind: Iterable[Span], *, since: datetime) -> Iterator[Span]:
    for span in blind:
        if span.until > since:
            yield Span(max(span.since, since), span.until)
