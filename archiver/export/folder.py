"""A folder that is there whole or not at all: made beside its place, synced, and renamed to it."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archiver.domain.errors import ExportExists, ExportUnwritable
from archiver.domain.export_papers import FileRecord

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def refuse_existing(place: Path) -> None:
    """Raise ExportExists when something is there already, ExportUnwritable when nothing can be."""
    if os.path.lexists(place):
        raise ExportExists(f"{place} is there already; name a folder that is not, or remove it first")
    if not place.absolute().parent.is_dir():
        raise ExportUnwritable(f"no folder {place.absolute().parent} to put the export into; make it")


@contextmanager
def folder(place: Path) -> Iterator[Path]:
    """Give an empty folder, which becomes ``place`` when the block ends and vanishes when it breaks.

    Raises ExportExists, ExportUnwritable.
    """
    refuse_existing(place)
    target = place.absolute()
    with _ours(place):
        made = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        with _ours(place):
            yield made
            for path in sorted(made.iterdir()):
                _sync(path)
            _sync(made)
            made.chmod(0o755 & ~_umask())
            refuse_existing(place)
            made.rename(target)
            _sync(target.parent)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise


class DigestedFile:
    """A new file that is only ever appended to, and knows its digest."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("xb")
        self._digest = hashlib.sha256()
        self._bytes = 0

    def write(self, data: bytes | memoryview) -> int:
        """Append, as Python's files do."""
        self._digest.update(data)
        written = self._file.write(data)
        self._bytes += written
        return written

    def close(self) -> None:
        """Close the file; safe to call twice."""
        self._file.close()

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self._file.closed

    def flush(self) -> None:
        """Hand over what is buffered."""
        self._file.flush()

    def record(self, *, rows: int | None = None, **about: str) -> FileRecord:
        """Return what a manifest says of the file."""
        return FileRecord(
            name=self._path.name, bytes=self._bytes, digest=self._digest.hexdigest(), rows=rows, **about
        )


def write_text(path: Path, text: str) -> FileRecord:
    """Write a small file; return what a manifest says of it."""
    file = DigestedFile(path)
    try:
        file.write(text.encode())
    finally:
        file.close()
    return file.record()


@contextmanager
def _ours(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno is None:
            raise
        if error.errno in _NO_ROOM:
            raise ExportUnwritable(
                f"no room for the export {place}; nothing of it was kept: make room, or choose less"
            ) from error
        raise ExportUnwritable(f"can't write the export {place}: {error.strerror}") from error


def _sync(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
