"""Keys: secrets of the archive itself, each made when it is first needed, and never changed."""

from __future__ import annotations

from datetime import datetime

from archiver.storage.archive import Reader, Transaction
from archiver.storage.moment import micros

LINKS = "links"
"""The key under which values that detectors find are linked: `domain.flag.Match.link`."""
PSEUDONYMS = "pseudonyms"
"""The key under which values that are masked get pseudonyms: not that of the links, so that nobody can look
up in an export what stands in the matches of an archive."""
SECOND_REVIEWS = "second_reviews"
"""The key by which the random share of cases is drawn that a second person decides too."""

_ADD = "INSERT INTO keys (name, key, made_at) VALUES (:name, :key, :now) ON CONFLICT (name) DO NOTHING"
_GET = "SELECT key FROM keys WHERE name = :name"


async def obtain(tx: Transaction, name: str, *, fresh: bytes, at: datetime) -> bytes:
    """Return a key; ``fresh``, random bytes, becomes it if there is none yet."""
    await tx.execute(_ADD, {"name": name, "key": fresh, "now": micros(at)})
    row = await tx.fetch_one(_GET, {"name": name})
    assert row is not None  # noqa: S101 - it was put there if it was not
    return bytes(row[0])


async def find(db: Reader, name: str) -> bytes | None:
    """Return a key, ``None`` where none was made yet."""
    row = await db.fetch_one(_GET, {"name": name})
    return bytes(row[0]) if row else None
