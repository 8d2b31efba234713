"""One TCP connection: framing, encryption, the MTProto session on it, and its RPC calls.

https://core.telegram.org/mtproto/description. The order of a session: the first packet has a wrong salt and
is told the right one; then the session counts, and pushes may go to it.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import gzip
import os
import struct
import sys
import time
import traceback
from hashlib import sha256
from socket import SO_LINGER, SOL_SOCKET
from typing import Any

from telethon.crypto import AES
from telethon.extensions import BinaryReader
from telethon.network.mtprotostate import MTProtoState
from telethon.tl import functions as f, types as t
from telethon.tl.core import GzipPacked, MessageContainer
from telethon.tl.tlobject import TLObject

from archiver.loopback.exchange import Exchange
from archiver.loopback.handshake import Handshake
from archiver.loopback.tl import FUTURE_SALTS, GZIP_PACKED, RPC_RESULT, RpcRefusal
from archiver.loopback.transport import detect

_KEY_UNKNOWN = struct.pack("<i", -404)
_WRONG_SALT = 48
_RESET = struct.pack(
    "ii", 1, 0
)  # lingers for no second: what is unsent is thrown away, and the other side told so
_WRAPPERS = (
    f.InvokeWithLayerRequest,
    f.InitConnectionRequest,
    f.InvokeAfterMsgRequest,
    f.InvokeWithTakeoutRequest,
    f.InvokeWithoutUpdatesRequest,
)


class Connection:
    """A client's line."""

    def __init__(self, server: Exchange, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.server, self.reader, self.writer = server, reader, writer
        self.key: Any = None
        self.wants_updates = False
        self.is_dead = False
        """Answers nothing any more, while it stands: half-open."""
        self._codec: Any = None
        self._session = self._sequence = self._last_id = 0
        self._handshake: Handshake | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self) -> None:
        """Answer until the client hangs up."""
        self._codec, reader = await detect(self.reader)
        while True:
            packet = await self._codec.read_packet(reader)
            if packet[:8] == bytes(8):
                self._shake_hands(packet)
            elif not self._open(packet):
                return
            await self.writer.drain()

    def push(self, body: bytes) -> None:
        """Send an update that nobody asked for."""
        if not self._is_silent:
            self._send(body, is_reply=False)

    def close(self) -> None:
        """Hang up once all is sent."""
        for task in self._tasks:
            task.cancel()
        self.writer.close()

    def abort(self) -> None:
        """Cut the line hard (RST)."""
        for task in self._tasks:
            task.cancel()
        socket = self.writer.get_extra_info("socket")
        if socket is not None and not self.writer.is_closing():
            socket.setsockopt(SOL_SOCKET, SO_LINGER, _RESET)
        self.writer.transport.abort()

    @property
    def _is_silent(self) -> bool:
        return self.is_dead or self.server.faults.is_silent

    # -- out

    def _next_id(self, *, is_reply: bool) -> int:
        now = time.time()
        fresh = (int(now) << 32) | (int((now % 1) * (1 << 32)) & ~3)
        # a server's ids grow and are odd: 1 answers, 3 comes unasked
        self._last_id = max(fresh, (self._last_id & ~3) + 4) | (1 if is_reply else 3)
        return self._last_id

    def _write(self, packet: bytes) -> None:
        if not self.writer.is_closing() and not self._is_silent:
            self.writer.write(self._codec.encode_packet(packet))

    def _send(self, body: bytes, *, is_content: bool = True, is_reply: bool = True) -> None:
        sequence = self._sequence * 2 + is_content
        self._sequence += is_content
        head = struct.pack(
            "<qqqii",
            self.server.salt,
            self._session,
            self._next_id(is_reply=is_reply),
            sequence,
            len(body),
        )
        data = head + body
        data += os.urandom(-(len(data) + 12) % 16 + 12)
        message_key = sha256(self.key.key[96:128] + data).digest()[8:24]
        key, iv = MTProtoState._calc_key(self.key.key, message_key, False)
        self._write(struct.pack("<Q", self.key.key_id) + message_key + AES.encrypt_ige(data, key, iv))

    def _result(self, request_id: int, body: bytes) -> None:
        limit = self.server.faults.gzip_over
        if limit and len(body) > limit:
            packed = gzip.compress(body, 1)
            body = struct.pack("<I", GZIP_PACKED) + TLObject.serialize_bytes(packed)
        if self.server.faults.take_torn_answer():
            self._write(os.urandom(64))
            self.abort()
            return
        self._send(struct.pack("<Iq", RPC_RESULT, request_id) + body)

    # -- in

    def _shake_hands(self, packet: bytes) -> None:
        length = struct.unpack_from("<i", packet, 16)[0]
        request = BinaryReader(packet[20 : 20 + length]).tgread_object()
        if self._handshake is None:
            self._handshake = Handshake(self.server.rsa_key, self.server.fingerprint, now=int(time.time()))
        body = self._handshake.answer(request)._bytes()
        if self._handshake.key is not None:
            self.server.keys.add(self._handshake.key)
        self._write(struct.pack("<qqi", 0, self._next_id(is_reply=True), len(body)) + body)

    def _open(self, packet: bytes) -> bool:
        """Handle an encrypted packet; return false when its key is unknown."""
        key = self.server.keys.find(struct.unpack_from("<Q", packet)[0])
        if key is None:
            self._write(_KEY_UNKNOWN)
            return False
        self.key, message_key = key, packet[8:24]
        data = AES.decrypt_ige(packet[24:], *MTProtoState._calc_key(key.key, message_key, True))
        if sha256(key.key[88:120] + data).digest()[8:24] != message_key:
            raise ValueError("bad msg_key")
        salt, session, message_id, sequence, length = struct.unpack_from("<qqqii", data)
        is_fresh, self._session = session != self._session, session
        if salt != self.server.salt:
            told = t.BadServerSalt(message_id, sequence, _WRONG_SALT, self.server.salt)
            self._send(told._bytes(), is_content=False)
            self._session = 0
            return True
        if is_fresh:
            created = t.NewSessionCreated(message_id, session, self.server.salt)
            self._send(created._bytes(), is_content=False)
            self.server.connections.add(self)
        self._handle(message_id, BinaryReader(data[32 : 32 + length]).tgread_object())
        return True

    def _handle(self, message_id: int, found: Any) -> None:
        if isinstance(found, MessageContainer):
            for inner in found.messages:
                self._handle(inner.msg_id, inner.obj)
        elif isinstance(found, GzipPacked):
            self._handle(message_id, BinaryReader(found.data).tgread_object())
        elif self._is_silent or isinstance(found, t.MsgsAck | t.MsgsStateInfo):
            return
        elif isinstance(found, f.PingRequest | f.PingDelayDisconnectRequest):
            self._send(t.Pong(message_id, found.ping_id)._bytes(), is_content=False)
        elif isinstance(found, f.GetFutureSaltsRequest):
            self._send(self._salts(message_id), is_content=False)
        else:
            self._call(message_id, found)

    def _salts(self, message_id: int) -> bytes:
        now = int(dt.datetime.now(dt.UTC).timestamp())
        head = struct.pack("<Iqii", FUTURE_SALTS, message_id, now, 1)
        return head + struct.pack("<iiq", 0, 2**31 - 1, self.server.salt)

    def _call(self, message_id: int, request: Any) -> None:
        request, is_quiet = _unwrapped(request)
        self.wants_updates |= not is_quiet
        delay = self.server.faults.delay(request)
        if not delay:
            self._answer(message_id, request)
            return
        task = asyncio.get_running_loop().create_task(self._answer_later(message_id, request, delay))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer_later(self, message_id: int, request: Any, delay: float) -> None:
        await asyncio.sleep(delay)
        self._answer(message_id, request)

    def _answer(self, message_id: int, request: Any) -> None:
        try:
            self._result(message_id, self.server.call(self, request))
            return
        except RpcRefusal as refusal:
            code, message = refusal.code, refusal.message
        except Exception:  # noqa: BLE001 - a bug here must not look like a fault of the network
            traceback.print_exc(file=sys.stderr)
            self.server.bugs += 1
            code, message = 500, "LOOPBACK_BUG"
        body = struct.pack("<Iq", RPC_RESULT, message_id) + t.RpcError(code, message)._bytes()
        self._send(body)


def _unwrapped(request: Any) -> tuple[Any, bool]:
    """Return the call inside its wrappers, and whether one of them says "no updates"."""
    is_quiet = False
    while True:
        if isinstance(request, GzipPacked):
            request = BinaryReader(request.data).tgread_object()
        elif isinstance(request, _WRAPPERS):
            is_quiet |= isinstance(request, f.InvokeWithoutUpdatesRequest)
            request = request.query
        else:
            return request, is_quiet
