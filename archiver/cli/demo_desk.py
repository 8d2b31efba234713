"""The demo's desk: the installed commands, with two logins that are made up anew each time."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from archiver.domain.errors import ArchiverError

_PEOPLE = {"amal": "reviewer", "layla": "lead"}
_ADDRESS = "the desk is at "
_PASSWORD = "password, shown once: "  # noqa: S105 - what stands before one

Command = Callable[..., Awaitable[str]]
"""Arguments of the installed command in, what it prints out; raises ArchiverError when it fails."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDesk:
    """Where the desk is, and the passwords of those who may sign in, by name."""

    address: str
    logins: Mapping[str, str]


async def make_logins(run: Command) -> dict[str, str]:
    """Return the passwords of a reviewer and a lead, by name."""
    logins = {}
    for name, role in _PEOPLE.items():
        told = await run("reviewers", "add", name, "--role", role, "--generate")
        logins[name] = next(
            line.removeprefix(_PASSWORD) for line in told.splitlines() if line.startswith(_PASSWORD)
        )
    return logins


@asynccontextmanager
async def serving(
    environment: Mapping[str, str], folder: Path, logins: Mapping[str, str], *, port: int
) -> AsyncIterator[OpenDesk]:
    """Let the desk live; ``port`` 0 is a free one."""
    with (folder / "desk.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "archiver", "serve", "--host", "127.0.0.1", "--port", str(port),
            env=environment, cwd=folder, stdout=-1, stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        assert process.stdout is not None  # noqa: S101 - asked for above
        line = (await process.stdout.readline()).decode()
        if not line.startswith(_ADDRESS):
            await process.wait()
            last = (folder / "desk.log").read_text("utf-8").strip().splitlines()
            raise ArchiverError(f"archiver serve failed: {last[-1] if last else 'it said nothing'}")
        yield OpenDesk(address=line.removeprefix(_ADDRESS).strip(), logins=logins)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()
