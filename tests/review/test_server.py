"""The socket that the desk listens on."""

from __future__ import annotations

import asyncio
import socket

import pytest

from archiver.review.server import listening


@pytest.mark.asyncio
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_answers_do_not_wait_for_an_acknowledgement(host: str) -> None:
    told: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        own = writer.get_extra_info("socket")
        told.set_result(own.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    listener = listening(host, 0)
    async with await asyncio.start_server(greet, sock=listener):
        _, writer = await asyncio.open_connection(*listener.getsockname()[:2])
        assert await told
        writer.close()
