"""What the tests of imports do again and again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from archiver.desktop.sources import source
from archiver.domain.claim import Claim
from archiver.domain.clock import utc_now
from archiver.domain.post import Observation
from archiver.services.flagging import Flagging
from archiver.services.flagging_aside import Aside
from archiver.services.imported import Imported
from archiver.services.importing import Reading, import_file
from archiver.storage.archive import Archive
from tests.builders import NOON, a_post
from tests.desktop.rendering import (
    HANDLE,
    a_channel,
    desktop_post,
    write_json,
)
from tests.journeys.oracle import rows
from tests.services.flaggers import word_flagging
from tests.storage.steps import begin_run, know_channel, observe

FLAGGING = word_flagging("ادفع")
OURS = Reading(claim=Claim(handle=HANDLE))


async def bring(
    archive: Archive,
    path: Path,
    reading: Reading | None = None,
    *,
    flagging: Flagging = FLAGGING,
    aside: Aside | None = None,
) -> Imported:
    return await import_file(
        archive, flagging, source(path), reading or Reading(),
        clock=utc_now, on_progress=lambda _done: None, aside=aside,
    )  # fmt: skip


def export(path: Path, seen: Iterable[Observation]) -> Path:
    return write_json(path / "result.json", a_channel(map(desktop_post, seen)))


def some(count: int, *, first: int = 1) -> list[Observation]:
    return [a_post(number, text=f"ادفع {number}", as_of=0) for number in range(first, first + count)]


def many(count: int) -> list[Observation]:
    """Return posts for several batches, one in fifty of which is flagged."""
    texts = (f"{'خبر' if number % 50 else 'ادفع'} {number} " + "س" * 400 for number in range(1, count + 1))
    return [a_post(number, text=text, as_of=0) for number, text in enumerate(texts, 1)]


def texts(archive: Archive) -> list[tuple[int, int, str, str]]:
    sql = "SELECT post_id, revision, provenance, text FROM revisions ORDER BY post_id, revision"
    return rows(archive.path, sql)


async def see(archive: Archive, seen: Sequence[Observation], *, at: datetime = NOON) -> None:
    """Look at posts ourselves."""
    run_id = await begin_run(archive)
    async with archive.write() as tx:
        await know_channel(tx, run_id)
        await observe(tx, run_id, seen, at=at)
