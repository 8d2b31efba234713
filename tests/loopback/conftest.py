"""A world, a server that shows it, and stock Telethon clients."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
import pytest_asyncio
from telethon import TelegramClient
from telethon.crypto import rsa
from telethon.sessions import StringSession

from archiver.loopback.account import Account
from archiver.loopback.server import LoopbackServer
from archiver.loopback.world import World

NewClient = Callable[..., Awaitable[Any]]


@pytest.fixture
def world() -> World:
    return World(seed=1)


@pytest.fixture
def account(world: World) -> Account:
    return world.add_account()


@pytest_asyncio.fixture
async def server(world: World) -> AsyncIterator[LoopbackServer]:
    """Serve the world; nothing in a test may break the server itself."""
    started = LoopbackServer(world)
    await started.start()
    rsa.add_key(started.public_key_pem, old=False)
    yield started
    await started.stop()
    assert started.bugs == 0


@pytest_asyncio.fixture
async def new_client(server: LoopbackServer) -> AsyncIterator[NewClient]:
    """Give a maker of clients: signed in as an account, or as nobody."""
    async with AsyncExitStack() as stack:

        async def make(account: Account | None = None, **options: Any) -> Any:
            session = StringSession(server.session_string(account) if account else "")
            session.set_dc(2, "127.0.0.1", server.port)
            settings = {"flood_sleep_threshold": 0, "retry_delay": 0, "raise_last_call_error": True} | options
            client = TelegramClient(session, 1, "hash", **settings)
            await client.connect()
            stack.push_async_callback(client.disconnect)
            return client

        yield make


@pytest_asyncio.fixture
async def client(new_client: NewClient, account: Account) -> Any:
    """Return a client that is signed in."""
    return await new_client(account)
