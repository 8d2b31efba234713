"""updates.*: where an account stands, and what it missed.

https://core.telegram.org/api/updates
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from telethon.tl import types as t

from archiver.loopback import portrait
from archiver.loopback.channel import Channel
from archiver.loopback.chronicle import Entry
from archiver.loopback.rpc.call import Call
from archiver.loopback.rpc.history import dialog
from archiver.loopback.tl import RpcRefusal

POLL_SECONDS = 30
"""For so long a channel that was not joined is pushed to the account that asked for its difference."""
_ACCOUNT_PTS = 100


def get_state(call: Call, request: Any) -> Any:
    """updates.getState: only channels change in this world, so the account's own number stands still."""
    return _state(call)


def get_difference(call: Call, request: Any) -> Any:
    """updates.getDifference: the joined channels in which something happened since ``date``."""
    since = int(request.date.timestamp())
    changed = [
        channel
        for channel in call.world.channels.values()
        if channel.id in call.account.joined and int(channel.changed_at.timestamp()) >= since
    ]
    if not changed:
        return t.updates.DifferenceEmpty(call.now, 0)
    updates = [t.UpdateChannelTooLong(channel.id, channel.pts) for channel in changed]
    chats = [portrait.chat(channel, call.account) for channel in changed]
    return t.updates.Difference([], [], updates, chats, [], _state(call))


def get_channel_difference(call: Call, request: Any) -> Any:
    """updates.getChannelDifference: what happened since ``pts``, sliced or refused when it is too much."""
    channel = call.readable(request.channel)
    if request.pts < 1:
        raise RpcRefusal(400, "PERSISTENT_TIMESTAMP_EMPTY")
    call.account.polled(channel.id, seconds=POLL_SECONDS)
    missed = channel.chronicle.since(request.pts)
    if request.pts < channel.chronicle.base or len(missed) > call.faults.difference_limit:
        return _too_long(call, channel)
    if not missed:
        return t.updates.ChannelDifferenceEmpty(channel.pts, final=True, timeout=POLL_SECONDS)
    size = min(call.faults.difference_slice or len(missed), request.limit)
    return _slice(call, channel, missed[:size], is_final=size >= len(missed))


def _state(call: Call) -> Any:
    return t.updates.State(_ACCOUNT_PTS, 0, call.now, 0, 0)


def _too_long(call: Call, channel: Channel) -> Any:
    newest = channel.shelf.live[-1:]
    return t.updates.ChannelDifferenceTooLong(
        dialog(channel),
        [channel.shelf.wire(post_id) for post_id in newest],
        portrait.chats(call.world, call.account, channel, post_ids=newest),
        [],
        final=True,
        timeout=POLL_SECONDS,
    )


def _slice(call: Call, channel: Channel, entries: Sequence[Entry], *, is_final: bool) -> Any:
    """Return events as Telegram sums them up: each post as it stands now, deletions in one update."""
    number = entries[-1].number
    new = [entry.post_id for entry in entries if entry.kind == "new" and entry.post_id in channel.shelf]
    edited = [entry.post_id for entry in entries if entry.kind == "edit" and entry.post_id in channel.shelf]
    # a post that is new in this slice comes once, already edited
    edited = [post_id for post_id in dict.fromkeys(edited) if post_id not in new]
    deleted = [entry.post_id for entry in entries if entry.kind == "delete"]
    wire = channel.shelf.wire
    messages = [wire(post_id) for post_id in new]
    # events of a difference count for nothing: its own pts says where it leads
    other = [t.UpdateEditChannelMessage(wire(post_id), number, 0) for post_id in edited]
    if deleted:
        other.append(t.UpdateDeleteChannelMessages(channel.id, deleted, number, 0))
    return t.updates.ChannelDifference(
        number,
        messages,
        other,
        portrait.chats(call.world, call.account, channel, post_ids=[*new, *edited]),
        [],
        final=is_final,
        timeout=POLL_SECONDS if is_final else None,
    )
