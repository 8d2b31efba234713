"""Lines to a loopback Telegram, and what to do with them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from archiver.domain.channel import Access
from archiver.domain.ids import ChannelId
from archiver.domain.page import Event
from archiver.loopback.account import Account
from archiver.loopback.channel import Channel
from archiver.loopback.server import LoopbackServer
from archiver.telegram.line import Line, LineSettings, Server
from archiver.telegram.translate import events

Floods = list[tuple[str, float]]


def a_line_settings(serving: LoopbackServer, session: Path, **named: Any) -> LineSettings:
    """Return settings of an unpaced, impatient line."""
    point = Server(dc=2, host="127.0.0.1", port=serving.port, key=serving.public_key_pem)
    return LineSettings(
        **{
            "api_id": 1,
            "api_hash": "hash",
            "session": session,
            "server": point,
            "pace": 0.0,
            "timeout_seconds": 5.0,
            "retry_seconds": 0.02,
            **named,
        }
    )


def a_line(settings: LineSettings, floods: Floods | None = None) -> Line:
    """Return a line that tells its flood waits to a list."""
    told: Floods = [] if floods is None else floods

    async def on_flood(method: str, seconds: float) -> None:
        told.append((method, seconds))

    return Line(settings, on_flood=on_flood)


def access(account: Account, channel: Channel) -> Access:
    return Access(channel_id=ChannelId(channel.id), access_hash=account.access_hash(channel.id))


async def told(line: Line, count: int = 1) -> list[Event]:
    """Wait until so many events were pushed, and return them."""
    found: list[Event] = []
    while len(found) < count:
        arrived = await asyncio.wait_for(line.inbox.take(), 5)
        found += [
            event
            for container in arrived.containers
            for event in events(container)
            if isinstance(event, Event)
        ]
    return found


async def texts_told(line: Line, count: int = 1) -> list[str]:
    return [seen.content.text for event in await told(line, count) for seen in event.observations]


async def until(is_true: Callable[[], object], *, seconds: float = 5.0) -> None:
    async with asyncio.timeout(seconds):
        while not is_true():
            await asyncio.sleep(0.01)


async def dialled_again(line: Line) -> None:
    await asyncio.wait_for(line.reconnected.wait(), 10)
    line.reconnected.clear()


def counted(serving: LoopbackServer) -> dict[str, int]:
    """Return how often each method was called."""
    return {method: len(times) for method, times in serving.calls.items() if times}
