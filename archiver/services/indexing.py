"""Indexing: bring the search index up to the newest revision, chunk by chunk, each one transaction.

Capture does not wait for it: a search indexes what is missing before it looks, and the bot in quiet moments,
which then goes on to marks (`services.marking`). Both may do so at once; whoever finds the cursor elsewhere
than where the chunk begins, drops the chunk.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from archiver.domain import clitics, folding
from archiver.services import marking
from archiver.services.marking import Marker, mark_chunk
from archiver.storage import revisions, search
from archiver.storage.archive import Archive, Reader
from archiver.storage.search import IndexCursor, Indexed, Searched

Fold = Callable[[Sequence[str]], list[str]]
"""Texts in, the folded text of each out."""

Progress = Callable[[int, int], object]
"""Is told how much is done, and of how much."""

VERSION = f"{folding.VERSION}.{clitics.VERSION}"

_CHUNK = 2_000
_QUIET_CHUNK = 500
"""For half a tenth of a second others wait to write, and the bot to decode."""


async def catch_up(archive: Archive, fold: Fold, *, progress: Progress) -> None:
    """Index all that is missing; ``progress`` is told of it.

    Raises ArchiveLocked, ArchiveReadOnly, ArchiveFull; what was indexed by then stays.
    """
    async with archive.read() as db:
        above, newest = await reached(db), await revisions.newest_id(db)
    begun = above
    while above < newest:
        above = await index_chunk(archive, fold, limit=_CHUNK)
        progress(above - begun, newest - begun)


async def index_chunk(archive: Archive, fold: Fold, *, limit: int) -> int:
    """Index the next revisions, at most so many; return the newest that the index holds then."""
    async with archive.read() as db:
        above = await reached(db)
        found = await search.texts(db, above=above, limit=limit)
    if not found:
        return above
    rows = indexed(found, fold)
    async with archive.write() as tx:
        held = await search.cursor(tx)
        if held is None or held.version != VERSION:
            await search.clear(tx, version=VERSION)
        if await reached(tx) == above:
            await search.add(tx, rows, reached=IndexCursor(VERSION, rows[-1].revision_id))
        return await reached(tx)


async def reached(db: Reader) -> int:
    """Return the newest revision that the index holds; 0 when it must be made anew."""
    held = await search.cursor(db)
    return held.revision_id if held and held.version == VERSION else 0


def searched_text(text: str, media_name: str | None) -> str:
    """Return what is searched of a revision: its text, and in a line below it the name of its file."""
    return f"{text}\n{media_name}" if media_name else text


def indexed(found: Sequence[Searched], fold: Fold) -> list[Indexed]:
    """Return the rows of the index for some revisions."""
    folded = fold([searched_text(each.text, each.media_name) for each in found])
    return [
        Indexed(each.revision_id, words, " ".join(filter(None, map(_cores, words.split(" ")))))
        for each, words in zip(found, folded, strict=True)
    ]


class QuietIndexing:
    """Indexes while nothing is captured, and then marks; `step` again after the seconds that it returns."""

    def __init__(self, archive: Archive, fold: Fold, marker: Marker | None = None) -> None:
        """Without a ``marker`` nothing is marked."""
        self._archive = archive
        self._fold = fold
        self._marker = marker
        self._newest = -1

    async def step(self) -> float:
        """Index or mark a little if nothing came since the last step."""
        async with self._archive.read() as db:
            newest, indexed_to = await revisions.newest_id(db), await reached(db)
            marked_to = await marking.reached(db) if self._marker else newest
        is_quiet, self._newest = newest == self._newest, newest
        if not is_quiet or min(indexed_to, marked_to) >= newest:
            return 5.0
        if indexed_to < newest:
            indexed_to = await index_chunk(self._archive, self._fold, limit=_QUIET_CHUNK)
        elif self._marker:
            marked_to = await mark_chunk(self._archive, self._marker, limit=_QUIET_CHUNK)
        return 0.2 if min(indexed_to, marked_to) < newest else 5.0


@lru_cache(maxsize=100_000)
def _cores(word: str) -> str:
    return " ".join(core.word for core in clitics.cores(word))
