"""The command ``archiver``: the table of its commands, and what becomes of errors.

Exit codes: 0 done, 1 expected failure (one line), 2 wrong usage, 3 our bug, 130 interrupted.
"""

from __future__ import annotations

import argparse
import importlib
import io
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from keyword import iskeyword
from types import ModuleType

from archiver import __version__
from archiver.domain.errors import ArchiverError

COMMANDS = {
    "demo": "see it work on a small Telegram of its own",
    "login": "sign in once with your Telegram account",
    "channels": "the watch list",
    "run": "archive the watched channels, until stopped",
    "status": "is anything blind?",
    "rules": "check, list and measure the rules that flag posts",
    "reflag": "show the archive to rules that have not seen it",
    "search": "find posts by their words",
    "plot": "draw subscribers, activity or flags over time",
    "export": "files for researchers, masked; they say what is missing",
    "import": "read in what others archived",
    "serve": "the review desk, in a browser",
    "reviewers": "who may sign in to the desk",
    "verify": "is the archive what was written?",
    "migrate": "bring the archive to this program's schema",
}
"""Every command, in the order in which a newcomer needs them; each is a module ``archiver.cli.NAME`` with
``add(parser)``, loaded only when it is called: Telethon alone takes half a second."""

_DEBUG = "--debug"

_EPILOG = """\
first steps:
  archiver demo                    see it work on a small Telegram of its own
  archiver login                   sign in once with your Telegram account
  archiver channels add @name      watch a public channel
  archiver run                     archive, until you stop it
  archiver status                  is anything blind?

Settings come from the environment and .env; .env.example explains each.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line; return its exit code. ``--debug`` may stand anywhere in it."""
    words = sys.argv[1:] if argv is None else list(argv)
    try:
        return _run([word for word in words if word != _DEBUG])
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # the reader of our output went away, e.g. head
        _drop_output()
        return 1
    except Exception as error:  # noqa: BLE001 - the door: whatever it is, it is told in one line
        if _DEBUG in words:
            traceback.print_exc()
        code, line = _told(error)
        print(f"archiver: {line}", file=sys.stderr)
        return code


def load(name: str) -> ModuleType:
    """Return the module of a command; a name that Python has taken has an underscore behind it."""
    return importlib.import_module(f"archiver.cli.{name}_" if iskeyword(name) else f"archiver.cli.{name}")


def _run(words: list[str]) -> int:
    _write_any_script()
    arguments = _parser(words).parse_args(words)
    command: Callable[[argparse.Namespace], int] = arguments.command
    code = command(arguments)
    # at the interpreter's end it would be too late to say that nobody got it
    print(end="", flush=True)
    return code


def _told(error: Exception) -> tuple[int, str]:
    """Return the exit code and the line for an error."""
    match error:
        case ArchiverError():
            return 1, str(error)
        case OSError(strerror=str(reason), filename=name):
            # no bug: a full disk, a file that is another's
            _drop_output()
            return 1, f"{name}: {reason}" if name else reason
        case _:
            kind = type(error).__name__
            return 3, f"a bug of ours ({kind}); run it again with {_DEBUG} and report it"


def _write_any_script() -> None:
    """Let a terminal that knows no Arabic show escapes."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _drop_output() -> None:
    """Send what is still to be written nowhere, so that the interpreter does not fail on it at its end."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _wide(prog: str) -> argparse.RawDescriptionHelpFormatter:
    """Return what formats the first help; argparse measures names without the indent of commands."""
    formatter = argparse.RawDescriptionHelpFormatter(prog)
    formatter._action_max_length = max(map(len, COMMANDS)) + 4
    return formatter


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="archiver",
        description="Archives public Telegram channels: posts, revisions, tombstones, subscriber counts.",
        epilog=_EPILOG,
        formatter_class=_wide,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"archiver {__version__}")
    # taken out of the words before they are parsed: named here for --help
    parser.add_argument(_DEBUG, action="store_true", help="show where an error came from")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    called = next((word for word in words if not word.startswith("-")), None)
    for name, sentence in COMMANDS.items():
        command = commands.add_parser(
            name, help=sentence, formatter_class=argparse.RawDescriptionHelpFormatter
        )
        if name == called:
            load(name).add(command)
    return parser
