"""Raw pages: the exact bytes of Telegram's answers, compressed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime

import zstandard

from archiver.domain.ids import RawPageId, RunId
from archiver.domain.page import RawPage
from archiver.storage.archive import Reader
from archiver.storage.driver import Row
from archiver.storage.moment import micros

_CODEC = "zstd"
_LEVEL = 3

ADD = """
INSERT INTO raw_pages (raw_page_id, run_id, observed_at, layer, codec, data)
VALUES (:raw_page_id, :run_id, :observed_at, :layer, :codec, :data)
"""
_GET = "SELECT layer, data FROM raw_pages WHERE raw_page_id = :raw_page_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedPage:
    """A raw page, compressed."""

    layer: int
    data: bytes

    def row(self, raw_page_id: RawPageId, *, run_id: RunId, observed_at: datetime) -> Row:
        """Return the values of `ADD`."""
        return (raw_page_id, run_id, micros(observed_at), self.layer, _CODEC, self.data)


async def pack(page: RawPage) -> PackedPage:
    """Compress a raw page, beside the event loop."""
    return PackedPage(layer=page.layer, data=await asyncio.to_thread(_compress, page.data))


async def read_raw(db: Reader, raw_page_id: RawPageId) -> RawPage:
    """Return a raw page; raises KeyError when there is none of that id."""
    row = await db.fetch_one(_GET, {"raw_page_id": raw_page_id})
    if row is None:
        raise KeyError(raw_page_id)
    return RawPage(layer=row[0], data=zstandard.decompress(row[1]))


def _compress(data: bytes) -> bytes:
    return zstandard.compress(data, _LEVEL)
