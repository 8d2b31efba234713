"""Pushed updates: events of channels, and hints that a channel is worth a look.

Telegram pushes what happens in joined channels, and hints of the rest (https://core.telegram.org/api/updates).
A deletion does not say whether it happened in a channel or in a group: events of channels that nobody
watches are the reader's to pass over.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from telethon.tl import types
from telethon.tl.alltlobjects import LAYER

from archiver.domain.ids import ChannelId, PostId
from archiver.domain.page import Event, RawPage
from archiver.telegram.translate.channel import origins
from archiver.telegram.translate.forward import Origins
from archiver.telegram.translate.post import observation


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """A channel has something to tell: events to ask for, or a change of itself.

    ``as_of`` is the channel's event number where Telegram told it.
    """

    channel_id: ChannelId
    is_channel_changed: bool = False
    as_of: int | None = None


def events(updates: Any) -> tuple[Event | Hint, ...]:
    """Return what a pushed container, or a single update, says of channels; all else is passed over.

    Posts of groups are no events. Counters (views, forwards, reactions, polls) have no event number and are
    sampled instead. Never raises.
    """
    found = _updates(updates)
    readable = [(read, one) for one in found if (read := _READ.get(type(one))) is not None]
    if not readable:
        return ()
    shown = origins(getattr(updates, "chats", None) or ())
    return tuple([event for read, one in readable if (event := read(one, shown)) is not None])


def _updates(container: Any) -> Iterable[Any]:
    kind = type(container)
    if kind is types.Updates or kind is types.UpdatesCombined:
        return container.updates or ()
    return (container.update if kind is types.UpdateShort else container,)


def _post(update: Any, shown: Origins, /) -> Event | Hint | None:
    message = update.message
    peer = message.peer_id
    if type(peer) is not types.PeerChannel:
        return None
    channel_id = ChannelId(peer.channel_id)
    if type(message) is types.MessageEmpty:
        return Hint(channel_id=channel_id, as_of=update.pts)
    if not message.post:
        return None
    seen = observation(message, channel_id=channel_id, as_of=update.pts, origins=shown)
    return Event(
        channel_id=channel_id,
        number=update.pts,
        count=update.pts_count,
        observations=() if seen is None else (seen,),
        raw=_raw(update),
    )


def _deletion(update: Any, _: Origins, /) -> Event:
    return Event(
        channel_id=ChannelId(update.channel_id),
        number=update.pts,
        count=update.pts_count,
        deleted=tuple([PostId(post_id) for post_id in update.messages]),
        raw=_raw(update),
    )


def _silence(update: Any, _: Origins, /) -> Event:
    """Return an event that shows nothing we archive, but moves the event number on."""
    return Event(
        channel_id=ChannelId(update.channel_id), number=update.pts, count=update.pts_count, raw=_raw(update)
    )


def _too_long(update: Any, _: Origins, /) -> Hint:
    return Hint(channel_id=ChannelId(update.channel_id), as_of=update.pts)


def _changed(update: Any, _: Origins, /) -> Hint:
    return Hint(channel_id=ChannelId(update.channel_id), is_channel_changed=True)


_READ: Mapping[type, Callable[[Any, Origins], Event | Hint | None]] = {
    types.UpdateNewChannelMessage: _post,
    types.UpdateEditChannelMessage: _post,
    types.UpdateDeleteChannelMessages: _deletion,
    types.UpdatePinnedChannelMessages: _silence,
    types.UpdateChannelWebPage: _silence,
    types.UpdateChannelTooLong: _too_long,
    types.UpdateChannel: _changed,
}


def _raw(update: Any) -> RawPage | None:
    """Return the bytes of an update as Telethon writes it: the wire's own, but for text that is no UTF-8."""
    try:
        return RawPage(layer=LAYER, data=bytes(update))
    except (AssertionError, ArithmeticError, ValueError, struct.error):  # nothing off the wire is like that
        return None
