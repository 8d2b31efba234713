"""python -m archiver.loopback [WORLD.toml]: a loopback Telegram in a process of its own.

Prints one JSON line that says how to reach it, then plays the world and takes orders from standard input.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
from pathlib import Path

from archiver.loopback.control import Control, obey, say
from archiver.loopback.deeds import Deeds
from archiver.loopback.script import Script, demo_script, read_script
from archiver.loopback.server import LoopbackServer
from archiver.loopback.timeline import play


def main() -> None:
    """Run until standard input ends, or an order says quit."""
    parser = argparse.ArgumentParser(prog="python -m archiver.loopback", description=__doc__.split("\n")[0])
    parser.add_argument("world", nargs="?", type=Path, help="a world file; the demo's when left out")
    parser.add_argument("--port", type=int, default=0, help="a free one when left out")
    parser.add_argument("--speed", type=float, default=1.0, help="how fast the world's time passes")
    parser.add_argument("--warm", action="store_true", help="make all posts before the first is asked for")
    parser.add_argument("--session", type=Path, help="write a signed-in session file here")
    parser.add_argument("--posts", type=Path, help="add the channels of a JSONL file of posts")
    parser.add_argument("--limit", type=int, help="read so many lines of it")
    given = parser.parse_args()
    script = demo_script() if given.world is None else read_script(given.world)
    if given.posts:
        script.world.load_jsonl(given.posts, limit=given.limit)
    if given.warm:
        for channel in script.world.channels.values():
            channel.shelf.warm()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(script, given))


async def _serve(script: Script, given: argparse.Namespace) -> None:
    server = LoopbackServer(script.world, port=given.port)
    await server.start()
    deeds = Deeds(script.world)
    say(json.dumps(_greeting(script, server, given.session)))
    try:
        async with asyncio.TaskGroup() as tasks:
            playing = tasks.create_task(play(script, deeds=deeds, speed=given.speed))
            await obey(Control(server, deeds))
            playing.cancel()
    finally:
        await server.stop()


def _greeting(script: Script, server: LoopbackServer, session: Path | None) -> dict[str, str]:
    accounts = script.world.accounts or {0: script.world.add_account()}
    account = next(iter(accounts.values()))
    told = {
        "address": server.address,
        "key": server.public_key_pem,
        "phone": account.phone,
        "code": account.code,
    }
    if session is not None:
        told["session"] = str(server.sign_in_file(session, account))
    return told


if __name__ == "__main__":
    main()
