"""Raw pages: the exact bytes of Telegram's answers, compressed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import zstandard

from archiver.domain.ids import RawPageId, RunId
from archiver.domain.page import RawPage
from archiver.storage.archive import Reader, Transaction
from archiver.storage.driver import NewId
from archiver.storage.moment import micros

_CODEC = "zstd"
_LEVEL = 3

_NEXT_ID = "SELECT coalesce(max(raw_page_id), 0) + 1 FROM raw_pages"
_ADD = """
INSERT INTO raw_pages (raw_page_id, run_id, observed_at, layer, codec, data)
VALUES (:raw_page_id, :run_id, :observed_at, :layer, :codec, :data)
"""
_GET = "SELECT layer, data FROM raw_pages WHERE raw_page_id = :raw_page_id"

_packers = ThreadPoolExecutor(max_workers=1, thread_name_prefix="zstd")


class Packing:
    """A raw page that is being compressed, beside the event loop and the archive's thread."""

    __slots__ = ("_data", "layer")

    def __init__(self, page: RawPage) -> None:
        """Begin at once."""
        self.layer = page.layer
        self._data = _packers.submit(zstandard.compress, page.data, _LEVEL)

    def __conform__(self, protocol: object) -> bytes:
        """Return the bytes when SQLite asks for them, which may have to wait."""
        return self._data.result()


async def reserve(tx: Transaction) -> NewId:
    """Return what will be the id of the raw page that this transaction is going to `keep`."""
    return await tx.reserve(_NEXT_ID)


async def keep(
    tx: Transaction, raw_page_id: NewId, packing: Packing, *, run_id: RunId, observed_at: datetime
) -> None:
    """Write a raw page; what refers to it may be written before, so that the packing has its time."""
    values = {
        "raw_page_id": raw_page_id,
        "run_id": run_id,
        "observed_at": micros(observed_at),
        "layer": packing.layer,
        "codec": _CODEC,
        "data": packing,
    }
    await tx.execute(_ADD, values)


async def read_raw(db: Reader, raw_page_id: RawPageId) -> RawPage:
    """Return a raw page; raises KeyError when there is none of that id."""
    row = await db.fetch_one(_GET, {"raw_page_id": raw_page_id})
    if row is None:
        raise KeyError(raw_page_id)
    return RawPage(layer=row[0], data=zstandard.decompress(row[1]))
