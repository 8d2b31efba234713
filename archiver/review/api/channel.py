"""Channels: the watch list, and what the archive holds of one channel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from http import HTTPStatus

from starlette.exceptions import HTTPException

from archiver.domain.case_post import NearbyPost
from archiver.domain.channel import Availability, Fact, Watch, WatchState
from archiver.domain.ids import ChannelId
from archiver.review.api import told
from archiver.review.api.call import Answer, Call
from archiver.review.api.schema import COUNT, ID, TEXT, TIME, many, maybe, one_of, thing
from archiver.review.api.stretch import stretch
from archiver.review.channel import PERIODS, USUAL_PERIOD, ShownFact, facts
from archiver.review.pieces import Veil
from archiver.services import channel_page, watch_list
from archiver.services.channel_page import ChannelView

_POSTS = 20
QUERY = {"days": {"type": "integer", "enum": list(PERIODS), "default": USUAL_PERIOD}, "after": ID}
_WATCHED = thing(
    "WatchedChannel",
    handle=TEXT,
    channel_id=maybe(ID),
    state=one_of(WatchState),
    labels=many(TEXT),
)
LIST = thing("WatchedChannels", channels=many(_WATCHED), after=maybe(TEXT))
_HANDLE = thing("HandleChange", handle=TEXT, at=TIME, is_held={"type": "boolean"})
_AVAILABILITY = thing("AvailabilityChange", availability=one_of(Availability), at=TIME)
_FACT = thing("FactChange", fact=one_of(Fact), at=TIME, value=told.MASKED_TEXT)
_SAMPLE = thing("SubscriberSample", at=TIME, subscribers=COUNT)
POST = thing(
    "ChannelPost",
    post_id=ID,
    revision=COUNT,
    published_at=TIME,
    tombstoned_at=maybe(TIME),
    case_id=maybe(ID),
    text=told.MASKED_TEXT,
)
VIEW = thing(
    "Channel",
    channel_id=ID,
    handle=maybe(TEXT),
    title=told.MASKED_TEXT,
    labels=many(TEXT),
    state=maybe(one_of(WatchState)),
    first_observed_at=TIME,
    last_observed_at=maybe(TIME),
    post_count=COUNT,
    tombstones=COUNT,
    handles=many(_HANDLE),
    availability=many(_AVAILABILITY),
    subscribers=many(_SAMPLE),
    facts=many(_FACT),
    posts=many(POST),
    after=maybe(ID),
)


async def every(call: Call) -> Answer:
    """Return the watch list, in order of handles."""
    told_now, after = stretch(call, await watch_list.everything(call.desk.archive), _handle)
    return Answer(told={"channels": [_watched(watch) for watch in told_now], "after": after})


async def show(call: Call) -> Answer:
    """Return a channel with its subscribers of the last days and its newest posts, or those before an id."""
    since = call.desk.clock() - timedelta(days=call.number_or_none("days") or USUAL_PERIOD)
    view = await channel_page.read_channel(
        call.desk.archive,
        ChannelId(call.number("channel_id")),
        since=since,
        before=call.number_or_none("after"),
        limit=_POSTS + 1,
    )
    if view is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    veil, held = Veil(call.desk.masker), view.held
    shown = facts(view.facts, veil)
    title = next((fact.value for fact in shown if fact.change.fact is Fact.TITLE), ())
    return Answer(
        told={
            "channel_id": view.channel_id,
            "handle": held.handle,
            "title": told.text(title),
            "labels": list(held.labels),
            "state": held.state,
            "first_observed_at": told.time(held.first_observed_at),
            "last_observed_at": told.time(held.last_observed_at),
            "post_count": held.posts,
            "tombstones": held.tombstones,
            **_past(view),
            "facts": [_fact(fact) for fact in shown],
            "posts": posts(view.posts[:_POSTS], veil),
            "after": view.posts[_POSTS - 1].post_id if len(view.posts) > _POSTS else None,
        }
    )


def _handle(watch: Watch) -> str:
    return watch.handle


def _watched(watch: Watch) -> dict[str, object]:
    return {
        "handle": watch.handle,
        "channel_id": watch.channel_id,
        "state": watch.state,
        "labels": list(watch.labels),
    }


def _past(view: ChannelView) -> dict[str, object]:
    return {
        "handles": [
            {"handle": each.handle, "at": told.time(each.at), "is_held": each.is_held}
            for each in view.handles
        ],
        "availability": [
            {"availability": each.availability, "at": told.time(each.at)} for each in view.availability
        ],
        "subscribers": [
            {"at": told.time(each.at), "subscribers": each.subscribers} for each in view.subscribers
        ],
    }


def _fact(shown: ShownFact) -> dict[str, object]:
    change = shown.change
    return {"fact": change.fact, "at": told.time(change.at), "value": told.text(shown.value)}


def posts(found: Sequence[NearbyPost], veil: Veil) -> list[dict[str, object]]:
    """Return posts of a channel, masked."""
    texts = veil.many([post.text or post.media_name or "" for post in found])
    return [
        {
            "post_id": post.post_id,
            "revision": post.revision,
            "published_at": told.time(post.published_at),
            "tombstoned_at": told.time(post.tombstoned_at),
            "case_id": post.case_id,
            "text": told.text(text),
        }
        for post, text in zip(found, texts, strict=True)
    ]
