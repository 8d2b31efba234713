"""``archiver verify``: what was changed behind our back is named."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from archiver.domain.clock import utc_now
from archiver.storage import audit
from archiver.storage.archive import Archive
from tests.builders import NOON, a_post
from tests.cli.conftest import Archiver
from tests.journeys.oracle import rows
from tests.storage.steps import begin_run, know_channel, observe

NOTHING = "0" * 64


def fill(folder: Path, *, events: int = 3) -> None:
    """Make an archive of five posts and some audit events."""

    async def run() -> None:
        archive = await Archive.open(folder / "archive.db", clock=utc_now)
        run_id = await begin_run(archive)
        async with archive.write() as tx:
            await know_channel(tx, run_id)
            await observe(tx, run_id, [a_post(number, text=f"post {number}") for number in range(1, 6)])
            for number in range(events):
                await audit.append(
                    tx, at=NOON, actor="R-01", kind="case.claimed", target=f"case {number}", details={}
                )
        await archive.close()

    asyncio.run(run())


def meddle(folder: Path, *statements: str) -> None:
    """Change an archive as somebody would who knows SQLite."""
    with closing(sqlite3.connect(folder / "archive.db", isolation_level=None)) as db:
        for statement in statements:
            db.execute(statement)


def head(folder: Path, number: int) -> str:
    return str(
        rows(folder / "archive.db", "SELECT digest FROM audit_events WHERE audit_event_id = ?", number)[0][0]
    )


def test_an_archive_that_is_what_was_written_is_said_to_be(archiver: Archiver, folder: Path) -> None:
    fill(folder)

    found, told = archiver("verify"), archiver("verify", "--json")

    assert found == (0, f"5 revisions, 3 audit events hold\nhead digest: {head(folder, 3)}\n", "")
    assert (told.code, json.loads(told.out)) == (
        0,
        {
            "sound": True, "revisions": 5, "faults": [], "audit_events": 3, "head_digest": head(folder, 3),
            "broken_link": None,
        },
    )  # fmt: skip


def test_an_archive_without_events_has_the_head_that_the_first_will_stand_on(
    archiver: Archiver, folder: Path
) -> None:
    fill(folder, events=0)

    assert archiver("verify").out.endswith(f"head digest: {NOTHING}\n")


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        (
            ["DROP TRIGGER audit_events_keep", "UPDATE audit_events SET at = 9 WHERE audit_event_id = 2"],
            "the audit log is broken at event 2: it is not what was written",
        ),
        (
            ["DROP TRIGGER audit_events_stay", "DELETE FROM audit_events WHERE audit_event_id = 2"],
            "the audit log is broken at event 3: it follows 1: what was between them is missing",
        ),
        (
            ["DROP TRIGGER audit_events_stay", "DELETE FROM audit_events WHERE audit_event_id = 1"],
            "the audit log is broken at event 2: it follows 0: what was between them is missing",
        ),
        (
            ["DROP TRIGGER revisions_keep", "UPDATE revisions SET text = 'another' WHERE post_id = 4"],
            "channel 1200300400 post 4 revision 1 is not what was written",
        ),
        (
            ["PRAGMA foreign_keys = OFF", "DROP TRIGGER runs_stay", "DELETE FROM runs"],
            "refers to a row of runs that is not there",
        ),
        (
            ["PRAGMA writable_schema = ON", "DELETE FROM sqlite_schema WHERE name = 'posts_by_sample_due'"],
            "Page",
        ),
    ],
)  # fmt: skip
def test_what_was_changed_is_named_and_fails(
    archiver: Archiver, folder: Path, statements: Sequence[str], said: str
) -> None:
    fill(folder)
    meddle(folder, *statements)

    found, told = archiver("verify"), archiver("verify", "--json")

    assert (found.code, told.code) == (1, 1)
    assert said in found.out
    assert found.err == "archiver: the archive is not what was written; restore a snapshot\n"
    assert json.loads(told.out)["sound"] is False


def test_no_more_than_twenty_revisions_are_named(archiver: Archiver, folder: Path) -> None:
    fill(folder)
    many = (
        "WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 4000) "
        "INSERT INTO revisions "
        "(channel_id, post_id, revision, observed_at, provenance, run_id, digest, text, details) "
        "SELECT 1200300400, i, 1, 1, 'live', 1, 'wrong', 'x', '{}' FROM n"
    )
    meddle(folder, many)

    faults = json.loads(archiver("verify", "--json").out)["faults"]

    assert len([fault for fault in faults if "is not what was written" in fault]) == 20


def test_a_log_that_was_cut_at_its_end_shows_only_by_its_head(archiver: Archiver, folder: Path) -> None:
    fill(folder)
    before = archiver("verify").out
    meddle(folder, "DROP TRIGGER audit_events_stay", "DELETE FROM audit_events WHERE audit_event_id = 3")

    found = archiver("verify")

    assert found.code == 0
    assert found.out != before


def test_it_only_reads(archiver: Archiver, folder: Path) -> None:
    missing = archiver("verify")
    fill(folder)
    (folder / "archive.db").chmod(0o400)
    bytes_before = (folder / "archive.db").read_bytes()

    assert (missing.code, missing.err) == (
        1,
        "archiver: no archive archive.db; start one with: archiver run\n",
    )
    assert archiver("verify").code == 0
    assert (folder / "archive.db").read_bytes() == bytes_before


def test_a_file_that_is_malformed_is_said_in_one_line(archiver: Archiver, folder: Path) -> None:
    fill(folder)
    path = folder / "archive.db"
    bytes_before = path.read_bytes()
    middle = len(bytes_before) // 2
    path.write_bytes(bytes_before[:middle] + b"\xff" * 20_000 + bytes_before[middle + 20_000 :])

    found = archiver("verify")

    assert found.code == 1
    assert "Traceback" not in found.err
    assert len(found.err.splitlines()) == 1
