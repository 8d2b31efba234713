"""The installed bot in a process of its own, for benchmarks."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks._loopback import Place

_PATIENCE_SECONDS = 600


@contextmanager
def running(
    folder: Path, place: Place, *, channels: int, **settings: str
) -> Iterator[subprocess.Popen[bytes]]:
    """Give a bot that watches bench_0 and on, with its archive in archive.db."""
    handles = folder / "channels.txt"
    handles.write_text("\n".join(f"@bench_{number}" for number in range(channels)))
    environment = {key: value for key, value in os.environ.items() if not key.startswith("ARCHIVER_")} | {
        "ARCHIVER_DATABASE": str(folder / "archive.db"),
        "ARCHIVER_CHANNELS_FILE": str(handles),
        "ARCHIVER_LOG_LEVEL": "warning",
        "ARCHIVER_TELEGRAM__SESSION": str(place.session),
        "ARCHIVER_TELEGRAM__SERVER": place.address,
        "ARCHIVER_TELEGRAM__SERVER_KEY": place.key,
        "ARCHIVER_TELEGRAM__JOINS_LIMIT": "1000",
        "ARCHIVER_TELEGRAM__JOINS_PER_DAY": "1000",
        "ARCHIVER_TELEGRAM__RESOLVES_PER_DAY": "1000",
        **{f"ARCHIVER_{key}": value for key, value in settings.items()},
    }
    with (folder / "bot.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "archiver", "run"], env=environment, cwd=folder, stderr=log
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def until(folder: Path, sql: str, is_enough: Callable[[int], bool]) -> None:
    """Wait until the number that a question to the archive gives is enough."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not is_enough(_ask(folder, sql)):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{sql}: {_ask(folder, sql)}")
        time.sleep(0.2)


def _ask(folder: Path, sql: str) -> int:
    try:
        with sqlite3.connect(f"file:{folder}/archive.db?mode=ro", uri=True, timeout=10) as db:
            return int(db.execute(sql).fetchone()[0] or 0)  # the sum of no rows is NULL
    except sqlite3.OperationalError:
        return 0
