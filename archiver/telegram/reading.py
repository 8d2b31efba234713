"""Read posts: pages of history in both directions, posts by id, and the difference since an event number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from telethon.tl import functions, types

from archiver.domain.account import UpdateState
from archiver.domain.channel import Access
from archiver.domain.ids import ChannelId, PostId
from archiver.domain.page import Page, Slice, TooLong
from archiver.telegram import translate
from archiver.telegram.calls import Calls
from archiver.telegram.wire import ask

PAGE = 100
"""Telegram gives at most 100 posts at once, and 100 events of a channel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountNews:
    """What an account missed: the joined channels that changed, and the state to ask with next time.

    ``is_whole`` is false when Telegram had too much to tell: then any joined channel may have changed.
    """

    state: UpdateState
    dirty: frozenset[ChannelId]
    is_whole: bool = True


async def newest(calls: Calls, access: Access) -> Page:
    """Return the newest page of a channel."""
    return await older(calls, access, below=PostId(0))


async def older(calls: Calls, access: Access, *, below: PostId) -> Page:
    """Return the page of posts with ids under ``below`` (0: the newest), newest first."""
    request = _history(access, offset_id=below, add_offset=0)
    answer, raw = await ask(calls, request)
    return translate.page_below(answer, channel_id=access.channel_id, below=below, raw=raw)


async def newer(calls: Calls, access: Access, *, above: PostId) -> Page:
    """Return the page of the oldest posts with ids over ``above``."""
    request = _history(access, offset_id=PostId(above + 1), add_offset=-PAGE)
    answer, raw = await ask(calls, request)
    return translate.page_above(answer, channel_id=access.channel_id, above=above, raw=raw)


async def by_ids(calls: Calls, access: Access, post_ids: Sequence[PostId]) -> Page:
    """Return the posts with these ids, at most 100; the ones that don't exist are in ``absent``."""
    wanted = [types.InputMessageID(post_id) for post_id in post_ids]
    request = functions.channels.GetMessagesRequest(_channel(access), wanted)
    answer, raw = await ask(calls, request)
    return translate.page_of(answer, channel_id=access.channel_id, asked=post_ids, raw=raw)


async def difference(calls: Calls, access: Access, *, as_of: int) -> Slice | TooLong:
    """Return what happened in a channel since an event number, or the beginning of it.

    https://core.telegram.org/api/updates#recovering-gaps
    """
    request = functions.updates.GetChannelDifferenceRequest(
        _channel(access), types.ChannelMessagesFilterEmpty(), pts=as_of, limit=PAGE
    )
    answer, raw = await ask(calls, request)
    return translate.difference(answer, channel_id=access.channel_id, raw=raw)


async def account_state(calls: Calls) -> UpdateState:
    """Return where the account's own events stand now."""
    return _state(await calls.call(functions.updates.GetStateRequest()))


async def account_news(calls: Calls, state: UpdateState) -> AccountNews:
    """Return which joined channels changed since ``state``."""
    dirty: set[ChannelId] = set()
    while True:
        answer = await calls.call(
            functions.updates.GetDifferenceRequest(pts=state.pts, date=state.date, qts=state.qts)
        )
        match answer:
            case types.updates.DifferenceEmpty():
                empty = UpdateState(pts=state.pts, qts=state.qts, date=answer.date, seq=answer.seq)
                return AccountNews(state=empty, dirty=frozenset(dirty))
            case types.updates.DifferenceTooLong():
                now = await account_state(calls)
                return AccountNews(state=now, dirty=frozenset(dirty), is_whole=False)
            case types.updates.Difference():
                dirty |= _dirty(answer)
                return AccountNews(state=_state(answer.state), dirty=frozenset(dirty))
            case _:
                dirty |= _dirty(answer)
                state = _state(answer.intermediate_state)


def _dirty(answer: Any) -> set[ChannelId]:
    named = {getattr(update, "channel_id", None) for update in answer.other_updates}
    return {ChannelId(channel_id) for channel_id in named if channel_id}


def _state(state: Any) -> UpdateState:
    date: datetime = state.date
    return UpdateState(pts=state.pts, qts=state.qts, date=date, seq=state.seq)


def _history(access: Access, *, offset_id: PostId, add_offset: int) -> Any:
    return functions.messages.GetHistoryRequest(
        peer=types.InputPeerChannel(access.channel_id, access.access_hash),
        offset_id=offset_id,
        offset_date=None,
        add_offset=add_offset,
        limit=PAGE,
        max_id=0,
        min_id=0,
        hash=0,
    )


def _channel(access: Access) -> Any:
    return types.InputChannel(access.channel_id, access.access_hash)
