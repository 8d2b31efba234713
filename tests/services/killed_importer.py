"""An import that is killed again and again: ``python -m tests.services.killed_importer ARCHIVE FILE TIMES``.

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

from archiver.desktop.sources import source
from archiver.domain.clock import utc_now
from archiver.services.flagging_aside import Aside, flagging_aside
from archiver.services.importing import Reading, import_file
from archiver.storage.archive import Archive
from tests.services.import_steps import FLAGGING


async def run(path: Path, file: Path, told: int, *, aside: Aside) -> None:
    """Import a file, and tell a pipe of every batch that is written."""
    archive = await Archive.open(path, clock=utc_now)
    await import_file(
        archive, FLAGGING, source(file), Reading(),
        clock=utc_now, on_progress=lambda _done: os.write(told, b"."), aside=aside,
    )  # fmt: skip
    await archive.close()


def main() -> None:
    path, file, times = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    chance = random.Random(times)
    for _ in range(times):
        heard, told = os.pipe()
        child = os.fork()
        if child == 0:
            with flagging_aside(FLAGGING, 1) as aside:
                asyncio.run(run(path, file, told, aside=aside))
            os._exit(0)
        os.close(told)
        os.read(heard, 1)
        time.sleep(chance.uniform(0.0, 0.02))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(heard)


if __name__ == "__main__":
    main()
