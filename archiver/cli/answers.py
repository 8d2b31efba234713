"""Read a person's answers: from the terminal, or line by line from standard input.

Neither a thread nor Python's buffered reader is used: a thread that waits for a line can't be interrupted, so
Ctrl-C would hang until Enter, and a buffer may hold the next answer while we wait for it.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import termios
from collections.abc import Iterator

from archiver.domain.errors import SignInFailed

_STDIN = 0


async def ask(prompt: str, *, is_secret: bool = False) -> str:
    """Return the next line of standard input, stripped; a terminal does not show a secret.

    The prompt goes to standard error. Raises SignInFailed when standard input has ended.
    """
    with _no_echo() if is_secret and os.isatty(_STDIN) else contextlib.nullcontext():
        print(prompt, end="", file=sys.stderr, flush=True)
        line = await _read_line()
    if not line:
        raise SignInFailed("standard input ended before the sign-in did; give one answer a line")
    return line.decode(errors="replace").strip()


async def _read_line() -> bytes:
    line = b""
    while not line.endswith(b"\n"):
        await _until_readable()
        byte = os.read(_STDIN, 1)
        if not byte:
            break
        line += byte
    return line


async def _until_readable() -> None:
    loop = asyncio.get_running_loop()
    readable = asyncio.Event()
    try:
        loop.add_reader(_STDIN, readable.set)
    except PermissionError:
        return  # a file, which is always readable, can't be waited for
    try:
        await readable.wait()
    finally:
        loop.remove_reader(_STDIN)


@contextlib.contextmanager
def _no_echo() -> Iterator[None]:
    before = termios.tcgetattr(_STDIN)
    silent = termios.tcgetattr(_STDIN)
    silent[3] &= ~termios.ECHO
    termios.tcsetattr(_STDIN, termios.TCSAFLUSH, silent)
    try:
        yield
    finally:
        termios.tcsetattr(_STDIN, termios.TCSAFLUSH, before)
        print(file=sys.stderr)
