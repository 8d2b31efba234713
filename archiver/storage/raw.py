"""Raw pages: the exact bytes of Telegram's answers, compressed."""

from __future__ import annotations

from datetime import datetime

import zstandard

from archiver.domain.ids import RawPageId, RunId
from archiver.domain.page import RawPage
from archiver.storage.archive import Reader, Transaction
from archiver.storage.driver import NewId
from archiver.storage.moment import micros

LEVEL = 3
"""Of zstd."""

_CODEC = "zstd"

_ADD = """
INSERT INTO raw_pages (run_id, observed_at, layer, codec, data)
VALUES (:run_id, :observed_at, :layer, :codec, :data)
"""
_GET = "SELECT layer, data FROM raw_pages WHERE raw_page_id = :raw_page_id"


async def keep(tx: Transaction, page: RawPage, *, run_id: RunId, observed_at: datetime) -> NewId:
    """Write a raw page; return what will be its id."""
    values = {
        "run_id": run_id,
        "observed_at": micros(observed_at),
        "layer": page.layer,
        "codec": _CODEC,
        "data": _Packed(page.data),
    }
    return await tx.insert(_ADD, values)


async def read_raw(db: Reader, raw_page_id: RawPageId) -> RawPage:
    """Return a raw page; raises KeyError when there is none of that id."""
    row = await db.fetch_one(_GET, {"raw_page_id": raw_page_id})
    if row is None:
        raise KeyError(raw_page_id)
    return RawPage(layer=row[0], data=zstandard.decompress(row[1]))


class _Packed:
    """Bytes that are compressed when SQLite asks for them, in its thread, while the event loop decodes."""

    __slots__ = ("_data",)

    def __init__(self, data: bytes) -> None:
        self._data = data

    def __conform__(self, protocol: object) -> bytes:
        """Return them compressed."""
        return zstandard.compress(self._data, LEVEL)
