"""The desk as it is hung together: what it masks has the pseudonyms that an export of the archive gives."""

from __future__ import annotations

import pytest

from archiver import wiring
from archiver.settings import Settings
from archiver.storage import keys
from archiver.storage.archive import Archive

pytestmark = pytest.mark.asyncio

SPELLINGS = ("call 0770 123 4567", "call +9647701234567", "call 0771 765 4321")


async def test_a_value_has_the_pseudonym_of_exports_however_it_is_spelled(archive: Archive) -> None:
    found = Settings(_env_file=None)

    masked = (await wiring.desk(found, archive)).masker.masked(SPELLINGS)
    again = (await wiring.desk(found, archive)).masker.masked(SPELLINGS)

    async with archive.read() as db:
        key = await keys.find(db, keys.PSEUDONYMS)
    mask = wiring.export_tools(key).mask
    assert mask is not None
    assert masked == again == list(mask(SPELLINGS))
    assert masked[0] == masked[1] != masked[2]
    assert masked[0].startswith("call [phone:")
