"""``archiver plot``: a file that is there whole or not at all."""

from __future__ import annotations

import asyncio
import resource
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from archiver.domain.clock import utc_now
from archiver.domain.ids import ChannelId
from archiver.storage import subscribers
from archiver.storage.archive import Archive
from tests.builders import CHANNEL, NOON, a_post
from tests.cli.conftest import Archiver
from tests.storage.steps import a_watch, begin_run, know_channel, observe


@pytest.fixture
def filled(folder: Path) -> Path:
    async def fill() -> None:
        archive = await Archive.open(folder / "archive.db", clock=utc_now)
        run_id = await begin_run(archive)
        async with archive.write() as tx:
            await know_channel(tx, run_id)
            await a_watch(tx, "rafidain")
            await observe(tx, run_id, [a_post(1)])
            for hour in range(5):
                at = NOON + timedelta(hours=1 + hour)
                await subscribers.record(tx, ChannelId(CHANNEL), 1000 + hour, sampled_at=at, run_id=run_id)
        await archive.close()

    asyncio.run(fill())
    return folder


def left(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if not path.name.startswith("archive.db")}


@pytest.mark.parametrize("name", ["a.svg", "a.PNG", "a.html"])
def test_the_ending_of_the_file_says_what_it_is(archiver: Archiver, filled: Path, name: str) -> None:
    told = archiver("plot", "subscribers", "--out", name)

    assert (told.code, told.out, told.err) == (0, "", "")
    assert left(filled) == {name}
    again = archiver("plot", "subscribers", "--out", f"again{name}", "--channel", "@rafidain")
    assert again.code == 0
    assert (filled / name).read_bytes() == (filled / f"again{name}").read_bytes()


@pytest.mark.parametrize("chart", ["subscribers", "activity"])
def test_charts_are_drawn_compared_or_not(archiver: Archiver, filled: Path, chart: str) -> None:
    assert archiver("plot", chart, "--out", "a.svg").code == 0
    assert archiver("plot", chart, "--out", "b.svg", "--compare", "--channel", "@rafidain").code == 0


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["flags", "--out", "a.svg"], 1, "no flagged posts to draw"),
        (["subscribers", "--out", "a.svg", "--channel", "@nobody"], 1, "nothing is archived of @nobody"),
        (["subscribers", "--out", "a.svg", "--since", "2030-01-01"], 1, "no subscriber counts to draw"),
        (["subscribers", "--out", "no/where.svg"], 1, "No such file"),
        (["subscribers", "--out", "a.gif"], 2, "--out must end with .svg, .png, .html"),
        (["flags", "--out", "a.svg", "--since", "2026-03-02", "--until", "2026-03-02"], 2, "must be after"),
        (["subscribers", "--out", "a.svg", *(["--channel", "@rafidain"] * 9)], 2, "more than 8 channels"),
        (["pie", "--out", "a.svg"], 2, "invalid"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_and_leaves_nothing(
    archiver: Archiver, filled: Path, words: list[str], code: int, said: str
) -> None:
    told = archiver("plot", *words)

    assert (told.code, told.out) == (code, "")
    assert said in told.err
    assert left(filled) == set()


def test_no_archive_is_made_to_draw_it(archiver: Archiver, folder: Path) -> None:
    assert archiver("plot", "activity", "--out", "a.svg").code == 1
    assert list(folder.iterdir()) == []


def test_a_full_disk_leaves_the_picture_that_was_there(archiver: Archiver, filled: Path) -> None:
    (filled / "a.png").write_bytes(b"earlier")

    def little_room() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (33_000, 33_000))

    told = subprocess.run(
        [sys.executable, "-m", "archiver", "plot", "subscribers", "--out", "a.png"],
        cwd=filled, capture_output=True, text=True, check=False, preexec_fn=little_room,
    )  # fmt: skip

    assert (told.returncode, told.stdout) == (1, "")
    assert "too large" in told.stderr
    assert left(filled) == {"a.png"}
    assert (filled / "a.png").read_bytes() == b"earlier"
