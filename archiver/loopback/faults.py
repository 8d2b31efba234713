"""What can go wrong, on purpose: knobs that tests turn while the server runs."""

from __future__ import annotations

import math
import re
import time
from collections import Counter, defaultdict, deque
from dataclasses import dataclass
from typing import Any

from archiver.loopback.tl import RpcRefusal

_ON_ITS_WAY = 0.2
"""Seconds after a flood wait was told in which another call may have been under way already."""


class Faults:
    """The knobs; a fresh one does no harm. Methods go by Telegram's names, e.g. ``messages.getHistory``."""

    def __init__(self) -> None:
        self.is_silent = False
        """Answers nothing and pushes nothing, while the line stands: half-open."""
        self.drops_pushes = False
        """Pushes are lost, everything else works."""
        self.gzip_over = 1024
        """Answers larger than this are packed; 0 packs none."""
        self.difference_limit = 100
        """More events than this are refused with channelDifferenceTooLong."""
        self.difference_slice: int | None = None
        """Differences come in slices of so many events."""
        self.slowness = 0.0
        """Seconds before any answer."""
        self.slow_methods: dict[str, float] = {}
        self.fills_pages = False
        """A page that was asked for upward, and reaches the newest post, is filled with older posts."""
        self.empty_places = False
        """Pages of history hold an empty message for each deleted post."""
        self.calls: dict[str, list[float]] = defaultdict(list)
        """When each method was called (monotonic seconds)."""
        self.page_size: int | None = None
        """Pages of history hold no more posts than this, however many were asked for."""
        self.torn_answers = 0
        """So many answers break off in the middle, and the line with them."""
        self.account_refusal: tuple[int, str] | None = None
        """What every call is refused with, e.g. (406, "AUTH_KEY_DUPLICATED")."""
        self._refusals: dict[str, deque[tuple[int, str]]] = defaultdict(deque)
        self._floods: dict[str, tuple[float, float]] = {}
        self._buckets: dict[str, _Bucket] = {}
        self.called_while_flooded: Counter[str] = Counter()
        """Calls that came before a flood wait was over: hammering."""

    def flood(self, method: str, seconds: int, *, times: int = 1) -> None:
        """Answer the next ``times`` calls of a method with FLOOD_WAIT."""
        self._refusals[method].extend([(420, f"FLOOD_WAIT_{seconds}")] * times)

    def refuse(self, method: str, code: int, message: str, *, times: int = 1) -> None:
        """Answer the next ``times`` calls of a method with an RPC error."""
        self._refusals[method].extend([(code, message)] * times)

    def limit(self, method: str, *, per_second: float, burst: int) -> None:
        """Answer calls of a method that come faster than this with FLOOD_WAIT."""
        self._buckets[method] = _Bucket(rate=per_second, burst=burst, level=burst, at=time.monotonic())

    def forgive(self) -> None:
        """Take back the refusals and flood waits that were not given yet."""
        self._refusals.clear()
        self._floods.clear()

    def take_torn_answer(self) -> bool:
        """Say whether this answer breaks off."""
        if self.torn_answers <= 0:
            return False
        self.torn_answers -= 1
        return True

    def delay(self, request: Any) -> float:
        """Return the seconds an answer is held back."""
        return self.slowness + self.slow_methods.get(method_name(type(request)), 0.0)

    def check(self, method: str) -> None:
        """Count a call; raises what it is refused with."""
        now = time.monotonic()
        self.calls[method].append(now)
        since, until = self._floods.get(method, (now, now))
        if since + _ON_ITS_WAY < now < until:
            self.called_while_flooded[method] += 1
        if self._refusals[method]:
            self._refuse(method, *self._refusals[method].popleft(), now=now)
        if method in self._buckets and (wait := self._buckets[method].take(now)):
            self._refuse(method, 420, f"FLOOD_WAIT_{wait}", now=now)
        if self.account_refusal is not None:
            raise RpcRefusal(*self.account_refusal)

    def _refuse(self, method: str, code: int, message: str, *, now: float) -> None:
        if message.startswith("FLOOD_WAIT_"):
            # the client's seconds began when the answer left
            self._floods[method] = (now, now + int(message.rsplit("_", 1)[1]) - 0.05)
        raise RpcRefusal(code, message)


@dataclass(slots=True, kw_only=True)
class _Bucket:
    rate: float
    burst: int
    level: float
    at: float

    def take(self, now: float) -> int:
        """Return 0 and take one call, or the whole seconds to wait."""
        self.level = min(self.burst, self.level + (now - self.at) * self.rate)
        self.at = now
        if self.level < 1:
            return max(1, math.ceil((1 - self.level) / self.rate))
        self.level -= 1
        return 0


def method_name(request_type: type) -> str:
    """Return Telegram's name of a request's method."""
    room = request_type.__module__.rsplit(".", 1)[-1]
    name = re.sub("Request$", "", request_type.__name__)
    method = name[0].lower() + name[1:]
    return method if room == "functions" else f"{room}.{method}"
