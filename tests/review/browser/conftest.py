"""Browsers at a desk of the test's own, and at `archiver serve`; and where pictures of them go."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from archiver.domain.clock import utc_now
from tests.cli.process import Command
from tests.review.browser import town
from tests.review.browser.browsing import Room, browsing_at
from tests.review.browser.office import PEOPLE, Office
from tests.review.conftest import RunningDesk
from tests.review.world import PASSWORD


@pytest_asyncio.fixture
async def room(desk: RunningDesk) -> AsyncIterator[Room]:
    """Give browsers at a desk."""
    async with browsing_at(desk.address) as browsing:
        yield Room(browsing=browsing, desk=desk)


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the archive, with logins made by the command, once."""
    folder = tmp_path_factory.mktemp("office")

    async def furnish() -> None:
        await town.build(folder / "archive.db", now=utc_now())
        for name, role in PEOPLE.items():
            done = await Command(folder).run(
                "reviewers", "add", name, "--role", role, answers=f"{PASSWORD}\n"
            )
            assert done.code == 0, done.err

    asyncio.run(furnish())
    return folder / "archive.db"


@pytest_asyncio.fixture
async def office(furnished: Path, tmp_path: Path) -> AsyncIterator[Office]:
    """Open the desk."""
    shutil.copy(furnished, tmp_path / "archive.db")
    command = Command(tmp_path)
    process, address = await command.serve()
    async with browsing_at(address) as browsing:
        yield Office(command=command, browsing=browsing)
    process.terminate()
    ended = await command.end(process)
    assert (ended.code, "Traceback" in ended.err) == (0, False)


@pytest.fixture
def pictures_folder(tmp_path: Path) -> Path:
    """Return where pictures go: ``ARCHIVER_SCREENSHOTS``, else where they are thrown away."""
    given = os.environ.get("ARCHIVER_SCREENSHOTS")
    folder = Path(given) if given else tmp_path / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
