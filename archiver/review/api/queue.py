"""What waits: the list that the queue page shows, and its counts."""

from __future__ import annotations

from archiver.domain.case import CaseState
from archiver.domain.flag import Category
from archiver.domain.ids import ChannelId
from archiver.domain.rule import LANGUAGES
from archiver.review import place
from archiver.review.api import told
from archiver.review.api.call import Answer, Call
from archiver.review.api.problem import Invalid
from archiver.review.api.schema import (
    COUNT,
    ID,
    SEVERITY,
    TEXT,
    TIME,
    Fault,
    each,
    many,
    maybe,
    one_of,
    thing,
)
from archiver.review.queue import Row, rows
from archiver.services import cases, statistics
from archiver.services.cases import Filters

_MOST = 100
_USUAL = 50

LIST_QUERY = {
    "state": one_of(CaseState),
    "severity": SEVERITY,
    "category": one_of(Category),
    "language": one_of(LANGUAGES),
    "channel_id": ID,
    "after": {"type": "string", "pattern": place.PATTERN},
    "limit": {"type": "integer", "minimum": 1, "maximum": _MOST, "default": _USUAL},
}
_LINE = thing(
    "CaseLine",
    case=told.CASE,
    handle=maybe(TEXT),
    title=told.MASKED_TEXT,
    text=told.MASKED_TEXT,
    posts=COUNT,
    holder=maybe(TEXT),
)
LIST = thing("CaseList", cases=many(_LINE), after=maybe(TEXT))
COUNTS = thing(
    "QueueCounts",
    waiting=COUNT,
    since=maybe(TIME),
    by_severity=each(COUNT),
    by_category=each(COUNT),
    by_language=each(COUNT),
    by_state=each(COUNT),
)


async def show(call: Call) -> Answer:
    """Return a stretch of the list, the most urgent first."""
    found = await cases.read_queue(
        call.desk.queue,
        call.reviewer,
        _filters(call),
        after=_place(call),
        limit=call.number_or_none("limit") or _USUAL,
    )
    lines = [_line(row) for row in rows(call.desk, found.lines)]
    return Answer(told={"cases": lines, "after": place.written(found.after) if found.after else None})


async def count(call: Call) -> Answer:
    """Return what waits for the reader."""
    counts = await statistics.read_counts(call.desk.queue, call.reviewer)
    return Answer(
        told={
            "waiting": counts.waiting,
            "since": told.time(counts.since),
            "by_severity": dict(counts.by_severity),
            "by_category": dict(counts.by_category),
            "by_language": {language or "unknown": n for language, n in counts.by_language.items()},
            "by_state": dict(counts.by_state),
        }
    )


def _filters(call: Call) -> Filters:
    channel_id = call.number_or_none("channel_id")
    return Filters(
        state=call.code("state", CaseState),
        severity=call.number_or_none("severity"),
        category=call.code("category", Category),
        language=call.text("language") or None,
        channel_id=ChannelId(channel_id) if channel_id else None,
    )


def _place(call: Call) -> place.Place | None:
    after = place.read(call.text("after"))
    if after is None and "after" in call.given:
        raise Invalid([Fault("after", "is not what an answer gave")])
    return after


def _line(row: Row) -> dict[str, object]:
    line = row.line
    return {
        "case": told.case(line.case),
        "handle": line.handle,
        "title": told.text(row.title),
        "text": told.text(row.text),
        "posts": line.posts,
        "holder": line.holder,
    }
