"""The page of a channel: what it said of itself, how it could be reached, what was decided about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.responses import Response

from archiver.domain.case import CaseState
from archiver.domain.case_post import NearbyPost
from archiver.domain.channel import Fact
from archiver.domain.channel_past import FactChange
from archiver.domain.ids import ChannelId
from archiver.domain.language import language
from archiver.review import chart, queue
from archiver.review.pieces import Piece, Veil, shortened
from archiver.review.visit import Visit
from archiver.services import cases, channel_page
from archiver.services.cases import Filters

PERIODS = (7, 30, 90, 365)
"""Days."""
USUAL_PERIOD = 30
_WIDTH = 280
_LINES = 10
_POSTS = 20
_MOST_DIGITS = 18
_TOLD = frozenset({Fact.TITLE, Fact.ABOUT, Fact.RESTRICTIONS})
"""Facts in words; pictures and ids say nothing to a reader."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFact:
    """A fact with its value masked; without one where it only is or is not."""

    change: FactChange
    value: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPost:
    """A post of the channel with the beginning of its text, masked."""

    post: NearbyPost
    text: tuple[Piece, ...]
    language: str | None


async def show(visit: Visit) -> Response:
    """Show a channel."""
    desk, asked = visit.desk, visit.request.query_params
    channel_id, now = ChannelId(visit.number("channel_id")), desk.clock()
    days = int(asked["days"]) if asked.get("days") in {str(each) for each in PERIODS} else USUAL_PERIOD
    since, before = now - timedelta(days=days), asked.get("before", "")
    view = await channel_page.read_channel(
        desk.archive,
        channel_id,
        since=since,
        before=int(before) if _is_number(before) else None,
        limit=_POSTS,
    )
    if view is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    veil = Veil(desk.masker)
    shown = facts(view.facts, veil)
    return visit.page(
        "channel.html",
        view=view,
        title=next((fact.value for fact in shown if fact.change.fact is Fact.TITLE), ()),
        facts=shown,
        chart=chart.chart(view.subscribers, view.availability, since=since, now=now),
        chart_size=(chart.WIDTH, chart.HEIGHT, chart.BAND),
        days=days,
        periods=PERIODS,
        posts=_posts(view.posts, veil),
        older=view.posts[-1].post_id if len(view.posts) == _POSTS else None,
        waiting=await _lines(visit, Filters(channel_id=channel_id)),
        decided=await _lines(visit, Filters(channel_id=channel_id, state=CaseState.DECIDED)),
    )


async def _lines(visit: Visit, wanted: Filters) -> list[queue.Row]:
    found = await cases.read_queue(visit.desk.queue, visit.reviewer, wanted, limit=_LINES)
    return queue.rows(visit.desk, found.lines)


def facts(changes: Sequence[FactChange], veil: Veil) -> list[ShownFact]:
    """Return the facts that a reader understands, the newest first."""
    told = [each for each in reversed(changes) if each.fact not in {Fact.PHOTO_ID, Fact.LINKED_CHANNEL_ID}]
    values = veil.many([each.value if each.fact in _TOLD else "" for each in told])
    return [ShownFact(change=change, value=value) for change, value in zip(told, values, strict=True)]


def _posts(posts: Sequence[NearbyPost], veil: Veil) -> list[ShownPost]:
    texts = veil.many([post.text for post in posts])
    return [
        ShownPost(post=post, text=shortened(text, _WIDTH), language=language(post.text))
        for post, text in zip(posts, texts, strict=True)
    ]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS
