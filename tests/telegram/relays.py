"""Small proxies: SOCKS5, HTTP CONNECT and MTProxy, each between a client and whatever it asks for.

RFC 1928 and 1929, RFC 9110 section 9.3.6, https://core.telegram.org/mtproto/mtproto-transports#transport-obfuscation
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import struct
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Self

from telethon.crypto import AESModeCTR
from telethon.network.connection.tcpintermediate import (
    IntermediatePacketCodec,
    RandomizedIntermediatePacketCodec,
)

Address = tuple[str, int]


class Relay:
    """A listener that hands each connection to ``meet``, which says where to and in what shape to go on."""

    def __init__(self) -> None:
        self.port = 0
        self.passed: list[Address] = []
        """Where the clients were taken."""
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._listener = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._listener.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Address | None:
        """Return where the client wants to go; ``None`` refuses it."""
        raise NotImplementedError

    async def carry(self, near: Pair, far: Pair) -> None:
        """Pass on all that comes, both ways."""
        async with asyncio.TaskGroup() as group:
            group.create_task(_pump(near[0], far[1]))
            group.create_task(_pump(far[0], near[1]))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        far: Pair | None = None
        try:
            with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError, BaseExceptionGroup):
                address = await self.meet(reader, writer)
                if address is not None:
                    self.passed.append(address)
                    far = await asyncio.open_connection(*address)
                    await self.carry((reader, writer), far)
        finally:
            writer.transport.abort()
            if far is not None:
                far[1].transport.abort()
            self._tasks.discard(task)


Pair = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class SocksRelay(Relay):
    """SOCKS5; with ``login`` it lets in only who knows it."""

    def __init__(self, login: tuple[str, str] | None = None) -> None:
        super().__init__()
        self._login = login

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Address | None:
        _, count = await reader.readexactly(2)
        await reader.readexactly(count)
        writer.write(b"\x05" + (b"\x02" if self._login else b"\x00"))
        if self._login:
            await reader.readexactly(1)
            given = tuple([(await _counted(reader)).decode() for _ in range(2)])
            writer.write(b"\x01" + (b"\x00" if given == self._login else b"\x01"))
            if given != self._login:
                await writer.drain()
                return None
        *_, kind = await reader.readexactly(4)
        host = (await _counted(reader)).decode() if kind == 3 else _dotted(await reader.readexactly(4))
        (port,) = struct.unpack(">H", await reader.readexactly(2))
        writer.write(b"\x05\x00\x00\x01" + bytes(6))
        return host, port


class ConnectRelay(Relay):
    """HTTP CONNECT."""

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Address | None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        method, target, _ = head.split("\r\n")[0].split(" ")
        assert method == "CONNECT"
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        host, port = target.rsplit(":", 1)
        return host, int(port)


class MTProxyRelay(Relay):
    """MTProxy with a dd secret: undoes the obfuscation, and speaks the plain transport to the server."""

    def __init__(self, secret: bytes, server: Address) -> None:
        super().__init__()
        self._secret, self._server = secret, server
        self.data_centres: list[int] = []

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Address | None:
        init = await reader.readexactly(64)
        self._read = self._cipher(init[8:56])
        self._write = self._cipher(init[8:56][::-1])
        plain = self._read.encrypt(init)
        if plain[56:60] != RandomizedIntermediatePacketCodec.obfuscate_tag:
            return None  # a wrong secret: a proxy says nothing of it
        self.data_centres.append(struct.unpack_from("<h", plain, 60)[0])
        return self._server

    async def carry(self, near: Pair, far: Pair) -> None:
        inner, outer = IntermediatePacketCodec(None), RandomizedIntermediatePacketCodec(None)
        far[1].write(inner.tag)

        async def up() -> None:
            while True:
                far[1].write(inner.encode_packet(await outer.read_packet(_Deciphered(near[0], self._read))))

        async def down() -> None:
            while True:
                near[1].write(self._write.encrypt(outer.encode_packet(await inner.read_packet(far[0]))))

        async with asyncio.TaskGroup() as group:
            for way in (up, down):
                group.create_task(_until_it_ends(way))

    def _cipher(self, material: bytes) -> Any:
        return AESModeCTR(hashlib.sha256(material[:32] + self._secret).digest(), material[32:48])


class _Deciphered:
    def __init__(self, reader: asyncio.StreamReader, cipher: Any) -> None:
        self._reader, self._cipher = reader, cipher

    async def readexactly(self, count: int) -> bytes:
        plain: bytes = self._cipher.encrypt(await self._reader.readexactly(count))
        return plain


async def _until_it_ends(way: Callable[[], Awaitable[None]]) -> None:
    await way()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    raise ConnectionError("the end of the stream")


async def _counted(reader: asyncio.StreamReader) -> bytes:
    (count,) = await reader.readexactly(1)
    return await reader.readexactly(count)


def _dotted(address: bytes) -> str:
    return ".".join(str(byte) for byte in address)
