"""The server: listens on this machine, shows a world, and lets tests break the line.

world = World()
channel = world.add_channel("sample", posts=100)
account = world.add_account()
server = LoopbackServer(world)
await server.start()
...
await server.stop()
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import os
import struct
from pathlib import Path
from typing import Any

from telethon.errors.common import InvalidChecksumError, TypeNotFoundError
from telethon.sessions import SQLiteSession, StringSession
from telethon.tl import types as t

from archiver.loopback import portrait
from archiver.loopback.account import Account
from archiver.loopback.channel import Channel
from archiver.loopback.connection import Connection
from archiver.loopback.exchange import Exchange
from archiver.loopback.faults import Faults, method_name
from archiver.loopback.keys import public_pem
from archiver.loopback.media import DC
from archiver.loopback.rpc.call import Call
from archiver.loopback.rpc.table import OPEN, SIGNED_IN
from archiver.loopback.tl import RpcRefusal, vector
from archiver.loopback.world import World

HOST = "127.0.0.1"


class LoopbackServer:
    """One address of a world; the world, its keys included, outlives it."""

    def __init__(self, world: World, *, faults: Faults | None = None, port: int = 0) -> None:
        """``port`` 0 takes a free one."""
        self.world, self.port = world, port
        self.faults = faults or Faults()
        self._exchange = Exchange(keys=world.keys, faults=self.faults, call=self.call)
        self._listener: asyncio.Server | None = None
        self._lines: set[asyncio.Task[Any]] = set()
        self.nonsense = 0
        """Lines that were closed because what came was no MTProto."""

    # -- being there

    async def start(self) -> None:
        """Listen; `port`, `address` and `public_key_pem` are good from now on."""
        self.world.listeners.append(self._push)
        self.world.tokens.listeners.append(self._push_token)
        await self.accept_connections()

    async def stop(self) -> None:
        """Cut all lines and stop listening; safe to call twice."""
        self.refuse_connections()
        with contextlib.suppress(ValueError):
            self.world.listeners.remove(self._push)
            self.world.tokens.listeners.remove(self._push_token)
        self.drop_lines()
        for line in list(self._lines):
            line.cancel()
        await asyncio.gather(*self._lines, return_exceptions=True)
        await asyncio.sleep(0)  # the loop closes what was hung up

    async def accept_connections(self) -> None:
        """Listen again, on the same port."""
        self._listener = await asyncio.start_server(self._serve, HOST, self.port, limit=1 << 20)
        self.port = self._listener.sockets[0].getsockname()[1]

    def refuse_connections(self) -> None:
        """Refuse who dials from now on; lines that stand go on."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None

    def drop_lines(self) -> None:
        """Cut all lines hard, as a broken network does."""
        for connection in list(self._exchange.connections):
            connection.abort()

    def deaden_lines(self) -> None:
        """Let all lines stand and answer nothing more, as behind a router that forgot them; new ones work."""
        for connection in self._exchange.connections:
            connection.is_dead = True

    # -- how to reach it

    @property
    def address(self) -> str:
        """Data centre, host and port: ``2@127.0.0.1:443``."""
        return f"{DC}@{HOST}:{self.port}"

    @property
    def public_key_pem(self) -> str:
        """The key a client must know: ``telethon.crypto.rsa.add_key(pem, old=False)``."""
        return public_pem(self._exchange.rsa_key)

    def session_string(self, account: Account) -> str:
        """Return a Telethon StringSession that is signed in."""
        session = StringSession()
        self._sign_in(session, account)
        return str(session.save())

    def sign_in_file(self, path: Path, account: Account) -> Path:
        """Write a Telethon session file that is signed in, readable by its owner only; return its path."""
        path = path if path.suffix == ".session" else path.with_name(path.name + ".session")
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
        session = SQLiteSession(str(path))
        self._sign_in(session, account)
        session.save()
        session.close()
        return path

    def forget_keys(self, account: Account) -> None:
        """Forget an account's keys, so that its clients are told -404 and must make new ones."""
        for key_id in account.keys:
            self.world.keys.forget(key_id)
        account.keys.clear()

    # -- what it saw

    @property
    def calls(self) -> dict[str, list[float]]:
        """When each method was called (monotonic seconds)."""
        return self.faults.calls

    @property
    def connections(self) -> set[Any]:
        """The lines that stand."""
        return self._exchange.connections

    @property
    def bugs(self) -> int:
        """Calls that broke the server itself; a test expects none."""
        return self._exchange.bugs

    def call(self, connection: Connection, request: Any) -> bytes:
        """Return the bytes of the answer to a call; raises RpcRefusal."""
        kind, key_id = type(request), connection.key.key_id
        method = method_name(kind)
        self.faults.check(method)
        account = self.world.account_of(key_id)
        if account is not None and (refusal := account.refusal(key_id, method)):
            raise RpcRefusal(*refusal)
        answer = OPEN.get(kind) or SIGNED_IN.get(kind)
        if answer is None:
            raise RpcRefusal(400, "INPUT_METHOD_INVALID")
        if account is None and kind not in OPEN:
            raise RpcRefusal(401, "AUTH_KEY_UNREGISTERED")
        call = Call(world=self.world, faults=self.faults, port=self.port, key_id=key_id, signed_in=account)
        found = answer(call, request)
        return vector(found) if isinstance(found, list) else bytes(found._bytes())

    # -- private

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - streams run this in a task
        self._lines.add(task)
        connection = Connection(self._exchange, reader, writer)
        try:
            await connection.serve()
        except (EOFError, OSError):
            pass
        except (ValueError, struct.error, InvalidChecksumError, TypeNotFoundError):
            self.nonsense += 1
        finally:
            self._exchange.connections.discard(connection)
            self._lines.discard(task)
            connection.close()

    def _push(self, channel: Channel, update: Any, post_ids: tuple[int, ...]) -> None:
        if self.faults.drops_pushes:
            return
        bodies: dict[int, bytes] = {}
        for connection in self._exchange.connections:
            account = self.world.account_of(connection.key.key_id)
            if account is None or not connection.wants_updates or not account.hears(channel.id):
                continue
            if account.id not in bodies:
                bodies[account.id] = self._body(channel, account, update, post_ids=post_ids)
            connection.push(bodies[account.id])

    def _body(self, channel: Channel, account: Account, update: Any, *, post_ids: tuple[int, ...]) -> bytes:
        chats = portrait.chats(self.world, account, channel, post_ids=post_ids)
        return bytes(t.Updates([update], [], chats, dt.datetime.now(dt.UTC), 0)._bytes())

    def _push_token(self, key_id: int) -> None:
        now = dt.datetime.now(dt.UTC)
        body = bytes(t.UpdateShort(t.UpdateLoginToken(), now)._bytes())
        for connection in self._exchange.connections:
            if connection.key.key_id == key_id:
                connection.push(body)

    def _sign_in(self, session: Any, account: Account) -> None:
        key = self.world.keys.make()
        account.keys[key.key_id] = None
        session.set_dc(DC, HOST, self.port)
        session.auth_key = key
