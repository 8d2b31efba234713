"""The installed command in its own process, pointed at a loopback server, and waiting for what it does."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from archiver.loopback.channel import Channel
from archiver.loopback.server import LoopbackServer
from tests.journeys.oracle import differences, health, rows

QUICK = {
    "ARCHIVER_HEARTBEAT_SECONDS": "0.5",
    "ARCHIVER_LOG_FORMAT": "json",
    "ARCHIVER_SYNC__LOOK_SHORTEST_MINUTES": "0.02",
    "ARCHIVER_SYNC__LOOK_LONGEST_MINUTES": "0.05",
    "ARCHIVER_SYNC__JOINED_LOOK_MINUTES": "0.05",
    "ARCHIVER_TELEGRAM__JOINS_PER_DAY": "1000",
    "ARCHIVER_TELEGRAM__RESOLVES_PER_DAY": "1000",
    "ARCHIVER_TELEGRAM__TIMEOUT_SECONDS": "5",
}
"""What takes hours in life takes a second or two in a journey."""


class Bot:
    """``archiver run`` in a folder of its own."""

    def __init__(self, folder: Path, server: LoopbackServer, **settings: str) -> None:
        """``settings`` are names without ``ARCHIVER_``."""
        self.folder, self.archive = folder, folder / "archive.db"
        self.channels_file = folder / "channels.txt"
        self.log = folder / "bot.log"
        self.channels_file.touch()
        self.environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("ARCHIVER_")},
            **QUICK,
            "ARCHIVER_DATABASE": str(self.archive),
            "ARCHIVER_CHANNELS_FILE": str(self.channels_file),
            "ARCHIVER_TELEGRAM__SESSION": str(folder / "bot.session"),
            "ARCHIVER_TELEGRAM__SERVER": server.address,
            "ARCHIVER_TELEGRAM__SERVER_KEY": server.public_key_pem,
            **{f"ARCHIVER_{key}": value for key, value in settings.items()},
        }
        self.process: asyncio.subprocess.Process | None = None

    def watch(self, *channels: Channel | str) -> None:
        """Write the file of channels to watch, which the bot reads at its start and on SIGHUP."""
        handles = [each if isinstance(each, str) else each.handle for each in channels]
        self.channels_file.write_text("".join(f"@{handle}\n" for handle in handles), "utf-8")

    async def start(self, *options: str, preexec: Callable[[], None] | None = None) -> None:
        """Start the bot; its log goes to a file. ``preexec`` runs in the new process before it."""
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "archiver", "run", *options,
                env=self.environment, cwd=self.folder, stdout=log, stderr=log, preexec_fn=preexec,
            )  # fmt: skip

    async def stop(self, number: int = signal.SIGTERM, *, seconds: float = 20) -> int:
        """Send a signal and wait for the end; return the exit code, 0 when it did not run."""
        if self.process is None:
            return 0
        if self.process.returncode is None:
            self.process.send_signal(number)
        process, self.process = self.process, None
        try:
            return await asyncio.wait_for(process.wait(), seconds)
        except TimeoutError:
            process.kill()
            await process.wait()
            raise

    async def ended(self, *, seconds: float = 30) -> int:
        """Wait until the bot ends by itself; return the exit code."""
        assert self.process is not None
        code = await asyncio.wait_for(self.process.wait(), seconds)
        self.process = None
        return code

    async def kill(self) -> None:
        """Kill the bot where it stands."""
        await self.stop(signal.SIGKILL)

    def signal(self, number: int) -> None:
        """Send a signal."""
        assert self.process is not None
        self.process.send_signal(number)

    async def command(self, *arguments: str, answers: str = "") -> tuple[int, str, str]:
        """Run another command beside the bot; return (exit code, standard output, standard error)."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "archiver", *arguments,
            env=self.environment, cwd=self.folder, stdin=-1, stdout=-1, stderr=-1,
        )  # fmt: skip
        out, err = await asyncio.wait_for(process.communicate(answers.encode()), 60)
        return process.returncode or 0, out.decode(), err.decode()

    async def status(self) -> dict[str, Any]:
        """Return what ``archiver status --json`` says."""
        _, out, err = await self.command("status", "--json")
        assert out, err
        found: dict[str, Any] = json.loads(out)
        return found

    def events(self, name: str) -> list[dict[str, Any]]:
        """Return the lines of the bot's log so far with this event."""
        if not self.log.exists():
            return []
        lines = self.log.read_text("utf-8").splitlines()
        told = [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]
        return [line for line in told if line["event"] == name]

    def log_tail(self, lines: int = 30) -> str:
        """Return the end of the bot's log, for a failing test."""
        return "\n".join(self.log.read_text("utf-8").splitlines()[-lines:]) if self.log.exists() else ""


async def until(
    is_true: Callable[[], object], *, seconds: float = 30, what: str = "", bot: Bot | None = None
) -> None:
    """Wait until something is true; fail with ``what`` when it does not become so."""
    deadline = asyncio.get_running_loop().time() + seconds
    while not is_true():
        if asyncio.get_running_loop().time() > deadline:
            raise AssertionError(f"not in {seconds} s: {what}\n{bot.log_tail() if bot else ''}")
        await asyncio.sleep(0.05)


async def joined(bot: Bot, channels: int = 1, *, seconds: float = 30) -> None:
    """Wait until the bot has joined so many channels: from then on their events are pushed to it."""
    sql = "SELECT count(*) FROM channel_access WHERE is_joined"
    await until(lambda: rows(bot.archive, sql) == [(channels,)], seconds=seconds, what="joined", bot=bot)


async def agreement(bot: Bot, *channels: Channel, seconds: float = 60) -> None:
    """Wait until the archive and the channels' own logs agree; fail with what differs."""
    deadline = asyncio.get_running_loop().time() + seconds
    while found := _differences(bot, channels):
        if asyncio.get_running_loop().time() > deadline:
            raise AssertionError("\n".join([*found, bot.log_tail()]))
        await asyncio.sleep(0.2)
    assert health(bot.archive) == []


def _differences(bot: Bot, channels: Sequence[Channel]) -> list[str]:
    return [line for channel in channels for line in differences(bot.archive, channel)]
