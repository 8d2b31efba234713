"""A world, a server, an account signed in to it, and one run of the bot's services on a real archive."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from archiver.domain.clock import utc_now
from archiver.loopback.account import Account
from archiver.loopback.server import LoopbackServer
from archiver.loopback.world import World
from archiver.services.run import Run
from archiver.storage.archive import Archive
from tests.builders import Clock
from tests.services.steps import a_run
from tests.telegram.lines import a_line, a_line_settings


@pytest.fixture
def clock() -> Clock:
    """Return a clock that starts now, as the world's does, and stands still until it is moved."""
    return Clock(utc_now())


@pytest.fixture
def world() -> World:
    return World(seed=1)


@pytest.fixture
def account(world: World) -> Account:
    return world.add_account()


@pytest_asyncio.fixture
async def server(world: World) -> AsyncIterator[LoopbackServer]:
    """Give a running server; no answer of its may have been a bug."""
    serving = LoopbackServer(world)
    await serving.start()
    yield serving
    await serving.stop()
    assert serving.bugs == 0


@pytest_asyncio.fixture
async def run(
    server: LoopbackServer, account: Account, archive: Archive, clock: Clock, tmp_path: Path
) -> AsyncIterator[Run]:
    """Give a run with an open line."""
    line = a_line(a_line_settings(server, server.sign_in_file(tmp_path / "account", account)))
    yield await a_run(archive, line, clock)
    await line.close()
