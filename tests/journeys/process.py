"""The installed command in its own process, pointed at a loopback server, and waiting for what it does."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.journeys.oracle import differences, health

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


class Bot:
    """``archiver run`` in a folder of its own."""

    def __init__(self, folder: Path, server: Any, **settings: str) -> None:
        """``settings`` are names without ``ARCHIVER_``."""
        self.folder, self.archive = folder, folder / "archive.db"
        self.environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("ARCHIVER_")},
            **QUICK,
            "ARCHIVER_DATABASE": str(self.archive),
            "ARCHIVER_TELEGRAM__SESSION": str(folder / "bot.session"),
            "ARCHIVER_TELEGRAM__SERVER": server.address,
            "ARCHIVER_TELEGRAM__SERVER_KEY": server.public_key_pem,
            **{f"ARCHIVER_{key}": value for key, value in settings.items()},
        }
        self.process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start the bot; its log goes to bot.log."""
        with (self.folder / "bot.log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "archiver", "run",
                env=self.environment, cwd=self.folder, stdout=log, stderr=log,
            )  # fmt: skip

    async def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and wait for the end; return the exit code."""
        if self.process is None:
            return 0
        if self.process.returncode is None:
            self.process.send_signal(number)
        process, self.process = self.process, None
        return await asyncio.wait_for(process.wait(), 20)

    async def kill(self) -> None:
        """Kill the bot where it stands."""
        await self.stop(signal.SIGKILL)

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

    def log_lines(self) -> list[dict[str, Any]]:
        """Return the bot's log so far."""
        lines = (self.folder / "bot.log").read_text("utf-8").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def log_tail(self, lines: int = 30) -> str:
        """Return the end of the bot's log, for a failing test."""
        return "\n".join((self.folder / "bot.log").read_text("utf-8").splitlines()[-lines:])


async def until(is_true: Callable[[], bool], *, seconds: float = 30, what: str = "") -> None:
    """Wait until something is true; fail with ``what`` when it does not become so."""
    deadline = asyncio.get_running_loop().time() + seconds
    while not is_true():
        assert asyncio.get_running_loop().time() < deadline, f"not in {seconds} s: {what}"
        await asyncio.sleep(0.05)


async def agreement(bot: Bot, *channels: Any, seconds: float = 60) -> None:
    """Wait until the archive and the channels' own logs agree; fail with what differs."""
    deadline = asyncio.get_running_loop().time() + seconds
    found = ["no archive"]
    while found:
        await asyncio.sleep(0.2)
        found = (
            [line for channel in channels for line in differences(bot.archive, channel)]
            if bot.archive.exists()
            else found
        )
        if found and asyncio.get_running_loop().time() > deadline:
            raise AssertionError("\n".join([*found, bot.log_tail()]))
    assert health(bot.archive) == []
