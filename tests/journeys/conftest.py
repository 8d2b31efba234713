"""A loopback Telegram in the test's own loop, and bots in processes of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from archiver.loopback.account import Account
from archiver.loopback.server import LoopbackServer
from archiver.loopback.world import World
from tests.journeys.process import Bot

NewBot = Callable[..., Awaitable[Bot]]


@pytest.fixture
def world() -> World:
    """Give a world with nobody in it."""
    return World(seed=1)


@pytest.fixture
def account(world: World) -> Account:
    """Give the account that the bot signs in with."""
    return world.add_account()


@pytest_asyncio.fixture
async def server(world: World, account: Account) -> AsyncIterator[LoopbackServer]:
    """Give a running server; no answer of its may have been a bug."""
    server = LoopbackServer(world)
    await server.start()
    yield server
    await server.stop()
    assert server.bugs == 0


@pytest_asyncio.fixture
async def new_bot(tmp_path: Path, server: LoopbackServer, account: Account) -> AsyncIterator[NewBot]:
    """Give a maker of bots: signed in, watching some handles, and started unless told otherwise."""
    made: list[Bot] = []

    async def make(*handles: str, is_started: bool = True, **settings: Any) -> Bot:
        folder = tmp_path / f"bot{len(made)}"
        folder.mkdir()
        server.sign_in_file(folder / "bot.session", account)
        (folder / "channels.txt").write_text("\n".join(f"@{handle}" for handle in handles))
        bot = Bot(folder, server, CHANNELS_FILE=str(folder / "channels.txt"), **settings)
        made.append(bot)
        if is_started:
            await bot.start()
        return bot

    yield make
    for bot in made:
        await bot.kill()
    # a bug in one piece of work stops nothing, so no journey may pass over it
    assert [line for bot in made for line in bot.events("work.failed") + bot.events("lane.failed")] == []
    assert not any("Traceback" in bot.log_tail(1_000) for bot in made)
