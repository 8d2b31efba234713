"""Pieces of TL that Telethon's classes don't give: constants, bare vectors, pre-serialised objects."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import Any

RPC_RESULT = 0xF35C6D01
GZIP_PACKED = 0x3072CFA1
VECTOR = 0x1CB5C415
FUTURE_SALTS = 0xAE500895
TRUE = struct.pack("<I", 0x997275B5)


class RpcRefusal(Exception):
    """An RPC error for the client, e.g. ``RpcRefusal(420, "FLOOD_WAIT_3")``."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Wired:
    """Bytes that stand wherever Telethon serialises an object."""

    __slots__ = ("data",)

    def __init__(self, data: bytes) -> None:
        self.data = data

    def _bytes(self) -> bytes:
        return self.data


def vector(items: Iterable[Any]) -> bytes:
    """Return a bare vector of serialisable objects."""
    found = [item._bytes() for item in items]
    return struct.pack("<Ii", VECTOR, len(found)) + b"".join(found)
