"""A lock between processes that dies with its holder."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import IO


class LockHeld(Exception):
    """Another process holds the lock; ``pid`` as it wrote it down, ``?`` when unknown."""

    def __init__(self, pid: str) -> None:
        """``pid`` is text: it is only ever shown."""
        super().__init__(pid)
        self.pid = pid


def lock_file(path: Path) -> IO[str]:
    """Lock a file (made with mode 0600 when missing) and return it; closing it, or dying, lets go.

    Raises LockHeld at once when another process has it, OSError when the file can't be made.
    """
    handle = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        with handle:
            raise LockHeld(handle.read().strip() or "?") from None
    except OSError:  # a file system that knows no locks
        handle.close()
        raise
    handle.truncate(0)
    handle.write(str(os.getpid()))
    handle.flush()
    return handle
