"""What ``archiver serve`` refuses before it listens."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from archiver.domain.clock import utc_now
from archiver.storage.archive import Archive
from tests.cli.conftest import Archiver

ANYWHERE = ("--host", "0.0.0.0")  # noqa: S104 - what is to be refused


@pytest.fixture
def empty_archive(folder: Path) -> Path:
    """Make an empty archive where the command looks for it."""

    async def make() -> None:
        await (await Archive.open(folder / "archive.db", clock=utc_now)).close()

    asyncio.run(make())
    return folder / "archive.db"


@pytest.mark.parametrize(
    ("words", "settings", "said"),
    [
        ([*ANYWHERE], {}, "0.0.0.0 can be reached from outside"),
        (["--host", "::"], {}, ":: can be reached from outside"),
        (["--host", "192.0.2.1"], {}, "192.0.2.1 can be reached from outside"),
        (["--host", "desk.example.org"], {}, "desk.example.org can be reached from outside"),
        ([*ANYWHERE], {"REVIEW__BEHIND_PROXY": "true"}, "ARCHIVER_REVIEW__PUBLIC_HOSTS is not set"),
        ([], {"REVIEW__TLS_CERT": "cert.pem"}, "go together"),
        ([], {"REVIEW__TLS_CERT": "no.pem", "REVIEW__TLS_KEY": "no.pem"}, "are no certificate and its key"),
        ([], {"REVIEW__ZONE": "Mars/Base"}, "ARCHIVER_REVIEW__ZONE is no time zone"),
        ([], {"REVIEW__LANGUAGE": "fr"}, "ARCHIVER_REVIEW__LANGUAGE"),
    ],
)  # fmt: skip
def test_what_would_be_unsafe_or_can_t_be_is_refused_in_one_line(
    archiver: Archiver,
    empty_archive: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    settings: dict[str, str],
    said: str,
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(f"ARCHIVER_{name}", value)

    done = archiver("serve", *words)

    assert (done.code, done.out) == (1, "")
    assert said in done.err
    assert len(done.err.splitlines()) == 1
