"""An agenda: which channels are due for one kind of work, and when; one hand at a time works on each."""

from __future__ import annotations

import asyncio
import heapq
import math

from archiver.domain.ids import ChannelId


class Agenda:
    """Channels in the order in which they are due; times are seconds of the event loop's clock."""

    def __init__(self) -> None:
        """Start empty."""
        self._due: dict[ChannelId, float] = {}
        self._heap: list[tuple[float, ChannelId]] = []
        self._busy: set[ChannelId] = set()
        self._changed = asyncio.Event()

    def __contains__(self, channel_id: ChannelId) -> bool:
        """Say whether a channel is due some time, or being worked on."""
        return channel_id in self._due or channel_id in self._busy

    def put(self, channel_id: ChannelId, *, seconds: float = 0.0) -> None:
        """Make a channel due in some seconds; an earlier time that stands already is kept."""
        at = asyncio.get_running_loop().time() + max(0.0, seconds)
        if at < self._due.get(channel_id, math.inf):
            self._due[channel_id] = at
            heapq.heappush(self._heap, (at, channel_id))
            self._changed.set()

    def free(self, channel_id: ChannelId) -> None:
        """Say that the work on a taken channel is over."""
        self._busy.discard(channel_id)
        self._changed.set()

    async def take(self) -> ChannelId:
        """Wait for the next due channel that nobody works on; the taker must `free` it."""
        while True:
            self._changed.clear()
            now = asyncio.get_running_loop().time()
            if (found := self._next(now)) is not None:
                return found
            await self._wait(now)

    def _next(self, now: float) -> ChannelId | None:
        held: list[tuple[float, ChannelId]] = []
        found = None
        while self._heap and self._heap[0][0] <= now:
            at, channel_id = heapq.heappop(self._heap)
            if self._due.get(channel_id) != at:
                continue
            if channel_id in self._busy:
                held.append((at, channel_id))
                continue
            found = channel_id
            break
        for entry in held:
            heapq.heappush(self._heap, entry)
        if found is not None:
            del self._due[found]
            self._busy.add(found)
        return found

    async def _wait(self, now: float) -> None:
        coming = min((at for at, _ in self._heap if at > now), default=math.inf)
        try:
            async with asyncio.timeout(None if math.isinf(coming) else coming - now):
                await self._changed.wait()
        except TimeoutError:
            return
