"""The three plain transports, told apart by a connection's first bytes.

https://core.telegram.org/mtproto/mtproto-transports
"""

from __future__ import annotations

import asyncio
from typing import Any

from telethon.network.connection.tcpabridged import AbridgedPacketCodec
from telethon.network.connection.tcpfull import FullPacketCodec
from telethon.network.connection.tcpintermediate import IntermediatePacketCodec


class Pushback:
    """A stream reader with some bytes put back in front."""

    def __init__(self, reader: asyncio.StreamReader, head: bytes = b"") -> None:
        self._reader = reader
        self._head = head

    async def readexactly(self, count: int) -> bytes:
        """Return exactly that many bytes; raises IncompleteReadError at the end of the stream."""
        if not self._head:
            return await self._reader.readexactly(count)
        taken, self._head = self._head[:count], self._head[count:]
        missing = count - len(taken)
        return taken + (await self._reader.readexactly(missing) if missing else b"")


async def detect(reader: asyncio.StreamReader) -> tuple[Any, Pushback]:
    """Return the codec a client speaks, and the stream to read its packets from."""
    first = await reader.readexactly(1)
    if first == b"\xef":
        return AbridgedPacketCodec(None), Pushback(reader)
    head = first + await reader.readexactly(3)
    if head == b"\xee" * 4:
        return IntermediatePacketCodec(None), Pushback(reader)
    # the full transport has no mark: its first bytes are the first packet's length
    return FullPacketCodec(None), Pushback(reader, head)
