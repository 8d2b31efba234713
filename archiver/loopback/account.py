"""An account of the world: what it joined, where it is signed in, and what became of it.

The hashes that open a channel differ from account to account, as Telegram's do.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from typing import Literal

State = Literal["active", "frozen", "banned"]
Refusal = tuple[int, str]

FROZEN_METHODS = frozenset(
    {"channels.joinChannel", "channels.leaveChannel", "messages.getMessagesViews", "contacts.resolveUsername"}
)
"""What a frozen account may not call; a test may give it another set."""


class Account:
    """One person's account; made by `World.add_account`."""

    def __init__(
        self, account_id: int, *, phone: str, code: str, password: str | None, accept: Callable[..., None]
    ) -> None:
        """``accept`` takes a login token and the account that scanned it."""
        self.id, self.phone, self.code, self.password = account_id, phone, code, password
        self.state: State = "active"
        self.frozen_methods = FROZEN_METHODS
        self.joined: set[int] = set()
        self.expelled: set[int] = set()
        self.keys: dict[int, Refusal | None] = {}
        """The keys it is signed in with, and what each is refused with."""
        self._short_polled: dict[int, float] = {}
        self._accept = accept

    def access_hash(self, channel_id: int) -> int:
        """Return the hash that opens a channel for this account only."""
        digest = hashlib.sha256(f"{self.id}:{channel_id}".encode()).digest()
        return int.from_bytes(digest[:8], "big", signed=True)

    # -- what becomes of it

    def freeze(self) -> None:
        """Let it read on, and refuse what changes anything."""
        self.state = "frozen"

    def ban(self) -> None:
        """Close the account."""
        self.state = "banned"

    def thaw(self) -> None:
        """Make it an ordinary account again."""
        self.state = "active"

    def revoke(self) -> None:
        """End all its sign-ins, as its owner can from another device."""
        self.keys = dict.fromkeys(self.keys, (401, "SESSION_REVOKED"))

    def duplicate(self) -> None:
        """Kill its keys, as two addresses that use one at once do."""
        self.keys = dict.fromkeys(self.keys, (406, "AUTH_KEY_DUPLICATED"))

    def scan(self, token: bytes) -> None:
        """Accept the login that a QR code offers; raises KeyError for a token that never was."""
        self._accept(token, self)

    def refusal(self, key_id: int, method: str) -> Refusal | None:
        """Return what a call with a key is refused with, ``None`` when it is not."""
        if self.state == "banned":
            return 401, "USER_DEACTIVATED_BAN"
        if self.state == "frozen" and method in self.frozen_methods:
            return 420, "FROZEN_METHOD_INVALID"
        return self.keys.get(key_id)

    # -- what it hears

    def hears(self, channel_id: int) -> bool:
        """Say whether a channel's events are pushed to it."""
        return channel_id in self.joined or time.monotonic() < self._short_polled.get(channel_id, 0.0)

    def polled(self, channel_id: int, *, seconds: float) -> None:
        """Push a channel's events for a while to an account that asked for its difference."""
        self._short_polled[channel_id] = time.monotonic() + seconds
