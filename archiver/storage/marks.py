"""Marks of revisions behind a cursor: what was worked out of their texts, so that it need not be again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from archiver.storage.archive import Reader, Transaction

_GET = "SELECT version, revision_id FROM mark_cursor"
_PUT = """
INSERT INTO mark_cursor (mark_cursor_id, version, revision_id) VALUES (1, :version, :revision_id)
ON CONFLICT (mark_cursor_id) DO UPDATE SET version = excluded.version, revision_id = excluded.revision_id
"""
_ADD = """
INSERT INTO revision_marks (revision_id, language, masked_text, masked_media_name)
VALUES (:revision_id, :language, :masked_text, :masked_media_name)
"""
_CLEAR = "DELETE FROM revision_marks"
# marks of another version are none
_LANGUAGES = """
SELECT revision_id, language FROM revision_marks
WHERE revision_id IN (:among) AND (SELECT version FROM mark_cursor) = :version
"""


class MarkCursor(NamedTuple):
    """The newest revision that has a mark, as all before it; ``version`` says what the marks were made by."""

    version: str
    revision_id: int


class Mark(NamedTuple):
    """What was worked out of a revision: the language of its text, None where it has no letter of ours.

    The text and the name of its file as exports mask them are None where nothing is to be masked.
    """

    revision_id: int
    language: str | None
    masked_text: str | None
    masked_media_name: str | None


async def cursor(db: Reader) -> MarkCursor | None:
    """Return how far revisions have marks; ``None`` where none was made."""
    row = await db.fetch_one(_GET)
    return MarkCursor(*row) if row else None


async def add(tx: Transaction, marks: Sequence[Mark], *, reached: MarkCursor) -> None:
    """Add the marks of the revisions that come right above the cursor, and move it up."""
    await tx.execute_many(_ADD, [tuple(mark) for mark in marks])
    await tx.execute(_PUT, reached._asdict())


async def clear(tx: Transaction, *, version: str) -> None:
    """Begin anew."""
    await tx.execute(_CLEAR)
    await tx.execute(_PUT, MarkCursor(version, 0)._asdict())


async def languages(db: Reader, revision_ids: Sequence[int], *, version: str) -> dict[int, str | None]:
    """Return the languages of those revisions that have a mark of this version."""
    return dict(await db.fetch_in(_LANGUAGES, {"version": version}, among=revision_ids))
