"""The guard itself: tests reach this machine and no other."""

from __future__ import annotations

import asyncio
import socket

import pytest


@pytest.mark.parametrize("host", ["192.0.2.1", "8.8.8.8", "::ffff:192.0.2.1"])
def test_a_connection_to_another_machine_is_refused(host: str, refused: list[str]) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET

    with socket.socket(family) as line, pytest.raises(Exception, match="tests reach loopback only"):
        line.connect((host, 9))

    assert refused == [f"socket.connect {host}"]
    refused.clear()


def test_a_name_of_another_machine_is_not_even_looked_up(refused: list[str]) -> None:
    with pytest.raises(Exception, match="tests reach loopback only"):
        socket.getaddrinfo("telegram.example", 443)

    assert refused == ["socket.getaddrinfo telegram.example"]
    refused.clear()


@pytest.mark.asyncio
async def test_a_line_within_this_machine_is_open(refused: list[str]) -> None:
    async def close(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with await asyncio.start_server(close, "localhost", 0, family=socket.AF_INET) as server:
        host, port = server.sockets[0].getsockname()
        reader, writer = await asyncio.open_connection(host, port)
        assert await reader.read() == b""
        writer.close()

    assert refused == []
