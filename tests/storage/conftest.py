"""Fixtures of the storage room."""

from __future__ import annotations

import pytest_asyncio

from archiver.domain.ids import RunId
from archiver.storage.archive import Archive
from tests.storage.steps import begin_run, know_channel


@pytest_asyncio.fixture
async def run_id(archive: Archive) -> RunId:
    """Return a run that has begun, with the channel of the builders known."""
    begun = await begin_run(archive)
    async with archive.write() as tx:
        await know_channel(tx, begun)
    return begun
