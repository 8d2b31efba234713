"""The way to Telegram where it is blocked: SOCKS5, HTTP and MTProxy, as Telethon wants to be told."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from telethon.network import (
    ConnectionTcpFull,
    ConnectionTcpMTProxyRandomizedIntermediate,
)

from archiver.domain.errors import SettingsInvalid

_SHAPES = "socks5://[user:password@]host:port, http://host:port or mtproxy://secret@host:port"
_SECRET = re.compile(r"(?:dd)?([0-9a-f]{32})", re.IGNORECASE)
_FAKE_TLS = re.compile(r"ee[0-9a-f]{33,}", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Telethon's ``connection`` class and ``proxy`` argument."""

    connection: Any
    proxy: Any = field(repr=False)


class MTProxy(ConnectionTcpMTProxyRandomizedIntermediate):  # type: ignore[misc]  # Telethon ships no types
    """Telethon's connection through an MTProxy, which would leave the socket open when the proxy hangs up."""

    async def _connect(self, timeout: float | None = None, ssl: Any = None) -> None:  # noqa: ASYNC109
        try:
            await super()._connect(timeout=timeout, ssl=ssl)
        except BaseException:
            if self._writer is not None:
                self._writer.transport.abort()
            raise


def route(url: str | None) -> Route:
    """Return the route for a proxy URL, or the direct one.

    Raises SettingsInvalid, without repeating the URL, which holds a secret.
    """
    if not url:
        return Route(connection=ConnectionTcpFull, proxy=None)
    parts = _split(url)
    if parts is None or not parts.hostname or parts.scheme not in {"socks5", "http", "mtproxy"}:
        raise SettingsInvalid(f"ARCHIVER_TELEGRAM__PROXY is no address; give {_SHAPES}")
    host, port = parts.hostname, parts.port
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if parts.scheme == "mtproxy":
        return _mtproxy(host, port, user)
    return Route(
        connection=ConnectionTcpFull, proxy=(parts.scheme, host, port, True, user or None, password or None)
    )


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        return parts if parts.port else None
    except ValueError:
        return None


def _mtproxy(host: str, port: int | None, secret: str) -> Route:
    # Telethon strips the domain of a fake-TLS secret and then speaks plain: such a proxy never answers
    if _FAKE_TLS.fullmatch(secret):
        raise SettingsInvalid(
            "ARCHIVER_TELEGRAM__PROXY has a fake-TLS secret (ee…), which is not supported; "
            "use a dd… secret or a SOCKS5 proxy"
        )
    found = _SECRET.fullmatch(secret)
    if found is None:
        raise SettingsInvalid("ARCHIVER_TELEGRAM__PROXY needs mtproxy://SECRET@host:port (32 or 34 hex)")
    # always with the dd before it: Telethon cuts a leading dd or ee off, even where it is part of the secret
    return Route(connection=MTProxy, proxy=(host, port, f"dd{found[1].lower()}"))
