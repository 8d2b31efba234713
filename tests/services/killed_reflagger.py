"""A reflag that is killed again and again: ``python -m tests.services.killed_reflagger PATH TIMES``.

The process imports everything once and forks one for each death, which comes some moments after it was seen
to get on.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
import time
from pathlib import Path

from archiver.domain.clock import utc_now
from archiver.services.reflagging import reflag
from archiver.storage.archive import Archive
from tests.services.flaggers import word_flagging


async def run(path: Path, told: int) -> None:
    """Flag an archive, and tell a pipe of every chunk."""
    archive = await Archive.open(path, clock=utc_now)
    await reflag(
        archive, word_flagging("ادفع"), clock=utc_now, progress=lambda _done, _total: os.write(told, b".")
    )
    await archive.close()


def main() -> None:
    path, times = Path(sys.argv[1]), int(sys.argv[2])
    chance = random.Random(times)
    for _ in range(times):
        heard, told = os.pipe()
        child = os.fork()
        if child == 0:
            asyncio.run(run(path, told))
            os._exit(0)
        os.read(heard, 1)
        time.sleep(chance.uniform(0.0, 0.02))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
