"""Cases: opened with their repost group, changed by commands, never taken away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from archiver.domain.arrival import Arrival, draw
from archiver.domain.case import Case, CaseState
from archiver.domain.decision import Review
from archiver.domain.flag import Category
from archiver.domain.ids import CaseId, ChannelId, PostId, ReviewerId
from archiver.storage.archive import Reader, Transaction
from archiver.storage.driver import NewId, Row
from archiver.storage.moment import micros, micros_or_none, moment, moment_or_none

_OPEN = """
INSERT INTO cases (
    case_id, state, round, version, category, severity, opened_at, waiting_since, published_at, audience,
    precision, priority, draw, channel_id, post_id, language
) VALUES (
    :case_id, :state, :round, :version, :category, :severity, :opened_at, :waiting_since, :published_at,
    :audience, :precision, :priority, :draw, :channel_id, :post_id, :language
)
"""
_CASE_COLUMNS = """
SELECT c.case_id, c.state, c.round, c.version, c.category, c.severity, c.opened_at, c.waiting_since,
    c.published_at, c.audience, c.precision, c.priority, c.channel_id, c.post_id, c.language, c.former_state,
    c.snoozed_until, c.first_reviewer_id, c.decision_id, c.review
FROM cases AS c
"""
_GET = _CASE_COLUMNS + "WHERE c.case_id = :case_id"
_SOME = _CASE_COLUMNS + "WHERE c.case_id IN (:among)"
_DUE = _CASE_COLUMNS + "WHERE c.state = 'snoozed' AND c.snoozed_until <= :now"
_CLOSED_ALONE = (
    _CASE_COLUMNS
    + """
INDEXED BY cases_closed_alone
WHERE c.state = 'decided' AND c.review = 'single' AND c.first_reviewer_id <> :but_not_by
ORDER BY c.case_id LIMIT :limit
"""
)

_PUT = """
UPDATE cases SET
    state = :state, round = :round, version = :version, category = :category, severity = :severity,
    waiting_since = :waiting_since, published_at = :published_at, audience = :audience,
    precision = :precision, priority = :priority, former_state = :former_state,
    snoozed_until = :snoozed_until, first_reviewer_id = :first_reviewer_id, decision_id = :decision_id,
    review = :review
WHERE case_id = :case_id
"""
_WEIGH = "UPDATE cases SET audience = :audience, priority = :priority WHERE case_id = :case_id"

_AUDIENCES = """
SELECT p.post_id, p.published_at,
    (SELECT n.views FROM post_counts AS n WHERE n.channel_id = p.channel_id AND n.post_id = p.post_id
        ORDER BY n.sampled_at DESC LIMIT 1),
    (SELECT s.subscribers FROM subscriber_counts AS s WHERE s.channel_id = p.channel_id
        ORDER BY s.sampled_at DESC LIMIT 1)
FROM posts AS p WHERE p.channel_id = :channel_id AND p.post_id IN (:among)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCase:
    """A case that is opened: its group, what brought it, its first post and that one's language."""

    case_id: NewId | int
    arrival: Arrival
    channel_id: ChannelId
    post_id: PostId
    language: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """When a post was published, and whom it may have reached, as far as that was sampled."""

    published_at: datetime
    views: int | None
    subscribers: int | None


async def open_cases(tx: Transaction, opened: Sequence[NewCase], *, at: datetime) -> None:
    """Open cases; they wait in the transaction, as their groups may."""
    now = micros(at)
    await tx.execute_many(_OPEN, [_opened_row(each, now) for each in opened])


async def get(db: Reader, case_id: CaseId) -> Case | None:
    """Return a case."""
    row = await db.fetch_one(_GET, {"case_id": case_id})
    return case_of(row) if row else None


async def some(db: Reader, case_ids: Iterable[int]) -> dict[int, Case]:
    """Return some cases, those that there are."""
    return {row[0]: case_of(row) for row in await db.fetch_in(_SOME, {}, among=case_ids)}


async def due(db: Reader, now: datetime) -> list[Case]:
    """Return the snoozed cases whose time has come."""
    return [case_of(row) for row in await db.fetch_all(_DUE, {"now": micros(now)})]


async def closed_alone(db: Reader, *, but_not_by: ReviewerId, limit: int) -> list[Case]:
    """Return decided cases that want a second person, and had nobody but another reviewer."""
    values = {"but_not_by": but_not_by, "limit": limit}
    return [case_of(row) for row in await db.fetch_all(_CLOSED_ALONE, values)]


async def put(tx: Transaction, case: Case) -> None:
    """Write what a command made of a case."""
    values = {
        "case_id": case.case_id,
        "state": case.state,
        "round": case.round,
        "version": case.version,
        "category": case.category,
        "severity": case.severity,
        "waiting_since": micros(case.waiting_since),
        "published_at": micros(case.published_at),
        "audience": case.audience,
        "precision": case.precision,
        "priority": case.priority,
        "former_state": case.former_state,
        "snoozed_until": micros_or_none(case.snoozed_until),
        "first_reviewer_id": case.first_reviewer_id,
        "decision_id": case.decision_id,
        "review": case.review,
    }
    await tx.execute(_PUT, values)


async def weigh(tx: Transaction, case: Case) -> None:
    """Write whom the posts of a case have reached, and what it weighs; nothing else."""
    values = {"case_id": case.case_id, "audience": case.audience, "priority": case.priority}
    await tx.execute(_WEIGH, values)


async def reached(db: Reader, channel_id: ChannelId, post_ids: Iterable[PostId]) -> dict[PostId, Reached]:
    """Return whom some posts of a channel may have reached."""
    rows = await db.fetch_in(_AUDIENCES, {"channel_id": channel_id}, among=post_ids)
    return {row[0]: Reached(published_at=moment(row[1]), views=row[2], subscribers=row[3]) for row in rows}


def case_of(row: Row) -> Case:
    """Return the case in a row of its columns, in their order here."""
    return Case(
        case_id=row[0],
        state=CaseState(row[1]),
        round=row[2],
        version=row[3],
        category=Category(row[4]),
        severity=row[5],
        opened_at=moment(row[6]),
        waiting_since=moment(row[7]),
        published_at=moment(row[8]),
        audience=row[9],
        precision=row[10],
        priority=row[11],
        channel_id=row[12],
        post_id=row[13],
        language=row[14],
        former_state=CaseState(row[15]) if row[15] else None,
        snoozed_until=moment_or_none(row[16]),
        first_reviewer_id=row[17],
        decision_id=row[18],
        review=Review(row[19]) if row[19] else None,
    )


def _opened_row(opened: NewCase, now: int) -> Row:
    arrival = opened.arrival
    return (
        opened.case_id, CaseState.OPEN, 1, 1, arrival.category, arrival.severity, now, now,
        micros(arrival.published_at), arrival.audience, arrival.precision, arrival.priority,
        draw(opened.channel_id, opened.post_id), opened.channel_id, opened.post_id, opened.language,
    )  # fmt: skip
