"""The exchange of an authorization key, seen from the server.

https://core.telegram.org/mtproto/auth_key, as Telethon 1.45 speaks it: plain RSA over a padded block of
255 bytes, and a key that is short when its first byte is zero, which we answer with dh_gen_retry.
"""

from __future__ import annotations

import os
from hashlib import sha1
from typing import Any

from telethon.crypto import AES, AuthKey
from telethon.extensions import BinaryReader
from telethon.helpers import generate_key_data_from_nonce
from telethon.tl import functions as f, types as t

# RFC 3526, group 14; Telethon checks the ranges of the numbers, not that the prime is Telegram's
DH_PRIME = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
    "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F"
    "83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B"
    "E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510"
    "15728E5A8AACAA68FFFFFFFFFFFFFFFF",
    16,
)
DH_G = 2
_PQ = (1229739323 * 1402015859).to_bytes(8, "big")


class Handshake:
    """One client's way to a key; feed it requests, send what it answers."""

    def __init__(self, rsa_key: Any, fingerprint: int, *, now: int) -> None:
        """``rsa_key`` is a private key of the rsa library, ``now`` seconds since 1970."""
        self._rsa, self._fingerprint, self._now = rsa_key, fingerprint, now
        self._nonce = self._server_nonce = self._new_nonce = self._secret = 0
        self._aes: tuple[bytes, bytes] = (b"", b"")
        self.key: Any = None

    def answer(self, request: Any) -> Any:
        """Return the TL answer to one step; after the last one, `key` is set."""
        if isinstance(request, f.ReqPqMultiRequest | f.ReqPqRequest):
            return self._begin(request)
        if isinstance(request, f.ReqDHParamsRequest):
            return self._offer(request)
        return self._finish(request)

    def _begin(self, request: Any) -> Any:
        self._nonce = request.nonce
        self._server_nonce = int.from_bytes(os.urandom(16), "little", signed=True)
        return t.ResPQ(self._nonce, self._server_nonce, _PQ, [self._fingerprint])

    def _offer(self, request: Any) -> Any:
        number = pow(int.from_bytes(request.encrypted_data, "big"), self._rsa.d, self._rsa.n)
        block = number.to_bytes(256, "big")
        reader = BinaryReader(block[21:])
        inner = reader.tgread_object()
        if sha1(block[21 : 21 + reader.position]).digest() != block[1:21]:  # noqa: S324 - MTProto's choice
            raise ValueError("bad p_q_inner_data")
        self._new_nonce = inner.new_nonce
        self._secret = int.from_bytes(os.urandom(256), "big")
        self._aes = generate_key_data_from_nonce(self._server_nonce, self._new_nonce)
        answer = t.ServerDHInnerData(
            self._nonce,
            self._server_nonce,
            DH_G,
            DH_PRIME.to_bytes(256, "big"),
            pow(DH_G, self._secret, DH_PRIME).to_bytes(256, "big"),
            self._now,
        )._bytes()
        sealed = AES.encrypt_ige(sha1(answer).digest() + answer, *self._aes)  # noqa: S324
        return t.ServerDHParamsOk(self._nonce, self._server_nonce, sealed)

    def _finish(self, request: Any) -> Any:
        plain = AES.decrypt_ige(request.encrypted_data, *self._aes)
        inner = BinaryReader(plain[20:]).tgread_object()
        shared = pow(int.from_bytes(inner.g_b, "big"), self._secret, DH_PRIME)
        key = AuthKey(shared.to_bytes(256, "big"))
        if shared >> 2040 == 0:
            return self._outcome(t.DhGenRetry, key, number=2)
        self.key = key
        return self._outcome(t.DhGenOk, key, number=1)

    def _outcome(self, kind: Any, key: Any, *, number: int) -> Any:
        return kind(self._nonce, self._server_nonce, key.calc_new_nonce_hash(self._new_nonce, number))
