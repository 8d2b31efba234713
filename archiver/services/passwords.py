"""Passwords: kept as argon2id, checked in a thread, and made where nobody should choose one."""

from __future__ import annotations

import asyncio
from random import Random

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# without those that look alike in some typeface
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP_LETTERS = 5, 4
_AT_ONCE = 2
"""Each check takes 64 MiB and all it gets of the cores: who asks for many waits, and nobody else does."""


class Passwords:
    """Keeps and checks passwords."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        """``hasher`` is argon2id with the second recommended option of RFC 9106 when none is given."""
        self._hasher = hasher or PasswordHasher()
        self._nobody = self._hasher.hash("nobody has it")
        self._places = asyncio.Semaphore(_AT_ONCE)

    async def kept(self, password: str) -> str:
        """Return what is to be kept of a password."""
        async with self._places:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def is_right(self, password: str, kept: str | None) -> bool:
        """Say whether a password is the kept one; where none is kept, say no after as long a time."""
        async with self._places:
            is_same = await asyncio.to_thread(self._is_same, kept or self._nobody, password)
        return is_same and kept is not None

    def _is_same(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False


def generated(random: Random) -> str:
    """Return a new password that can be read out: 99 random bits in groups of four letters."""
    groups = ("".join(random.choices(_LETTERS, k=_GROUP_LETTERS)) for _ in range(_GROUPS))
    return "-".join(groups)
