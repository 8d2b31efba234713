"""Runs: when each lived."""

from __future__ import annotations

from datetime import timedelta

import pytest

from archiver.domain.ids import RunId
from archiver.storage import runs
from archiver.storage.archive import Archive
from tests.builders import NOON
from tests.storage.steps import begin_run

pytestmark = pytest.mark.asyncio

HOUR = timedelta(hours=1)


async def lived(archive: Archive, *, start: int, beat: int, ended: bool) -> RunId:
    """Enter a run; times are hours after noon."""
    run_id = await begin_run(archive, NOON + start * HOUR)
    async with archive.write() as tx:
        await runs.beat(tx, run_id, at=NOON + beat * HOUR)
        if ended:
            await runs.end(tx, run_id, at=NOON + beat * HOUR)
    return run_id


async def test_a_run_beats_and_ends(archive: Archive) -> None:
    first = await lived(archive, start=0, beat=1, ended=False)
    second = await lived(archive, start=2, beat=3, ended=True)

    async with archive.read() as db:
        every = await runs.every(db)
        latest = await runs.latest(db)

    assert every == [
        runs.RunRecord(
            run_id=first, started_at=NOON, beat_at=NOON + HOUR, ended_at=None, version="0.1.0", layer=214
        ),
        runs.RunRecord(
            run_id=second, started_at=NOON + 2 * HOUR, beat_at=NOON + 3 * HOUR, ended_at=NOON + 3 * HOUR,
            version="0.1.0", layer=214,
        ),
    ]  # fmt: skip
    assert latest == every[1]


async def test_an_archive_without_runs_has_no_latest(archive: Archive) -> None:
    async with archive.read() as db:
        latest = await runs.latest(db)

    assert latest is None
