"""Cases in lists: those that wait, those in a state, and how many there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from archiver.domain.case import Case, CaseState
from archiver.domain.flag import Category
from archiver.domain.ids import CaseId, ChannelId, ReviewerId
from archiver.storage.archive import Reader
from archiver.storage.cases import case_of
from archiver.storage.driver import Row
from archiver.storage.moment import micros, moment

# the keys of the page first, out of an index alone; then what belongs to each
_LINE_COLUMNS = """
SELECT c.case_id, c.state, c.round, c.version, c.category, c.severity, c.opened_at, c.waiting_since,
    c.published_at, c.audience, c.precision, c.priority, c.channel_id, c.post_id, c.language, c.former_state,
    c.snoozed_until, c.first_reviewer_id, c.decision_id, c.review,
    (SELECT w.handle FROM watches AS w WHERE w.channel_id = c.channel_id LIMIT 1),
    (SELECT f.value FROM channel_facts AS f WHERE f.channel_id = c.channel_id AND f.fact = 'title'
        ORDER BY f.observed_at DESC LIMIT 1),
    v.text, v.media_name,
    (SELECT count(DISTINCT m.channel_id || '/' || m.post_id) FROM reposts AS m
        WHERE m.repost_group_id = c.case_id),
    (SELECT l.reviewer_id FROM leases AS l
        WHERE l.case_id = c.case_id AND l.ended_at IS NULL AND l.expires_at > :now)
"""
_OF_LINE = """
JOIN cases AS c ON c.case_id = k.case_id
JOIN reposts AS g ON g.repost_id = (SELECT min(repost_id) FROM reposts WHERE repost_group_id = c.case_id)
JOIN revisions AS v ON v.channel_id = g.channel_id AND v.post_id = g.post_id AND v.revision = g.revision
ORDER BY c.priority DESC, c.case_id
"""
_CHOSEN = """
    AND c.priority <= :after_priority AND (c.priority < :after_priority OR c.case_id > :after_case_id)
    AND (:severity IS NULL OR c.severity = :severity)
    AND (:category IS NULL OR c.category = :category)
    AND (:language IS NULL OR c.language = :language)
    AND (:channel_id IS NULL OR c.case_id IN (
        SELECT r.repost_group_id FROM reposts AS r WHERE r.channel_id = :channel_id
    ))
"""
_WAITING = f"""
{_LINE_COLUMNS} FROM (
    SELECT c.case_id FROM cases AS c INDEXED BY cases_by_priority
    WHERE c.state IN ('open', 'second_review') AND c.first_reviewer_id IS NOT :but_not_first {_CHOSEN}
    ORDER BY c.priority DESC, c.case_id LIMIT :limit
) AS k {_OF_LINE}
"""  # noqa: S608 - our own text
_IN_STATE = f"""
{_LINE_COLUMNS} FROM (
    SELECT c.case_id FROM cases AS c
    WHERE c.state = :state AND (:first IS NULL OR c.first_reviewer_id = :first) {_CHOSEN}
    ORDER BY c.priority DESC, c.case_id LIMIT :limit
) AS k {_OF_LINE}
"""  # noqa: S608 - our own text

_COUNT_WAITING = """
SELECT c.severity, c.category, c.language, count(*), min(c.waiting_since)
FROM cases AS c INDEXED BY cases_by_kind
WHERE c.state IN ('open', 'second_review') AND c.first_reviewer_id IS NOT :but_not_first
GROUP BY c.severity, c.category, c.language
"""
_COUNT_STATES = "SELECT c.state, count(*) FROM cases AS c GROUP BY c.state"

_FIRST = 1e300


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which cases to list.

    Without a ``state`` those that wait, those left out on which ``reviewer_id`` decided first; with a state
    and a ``reviewer_id`` only those on which that one did. ``after`` is the priority and id of the case that
    the page goes on from.
    """

    state: CaseState | None = None
    severity: int | None = None
    category: Category | None = None
    language: str | None = None
    channel_id: ChannelId | None = None
    reviewer_id: ReviewerId | None = None
    after: tuple[float, CaseId] | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A case with its first post as it was flagged, how many posts it has, and who holds it."""

    case: Case
    handle: str | None
    title: str | None
    text: str
    media_name: str | None
    posts: int
    holder_id: ReviewerId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How many cases of a kind wait, and since when the oldest does."""

    severity: int
    category: Category
    language: str | None
    cases: int
    since: datetime


async def lines(db: Reader, wanted: Wanted, *, now: datetime) -> list[Line]:
    """Return a page of cases, the most urgent first."""
    after_priority, after_case_id = wanted.after or (_FIRST, 0)
    values = {
        "state": wanted.state,
        "severity": wanted.severity,
        "category": wanted.category,
        "language": wanted.language,
        "channel_id": wanted.channel_id,
        "but_not_first": wanted.reviewer_id or 0,
        "first": wanted.reviewer_id,
        "after_priority": after_priority,
        "after_case_id": after_case_id,
        "limit": wanted.limit,
        "now": micros(now),
    }
    sql = _WAITING if wanted.state is None else _IN_STATE
    return [_line(row) for row in await db.fetch_all(sql, values)]


async def count_waiting(db: Reader, *, but_not_first: ReviewerId | None = None) -> list[Waiting]:
    """Return what waits, by kind; those left out on which a reviewer decided first."""
    rows = await db.fetch_all(_COUNT_WAITING, {"but_not_first": but_not_first or 0})
    return [
        Waiting(
            severity=row[0], category=Category(row[1]), language=row[2], cases=row[3], since=moment(row[4])
        )
        for row in rows
    ]


async def count_states(db: Reader) -> dict[CaseState, int]:
    """Return how many cases are in each state."""
    return {CaseState(state): count for state, count in await db.fetch_all(_COUNT_STATES)}


def _line(row: Row) -> Line:
    return Line(
        case=case_of(row),
        handle=row[20],
        title=row[21],
        text=row[22],
        media_name=row[23],
        posts=row[24],
        holder_id=row[25],
    )
