"""What all connections of a server share."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from archiver.loopback.faults import Faults
from archiver.loopback.keys import KeyRing, fingerprint, server_key


class Exchange:
    """Keys, knobs, the open lines, and who answers a call."""

    def __init__(self, *, keys: KeyRing, faults: Faults, call: Callable[[Any, Any], bytes]) -> None:
        """``call`` takes a connection and a request, and returns the answer's bytes or raises RpcRefusal."""
        self.keys, self.faults, self.call = keys, faults, call
        self.rsa_key = server_key()
        self.fingerprint = fingerprint(self.rsa_key)
        self.salt = random.getrandbits(62)
        self.connections: set[Any] = set()
        self.bugs = 0
        """Calls that broke the server itself; a test expects none."""
