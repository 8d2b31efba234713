"""The login tokens of QR codes: offered to a key, accepted by an account.

https://core.telegram.org/api/qr-login
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

SECONDS = 30


class LoginTokens:
    """Open offers."""

    def __init__(self) -> None:
        self._keys: dict[bytes, int] = {}
        self._accepted: dict[int, Any] = {}
        self.listeners: list[Callable[[int], None]] = []
        """Told of the key whose offer was accepted."""

    @property
    def newest(self) -> bytes | None:
        """The token that was offered last."""
        return next(reversed(self._keys), None)

    def offer(self, key_id: int) -> bytes:
        """Return a new token for a key."""
        token = os.urandom(24)
        self._keys[token] = key_id
        return token

    def accept(self, token: bytes, account: Any) -> None:
        """Sign an account in with the key that a token was offered to; raises KeyError when there is none."""
        key_id = self._keys.pop(token)
        self._accepted[key_id] = account
        for listener in self.listeners:
            listener(key_id)

    def take(self, key_id: int) -> Any:
        """Return the account that accepted a key's offer, once; ``None`` when none did."""
        return self._accepted.pop(key_id, None)
