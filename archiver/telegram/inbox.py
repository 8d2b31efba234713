"""What Telegram pushes, before anybody looked at it.

Telethon's own update engine loses events (research: telethon.md 1.4), so it never sees ours: the inbox
stands where Telethon's sender puts what it receives, in place of its queue. Nothing here awaits or decodes.
When more waits than ``limit``, a container shrinks to the marks of its channels: what it held can be fetched
again, and memory stays flat. That is the backpressure.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from telethon.tl import types

from archiver.domain.ids import ChannelId


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What was taken out of the inbox: whole containers, in the order of arrival, and bare marks."""

    containers: tuple[Any, ...]
    dirty: frozenset[ChannelId]


class Inbox:
    """A bounded place for pushes; the only method Telethon calls is `put_nowait`."""

    def __init__(self, *, limit: int, on_loss: Callable[[], None]) -> None:
        """``limit`` is how many containers may wait with their payload.

        ``on_loss`` is called when Telegram says that it has more to tell than it wants to push.
        """
        self._limit = limit
        self._on_loss = on_loss
        self._containers: deque[Any] = deque()
        self._dirty: set[ChannelId] = set()
        self._arrived = asyncio.Event()
        self.dropped = 0

    def put_nowait(self, container: Any) -> None:
        """Take a container of updates; called by Telethon's receive loop, so it never waits."""
        if type(container) is types.UpdatesTooLong:
            self._on_loss()
            return
        if len(self._containers) < self._limit:
            self._containers.append(container)
        else:
            self.dropped += 1
            self._dirty.update(_channels(container))
        self._arrived.set()

    def mark(self, channel_id: ChannelId) -> None:
        """Ask for a difference of this channel as though a push had told of one."""
        self._dirty.add(channel_id)
        self._arrived.set()

    async def take(self) -> Post:
        """Wait until something arrived, then return all of it."""
        await self._arrived.wait()
        self._arrived.clear()
        post = Post(containers=tuple(self._containers), dirty=frozenset(self._dirty))
        self._containers.clear()
        self._dirty.clear()
        return post

    @property
    def waiting(self) -> tuple[Any, ...]:
        """The containers that wait, in the order of arrival; they stay where they are."""
        return tuple(self._containers)

    def __len__(self) -> int:
        """How many containers wait."""
        return len(self._containers)


def _channels(container: Any) -> set[ChannelId]:
    """Return the channels a container speaks of, without decoding more than that."""
    updates = getattr(container, "updates", None) or [getattr(container, "update", None)]
    found = (_channel(update) for update in updates)
    return {ChannelId(channel_id) for channel_id in found if channel_id}


def _channel(update: Any) -> int | None:
    direct = getattr(update, "channel_id", None)
    if direct is not None:
        return int(direct)
    owner = getattr(getattr(update, "message", None), "peer_id", None)
    return getattr(owner, "channel_id", None)
