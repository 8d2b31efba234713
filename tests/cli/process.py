"""The command in a process of its own."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import IO, NamedTuple


class Outcome(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str


class Command:
    """Starts commands in a folder, with settings of their own."""

    def __init__(self, folder: Path, **settings: str) -> None:
        """``settings`` are names without ``ARCHIVER_``."""
        self.folder = folder
        self.started: list[asyncio.subprocess.Process] = []
        # what a user's machine has not: output that is written at once
        hidden = {"PYTHONUNBUFFERED"}
        self.environment = {name: value for name, value in os.environ.items() if name not in hidden}
        self.environment |= {f"ARCHIVER_{name}": value for name, value in settings.items()}

    async def start(
        self, *words: str, stdin: int | IO[bytes] = -1, stdout: int | IO[bytes] = -1, stderr: int = -1
    ) -> asyncio.subprocess.Process:
        """Start a command; its three streams are pipes unless told otherwise."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "archiver", *words,
            env=self.environment, cwd=self.folder, stdin=stdin, stdout=stdout, stderr=stderr,
        )  # fmt: skip
        self.started.append(process)
        return process

    async def run(self, *words: str, answers: str = "") -> Outcome:
        """Run a command to its end."""
        return await self.end(await self.start(*words), answers=answers)

    async def end(self, process: asyncio.subprocess.Process, *, answers: str = "") -> Outcome:
        """Answer, and wait for a command's end."""
        given = answers.encode() if process.stdin else None
        out, err = await asyncio.wait_for(process.communicate(given), 60)
        return Outcome(process.returncode or 0, (out or b"").decode(), (err or b"").decode())

    async def serve(self, *words: str) -> tuple[asyncio.subprocess.Process, str]:
        """Start the desk on a free port; return its process and its address."""
        process = await self.start("serve", "--port", "0", *words)
        assert process.stdout
        line = await asyncio.wait_for(process.stdout.readline(), 60)
        said, _, address = line.decode().strip().rpartition(" ")
        assert said == "the desk is at", await self.end(process)
        return process, address

    async def kill(self, process: asyncio.subprocess.Process) -> None:
        """End a command that a failed test left behind."""
        if process.returncode is None:
            process.kill()
            await process.wait()
