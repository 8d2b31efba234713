"""``archiver demo``: the contract that others start it by."""

from __future__ import annotations

import asyncio
import json
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from archiver.lock import lock_file
from tests.cli.process import Command

pytestmark = pytest.mark.asyncio

KEYS = ["posts", "revisions", "tombstones", "subscriber_counts", "gaps", "flags", "cases"]


def held(archive: Path, sql: str = "SELECT count(*) FROM posts") -> int:
    """Return how many posts an archive holds; none while it is being made."""
    if not archive.exists():
        return 0
    try:
        with closing(sqlite3.connect(f"{archive.as_uri()}?mode=ro", uri=True)) as db:
            count: int = db.execute(sql).fetchone()[0]
            return count
    except sqlite3.OperationalError:
        return 0


def is_free(archive: Path) -> bool:
    """Say whether no bot holds an archive any more; fails when one does."""
    with lock_file(archive.with_name(archive.name + ".lock")):
        return True


async def test_it_ends_with_one_line_of_json_and_keeps_what_it_is_told_to(folder: Path) -> None:
    found = await Command(folder).run("demo", "--headless", "--seconds", "8", "--keep", "kept/here")

    counts = json.loads(found.out)
    assert (found.code, found.err.count("\n"), found.out.count("\n")) == (0, 1, 1)
    assert found.err.startswith("review desk http://127.0.0.1:")
    assert list(counts) == KEYS
    assert {type(count) for count in counts.values()} == {int}
    assert min(counts["posts"], counts["subscriber_counts"], counts["flags"], counts["cases"]) > 0
    archive = folder / "kept" / "here" / "archive.db"
    assert counts["revisions"] >= counts["posts"] == held(archive)
    assert counts["flags"] == held(archive, "SELECT count(*) FROM flags")
    assert held(archive, "SELECT count(*) FROM flagging_cursors JOIN revisions USING (revision_id)") == 1
    assert is_free(archive)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
async def test_a_signal_ends_the_show_and_the_bot_cleanly(folder: Path, number: signal.Signals) -> None:
    archive = folder / "kept" / "archive.db"
    command = Command(folder)
    process = await command.start("demo", "--keep", "kept")
    async with asyncio.timeout(60):
        while not held(archive):
            await asyncio.sleep(0.1)

    process.send_signal(number)
    found = await command.end(process)

    assert (found.code, found.err) == (0, "")
    assert "subscriber counts" in found.out
    assert "flagged last" in found.out
    assert is_free(archive)
    assert '"event": "run.ended"' in (folder / "kept" / "bot.log").read_text("utf-8")


async def test_a_bot_that_ends_by_itself_is_told_in_one_line(folder: Path) -> None:
    await Command(folder, DATABASE="archive.db").run("migrate")

    with lock_file(folder / "archive.db.lock"):
        found = await Command(folder).run("demo", "--headless", "--keep", ".")
        holder = (folder / "archive.db.lock").read_text()

    said = f"archive {folder / 'archive.db'} is written by process {holder}; stop that one first"
    last = found.err.splitlines()[-1]
    assert (found.code, found.out, last) == (1, "", f"archiver: archiver run failed: archiver: {said}")


async def test_a_step_that_fails_is_told_in_one_line(folder: Path) -> None:
    (folder / "archive.db").write_text("my thesis\n" * 100)

    found = await Command(folder).run("demo", "--headless", "--keep", ".")

    assert (found.code, found.out, found.err.count("\n")) == (1, "", 1)
    assert found.err.startswith("archiver: archiver channels failed: archiver: ")
