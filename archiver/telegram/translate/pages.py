"""Pages of history, walked downward or upward, and posts asked for by id.

messages.getHistory gives posts newest first, from the place of ``offset_id`` moved by ``add_offset``
(https://core.telegram.org/api/offsets). Walking down we ask with offset_id = below and add_offset = 0: the
``limit`` posts next under ``below``. Walking up we ask with offset_id = above + 1 and add_offset = -limit:
the ``limit`` posts next over ``above``; near the newest post there are fewer, and Telegram may fill the page
with older ones. Either way the page is one unbroken stretch that touches the id we started from, so the
stretch it covers reaches from that id to the farthest post in it, the empty places included.

A short page proves nothing: Telegram may cut a page as it likes. Only a page without a post on the far side
is an end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from archiver.domain.channel import ChannelLook
from archiver.domain.ids import ChannelId, PostId
from archiver.domain.page import Page, RawPage
from archiver.domain.post import Observation
from archiver.telegram.translate.channel import looks, origins
from archiver.telegram.translate.forward import Origins
from archiver.telegram.translate.post import observation


def page_below(answer: Any, *, channel_id: ChannelId, below: PostId, raw: RawPage | None = None) -> Page:
    """Return a page of the downward walk: it covers its oldest post up to ``below`` - 1.

    ``below`` 0 asked for the newest page, which covers nothing above its newest post. ``is_end`` when no
    older post exists: the page is empty, and covers everything under ``below``, or it holds post 1.
    """
    ids = _ids(answer)
    oldest, newest = min(ids, default=1), max(ids, default=0)
    last_id = newest if below == 0 else max(newest, below - 1)
    span = (oldest, last_id)
    return _page(answer, channel_id, span=span, is_end=oldest <= 1, raw=raw)


def page_above(answer: Any, *, channel_id: ChannelId, above: PostId, raw: RawPage | None = None) -> Page:
    """Return a page of the upward walk: it covers ``above`` + 1 up to its newest post.

    Older posts that fill the page are covered too. ``is_end`` when no newer post exists: none in the page
    stands over ``above``.
    """
    ids = _ids(answer)
    oldest, newest = min(ids, default=above + 1), max(ids, default=above)
    span = (min(oldest, above + 1), max(newest, above))
    return _page(answer, channel_id, span=span, is_end=newest <= above, raw=raw)


def page_by_ids(
    answer: Any, *, channel_id: ChannelId, asked: Sequence[PostId], raw: RawPage | None = None
) -> Page:
    """Return the posts that channels.getMessages was asked for; those that do not exist are ``absent``.

    ``first_id`` and ``last_id`` are the lowest and the highest that were asked: between them the page speaks
    of those ids only.
    """
    span = (min(asked, default=1), max(asked, default=0))
    return _page(answer, channel_id, span=span, is_end=False, raw=raw, asked=asked)


def observe(
    messages: Iterable[Any], *, channel_id: ChannelId, as_of: int, origins: Origins
) -> tuple[Observation, ...]:
    """Return what an answer shows of its posts, in its order, empty places left out."""
    seen = [observation(message, channel_id=channel_id, as_of=as_of, origins=origins) for message in messages]
    return tuple([one for one in seen if one is not None])


def own_looks(chats: Iterable[Any], channel_id: ChannelId) -> tuple[ChannelLook, ...]:
    """Return the look at the channel that was asked about; the others in an answer only pass by."""
    return looks([chat for chat in chats if chat.id == channel_id])


def _page(
    answer: Any,
    channel_id: ChannelId,
    *,
    span: tuple[int, int],
    is_end: bool,
    raw: RawPage | None,
    asked: Sequence[PostId] | None = None,
) -> Page:
    as_of = answer.pts
    seen = observe(answer.messages, channel_id=channel_id, as_of=as_of, origins=origins(answer.chats))
    present = {one.post_id for one in seen}
    named = _ids(answer) if asked is None else asked
    return Page(
        channel_id=channel_id,
        observations=seen,
        first_id=PostId(span[0]),
        last_id=PostId(span[1]),
        as_of=as_of,
        total=answer.count,
        is_end=is_end,
        looks=own_looks(answer.chats, channel_id),
        absent=tuple([PostId(post_id) for post_id in named if post_id not in present]),
        raw=raw,
    )


def _ids(answer: Any) -> list[int]:
    return [message.id for message in answer.messages]
