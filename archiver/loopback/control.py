"""Orders to a server in another process: JSON lines in, one JSON line out for each.

An order is a deed of deeds.py or one of the faults below, e.g. ``{"do": "flood", "method":
"messages.getHistory", "seconds": 3}``. The answer is ``{"ok": true, "result": …}`` or
``{"ok": false, "error": "…"}``.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Mapping
from typing import Any

from archiver.loopback.deeds import Deeds, DeedUnknown, Order
from archiver.loopback.server import LoopbackServer


class Control:
    """Carries out orders at a server."""

    def __init__(self, server: LoopbackServer, deeds: Deeds) -> None:
        self._server, self._deeds = server, deeds
        self.quit = asyncio.Event()

    async def answer(self, line: str) -> str:
        """Return the JSON answer to a JSON order; nothing that is asked raises."""
        try:
            return json.dumps({"ok": True, "result": await self._do(json.loads(line))}, ensure_ascii=False)
        except (DeedUnknown, KeyError, TypeError, ValueError, IndexError, AttributeError, OSError) as error:
            return json.dumps({"ok": False, "error": f"{type(error).__name__}: {error}"}, ensure_ascii=False)

    async def _do(self, order: Order) -> Any:
        name = order.get("do", "")
        if name == "quit":
            self.quit.set()
            return None
        if name == "accept_connections":
            return await self._server.accept_connections()
        if name in _SERVER:
            return _SERVER[name](self._server, order)
        return self._deeds.do(order)


async def obey(control: Control) -> None:
    """Take orders from standard input until it ends or one says quit."""
    reader = asyncio.StreamReader(limit=1 << 22)
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    try:
        while not control.quit.is_set() and (line := await reader.readline()):
            say(await control.answer(line.decode()))
    finally:
        transport.close()


def say(line: str) -> None:
    """Write a line to standard output at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _stats(server: LoopbackServer, _: Order) -> dict[str, Any]:
    return {
        "calls": {method: len(times) for method, times in server.calls.items()},
        "called_while_flooded": dict(server.faults.called_while_flooded),
        "connections": len(server.connections),
        "bugs": server.bugs,
    }


def _world(server: LoopbackServer, _: Order) -> list[dict[str, Any]]:
    return [
        {
            "id": channel.id,
            "handle": channel.handle,
            "title": channel.look.title,
            "state": channel.look.state,
            "subscribers": channel.look.subscribers,
            "posts": len(channel.shelf.live),
            "pts": channel.pts,
        }
        for channel in server.world.channels.values()
    ]


def _flood(server: LoopbackServer, order: Order) -> None:
    server.faults.flood(order["method"], order["seconds"], times=order.get("times", 1))


def _refuse(server: LoopbackServer, order: Order) -> None:
    server.faults.refuse(order["method"], order["code"], order["message"], times=order.get("times", 1))


def _limit(server: LoopbackServer, order: Order) -> None:
    server.faults.limit(order["method"], per_second=order["per_second"], burst=order["burst"])


def _set(server: LoopbackServer, order: Order) -> None:
    """Turn knobs of faults.py by name."""
    for name, value in order["faults"].items():
        if name not in _KNOBS:
            raise DeedUnknown(f"no knob {name!r}; there are {', '.join(sorted(_KNOBS))}")
        setattr(server.faults, name, value)


_KNOBS = frozenset(
    {
        "is_silent",
        "drops_pushes",
        "gzip_over",
        "difference_limit",
        "difference_slice",
        "slowness",
        "slow_methods",
        "fills_pages",
        "empty_places",
        "torn_answers",
        "account_refusal",
    }
)

_SERVER: Mapping[str, Callable[[LoopbackServer, Order], Any]] = {
    "stats": _stats,
    "world": _world,
    "drop": lambda server, _: server.drop_lines(),
    "deaden": lambda server, _: server.deaden_lines(),
    "refuse_connections": lambda server, _: server.refuse_connections(),
    "flood": _flood,
    "refuse": _refuse,
    "limit": _limit,
    "set": _set,
}
