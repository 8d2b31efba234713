"""The line to Telegram: one account's connection, watched over, that hands out no Telethon object."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from telethon.crypto import rsa
from telethon.tl import functions, types
from telethon.tl.alltlobjects import LAYER

from archiver import __version__
from archiver.domain.account import AccountState
from archiver.domain.errors import AccountLost, ConnectionLost, SettingsInvalid, TelegramError
from archiver.domain.ids import AccountId
from archiver.telegram.calls import Calls, OnFlood
from archiver.telegram.client import Client
from archiver.telegram.failures import foreign
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
    """What a line needs; ``proxy`` is a URL that holds a secret, ``pace`` as in `calls.Calls`.

    ``timeout_seconds`` is how long one answer may take, ``retry_seconds`` the rest between two tries to dial.
    """

    api_id: int
    api_hash: str
    session: Path
    proxy: str | None = None
    server: Server | None = None
    pace: float = 1.0
    timeout_seconds: float = 30.0
    retry_seconds: float = 1.0
    inbox_limit: int = 10_000


class Line:
    """One account's connection. `open` it, use `calls` and `inbox`, `ping` it now and then, `close` it.

    ``reconnected`` is set when something may have been pushed that never arrived: Telethon had to dial again,
    or Telegram says that it has too much to tell.
    """

    def __init__(self, settings: LineSettings, *, on_flood: OnFlood) -> None:
        """``on_flood`` is told of every flood wait (method, seconds)."""
        self.settings = settings
        self._file = SessionFile(settings.session)
        self._client: Client | None = None
        self._greeting: asyncio.Task[None] | None = None
        self._on_flood = on_flood
        self.reconnected = asyncio.Event()
        self.inbox = Inbox(limit=settings.inbox_limit, on_loss=self.reconnected.set)
        self.calls: Calls

    def prepare(self, *, create: bool = False) -> Client:
        """Lock the session file and build the client, unconnected; ``create`` makes a missing file.

        Raises SessionMissing, SessionExposed, SessionInUse, SettingsInvalid.
        """
        if self._client is None:
            session = self._file.open(create=create)
            try:
                self._client = _client(self.settings, session, line=self)
            except SettingsInvalid:
                self._file.close()
                raise
            self.calls = Calls(
                self._client,
                pace=self.settings.pace,
                timeout_seconds=self.settings.timeout_seconds,
                on_flood=self._on_flood,
            )
        return self._client

    async def open(self) -> AccountId:
        """Connect, and return whose line it is; may be called again after the line broke.

        Raises ConnectionLost, AccountLost, FloodWait, and what `prepare` raises.
        """
        await self.connect()
        me = await self.calls.call(functions.users.GetUsersRequest([types.InputUserSelf()]))
        if not me:
            raise AccountLost("nobody is signed in; run: archiver login", state=AccountState.SIGNED_OUT)
        return AccountId(me[0].id)

    async def connect(self, *, create: bool = False) -> None:
        """Connect without asking who is signed in; does nothing while the line is open.

        Raises ConnectionLost, AccountLost for a key that Telegram forgot, and what `prepare` raises.
        """
        client = self.prepare(create=create)
        if self.is_open:
            return
        try:
            async with foreign("connect", seconds=self.settings.timeout_seconds):
                await client.connect()
        except TelegramError:
            await self.hang_up()  # half a connection is none
            raise

    async def start_over(self) -> None:
        """Forget the key in the session file and connect with a new one; raises what `connect` raises."""
        await self.hang_up()
        self.prepare().forget_key()
        await self.connect()

    async def move(self, dc_id: int) -> None:
        """Go on at the data centre that holds the account; raises ConnectionLost."""
        async with foreign("connect", seconds=self.settings.timeout_seconds):
            await self.prepare().move(dc_id)

    async def ping(self, *, timeout_seconds: float) -> None:
        """Make sure the line is alive; when it is not, hang up and let Telethon dial again.

        Raises ConnectionLost, and AccountLost for a key that Telegram forgot.
        """
        client = self._client
        if client is None or not self.is_open:
            raise ConnectionLost("no line to Telegram")
        client.forget_abandoned()
        try:
            async with foreign("ping", seconds=timeout_seconds):
                await client(functions.PingRequest(random.getrandbits(62)))
        except ConnectionLost as error:
            client.redial(error)
            raise ConnectionLost("the line to Telegram went silent, dialling again") from error

    @property
    def is_open(self) -> bool:
        """Whether the line has not been given up; it may be dialling again just now."""
        return self._client is not None and bool(self._client.is_connected())

    @property
    def login_stamp(self) -> object:
        """What changes when somebody signs in with the session file; to be compared only."""
        return self._file.stamp

    async def hang_up(self) -> None:
        """Give up the connection but keep the session file; `open` may follow."""
        if self._greeting is not None:
            self._greeting.cancel()
            self._greeting = None
        if self._client is not None:
            await self._client.hang_up()

    async def close(self) -> None:
        """Give up connection and session file; safe to call twice."""
        try:
            await self.hang_up()
        finally:
            self._client = None
            self._file.close()

    def greet(self) -> None:
        """Let Telegram know the line that Telethon dialled again; called by Telethon."""
        if self._greeting is not None:
            self._greeting.cancel()
        self._greeting = asyncio.get_running_loop().create_task(self._greet())

    async def _greet(self) -> None:
        # Telegram pushes only to a connection that asked for something
        with contextlib.suppress(TelegramError):
            await self.calls.call(functions.updates.GetStateRequest())
        self.reconnected.set()


def _client(settings: LineSettings, session: Any, *, line: Line) -> Client:
    way = route(settings.proxy)
    if settings.server is not None:
        _point_at(settings.server, session)
    return Client(
        session,
        settings.api_id,
        settings.api_hash,
        inbox=line.inbox,
        on_reconnect=line.greet,
        connection=way.connection,
        proxy=way.proxy,
        timeout=min(15, settings.timeout_seconds),
        connection_retries=3,
        retry_delay=settings.retry_seconds,
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
