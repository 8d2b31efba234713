"""Where an archive is: make its file, and name it to SQLite."""

from __future__ import annotations

import os
from pathlib import Path

from archiver.domain.errors import ArchiveMissing, ArchiveReadOnly


def make(path: Path) -> None:
    """Make the file, if there is none, for its owner only: an archive holds what others leaked.

    Raises ArchiveReadOnly when it can't be made or written. SQLite would first leave files beside it that
    nobody can write either, and that stay in the way afterwards.
    """
    _refuse_folder(path)
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except FileNotFoundError as error:
        raise ArchiveReadOnly(
            f"no folder for archive {path}; make it, or set another ARCHIVER_DATABASE"
        ) from error
    except OSError as error:
        raise ArchiveReadOnly(f"can't write archive {path}: {error.strerror}; check its rights") from error


def to_read(path: Path) -> str:
    """Return the URI of an archive to be read; raises ArchiveMissing, ArchiveReadOnly for a folder.

    One that we can't write and that nobody has open (there is no write-ahead log) is read as it lies:
    https://www.sqlite.org/wal.html#read_only_databases. So an archive on a medium that is sealed can be read.
    """
    if not path.exists():
        raise ArchiveMissing(f"no archive {path}; start one with: archiver run")
    _refuse_folder(path)
    is_sealed = not (os.access(path, os.W_OK) and os.access(path.absolute().parent, os.W_OK))
    has_log = path.with_name(path.name + "-wal").exists()
    return f"{path.absolute().as_uri()}?{'immutable=1' if is_sealed and not has_log else 'mode=ro'}"


def to_write(path: Path) -> str:
    """Return the URI of an archive to be written, which must be there."""
    return f"{path.absolute().as_uri()}?mode=rw"


def _refuse_folder(path: Path) -> None:
    if path.is_dir():
        raise ArchiveReadOnly(f"{path} is a folder, not an archive; set another ARCHIVER_DATABASE")
