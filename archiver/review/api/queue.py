"""What waits: the list that the queue page shows, and its counts."""

from __future__ import annotations

from archiver.domain.case import CaseState
from archiver.domain.flag import Category
from archiver.domain.ids import CaseId, ChannelId
from archiver.domain.rule import LANGUAGES
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
from archiver.review.pieces import Piece, Veil, shortened
from archiver.services import cases, statistics
from archiver.services.cases import CaseLine, Filters

_WIDTH = 220
_MOST = 100
_USUAL = 50

LIST_QUERY = {
    "state": one_of(CaseState),
    "severity": SEVERITY,
    "category": one_of(Category),
    "language": one_of(LANGUAGES),
    "channel_id": ID,
    # the priority of the last case, written exactly, and its id
    "after": {"type": "string", "pattern": r"^-?0x[01]\.[0-9a-f]{13}p[+-][0-9]{1,3},[1-9][0-9]{0,17}$"},
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
        after=_place(call.text("after")),
        limit=call.number_or_none("limit") or _USUAL,
    )
    veil = Veil(call.desk.masker)
    texts = veil.many([line.text or line.media_name or "" for line in found.lines])
    titles = veil.many([line.title or "" for line in found.lines])
    lines = [_line(*each) for each in zip(found.lines, titles, texts, strict=True)]
    after = f"{found.after[0].hex()},{found.after[1]}" if found.after else None
    return Answer(told={"cases": lines, "after": after})


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


def _place(text: str) -> tuple[float, CaseId] | None:
    if not text:
        return None
    priority, _, case_id = text.partition(",")
    try:
        return float.fromhex(priority), CaseId(int(case_id))
    except (ValueError, OverflowError):
        raise Invalid([Fault("after", "is not what an answer gave")]) from None


def _line(line: CaseLine, title: tuple[Piece, ...], text: tuple[Piece, ...]) -> dict[str, object]:
    return {
        "case": told.case(line.case),
        "handle": line.handle,
        "title": told.text(title),
        "text": told.text(shortened(text, _WIDTH)),
        "posts": line.posts,
        "holder": line.holder,
    }
