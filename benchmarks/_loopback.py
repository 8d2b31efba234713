"""A loopback server in a process of its own, for benchmarks: the server must not share the client's core."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from archiver.loopback.server import LoopbackServer
from archiver.loopback.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the server is, and how to sign in to it: a session file that it knows."""

    address: str
    key: str
    session: Path
    api_session: str


@contextmanager
def serve(folder: Path, *, channels: int, posts: int) -> Iterator[Place]:
    """Give a server that shows so many channels, called bench_0 and on, with so many posts each."""
    command = [sys.executable, "-m", "benchmarks._loopback", str(folder), str(channels), str(posts)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        try:
            yield Place(
                address=told["address"], key=told["key"], session=folder / "bench.session",
                api_session=told["api_session"],
            )  # fmt: skip
        finally:
            process.terminate()


async def _serve(folder: Path, channels: int, posts: int) -> None:
    world = World(seed=1)
    account = world.add_account()
    made = [world.add_channel(f"bench_{number}", posts=posts) for number in range(channels)]
    for channel in made:
        for post_id in range(1, posts + 1):
            channel.shelf.wire(post_id)  # serialised ahead: the client is measured, not the generator
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
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
