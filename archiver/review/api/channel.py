"""Channels: the watch list, and what the archive holds of one channel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from http import HTTPStatus

from starlette.exceptions import HTTPException

from archiver.domain.channel import Availability, Fact, WatchState
from archiver.domain.ids import ChannelId
from archiver.review.api import told
from archiver.review.api.call import Answer, Call
from archiver.review.api.schema import COUNT, ID, TEXT, TIME, many, maybe, one_of, thing
from archiver.review.channel import PERIODS, USUAL_PERIOD
from archiver.review.pieces import Veil
from archiver.services import channel_page
from archiver.services.channel_page import ChannelView
from archiver.storage import watches
from archiver.storage.surroundings import NearbyPost

QUERY = {"days": {"type": "integer", "enum": list(PERIODS), "default": USUAL_PERIOD}, "before": ID}
_WATCHED = thing(
    "WatchedChannel",
    handle=TEXT,
    channel_id=maybe(ID),
    state=one_of(WatchState),
    labels=many(TEXT),
)
LIST = thing("WatchedChannels", channels=many(_WATCHED))
_HANDLE = thing("HandleChange", handle=TEXT, at=TIME, is_held={"type": "boolean"})
_AVAILABILITY = thing("AvailabilityChange", availability=one_of(Availability), at=TIME)
_SAMPLE = thing("SubscriberSample", at=TIME, subscribers=COUNT)
_POST = thing(
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
    posts=many(_POST),
)


async def every(call: Call) -> Answer:
    """Return the watch list, in order of handles."""
    async with call.desk.archive.read() as db:
        found = await watches.every(db)
    return Answer(
        told={
            "channels": [
                {
                    "handle": watch.handle,
                    "channel_id": watch.channel_id,
                    "state": watch.state,
                    "labels": list(watch.labels),
                }
                for watch in sorted(found, key=lambda each: each.handle)
            ]
        }
    )


async def show(call: Call) -> Answer:
    """Return a channel with its subscribers of the last days, and its newest posts before an id."""
    since = call.desk.clock() - timedelta(days=call.number_or_none("days") or USUAL_PERIOD)
    channel_id, before = ChannelId(call.number("channel_id")), call.number_or_none("before")
    view = await channel_page.read_channel(call.desk.archive, channel_id, since=since, before=before)
    if view is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    veil, held = Veil(call.desk.masker), view.held
    titles = [change.value for change in view.facts if change.fact is Fact.TITLE]
    return Answer(
        told={
            "channel_id": view.channel_id,
            "handle": held.handle,
            "title": told.text(veil.pieces(titles[-1] if titles else "")),
            "labels": list(held.labels),
            "state": held.state,
            "first_observed_at": told.time(held.first_observed_at),
            "last_observed_at": told.time(held.last_observed_at),
            "post_count": held.posts,
            "tombstones": held.tombstones,
            **_past(view),
            "posts": _posts(view.posts, veil),
        }
    )


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


def _posts(posts: Sequence[NearbyPost], veil: Veil) -> list[dict[str, object]]:
    texts = veil.many([post.text or post.media_name or "" for post in posts])
    return [
        {
            "post_id": post.post_id,
            "revision": post.revision,
            "published_at": told.time(post.published_at),
            "tombstoned_at": told.time(post.tombstoned_at),
            "case_id": post.case_id,
            "text": told.text(text),
        }
        for post, text in zip(posts, texts, strict=True)
    ]
