"""Keys: secrets of the archive itself, each made when it is first needed, and never changed."""

from __future__ import annotations

from datetime import datetime

from archiver.storage.archive import Transaction
from archiver.storage.moment import micros

LINKS = "links"
"""The key under which values that detectors find are linked: `domain.flag.Match.link`."""

_ADD = "INSERT INTO keys (name, key, made_at) VALUES (:name, :key, :now) ON CONFLICT (name) DO NOTHING"
_GET = "SELECT key FROM keys WHERE name = :name"


async def obtain(tx: Transaction, name: str, *, fresh: bytes, at: datetime) -> bytes:
    """Return a key; ``fresh``, random bytes, becomes it if there is none yet."""
    await tx.execute(_ADD, {"name": name, "key": fresh, "now": micros(at)})
    row = await tx.fetch_one(_GET, {"name": name})
    assert row is not None  # noqa: S101 - it was put there if it was not
    return bytes(row[0])
