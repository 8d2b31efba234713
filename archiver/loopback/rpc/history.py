"""messages.*: pages of history, posts by id, counters, dialogs.

A page is cut out of the posts in order of falling id: it begins at the first post under ``offset_id``, moved
by ``add_offset``, and ends after ``limit`` posts (https://core.telegram.org/api/offsets).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from typing import Any

from telethon.tl import types as t

from archiver.loopback.channel import Channel
from archiver.loopback.message import reactions, replies
from archiver.loopback.portrait import chat, chats
from archiver.loopback.rpc.call import Call
from archiver.loopback.tl import RpcRefusal

PAGE = 100


def get_history(call: Call, request: Any) -> Any:
    """messages.getHistory."""
    channel = call.readable(request.peer)
    ids = channel.shelf.ever if call.faults.empty_places else channel.shelf.live
    page, size = _cut(call, channel, ids, request), call.faults.page_size or PAGE
    # what is left of a page touches the place that it was asked from
    return _page(call, channel, page[-size:] if request.add_offset < 0 else page[:size])


def search(call: Call, request: Any) -> Any:
    """messages.search by text; filters by kind of medium are not known here."""
    channel = call.readable(request.peer)
    wanted = request.q.lower()
    ids = [post_id for post_id, post in channel.live.items() if wanted in post.text.lower()]
    return _page(call, channel, _cut(call, channel, ids, request), count=len(ids))


def get_messages(call: Call, request: Any) -> Any:
    """channels.getMessages; an id that does not stand comes back as an empty message."""
    channel = call.readable(request.channel)
    if len(request.id) > PAGE:
        raise RpcRefusal(400, "LIMIT_INVALID")
    return _page(call, channel, [asked.id for asked in request.id])


def get_views(call: Call, request: Any) -> Any:
    """messages.getMessagesViews; with ``increment`` it counts as a look, as Telegram does."""
    channel = call.readable(request.peer)
    standing = [post_id for post_id in request.id if post_id in channel.shelf]
    if request.increment:
        for post_id in standing:
            channel.count(post_id, views=1)
    views = [_views(channel, post_id) for post_id in request.id]
    return t.messages.MessageViews(views, [chat(channel, call.account)], [])


def get_reactions(call: Call, request: Any) -> Any:
    """messages.getMessagesReactions."""
    channel = call.readable(request.peer)
    counted = [
        t.UpdateMessageReactions(
            t.PeerChannel(channel.id),
            post_id,
            reactions(channel.shelf.get(post_id)) or t.MessageReactions([]),
        )
        for post_id in request.id
        if post_id in channel.shelf
    ]
    return t.Updates(counted, [], [chat(channel, call.account)], call.now, 0)


def get_replies(call: Call, request: Any) -> Any:
    """messages.getReplies: nobody comments in this world."""
    call.readable(request.peer)
    raise RpcRefusal(400, "MSG_ID_INVALID")


def get_dialogs(call: Call, request: Any) -> Any:
    """messages.getDialogs: the joined channels, all at once."""
    joined = [channel for channel in call.world.channels.values() if channel.id in call.account.joined]
    shown = [channel for channel in joined if channel.shelf.live and channel.look.state != "deleted"]
    return t.messages.Dialogs(
        [dialog(channel) for channel in shown],
        [channel.shelf.wire(channel.shelf.live[-1]) for channel in shown],
        [chat(channel, call.account) for channel in shown],
        [],
    )


def dialog(channel: Channel) -> Any:
    """Return a channel's line in a list of dialogs; it carries the number of its newest event."""
    newest = channel.shelf.live[-1] if channel.shelf.live else 0
    return t.Dialog(
        t.PeerChannel(channel.id), newest, 0, 0, 0, 0, 0, 0, t.PeerNotifySettings(), pts=channel.pts
    )


def _cut(call: Call, channel: Channel, ids: list[int], request: Any) -> list[int]:
    """Return the ids of the page that a request asks for, newest first."""
    limit = min(request.limit or PAGE, PAGE)
    first = _newer(channel, ids, request) + request.add_offset
    last = first + limit
    if first < 0:
        first, last = 0, limit if call.faults.fills_pages else max(0, last)
    end = len(ids) - first
    page = ids[max(0, len(ids) - last) : max(0, end)]
    page.reverse()
    return [post_id for post_id in page if _is_between(post_id, request)]


def _newer(channel: Channel, ids: list[int], request: Any) -> int:
    """Return how many posts stand before the place that a request starts from."""
    if request.offset_id:
        return len(ids) - bisect_left(ids, request.offset_id)
    date = getattr(request, "offset_date", None)
    # a request without a date arrives as the year 1970
    return len(ids) - channel.shelf.first_at(ids, date) if date and date.timestamp() else 0


def _is_between(post_id: int, request: Any) -> bool:
    return post_id > request.min_id and not (request.max_id and post_id >= request.max_id)


def _page(call: Call, channel: Channel, ids: Iterable[int], *, count: int | None = None) -> Any:
    ids = list(ids)
    shelf = channel.shelf
    posts = [shelf.wire(post_id) if post_id in shelf else t.MessageEmpty(post_id, None) for post_id in ids]
    return t.messages.ChannelMessages(
        pts=channel.pts,
        count=len(shelf.live) if count is None else count,
        messages=posts,
        topics=[],
        chats=chats(call.world, call.account, channel, post_ids=ids),
        users=[],
    )


def _views(channel: Channel, post_id: int) -> Any:
    if post_id not in channel.shelf:
        return t.MessageViews()
    post = channel.shelf.get(post_id)
    return t.MessageViews(post.views, post.forwards, replies(post))
