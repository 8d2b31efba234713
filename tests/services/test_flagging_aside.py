"""Flags come from processes of their own as they would from ours, and nothing is lost where those fail."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from archiver.domain.clock import utc_now
from archiver.domain.flag import Flag
from archiver.domain.importing import Worth
from archiver.domain.post import Content, Entity, ForwardOrigin
from archiver.services.flagging import Flagging
from archiver.services.flagging_aside import Aside, flagging_aside
from archiver.services.imported import Imported
from archiver.storage.archive import Archive
from tests.journeys.oracle import health, rows
from tests.services.flaggers import POISON, said, word_flagging
from tests.services.import_steps import FLAGGING, bring, export, many, some

PARENT = """
import sys, time
from archiver.services.flagging_aside import flagging_aside
from tests.services.import_steps import FLAGGING

with flagging_aside(FLAGGING, 2) as aside:
    assert aside.flag([("ادفع", "{}", None)]).result()
    print("ready", flush=True)
    time.sleep(60)
"""


def test_contents_are_flagged_as_the_archive_keeps_them() -> None:
    seen: list[Content] = []

    def flag(contents: Sequence[Content]) -> Sequence[tuple[Flag, ...]]:
        seen.extend(contents)
        return FLAGGING.flag(contents) if _is_kept(contents[0]) else []

    with flagging_aside(replace(FLAGGING, flag=flag), 1) as aside:
        content = Content(
            text="ادفع",
            entities=(Entity(kind="bold", offset=0, length=4),),
            forward=ForwardOrigin(handle="rafidain", post_id=None),
        )
        told = aside.flag([(content.text, content.details(), "rafidain")]).result()

    assert told == [*FLAGGING.flag([content])]
    assert seen == []


def _is_kept(content: Content) -> bool:
    return content.forward == ForwardOrigin(handle="rafidain") and len(content.entities) == 1


async def imported(
    path: Path, file: Path, *, flagging: Flagging = FLAGGING, aside: Aside | None = None
) -> Imported:
    """Import into an archive that is open only meanwhile."""
    archive = await Archive.open(path, clock=utc_now)
    try:
        return await bring(archive, file, flagging=flagging, aside=aside)
    finally:
        await archive.close()


@pytest.mark.asyncio
@pytest.mark.parametrize("count", [1, 2])
async def test_an_import_gives_the_same_with_and_without(
    archive_path: Path, tmp_path: Path, count: int
) -> None:
    file = export(tmp_path, many(4_000))
    told = []
    for number in range(2):
        with flagging_aside(FLAGGING, count) as aside:
            path = archive_path.with_name(f"{number}.db")
            done = await imported(path, file, aside=aside if number else None)
        counts = rows(path, "SELECT position, first, flags, state FROM imports")
        told.append((done.worth, done.flags, counts, said(path)))
        assert health(path) == []

    assert told[0] == told[1]
    assert told[0][:2] == ({Worth.FIRST: 4_000}, 80)


@pytest.mark.asyncio
async def test_a_flagger_that_fails_there_loses_no_post(archive_path: Path, tmp_path: Path) -> None:
    poisoned = word_flagging("ادفع", poison=POISON)
    file = export(tmp_path, [*some(1), replace(some(1, first=2)[0], content=Content(text=f"ادفع {POISON}"))])

    with flagging_aside(poisoned, 1) as aside:
        done = await imported(archive_path, file, flagging=poisoned, aside=aside)

    assert (done.worth, done.flags) == ({Worth.FIRST: 2}, 1)
    assert rows(archive_path, "SELECT count(*) FROM flagging_cursors") == [(0,)]


@pytest.mark.asyncio
async def test_when_all_of_them_die_the_import_flags_by_itself(archive_path: Path, tmp_path: Path) -> None:
    file = export(tmp_path, many(4_000))
    ours = os.getpid()

    def flag(contents: Sequence[Content]) -> Sequence[tuple[Flag, ...]]:
        if os.getpid() != ours:
            os.kill(os.getpid(), signal.SIGKILL)
        return FLAGGING.flag(contents)

    dying = Flagging(rulebook=FLAGGING.rulebook, flag=flag)
    with flagging_aside(dying, 2) as aside:
        done = await imported(archive_path, file, flagging=dying, aside=aside)

    assert (done.worth, done.flags) == ({Worth.FIRST: 4_000}, 80)
    assert rows(archive_path, "SELECT first_revision_id, revision_id FROM flagging_cursors") == [(1, 4_000)]


def test_they_end_with_their_parent_by_whatever_it_dies() -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    assert parent.stdout.readline() == b"ready\n"

    parent.kill()

    # they hold the other end of its output as long as they live
    assert parent.communicate(timeout=30)[0] == b""
