"""``archiver migrate``: bring the archive to this program's schema."""

from __future__ import annotations

import argparse

from archiver import wiring
from archiver.domain.clock import utc_now
from archiver.storage import migrations


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.description = (
        "Applies the migrations that the archive lacks; a copy of it is kept beside it. "
        "`archiver run` does the same at its start."
    )
    parser.set_defaults(command=_migrate)


def _migrate(_: argparse.Namespace) -> int:
    path = wiring.settings().database
    applied = migrations.migrate(path, clock=utc_now)
    for migration in applied:
        print(f"applied {migration.number:04} {migration.name}")
    print(f"{path} has schema {migrations.version(path)}")
    return 0
