"""Serve the desk: uvicorn in this process, until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import structlog
import uvicorn
from starlette.types import ASGIApp

from archiver.domain.errors import SettingsInvalid

log = structlog.get_logger()

_LAST_ANSWERS_SECONDS = 3
"""What is being answered when we are told to stop may take so long still."""
_MOST_AT_ONCE = 200
"""Connections; who comes then is told to come again."""


async def serve(
    app: ASGIApp,
    *,
    host: str,
    port: int,
    tls: tuple[Path, Path] | None,
    stop: asyncio.Event,
    ready: Callable[[str], None],
) -> None:
    """Serve until ``stop``; ``ready`` gets the address. ``tls`` are a certificate and its key.

    Raises SettingsInvalid when the address or the certificate can't serve.
    """
    _check(tls)
    with listening(host, port) as listener:
        server = _Server(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,  # who looked at what is for the audit log, and for nobody else
                server_header=False,
                proxy_headers=False,
                ws="none",
                lifespan="off",
                limit_concurrency=_MOST_AT_ONCE,
                timeout_graceful_shutdown=_LAST_ANSWERS_SECONDS,
                ssl_certfile=tls[0] if tls else None,
                ssl_keyfile=tls[1] if tls else None,
            )
        )
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            log.info("desk.started", is_https=tls is not None)
            ready(_address(listener, is_https=tls is not None))
            await _first(serving, stop)
        finally:
            server.should_exit = True
            await serving
            log.info("desk.stopped")


class _Server(uvicorn.Server):
    """A server that leaves signals to the command it is part of."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _first(serving: asyncio.Task[None], stop: asyncio.Event) -> None:
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()


def _check(tls: tuple[Path, Path] | None) -> None:
    if tls is None:
        return
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(*tls)
    except (OSError, ssl.SSLError) as error:
        raise SettingsInvalid(
            "ARCHIVER_REVIEW__TLS_CERT and ARCHIVER_REVIEW__TLS_KEY are no certificate and its key in PEM: "
            f"{error.strerror or type(error).__name__}"
        ) from error


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens; raises SettingsInvalid where none can.

    It names TCP as its protocol, else asyncio would not turn Nagle's algorithm off for those who connect, and
    every page would wait 40 ms for an acknowledgement.
    """
    try:
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
        family, kind, protocol, _, address = found[0]
        with contextlib.ExitStack() as opened:
            listener = opened.enter_context(socket.socket(family, kind, protocol))
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen()
            opened.pop_all()
            return listener
    except OSError as error:
        raise SettingsInvalid(
            f"can't listen on port {port} of {host} ({error.strerror}); give another with --port or --host"
        ) from error


def _address(listener: socket.socket, *, is_https: bool) -> str:
    host, port = listener.getsockname()[:2]
    return f"{'https' if is_https else 'http'}://{f'[{host}]' if ':' in host else host}:{port}/"
