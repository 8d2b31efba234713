"""The second factor: Telegram's SRP, the server's side of it.

https://core.telegram.org/api/srp. The server keeps a verifier v = g^x mod p, sends B = k·v + g^b, and checks
the client's proof M1 of the common secret S = (A · v^u)^b mod p.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from functools import cache
from typing import Any

from telethon.tl import types as t

from archiver.loopback.tl import RpcRefusal

# the prime that Telegram's servers use, which clients know and need not test
PRIME = int(
    "C71CAEB9C6B1C9048E6C522F70F13F73980D40238E3E21C14934D037563D930F48198A0AA7C14058229493D22530F4DB"
    "FA336F6E0AC925139543AED44CCE7C3720FD51F69458705AC68CD4FE6B6B13ABDC9746512969328454F18FAF8C595F64"
    "2477FE96BB2A941D5BCD1D4AC8CC49880708FA9B378E3C4F3A9060BEE67CF9A4A4A695811051907E162753B56B0F6B41"
    "0DBA74D8A84B2A14B3144E0EF1284754FD17ED950D5965B4B9DD46582DB1178D169C6BC465B0D6FF9CA3928FEF5B9AE4"
    "E418FC15E83EBEA0F87FA9FF5EED70050DED2849F47BF959D956850CE929851F0D8115F635B105EE2E4E15D04B2454BF"
    "6F4FADF034B10403119CD8E3B92FCC5B",
    16,
)
GENERATOR = 3
_ROUNDS = 100_000
_SALTS = (b"loopback salt one", b"loopback salt two")


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """One question for one sign-in."""

    id: int
    secret: int
    verifier: int

    @property
    def public(self) -> int:
        """The server's B."""
        return (_multiplier() * self.verifier + pow(GENERATOR, self.secret, PRIME)) % PRIME


def challenge(password: str) -> Challenge:
    """Return a new question about a password."""
    return Challenge(
        id=int.from_bytes(os.urandom(7), "big"),
        secret=int.from_bytes(os.urandom(256), "big"),
        verifier=_verifier(password),
    )


def question(asked: Challenge | None) -> Any:
    """Return an account.Password: the question, or that there is no password."""
    algorithm = t.PasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow(
        *_SALTS, GENERATOR, _padded(PRIME)
    )
    return t.account.Password(
        new_algo=algorithm,
        new_secure_algo=t.SecurePasswordKdfAlgoUnknown(),
        secure_random=os.urandom(32),
        has_password=asked is not None,
        current_algo=algorithm if asked else None,
        srp_B=_padded(asked.public) if asked else None,
        srp_id=asked.id if asked else None,
    )


def check(asked: Challenge | None, answer: Any) -> None:
    """Raise SRP_ID_INVALID or PASSWORD_HASH_INVALID unless an answer proves the password."""
    if asked is None or getattr(answer, "srp_id", None) != asked.id:
        raise RpcRefusal(400, "SRP_ID_INVALID")
    given = int.from_bytes(answer.A, "big")
    if not 0 < given < PRIME or _proof(asked, given) != answer.M1:
        raise RpcRefusal(400, "PASSWORD_HASH_INVALID")


def _proof(asked: Challenge, given: int) -> bytes:
    scrambler = int.from_bytes(_hash(_padded(given), _padded(asked.public)), "big")
    shared = pow(given * pow(asked.verifier, scrambler, PRIME), asked.secret, PRIME)
    mixed = bytes(
        one ^ other for one, other in zip(_hash(_padded(PRIME)), _hash(_padded(GENERATOR)), strict=True)
    )
    return _hash(
        mixed,
        *(_hash(salt) for salt in _SALTS),
        _padded(given),
        _padded(asked.public),
        _hash(_padded(shared)),
    )


@cache
def _verifier(password: str) -> int:
    first, second = _SALTS
    inner = _hash(second, _hash(first, password.encode(), first), second)
    slow = hashlib.pbkdf2_hmac("sha512", inner, first, _ROUNDS)
    return pow(GENERATOR, int.from_bytes(_hash(second, slow, second), "big"), PRIME)


@cache
def _multiplier() -> int:
    return int.from_bytes(_hash(_padded(PRIME), _padded(GENERATOR)), "big")


def _padded(number: int) -> bytes:
    return number.to_bytes(256, "big")


def _hash(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()
