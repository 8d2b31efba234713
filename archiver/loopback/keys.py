"""Keys: the server's own, and the authorization keys that clients made with it."""

from __future__ import annotations

import os
from typing import Any

import rsa
from telethon.crypto import AuthKey, rsa as telethon_rsa

# The server's key is no secret and guards nothing: both ends are this machine, and making one takes seconds.
_EXPONENT = 65537
_P = int(
    "b7204f92026c17e2d22aa90eb20659622ec448d5f87a2b9983567867336b0e7e910c7acbd0bd0d4001cc6b415fbf1776"
    "60a2f4d327af820fdf94a4790056cee56da2148219a889dfe0a39c982afd4b449b5681dbe6af868d885563ba4be2c798"
    "f806f9e561262d26ad6c2d870d83342af959b0e38a74f503e668c5192c05f11e5de1f05d567f5b9d",
    16,
)
_Q = int(
    "f61514bbd1531062d6434e764e2ea4825924ed9370af740929e0d3a74979538ba7eef5a2d6f199df31bb60089464222e"
    "97e67b33b47fb30d4e096f87ca3797dcd158f501450cba3f06bc7a4e07fa11ced2dd75c012061321dda1b6df7a5cb5d6"
    "02722dc25a0327af7cc0118370533170e683399ea97a987d",
    16,
)


def server_key() -> Any:
    """Return the server's private key."""
    inverse = pow(_EXPONENT, -1, (_P - 1) * (_Q - 1))
    return rsa.PrivateKey(_P * _Q, _EXPONENT, inverse, _P, _Q)


def public_pem(key: Any) -> str:
    """Return the public half of a key, in the form that Telethon's ``rsa.add_key`` takes."""
    pem: bytes = _public(key).save_pkcs1()
    return pem.decode()


def fingerprint(key: Any) -> int:
    """Return the number by which a client names a server's key."""
    found: int = telethon_rsa._compute_fingerprint(_public(key))
    return found


class KeyRing:
    """The authorization keys a server knows."""

    def __init__(self) -> None:
        self._keys: dict[int, Any] = {}

    def add(self, key: Any) -> None:
        """Remember a key."""
        self._keys[key.key_id] = key

    def make(self) -> Any:
        """Return a new key that needed no exchange."""
        # a first byte that is not zero: Telethon cuts leading zeros off
        key = AuthKey(b"\xff" + os.urandom(255))
        self.add(key)
        return key

    def find(self, key_id: int) -> Any:
        """Return a key by its id, ``None`` when it is unknown."""
        return self._keys.get(key_id)

    def forget(self, key_id: int) -> None:
        """Forget a key; its owner is told -404 from now on."""
        self._keys.pop(key_id, None)


def _public(key: Any) -> Any:
    return rsa.PublicKey(key.n, key.e)
