"""The way to Telegram where it is blocked: SOCKS5, HTTP and MTProxy, as Telethon wants to be told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from telethon.network import (
    ConnectionTcpFull,
    ConnectionTcpMTProxyRandomizedIntermediate,
)

from archiver.domain.errors import SettingsInvalid

_SHAPES = "socks5://[user:password@]host:port, http://host:port or mtproxy://secret@host:port"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Telethon's ``connection`` class and ``proxy`` argument."""

    connection: Any
    proxy: Any


def route(url: str | None) -> Route:
    """Return the route for a proxy URL, or the direct one.

    Raises SettingsInvalid, without repeating the URL, which holds a secret.
    """
    if not url:
        return Route(connection=ConnectionTcpFull, proxy=None)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise SettingsInvalid(f"ARCHIVER_TELEGRAM__PROXY is no address; give {_SHAPES}") from error
    if not host or not port or parts.scheme not in {"socks5", "http", "mtproxy"}:
        raise SettingsInvalid(f"ARCHIVER_TELEGRAM__PROXY is no address; give {_SHAPES}")
    if parts.scheme == "mtproxy":
        return _mtproxy(host, port, unquote(parts.username or ""))
    user, password = unquote(parts.username or "") or None, unquote(parts.password or "") or None
    return Route(connection=ConnectionTcpFull, proxy=(parts.scheme, host, port, True, user, password))


def _mtproxy(host: str, port: int, secret: str) -> Route:
    # Telethon strips the domain of a fake-TLS secret and then speaks plain: such a proxy never answers
    if secret.lower().startswith("ee"):
        raise SettingsInvalid(
            "ARCHIVER_TELEGRAM__PROXY has a fake-TLS secret (ee…), which is not supported; "
            "use a dd… secret or a SOCKS5 proxy"
        )
    if len(secret) not in {32, 34}:
        raise SettingsInvalid("ARCHIVER_TELEGRAM__PROXY needs mtproxy://SECRET@host:port (32 or 34 hex)")
    return Route(connection=ConnectionTcpMTProxyRandomizedIntermediate, proxy=(host, port, secret))
