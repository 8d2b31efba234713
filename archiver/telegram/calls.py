"""Every call to Telegram goes through here: paced, held back when flooded, refused in our words.

Each method has a lane of its own: a bucket (`domain.pacing`) and a queue, first come, first served. A flood
wait on one method holds up nobody who wants another, and no call leaves before the wait is over. A short wait
is waited out here; a long one is handed back at once, so that the caller can do something else meanwhile.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from typing import Any

from archiver.domain.errors import FloodWait
from archiver.domain.pacing import Bucket
from archiver.telegram.failures import foreign

EVERY = "*"
"""The name of the lane that all calls of an account share."""

# calls a second that were seen to be safe, and how many may come at once (research: telethon.md 2.4)
_SAFE: Mapping[str, tuple[float, float]] = {
    EVERY: (2.0, 20),
    "messages.getHistory": (0.4, 5),
    "updates.getChannelDifference": (0.5, 10),
    "updates.getDifference": (0.2, 3),
    "channels.getFullChannel": (0.22, 3),
    "channels.getMessages": (0.1, 3),
    "channels.getChannels": (0.1, 3),
    "contacts.resolveUsername": (1 / 60, 1),
    "channels.joinChannel": (1 / 300, 1),
}
_SAFE_OTHER = (0.5, 3)
_UNPACED = (1e6, 1e6)

OnFlood = Callable[[str, float], Awaitable[None]]


class Calls:
    """The paced calls of one account."""

    def __init__(
        self,
        client: Any,
        *,
        pace: float,
        timeout_seconds: float,
        on_flood: OnFlood,
        patience: float = 5.0,
        in_flight: int = 8,
    ) -> None:
        """``pace`` multiplies the safe rates; 0 means no pacing (a loopback server only).

        ``on_flood`` is told of each new flood wait (method, seconds). ``patience`` is the longest rest of a
        hold, in seconds, that a call waits out. At most ``in_flight`` calls are under way at once.
        """
        self._client = client
        self._pace = pace
        self._timeout = timeout_seconds
        self._on_flood = on_flood
        self._patience = patience
        self._places = asyncio.Semaphore(in_flight)
        self._lanes: dict[str, _Lane] = {}

    async def call(self, request: Any) -> Any:
        """Return Telegram's answer to a Telethon request.

        Raises FloodWait, with the seconds that remain, while the method is held for longer than we have
        patience; Telegram is not asked then. Raises ConnectionLost, AccountLost, ChannelUnreachable,
        HandleVacant, AnswerUnreadable or TelegramError for what Telegram or the way to it answers.
        """
        method = method_name(type(request))
        while True:
            await self._turn(method)
            async with self._places:
                if self._hold_left(method) > 0:  # flooded while this call waited for its place
                    continue
                try:
                    return await self._ask(request, method)
                except FloodWait as flood:
                    seconds = flood.seconds
                    self._lane(method).flooded(seconds)
            await self._on_flood(method, seconds)

    def hold(self, method: str, *, seconds: float) -> None:
        """Leave a method alone for ``seconds``, as an earlier run was told to; ``*`` is every method."""
        self._lane(method).hold(seconds)

    def held(self) -> dict[str, float]:
        """Return the methods that are left alone just now, and for how many more seconds."""
        left = {name: lane.hold_left() for name, lane in self._lanes.items()}
        return {name: seconds for name, seconds in left.items() if seconds > 0}

    async def _turn(self, method: str) -> None:
        """Wait until a call may go, and count it."""
        lanes = (self._lane(method), self._lane(EVERY))
        async with lanes[0].queue:
            while (delay := max(lane.delay() for lane in lanes)) > 0:
                if (left := self._hold_left(method)) > self._patience:
                    raise FloodWait(method, seconds=left)
                await lanes[0].rest(delay)
            for lane in lanes:
                lane.spend()

    async def _ask(self, request: Any, method: str) -> Any:
        async with foreign(method, seconds=self._timeout):
            return await self._client(request)

    def _hold_left(self, method: str) -> float:
        return max(self._lane(method).hold_left(), self._lane(EVERY).hold_left())

    def _lane(self, method: str) -> _Lane:
        if method not in self._lanes:
            rate, burst = _SAFE.get(method, _SAFE_OTHER)
            rate, burst = (rate * self._pace, burst) if self._pace else _UNPACED
            self._lanes[method] = _Lane(Bucket.full(rate=rate, burst=burst, at=time.monotonic()))
        return self._lanes[method]


class _Lane:
    """One method's bucket and queue."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket
        self._held_anew = asyncio.Event()
        self.queue = asyncio.Lock()

    def delay(self) -> float:
        return self._bucket.delay(time.monotonic())

    def hold_left(self) -> float:
        return self._bucket.held_until - time.monotonic()

    def spend(self) -> None:
        self._bucket = self._bucket.spent(time.monotonic())

    def hold(self, seconds: float) -> None:
        self._bucket = self._bucket.held(time.monotonic() + seconds)
        self._held_anew.set()

    def flooded(self, seconds: float) -> None:
        self._bucket = self._bucket.flooded(time.monotonic(), seconds=seconds)
        self._held_anew.set()

    async def rest(self, seconds: float) -> None:
        """Sleep, but no longer than until there is a new hold to think about."""
        self._held_anew.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._held_anew.wait()


def method_name(request_type: type) -> str:
    """Return Telegram's name of a request's method, e.g. ``messages.getHistory``."""
    return _spelled(request_type.__module__.rsplit(".", 1)[-1], request_type.__name__)


@cache
def _spelled(room: str, name: str) -> str:
    bare = name.removesuffix("Request")
    method = bare[0].lower() + bare[1:]
    return method if room == "functions" else f"{room}.{method}"
