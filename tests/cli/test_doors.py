"""What becomes of errors, interrupts, and of output that nobody takes."""

from __future__ import annotations

import argparse
import errno
import os
import sys
import types
from collections.abc import Callable
from pathlib import Path

import pytest

from archiver.cli.main import COMMANDS
from archiver.domain.errors import ChannelUnknown
from tests.cli.conftest import Archiver
from tests.cli.process import Command, Outcome

BUG = "archiver: a bug of ours (ZeroDivisionError); run it again with --debug and report it\n"


@pytest.fixture
def fails_with(archiver: Archiver, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Outcome]:
    """Give a command, made by hand, that fails as it is told to."""

    def run(error: BaseException, *words: str) -> Outcome:
        def fail(_: argparse.Namespace) -> int:
            raise error

        module = types.ModuleType("archiver.cli.fail")
        module.__dict__["add"] = lambda parser: parser.set_defaults(command=fail)
        monkeypatch.setitem(sys.modules, module.__name__, module)
        monkeypatch.setitem(COMMANDS, "fail", "fails")
        return archiver(*(words or ("fail",)))

    return run


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (ChannelUnknown("no channel @rafidain"), (1, "", "archiver: no channel @rafidain\n")),
        (
            OSError(errno.EACCES, "Permission denied", "a.txt"),
            (1, "", "archiver: a.txt: Permission denied\n"),
        ),
        (ZeroDivisionError("secret"), (3, "", BUG)),
        (KeyboardInterrupt(), (130, "", "")),
    ],
    ids=["expected", "the machine's no", "bug", "interrupt"],
)
def test_an_error_becomes_an_exit_code_and_one_line(
    fails_with: Callable[..., Outcome], error: BaseException, outcome: Outcome
) -> None:
    assert fails_with(error) == outcome


@pytest.mark.parametrize("words", [("--debug", "fail"), ("fail", "--debug")], ids=" ".join)
def test_where_an_error_came_from_is_shown_with_debug_only(
    fails_with: Callable[..., Outcome], words: tuple[str, ...]
) -> None:
    quiet = fails_with(ZeroDivisionError())
    found = fails_with(ZeroDivisionError(), *words)

    assert (quiet, found.code, found.out) == ((3, "", BUG), 3, "")
    assert found.err.startswith("Traceback (most recent call last):\n")
    assert found.err.endswith(f"ZeroDivisionError\n{BUG}")


@pytest.mark.asyncio
async def test_output_that_nobody_takes_ends_a_command_quietly(folder: Path) -> None:
    read, write = os.pipe()
    os.close(read)

    with os.fdopen(write, "wb") as nobody:
        process = await Command(folder).start("migrate", stdout=nobody)
    found = await Command(folder).end(process)

    assert found == (1, "", "")


@pytest.mark.asyncio
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
async def test_a_full_disk_under_the_output_is_told_in_one_line(folder: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        process = await Command(folder).start("migrate", stdout=full)
    found = await Command(folder).end(process)

    assert found == (1, "", "archiver: No space left on device\n")


@pytest.mark.asyncio
async def test_a_terminal_without_arabic_shows_escapes(folder: Path) -> None:
    command = Command(folder, DATABASE="أرشيف.db")
    command.environment |= {"PYTHONIOENCODING": "ascii"}

    found = await command.run("migrate")

    stands = "\\u0623\\u0631\\u0634\\u064a\\u0641.db has schema"
    assert (found.code, found.err) == (0, "")
    assert found.out.splitlines()[-1].startswith(stands)
