"""Raw pages come back byte by byte."""

from __future__ import annotations

import random

import pytest

from archiver.domain.ids import RawPageId, RunId
from archiver.domain.page import RawPage
from archiver.storage import raw
from archiver.storage.archive import Archive
from tests.builders import NOON

pytestmark = pytest.mark.asyncio


async def test_the_exact_bytes_come_back(archive: Archive, run_id: RunId) -> None:
    noise = random.Random(1).randbytes(200_000)
    pages = [RawPage(layer=214, data=data) for data in (b"", b"\x00", "ئەرشیف".encode() * 1_000, noise)]

    async with archive.write() as tx:
        ids = [await raw.keep(tx, page, run_id=run_id, observed_at=NOON) for page in pages]

    assert [new.value for new in ids] == [1, 2, 3, 4]
    async with archive.read() as db:
        assert [await raw.read_raw(db, RawPageId(number)) for number in (1, 2, 3, 4)] == pages


async def test_a_page_is_kept_compressed(archive: Archive, run_id: RunId) -> None:
    async with archive.write() as tx:
        await raw.keep(tx, RawPage(layer=214, data=b"post" * 10_000), run_id=run_id, observed_at=NOON)

    async with archive.read() as db:
        ((codec, size),) = await db.fetch_all("SELECT codec, length(data) FROM raw_pages")
    assert codec == "zstd"
    assert size < 100


async def test_there_is_no_page_that_was_not_kept(archive: Archive) -> None:
    with pytest.raises(KeyError):
        async with archive.read() as db:
            await raw.read_raw(db, RawPageId(1))
