"""The researcher's tutorial and its examples do what they say, on an archive like the demo's."""

from __future__ import annotations

import asyncio
import csv
import os
import re
import shlex
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from archiver.domain.clock import utc_now
from archiver.storage import flags, rulebooks, subscribers
from archiver.storage.archive import Archive
from tests.builders import CHANNEL, NOON, a_flag, a_key, a_post, a_rulebook
from tests.cli.conftest import Archiver
from tests.house.tree import ROOT
from tests.storage.steps import a_watch, begin_run, bury, know_channel, observe

TUTORIAL = (ROOT / "docs" / "research-tutorial.md").read_text("utf-8")
EXAMPLES = ROOT / "docs" / "examples"


@pytest.fixture
def demo(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Be where the demo left its archive; five posts, one deleted after six hours, one flagged."""

    async def fill() -> None:
        archive = await Archive.open(folder / "my-demo" / "archive.db", clock=utc_now)
        run_id = await begin_run(archive)
        book = a_rulebook()
        async with archive.write() as tx:
            await know_channel(tx, run_id)
            await a_watch(tx, "rafidain")
            seen = [
                a_post(number, text="كتاب", published_at=NOON + number * timedelta(days=1))
                for number in range(1, 6)
            ]
            await observe(tx, run_id, seen)
            await bury(tx, run_id, [1], at=NOON + timedelta(days=1, hours=6))
            await rulebooks.record(tx, book, at=NOON)
            await flags.record(
                tx, [(a_key(2), a_flag())], rulebook_digest=book.digest, at=NOON, run_id=run_id
            )
            for day in (1, 3, 8, 30):
                at = NOON + timedelta(days=day)
                await subscribers.record(tx, CHANNEL, 100 * day, sampled_at=at, run_id=run_id)
        await archive.close()

    (folder / "my-demo").mkdir()
    asyncio.run(fill())
    monkeypatch.setenv("ARCHIVER_DATABASE", "my-demo/archive.db")
    return folder


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", TUTORIAL, re.MULTILINE | re.DOTALL)


def run_commands(archiver: Archiver) -> None:
    for line in "".join(blocks("sh")).splitlines():
        told = archiver(*shlex.split(line)[1:])
        assert told.code == 0, (line, told.err)


def run_python(folder: Path, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, *words], cwd=folder, capture_output=True, text=True, check=False, env={**os.environ}
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_tutorial_leads_to_a_table_and_a_figure(archiver: Archiver, demo: Path) -> None:
    run_commands(archiver)
    for block in blocks("python"):
        run_python(demo, "-c", block)

    with (demo / "table.csv").open(encoding="utf-8", newline="") as file:
        [row] = csv.DictReader(file)
    assert row == {"handle": "rafidain", "posts": "5", "deleted": "1", "flagged": "1", "worst": "3"}
    assert (demo / "figure.svg").read_text("utf-8").count('aria-roledescription="bar"') == 5
    assert {"subscribers.png", "activity.html"} <= {path.name for path in demo.iterdir()}


def test_each_piece_of_code_is_about_ten_lines() -> None:
    assert [len(block.strip().splitlines()) <= 14 for block in blocks("python")] == [True, True]


def test_the_examples_tell_what_is_in_the_archive(archiver: Archiver, demo: Path) -> None:
    run_commands(archiver)
    export = demo / "my-export"

    table = run_python(demo, str(EXAMPLES / "how_long_they_stood.py"), "my-export")
    query = (EXAMPLES / "subscribers_after_flags.sql").read_text("utf-8")
    found = duckdb.sql(
        query.replace("'posts", f"'{export}/posts").replace("'subscribers", f"'{export}/subscribers")
    )

    assert found is not None
    assert table.splitlines() == ["handle,deleted,25%,median hours,75%", "rafidain,1.0,6.0,6.0,6.0"]
    assert found.fetchall() == [("rafidain", 2, 3, 100, 700)]
