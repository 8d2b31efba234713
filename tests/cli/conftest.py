"""The command in this process, in a folder of its own; and a loopback Telegram for what needs one."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
import structlog

from archiver.cli.main import main
from archiver.loopback.account import Account
from archiver.loopback.server import LoopbackServer
from archiver.loopback.world import World
from tests.cli.process import Command, Outcome

Archiver = Callable[..., Outcome]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Be in an empty folder, without a setting from outside."""
    for name in [name for name in os.environ if name.startswith("ARCHIVER_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def archiver(folder: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Archiver]:
    """Give the command: called with its words, it returns what it did. It runs where `folder` is."""

    def run(*words: str) -> Outcome:
        capsys.readouterr()
        try:
            code = main(words)
        except SystemExit as ended:  # argparse's way
            code = int(ended.code or 0)
        return Outcome(code, *capsys.readouterr())

    yield run
    # the log went to a standard error that ends with this test
    structlog.reset_defaults()


@pytest.fixture
def world() -> World:
    """Give a world with nobody in it."""
    return World(seed=1)


@pytest.fixture
def account(world: World) -> Account:
    """Give an account without a password."""
    return world.add_account()


@pytest_asyncio.fixture
async def server(world: World) -> AsyncIterator[LoopbackServer]:
    """Give a running server; no answer of its may have been a bug."""
    server = LoopbackServer(world)
    await server.start()
    yield server
    await server.stop()
    assert server.bugs == 0


@pytest_asyncio.fixture
async def command(folder: Path, server: LoopbackServer) -> AsyncIterator[Command]:
    """Give a starter of commands that are pointed at the server; what still runs in the end is killed."""
    command = Command(
        folder,
        TELEGRAM__SERVER=server.address,
        TELEGRAM__SERVER_KEY=server.public_key_pem,
        TELEGRAM__SESSION=str(folder / "bot.session"),
    )
    yield command
    await asyncio.gather(*(command.kill(process) for process in command.started))
