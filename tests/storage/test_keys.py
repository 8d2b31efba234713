"""The archive's own secrets: made once, then kept."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from archiver.storage import keys
from archiver.storage.archive import Archive
from tests.builders import NOON, Clock

pytestmark = pytest.mark.asyncio


async def obtain(archive: Archive, name: str, fresh: bytes) -> bytes:
    async with archive.write() as tx:
        return await keys.obtain(tx, name, fresh=fresh, at=NOON)


async def test_the_first_bytes_that_are_offered_stay_the_key(archive: Archive) -> None:
    first = await obtain(archive, keys.LINKS, b"\x00one")
    other = await obtain(archive, "other", b"three")
    await archive.close()
    opened = await Archive.open(archive.path, clock=Clock())
    again = await obtain(opened, keys.LINKS, b"two")
    await opened.close()

    assert (first, again, other) == (b"\x00one", b"\x00one", b"three")


async def test_a_key_is_never_changed(archive: Archive) -> None:
    await obtain(archive, keys.LINKS, b"one")
    await archive.close()

    with closing(sqlite3.connect(archive.path)) as db:
        for sql in ("UPDATE keys SET key = x'00'", "DELETE FROM keys"):
            with pytest.raises(sqlite3.IntegrityError, match="the past is immutable"):
                db.execute(sql)
