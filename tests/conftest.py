"""Fixtures for every room, and a guard that lets nothing but this machine be reached."""

from __future__ import annotations

import ipaddress
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, settings

from archiver.storage.archive import Archive
from tests.builders import Clock

settings.register_profile(
    "ci",
    derandomize=True,  # a red build is red for everyone, today and tomorrow
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("hunt", deadline=None, max_examples=5_000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


class ReachedOut(Exception):
    """A test tried to reach another machine."""


_refused: list[str] = []


def _stay_on_this_machine(event: str, values: tuple[object, ...]) -> None:
    # values: (socket, address) for the first two, (host, port, …) for the last
    if event in {"socket.connect", "socket.sendto"}:
        address = values[1]
        host = address[0] if isinstance(address, tuple) else None
    elif event == "socket.getaddrinfo":
        host = values[0]
    else:
        return
    if not _is_loopback(host):
        _refused.append(f"{event} {host}")
        raise ReachedOut(f"{event}: tests reach loopback only, not {host}")


def _is_loopback(host: object) -> bool:
    if host is None or host in {"", b"", "localhost", b"localhost"}:
        return True
    try:
        name = host.decode() if isinstance(host, bytes) else str(host)
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


sys.addaudithook(_stay_on_this_machine)

# a shell that starts the tests in the background has them ignore Ctrl-C, and so do the commands they start
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def refused() -> Iterator[list[str]]:
    """Fail a test that reached out, even where the code under test survived the refusal."""
    _refused.clear()
    yield _refused
    assert _refused == []


@pytest.fixture
def clock() -> Clock:
    """Return a clock that stands still until it is moved."""
    return Clock()


@pytest.fixture
def archive_path(tmp_path: Path) -> Path:
    """Return where the archive of this test is, or will be."""
    return tmp_path / "archive.db"


@pytest_asyncio.fixture
async def archive(archive_path: Path, clock: Clock) -> AsyncIterator[Archive]:
    """Give an empty archive in a real file."""
    opened = await Archive.open(archive_path, clock=clock)
    yield opened
    await opened.close()
