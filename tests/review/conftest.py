"""A desk that runs: uvicorn on a free port, an archive with flagged posts, a clock that a test moves."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from httpx import AsyncClient, Response

from archiver import wiring
from archiver.domain.reviewer import Role
from archiver.review.app import make_app
from archiver.review.desk import Desk, House
from archiver.review.server import serve
from archiver.services.masking import Masker
from archiver.services.people import People
from archiver.storage.archive import Archive
from tests.builders import NOON, Clock
from tests.review import world

OWN = {"Sec-Fetch-Site": "same-origin"}
"""What a browser says of a form on one of our pages."""


@dataclass(kw_only=True)
class RunningDesk:
    """A desk behind its address."""

    address: str
    desk: Desk
    clock: Clock
    archive_path: Path
    clients: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def anyone(self, **headers: str) -> AsyncClient:
        """Return a browser in which nobody is signed in."""
        client = AsyncClient(base_url=self.address, headers=OWN | headers, timeout=20)
        return await self.clients.enter_async_context(client)

    async def signed_in(self, name: str = Role.REVIEWER) -> AsyncClient:
        """Return a browser in which somebody is signed in: a role, or ``second``, another reviewer."""
        client = await self.anyone()
        answer = await enter(client, name)
        assert answer.status_code == 303, answer.text
        return client


async def enter(
    client: AsyncClient, name: str, password: str = world.PASSWORD, *, code: str = ""
) -> Response:
    """Send the form to sign in."""
    return await client.post("/sign-in", data={"name": name, "password": password, "code": code})


def a_house(**others: object) -> House:
    """Return how a desk on this machine is set up."""
    house = House(
        hosts=frozenset({"127.0.0.1", "localhost"}),
        is_behind_proxy=False,
        lease=timedelta(minutes=10),
        reveals_per_day=40,
        api_calls_per_minute=1_000_000,
        language="en",
        zone=ZoneInfo("Asia/Baghdad"),
    )
    return replace(house, **others)  # type: ignore[arg-type]


@cache
def masker() -> Masker:
    """Return what masks, with pseudonyms; it takes a while to load."""
    return wiring.masker(b"p" * 32)


@asynccontextmanager
async def run_desk(path: Path, house: House, *, busy_seconds: float = 5.0) -> AsyncIterator[RunningDesk]:
    """Serve an archive until the block ends; its clock stands an hour after all that happened in it."""
    clock, random = Clock(NOON + timedelta(hours=1)), Random(7)
    archive = await Archive.open(path, clock=clock, busy_seconds=busy_seconds)
    keeper = People(archive=archive, clock=clock, passwords=world.cheap_passwords(), random=random)
    desk = Desk(archive=archive, clock=clock, people=keeper, masker=masker(), random=random, house=house)
    stop, ready = asyncio.Event(), asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(
        serve(make_app(desk), host="127.0.0.1", port=0, tls=None, stop=stop, ready=ready.set_result)
    )
    try:
        await asyncio.wait({serving, ready}, return_when=asyncio.FIRST_COMPLETED)
        running = RunningDesk(address=await ready, desk=desk, clock=clock, archive_path=path)
        async with running.clients:
            yield running
    finally:
        stop.set()
        await serving
        await archive.close()


@pytest.fixture(scope="session")
def built_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the archive of `tests.review.world` once."""
    path = tmp_path_factory.mktemp("desk") / "archive.db"
    asyncio.run(world.build(path))
    return path


@pytest.fixture
def desk_path(built_archive: Path, archive_path: Path) -> Path:
    """Return an archive of this test's own."""
    shutil.copy(built_archive, archive_path)
    return archive_path


@pytest_asyncio.fixture
async def desk(desk_path: Path) -> AsyncIterator[RunningDesk]:
    """Give a desk on this machine."""
    async with run_desk(desk_path, a_house()) as running:
        yield running
