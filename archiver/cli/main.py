"""The command ``archiver``: the table of its commands, and what becomes of errors.

Exit codes: 0 done, 1 expected failure (one line), 2 wrong usage, 3 our bug, 130 interrupted.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import traceback
from collections.abc import Callable, Sequence

from archiver import __version__
from archiver.domain.errors import ArchiverError

COMMANDS = {
    "demo": "see it work on a small Telegram of its own",
    "login": "sign in once with your Telegram account",
    "channels": "the watch list",
    "run": "archive the watched channels, until stopped",
    "status": "is anything blind?",
    "migrate": "bring the archive to this program's schema",
}
"""Every command, in the order in which a newcomer needs them; each is a module ``archiver.cli.NAME`` with
``add(parser)``, loaded only when it is called: Telethon alone takes half a second."""

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
    """Run a command line; return its exit code."""
    words = sys.argv[1:] if argv is None else list(argv)
    arguments = _parser(words).parse_args(words)
    command: Callable[[argparse.Namespace], int] = arguments.command
    try:
        return command(arguments)
    except ArchiverError as error:
        if arguments.debug:
            traceback.print_exc()
        print(f"archiver: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # the reader of our output went away, e.g. head
        sys.stderr.close()
        return 1
    except Exception as error:  # noqa: BLE001 - the door: a bug is told in one line
        if arguments.debug:
            traceback.print_exc()
        kind = type(error).__name__
        print(f"archiver: a bug of ours ({kind}); run it again with --debug and report it", file=sys.stderr)
        return 3


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="archiver",
        description="Archives public Telegram channels: posts, revisions, tombstones, subscriber counts.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"archiver {__version__}")
    parser.add_argument("--debug", action="store_true", help="show where an error came from")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    called = next((word for word in words if not word.startswith("-")), None)
    for name, sentence in COMMANDS.items():
        command = commands.add_parser(
            name, help=sentence, formatter_class=argparse.RawDescriptionHelpFormatter
        )
        if name == called:
            importlib.import_module(f"archiver.cli.{name}").add(command)
    return parser
