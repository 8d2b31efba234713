"""The line to Telegram: one signed-in connection, watched over, that hands out no Telethon object.

Four private parts of Telethon 1.45 are touched here and nowhere else (``_updates_handle``,
``_sender._updates_queue``, ``_sender._auto_reconnect_callback``, ``_sender._start_reconnect``); the version
is pinned and tests/telegram/test_line.py fails when they move. Why: docs/decisions/0002-own-update-engine.md.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from telethon import TelegramClient
from telethon.crypto import rsa
from telethon.tl import functions, types
from telethon.tl.alltlobjects import LAYER

from archiver import __version__
from archiver.domain.account import AccountState
from archiver.domain.errors import AccountLost, ConnectionLost, SettingsInvalid
from archiver.domain.ids import AccountId
from archiver.telegram.calls import Calls, OnFlood
from archiver.telegram.failures import translate
from archiver.telegram.inbox import Inbox
from archiver.telegram.proxy import route
from archiver.telegram.session import SessionFile

TELEGRAM_LAYER: int = LAYER
"""The version of Telegram's schema that raw pages follow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Another MTProto server than Telegram's: for the demo, tests and benchmarks, on this machine only."""

    dc: int
    host: str
    port: int
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSettings:
    """What a line needs; ``proxy`` is a URL that holds a secret, ``pace`` as in `calls.Calls`."""

    api_id: int
    api_hash: str
    session: Path
    proxy: str | None = None
    server: Server | None = None
    pace: float = 1.0
    timeout_seconds: float = 30.0
    inbox_limit: int = 10_000


class Line:
    """One account's connection. `open` it, use `calls` and `inbox`, `ping` it now and then, `close` it."""

    def __init__(self, settings: LineSettings, *, on_flood: OnFlood) -> None:
        """``on_flood`` is told of every flood wait (method, seconds)."""
        self._settings = settings
        self._file = SessionFile(settings.session)
        self._client: Any = None
        self._on_flood = on_flood
        self.inbox = Inbox(limit=settings.inbox_limit)
        self.calls: Calls
        self.reconnected = asyncio.Event()

    def prepare(self, *, create: bool = False) -> Any:
        """Lock the session file and build the client, unconnected; used by `open` and by the sign-in.

        Raises SessionMissing, SessionExposed, SessionInUse, SettingsInvalid.
        """
        if self._client is None:
            session = self._file.open(create=create)
            self._client = _client(self._settings, session)
            self.calls = Calls(
                self._client,
                pace=self._settings.pace,
                timeout_seconds=self._settings.timeout_seconds,
                on_flood=self._on_flood,
            )
        return self._client

    async def open(self) -> AccountId:
        """Connect, and return whose line it is; may be called again after the line broke.

        Raises ConnectionLost, AccountLost, and what `prepare` raises.
        """
        client = self.prepare()
        self._take_pushes(client)
        try:
            async with asyncio.timeout(self._settings.timeout_seconds):
                await client.connect()
        except Exception as error:  # whatever connecting raises becomes a state of ours, or goes on
            ours = translate(error, method="connect")
            if ours is None:
                raise
            raise ours from error
        self._take_pushes(client)
        me = await self.calls.call(functions.users.GetUsersRequest([types.InputUserSelf()]))
        if not me:
            raise AccountLost("nobody is signed in; run: archiver login", state=AccountState.SIGNED_OUT)
        return AccountId(me[0].id)

    async def ping(self, *, timeout_seconds: float) -> None:
        """Make sure the line is alive; when it is not, hang up and let Telethon dial again.

        Raises ConnectionLost.
        """
        if not self.is_open:
            raise ConnectionLost("no line to Telegram")
        try:
            async with asyncio.timeout(timeout_seconds):
                await self._client(functions.PingRequest(random.getrandbits(62)))
        except (TimeoutError, OSError) as error:
            self._redial(error)
            raise ConnectionLost("the line to Telegram went silent, dialling again") from error

    @property
    def is_open(self) -> bool:
        """Whether the line has not been given up."""
        return self._client is not None and bool(self._client.is_connected())

    async def hang_up(self) -> None:
        """Give up the connection but keep the session file; `open` may follow."""
        if self._client is not None:
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await self._client.disconnect()

    async def close(self) -> None:
        """Give up connection and session file; safe to call twice."""
        await self.hang_up()
        self._client = None
        self._file.close()

    def _take_pushes(self, client: Any) -> None:
        client._sender._updates_queue = self.inbox
        if client._updates_handle is not None:
            client._updates_handle.cancel()
        client._sender._auto_reconnect_callback = self._on_reconnect

    async def _on_reconnect(self) -> None:
        # Telegram pushes only to a connection that asked for something
        with contextlib.suppress(Exception):
            await self._client(functions.updates.GetStateRequest())
        self.reconnected.set()

    def _redial(self, error: Exception) -> None:
        self._client._sender._start_reconnect(error)


def _client(settings: LineSettings, session: Any) -> Any:
    way = route(settings.proxy)
    if settings.server is not None:
        _point_at(settings.server, session)
    return TelegramClient(
        session,
        settings.api_id,
        settings.api_hash,
        connection=way.connection,
        proxy=way.proxy,
        timeout=min(15, settings.timeout_seconds),
        connection_retries=3,
        retry_delay=1,
        request_retries=3,
        raise_last_call_error=True,
        flood_sleep_threshold=0,
        catch_up=False,
        device_model="archiver",
        system_version="1",
        app_version=__version__,
    )


def _point_at(server: Server, session: Any) -> None:
    try:
        rsa.add_key(server.key, old=False)
    except (ValueError, TypeError, IndexError) as error:
        raise SettingsInvalid("ARCHIVER_TELEGRAM__SERVER_KEY is no PEM public key") from error
    session.set_dc(server.dc, server.host, server.port)


NewLine = Callable[[OnFlood], Line]
"""Makes a line that reports its flood waits; wiring knows the settings."""
