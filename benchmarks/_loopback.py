"""A loopback server in a process of its own, for benchmarks: the server must not share the client's core."""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archiver.loopback.channel import Channel
from archiver.loopback.server import LoopbackServer
from archiver.loopback.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the server is, and how to sign in to it."""

    address: str
    key: str
    session: Path
    api_session: str
    orders: Any

    def publish(self, *, per_second: int, seconds: int) -> None:
        """Let channels, drawn by lot, publish; each text begins with the time of its publication."""
        self.orders.write(f"{per_second} {seconds}\n")
        self.orders.flush()


@contextmanager
def serve(folder: Path, *, channels: int, posts: int) -> Iterator[Place]:
    """Give a server that shows so many channels, called bench_0 and on, with so many posts each."""
    command = [sys.executable, "-m", "benchmarks._loopback", str(folder), str(channels), str(posts)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        try:
            yield Place(**(told | {"session": folder / "bench.session", "orders": process.stdin}))
        finally:
            process.kill()


async def _serve(folder: Path, channels: int, posts: int) -> None:
    world = World(seed=1)
    account = world.add_account()
    made = [world.add_channel(f"bench_{number}", posts=posts) for number in range(channels)]
    for channel in made:
        channel.shelf.warm()  # serialised ahead: the client is measured, not the generator
    server = LoopbackServer(world)
    await server.start()
    server.sign_in_file(folder / "bench.session", account)
    told = {
        "address": server.address,
        "key": server.public_key_pem,
        "api_session": server.session_string(account),
    }
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()
    while line := await asyncio.to_thread(sys.stdin.readline):
        per_second, seconds = map(int, line.split())
        await _publish(made, per_second, per_second * seconds)


async def _publish(channels: list[Channel], per_second: int, count: int) -> None:
    rng, loop = random.Random(1), asyncio.get_running_loop()
    began = loop.time()
    for number in range(count):
        await asyncio.sleep(max(0.0, began + number / per_second - loop.time()))
        rng.choice(channels).publish(f"{time.time():.6f} عاجل: خبر رقم {number}")  # noqa: TID251


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
