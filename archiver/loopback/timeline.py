"""Time in a world: the events of its script at their times, and life by chance in between."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import random
from collections.abc import Callable
from functools import partial
from typing import Any

from archiver.loopback.channel import Channel
from archiver.loopback.deeds import Deeds
from archiver.loopback.phrases import sentence
from archiver.loopback.script import Life, Script

_GROWTH_SECONDS = 5.0
_RECENT = 40
_LONGEST = 2000

_Due = tuple[float, int, Callable[[], Any], Callable[[], float] | None]


async def play(script: Script, *, deeds: Deeds | None = None, speed: float = 1.0) -> None:
    """Let a world's time pass, ``speed`` times as fast as ours; ends when nothing more can happen.

    ``deeds`` shares the names of posts with others who give orders.
    """
    timeline = _Timeline(script, deeds or Deeds(script.world))
    began = asyncio.get_running_loop().time()
    while timeline.due:
        at = began + timeline.due[0][0] / speed
        await asyncio.sleep(max(0.0, at - asyncio.get_running_loop().time()))
        timeline.step()


class _Timeline:
    """What is due, soonest first."""

    def __init__(self, script: Script, deeds: Deeds) -> None:
        self.due: list[_Due] = []
        self._numbers = itertools.count()
        self._rng = random.Random(script.world.seed)
        self._deeds = deeds
        for at, event in script.events:
            self._put(at, partial(deeds.do, event), None)
        for life in script.lives:
            self._live(deeds.world.channel(life.handle), life)

    def step(self) -> None:
        """Do what is due first."""
        at, _, deed, pause = heapq.heappop(self.due)
        deed()
        if pause is not None:
            self._put(at + pause(), deed, pause)

    def _live(self, channel: Channel, life: Life) -> None:
        verbs: dict[str, Callable[[], Any]] = {
            "posts": channel.publish_random,
            "edits": partial(self._edit, channel),
            "deletions": partial(self._delete, channel),
        }
        for name, a_minute in life.rates.items():
            pause = partial(self._rng.expovariate, a_minute / 60)
            self._put(pause(), _while_open(channel, verbs[name]), pause)
        if life.rates:
            self._put(_GROWTH_SECONDS, partial(_grow, channel, self._rng), lambda: _GROWTH_SECONDS)

    def _put(self, at: float, deed: Callable[[], Any], pause: Callable[[], float] | None) -> None:
        heapq.heappush(self.due, (at, next(self._numbers), deed, pause))

    def _edit(self, channel: Channel) -> None:
        if post_id := self._recent(channel):
            text = channel.shelf.get(post_id).text
            channel.edit(post_id, f"{text}\n\n{sentence(channel.language, self._rng)}".strip()[-_LONGEST:])

    def _delete(self, channel: Channel) -> None:
        if post_id := self._recent(channel):
            channel.delete(post_id)

    def _recent(self, channel: Channel) -> int | None:
        """Return a recent post that chance may touch."""
        recent = [
            post_id
            for post_id in channel.shelf.live[-_RECENT:]
            if channel.shelf.get(post_id).action is None and not self._deeds.is_spared(channel, post_id)
        ]
        return self._rng.choice(recent) if recent else None


def _while_open(channel: Channel, verb: Callable[[], Any]) -> Callable[[], Any]:
    return lambda: verb() if channel.look.state in {"open", "private"} else None


def _grow(channel: Channel, rng: random.Random) -> None:
    channel.grow()
    look = channel.look
    channel.set_subscribers(max(0, look.subscribers + rng.randint(-3, 3 + look.subscribers // 500)))
