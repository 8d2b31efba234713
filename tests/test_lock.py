"""The lock between processes, held by real processes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from archiver.lock import LockHeld, lock_file

_HOLDER = """
import sys
from pathlib import Path
from archiver.lock import lock_file
held = lock_file(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def _another_process_holds(path: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        try:
            yield holder
        finally:
            holder.kill()


def test_a_lock_is_a_private_file_with_the_number_of_its_holder(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"

    with lock_file(path):
        assert path.read_text() == str(os.getpid())
        assert path.stat().st_mode & 0o777 == 0o600


def test_a_lock_that_another_process_holds_is_refused_with_its_number(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"

    with _another_process_holds(path) as holder, pytest.raises(LockHeld) as refusal:
        lock_file(path)

    assert refusal.value.pid == str(holder.pid)


def test_a_lock_dies_with_its_holder(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    path.write_text("the number of a process from another life, longer than a new one")

    with _another_process_holds(path) as holder:
        holder.kill()
        holder.wait()

        with lock_file(path):
            assert path.read_text() == str(os.getpid())


def test_a_closed_lock_can_be_taken_again(tmp_path: Path) -> None:
    lock_file(tmp_path / "a.lock").close()

    lock_file(tmp_path / "a.lock").close()


def test_a_holder_that_wrote_nothing_is_unknown(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"

    with lock_file(path) as held:
        held.truncate(0)
        with pytest.raises(LockHeld) as refusal:
            lock_file(path)

    assert refusal.value.pid == "?"


def test_a_lock_in_a_folder_that_is_not_there_is_the_systems_own_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        lock_file(tmp_path / "none" / "a.lock")
