"""Every call to Telegram goes through here: paced, waited out when flooded, refused in our words.

Each method has a bucket of its own (`domain.pacing`) and a queue of its own, so a flood wait on one holds up
nobody who wants another. A call that was flooded is repeated once the wait is over; it never reaches
Telegram earlier.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from functools import cache
from typing import Any

from archiver.domain.errors import ConnectionLost, FloodWait
from archiver.domain.pacing import Bucket
from archiver.telegram.failures import translate

# calls a second that were seen to be safe, and how many may come at once (research: telethon.md 2.4)
_SAFE: Mapping[str, tuple[float, float]] = {
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
_SAFE_ALL = (2.0, 20)

OnFlood = Callable[[str, float], Awaitable[None]]


class Calls:
    """The paced calls of one account."""

    def __init__(self, client: Any, *, pace: float, timeout_seconds: float, on_flood: OnFlood) -> None:
        """``pace`` multiplies the safe rates; 0 means no pacing (a loopback server only).

        ``on_flood`` is told of each flood wait (method, seconds) before it is waited out.
        """
        self._client = client
        self._pace = pace
        self._timeout = timeout_seconds
        self._on_flood = on_flood
        self._buckets: dict[str, Bucket] = {}
        self._turns: dict[str, asyncio.Lock] = {}

    async def call(self, request: Any) -> Any:
        """Return Telegram's answer to a Telethon request, however long a flood wait takes.

        Raises ConnectionLost, AccountLost, ChannelUnreachable, HandleVacant, AnswerUnreadable or
        TelegramError.
        """
        method = method_name(type(request))
        while True:
            await self._turn(method)
            try:
                return await self._ask(request, method)
            except FloodWait as flood:
                self._hold(method, flood.seconds)
                await self._on_flood(method, flood.seconds)

    def hold(self, method: str, *, seconds: float) -> None:
        """Leave a method alone for ``seconds``, as an earlier run was told to."""
        bucket = self._bucket(method)
        self._buckets[method] = bucket.held(time.monotonic() + seconds)

    async def _turn(self, method: str) -> None:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._turns.setdefault(method, asyncio.Lock()))
            for name in (method, "*") if self._pace else (method,):
                while delay := self._bucket(name).delay(time.monotonic()):
                    await asyncio.sleep(delay)
                self._buckets[name] = self._bucket(name).spent(time.monotonic())

    async def _ask(self, request: Any, method: str) -> Any:
        try:
            async with asyncio.timeout(self._timeout):
                return await self._client(request)
        except TimeoutError as error:
            raise ConnectionLost(f"{method} got no answer in {self._timeout:g} s") from error
        except asyncio.CancelledError:
            if asyncio.current_task().cancelling():  # type: ignore[union-attr]
                raise
            # Telethon cancels what is pending when it gives up a connection
            raise ConnectionLost("the line to Telegram broke") from None
        except Exception as error:  # every foreign error leaves as one of ours or as it came
            ours = translate(error, method=method)
            if ours is None:
                raise
            raise ours from error

    def _hold(self, method: str, seconds: float) -> None:
        self._buckets[method] = self._bucket(method).flooded(time.monotonic(), seconds=seconds)

    def _bucket(self, method: str) -> Bucket:
        if method not in self._buckets:
            rate, burst = _SAFE_ALL if method == "*" else _SAFE.get(method, _SAFE_OTHER)
            rate, burst = (rate * self._pace, burst) if self._pace else (1e6, 1e6)
            self._buckets[method] = Bucket.full(rate=rate, burst=burst, at=time.monotonic())
        return self._buckets[method]


@cache
def method_name(request_type: type) -> str:
    """Return Telegram's name of a request's method, e.g. ``messages.getHistory``."""
    room = request_type.__module__.rsplit(".", 1)[-1]
    name = re.sub("Request$", "", request_type.__name__)
    method = name[0].lower() + name[1:]
    return method if room == "functions" else f"{room}.{method}"
