"""A loopback Telegram, an account signed in to it, and our line to it."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from archiver.loopback.account import Account
from archiver.loopback.channel import Channel
from archiver.loopback.server import LoopbackServer
from archiver.loopback.world import World
from archiver.telegram.line import Line, LineSettings
from tests.telegram.lines import Floods, a_line, a_line_settings


@pytest.fixture
def world() -> World:
    return World(seed=1)


@pytest.fixture
def channel(world: World) -> Channel:
    return world.add_channel("rafidain", title="Rafidain", posts=120)


@pytest.fixture
def account(world: World, channel: Channel) -> Account:
    """Return an account that has joined the channel."""
    made = world.add_account()
    made.joined.add(channel.id)
    return made


@pytest_asyncio.fixture
async def server(world: World) -> AsyncIterator[LoopbackServer]:
    serving = LoopbackServer(world)
    await serving.start()
    yield serving
    await serving.stop()
    assert serving.bugs == 0


@pytest.fixture
def session(server: LoopbackServer, account: Account, tmp_path: Path) -> Path:
    """Return a session file that is signed in."""
    return server.sign_in_file(tmp_path / "account", account)


@pytest.fixture
def settings(server: LoopbackServer, session: Path) -> LineSettings:
    return a_line_settings(server, session)


@pytest.fixture
def floods() -> Floods:
    """Return the flood waits that the line was told of."""
    return []


@pytest_asyncio.fixture
async def line(settings: LineSettings, floods: Floods) -> AsyncIterator[Line]:
    """Give a line that is ready to open."""
    made = a_line(settings, floods)
    yield made
    await made.close()


@pytest.fixture(autouse=True)
def nothing_is_left_to_the_logs(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail a test after which asyncio complains: of a task nobody awaited, an error nobody read."""
    caplog.set_level(logging.WARNING)
    yield
    complaints = [record.getMessage() for record in caplog.records if record.name == "asyncio"]
    assert complaints == []
