"""Ask SQLite, and our own digests, whether an archive is what was written."""

from __future__ import annotations

from archiver.domain.post import digest
from archiver.domain.revision import RevisionKey
from archiver.storage.archive import Reader

_CHECK = "PRAGMA integrity_check(20)"
_REFERENCES = """
SELECT c."table", c.rowid, c.parent FROM pragma_foreign_key_check AS c LIMIT 20
"""
_REVISIONS = """
SELECT revision_id, channel_id, post_id, revision, text, details, digest FROM revisions
WHERE revision_id > :above ORDER BY revision_id LIMIT :limit
"""
_COUNTS = """
SELECT (SELECT count(*) FROM revisions), (SELECT count(*) FROM audit_events)
"""


async def file_faults(db: Reader) -> list[str]:
    """Return what SQLite finds wrong with the file, at most twenty lines; none when it is sound."""
    return [str(row[0]) for row in await db.fetch_all(_CHECK) if row[0] != "ok"]


async def reference_faults(db: Reader) -> list[str]:
    """Return the rows that refer to what is not there, at most twenty."""
    rows = await db.fetch_all(_REFERENCES)
    return [
        f"{table} row {rowid} refers to a row of {parent} that is not there" for table, rowid, parent in rows
    ]


async def counts(db: Reader) -> tuple[int, int]:
    """Return how many revisions and how many audit events there are."""
    row = await db.fetch_one(_COUNTS)
    assert row is not None  # noqa: S101 - counts have a row
    return row[0], row[1]


async def changed_revisions(db: Reader, *, above: int, limit: int) -> tuple[int, int, list[RevisionKey]]:
    """Compare the first revisions above an id with their digests.

    Return the newest id that was looked at (``above`` when there are no more), how many, and those that are
    not what was written.
    """
    rows = await db.fetch_all(_REVISIONS, {"above": above, "limit": limit})
    changed = [
        RevisionKey(channel_id, post_id, revision)
        for _, channel_id, post_id, revision, text, details, kept in rows
        if digest(text, details) != kept
    ]
    return (rows[-1][0] if rows else above), len(rows), changed
