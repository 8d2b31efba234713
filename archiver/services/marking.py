"""Marking: work out of every revision its language and what masks leave of it, once for all exports.

It is done as the search index is filled: by the bot in quiet moments and by searches, chunk by chunk, each
one transaction; capture does not wait for it. Whoever meets a revision without a mark works it out himself.

Marks are made by what finds and tells, so they are of a version: the digest of the sources of all that has a
say in it, whatever changed in them. Marks of another version are believed by nobody and are made anew.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from archiver.domain.masking import mask
from archiver.services.masking import Masker
from archiver.storage import marks, revisions, search
from archiver.storage.archive import Archive, Reader
from archiver.storage.marks import Mark, MarkCursor
from archiver.storage.search import Searched

TellLanguages = Callable[[Sequence[str]], Sequence[str | None]]
"""Texts in, the language of each out."""

Progress = Callable[[int, int], object]
"""Is told how much is done, and of how much."""

SOURCES = (
    "domain/excerpt.py", "domain/folding.py",
    "domain/language.py", "domain/masking.py", "domain/rows.py",
    "rules/alphabet.py", "rules/languages.py", "rules/places.py", "rules/view.py", "rules/detectors",
    "services/marking.py", "services/masking.py",
)  # fmt: skip
"""The files and folders that have a say in marks."""

_VERSION_DIGITS = 16
_CHUNK = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """What makes marks; ``masker`` has the archive's key of pseudonyms. One thread at a time may use it."""

    tell_languages: TellLanguages
    masker: Masker

    def marks(self, found: Sequence[Searched]) -> list[Mark]:
        """Return the marks of some revisions."""
        told = self.tell_languages([each.text for each in found])
        texts = self._masked([each.text for each in found])
        names = self._masked([each.media_name or "" for each in found])
        ids = [each.revision_id for each in found]
        return [Mark(*each) for each in zip(ids, told, texts, names, strict=True)]

    def _masked(self, texts: Sequence[str]) -> list[str | None]:
        hidden = self.masker.hidden(texts)
        return [mask(text, places) if places else None for text, places in zip(texts, hidden, strict=True)]


@cache
def version() -> str:
    """Return the version of the marks that are made here."""
    return version_of(files("archiver"))


def version_of(package: Traversable) -> str:
    """Return the version of the marks that a package of our sources makes."""
    digest = hashlib.sha256(unicodedata.unidata_version.encode())
    for source in SOURCES:
        for file in _files(package.joinpath(source)):
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:_VERSION_DIGITS]


async def catch_up(archive: Archive, marker: Marker, *, progress: Progress) -> None:
    """Mark all that has no mark; ``progress`` is told of it.

    Raises ArchiveLocked, ArchiveReadOnly, ArchiveFull; what was marked by then stays.
    """
    async with archive.read() as db:
        begun, newest = await reached(db), await revisions.newest_id(db)
    above = begun
    while above < newest:
        above = await mark_chunk(archive, marker, limit=_CHUNK)
        progress(above - begun, newest - begun)


async def is_behind(archive: Archive) -> bool:
    """Say whether a revision has no mark."""
    async with archive.read() as db:
        return await reached(db) < await revisions.newest_id(db)


async def reached(db: Reader) -> int:
    """Return the newest revision that has a mark, as all before it; 0 when they must be made anew."""
    held = await marks.cursor(db)
    return held.revision_id if held and held.version == version() else 0


async def mark_chunk(archive: Archive, marker: Marker, *, limit: int) -> int:
    """Mark the next revisions, at most so many; return the newest that has a mark then."""
    async with archive.read() as db:
        above = await reached(db)
        found = await search.texts(db, above=above, limit=limit)
    if not found:
        return above
    made = marker.marks(found)
    async with archive.write() as tx:
        held = await marks.cursor(tx)
        if held is None or held.version != version():
            await marks.clear(tx, version=version())
        if await reached(tx) == above:
            await marks.add(tx, made, reached=MarkCursor(version(), made[-1].revision_id))
        return await reached(tx)


def _files(source: Traversable) -> Iterator[Traversable]:
    if source.is_file():
        yield source
        return
    yield from sorted((file for file in source.iterdir() if file.name.endswith(".py")), key=_name)


def _name(file: Traversable) -> str:
    return file.name
