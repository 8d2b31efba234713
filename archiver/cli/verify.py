"""``archiver verify``: says whether the archive is what was written."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from archiver import wiring
from archiver.cli.tables import number
from archiver.services import verifying
from archiver.services.verifying import Verified


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.description = (
        "Asks SQLite whether the file is sound and its references lead somewhere, computes the digest of "
        "every revision again, and walks the chain of the audit log, naming the first broken link. It only "
        "reads, also beside the bot, and exits with 1 when something is wrong. Keep the head digest that it "
        "prints elsewhere: a log that was cut at its end looks right from inside."
    )
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.set_defaults(command=_verify)


def _verify(arguments: argparse.Namespace) -> int:
    done = asyncio.run(_run())
    if arguments.json:
        print(json.dumps(done.as_json(), ensure_ascii=False, indent=2))
    else:
        _print(done)
    return 0 if done.is_sound else 1


async def _run() -> Verified:
    async with wiring.open_archive(wiring.settings(), read_only=True) as archive:
        with _bar() as progress:
            return await verifying.verify_archive(archive, progress=progress)


@contextmanager
def _bar() -> Iterator[verifying.Progress]:
    """Give what shows how much is done, where somebody looks."""
    columns = (TextColumn("verifying"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty())
    with bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _print(done: Verified) -> None:
    head, broken = done.chain.head, done.chain.broken
    for fault in done.faults:
        print(fault)
    if broken:
        print(f"the audit log is broken at event {broken.audit_event_id}: {broken.reason}")
    print(f"{number(done.revisions)} revisions, {number(head.audit_event_id)} audit events hold")
    print(f"head digest: {head.digest}")
    if not done.is_sound:
        print("archiver: the archive is not what was written; restore a snapshot", file=sys.stderr)
