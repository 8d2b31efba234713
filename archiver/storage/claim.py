"""The claim on an archive: one process at a time is its bot, or changes its schema."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import IO

from archiver.domain.errors import ArchiveFull, ArchiveInUse, ArchiveReadOnly
from archiver.lock import LockHeld, lock_file

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})


def claim(path: Path) -> IO[str]:
    """Claim an archive until the returned file is closed or the process dies.

    Raises ArchiveInUse at once when another process has it; ArchiveFull or ArchiveReadOnly when the lock
    can't be made.
    """
    lock = path.with_name(path.name + ".lock")
    try:
        return lock_file(lock)
    except LockHeld as held:
        raise ArchiveInUse(f"archive {path} is written by process {held.pid}; stop that one first") from held
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise ArchiveFull(f"no room to write archive {path}; make room on its disk") from error
        raise ArchiveReadOnly(
            f"can't make {lock}: {error.strerror}; check the rights of its folder"
        ) from error
