"""``archiver search``: what people and programs see of what is found, and what they do not see."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from rich.console import Console
from rich.segment import Segment

from archiver.cli import found_posts
from archiver.domain.clock import utc_now
from archiver.domain.query import parse
from archiver.rules.detectors.detectors import Detectors
from archiver.rules.folded import folded
from archiver.services.masking import Masker
from archiver.services.searching import Wanted, search_archive
from archiver.storage.archive import Archive
from tests.builders import NOON, a_post
from tests.cli.conftest import Archiver
from tests.cli.process import Command
from tests.house.tree import REFERENCE
from tests.journeys.oracle import rows
from tests.storage.steps import a_watch, begin_run, bury, know_channel, observe

PHONE = "0770 000 0021"
POSTS = [
    "وصل الكتـابُ من الوزارة",
    f"رقم صاحب الكتاب {PHONE} اتصلوا",
    "a quiet day",
    "leaked passports for sale",
]


async def fill(path: Path) -> None:
    """Archive posts of @rafidain, each published a day after the one before."""
    archive = await Archive.open(path, clock=utc_now)
    run_id = await begin_run(archive)
    async with archive.write() as tx:
        await know_channel(tx, run_id)
        await a_watch(tx, "rafidain")
        await observe(
            tx,
            run_id,
            [
                a_post(number, text=text, published_at=NOON + timedelta(days=number), as_of=100)
                for number, text in enumerate(POSTS, 1)
            ],
        )
    await archive.close()


@pytest.fixture
def filled(folder: Path) -> Path:
    asyncio.run(fill(folder / "archive.db"))
    return folder


def keys_of(heading: str) -> set[str]:
    """Return the keys that a table of the reference explains."""
    text = (REFERENCE / "search.md").read_text("utf-8").split(f"| {heading} | holds |")[1].split("\n\n")[0]
    names = (line.split("|")[1] for line in text.splitlines() if line.startswith("| `"))
    return {key for each in names for key in re.findall(r"`(\w+)`", each)}


def test_posts_are_told_with_their_place_and_what_was_found(archiver: Archiver, filled: Path) -> None:
    told = archiver("search", "كتاب")

    assert told.code == 0
    assert set(told.out.splitlines()[::2]) == {
        f"@rafidain/{number}  {NOON + timedelta(days=number):%Y-%m-%d %H:%M}" for number in (1, 2)
    }
    assert "الكتـابُ" in told.out


def test_machines_get_what_the_reference_says(archiver: Archiver, filled: Path) -> None:
    told = json.loads(archiver("search", "كتاب", "--json", "--limit", "1").out)

    assert set(told) == keys_of("key")
    assert set(told["posts"][0]) == keys_of("key of a post")
    assert told["has_more"] is True
    post = told["posts"][0]
    assert post["url"] == f"https://t.me/rafidain/{post['post_id']}"
    assert [post["excerpt"][start:end] for start, end in post["found"]] == [
        "كتاب" if post["post_id"] == 2 else "كتـابُ"
    ]


def test_personal_data_is_masked_and_shown_only_for_a_purpose_that_is_kept(
    archiver: Archiver, filled: Path
) -> None:
    masked = archiver("search", "اتصلوا").out
    refused = archiver("search", "اتصلوا", "--unmasked")
    blank = archiver("search", "اتصلوا", "--unmasked", "--purpose", " ")
    before = rows(filled / "archive.db", "SELECT count(*) FROM audit_events")
    shown = archiver("search", "اتصلوا", "--unmasked", "--purpose", "to warn the owner").out

    assert PHONE not in masked
    assert "[phone]" in masked
    assert (refused.code, blank.code, before) == (2, 2, [(0,)])
    assert PHONE in shown
    [(kind, details)] = rows(filled / "archive.db", "SELECT kind, details FROM audit_events")
    assert kind == "search.unmasked"
    assert json.loads(details)["purpose"] == "to warn the owner"
    assert "اتصلوا" not in details


def test_a_number_that_is_searched_for_is_found_and_stays_masked(archiver: Archiver, filled: Path) -> None:
    told = json.loads(archiver("search", PHONE, "--json").out)["posts"][0]

    assert [told["excerpt"][start:end] for start, end in told["found"]] == ["[phone]"]


@pytest.mark.parametrize(
    ("words", "posts"),
    [
        (["--channel", "@rafidain", "leaked"], {4}),
        (["--language", "en", "leaked", "OR", "كتاب"], {4}),
        (["--flagged", "leaked"], set()),
        (["--category", "extortion", "leaked"], set()),
        (['"leaked passports"'], {4}),
        (["passports", "leaked"], {4}),
    ],
)
def test_posts_are_chosen(archiver: Archiver, filled: Path, words: list[str], posts: set[int]) -> None:
    told = archiver("search", *words, "--json")

    assert told.code == 0
    assert {post["post_id"] for post in json.loads(told.out)["posts"]} == posts


def test_a_time_begins_with_its_first_day_and_ends_before_its_last(archiver: Archiver, filled: Path) -> None:
    first, last = (f"{NOON + timedelta(days=number):%Y-%m-%d}" for number in (2, 3))

    told = json.loads(archiver("search", "كتاب OR quiet", "--since", first, "--until", last, "--json").out)

    assert [post["post_id"] for post in told["posts"]] == [2]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["leak", "OR"], 1, "at place 8 a word should stand"),
        (["؟"], 1, "no letter and no digit"),
        (["leak", "--channel", "@nobody"], 1, "nothing is archived of @nobody"),
        (["leak", "--since", "2026-03-05", "--until", "2026-03-04"], 2, "--until must be after --since"),
        (["leak", "--limit", "0"], 2, "1 to 10000"),
        (["leak", "--language", "xx"], 2, "invalid choice"),
        ([], 2, "QUERY"),
    ],
)
def test_what_makes_no_sense_is_refused(
    archiver: Archiver, filled: Path, words: list[str], code: int, said: str
) -> None:
    told = archiver("search", *words)

    assert (told.code, told.out) == (code, "")
    assert said in told.err


def test_nothing_found_is_no_failure_and_no_archive_is_made_for_it(archiver: Archiver, folder: Path) -> None:
    missing = archiver("search", "leak")
    asyncio.run(fill(folder / "archive.db"))
    nothing = archiver("search", "absent")

    assert (missing.code, nothing.code, nothing.out) == (1, 0, "")
    assert "nothing found" in nothing.err


def test_what_else_is_to_be_known_of_a_post_is_said(archiver: Archiver, filled: Path) -> None:
    async def edit() -> None:
        archive = await Archive.open(filled / "archive.db", clock=utc_now)
        run_id = await begin_run(archive)
        async with archive.write() as tx:
            await observe(
                tx, run_id, [a_post(1, text="another text", as_of=150)], at=NOON + timedelta(hours=1)
            )
            await bury(tx, run_id, [1], at=NOON + timedelta(days=9))
        await archive.close()

    asyncio.run(edit())

    told = archiver("search", "وصل").out

    assert "in an earlier revision (1 of 2)" in told
    assert f"deleted by {NOON + timedelta(days=9):%Y-%m-%d}" in told


@pytest.mark.asyncio
async def test_in_a_terminal_the_characters_that_were_found_stand_out(archive: Archive) -> None:
    await archive.close()
    await fill(archive.path)
    again = await Archive.open(archive.path, clock=utc_now)
    query = parse("كتاب OR نقل*")
    found = await search_archive(again, folded, Wanted(query=query))
    await again.close()
    console = Console(force_terminal=True, width=100)

    pieces = found_posts.shown(found.posts, query, Masker(Detectors().find), width=60)
    segments = [segment for text in pieces for segment in console.render(text)]

    assert {segment.text for segment in segments if _stands_out(segment)} == {"كتـابُ", "كتاب"}


def _stands_out(segment: Segment) -> bool:
    return segment.style is not None and segment.style.bgcolor is not None


@pytest.mark.asyncio
async def test_a_new_post_is_found_at_once_while_another_writes(folder: Path) -> None:
    await fill(folder / "archive.db")
    command = Command(folder)
    first = await command.run("search", "leaked", "--json")
    writer = await Archive.open(folder / "archive.db", clock=utc_now)
    run_id = await begin_run(writer)
    for number in range(50, 53):
        async with writer.write() as tx:
            await observe(tx, run_id, [a_post(number, text=f"leaked {number}")])
        told = json.loads((await command.run("search", f"{number}", "--json")).out)
        assert [post["post_id"] for post in told["posts"]] == [number]
    await writer.close()

    assert first.code == 0


_AS_NOBODY = """
import contextlib, io, os, sys
from archiver.cli.main import main
with contextlib.redirect_stdout(io.StringIO()):
    main(["search", "warm", "--json"])  # loads what that user may not read
os.chdir(sys.argv[1])
if os.getuid() == 0:
    os.setuid(65534)
sys.exit(main(sys.argv[2:]))
"""


@pytest.fixture
def sealed() -> Iterator[Path]:
    """Give a folder whose archive can be read and not written, for others than root."""
    folder = Path(tempfile.mkdtemp())
    asyncio.run(fill(folder / "archive.db"))
    (folder / "archive.db.lock").unlink(missing_ok=True)
    (folder / "archive.db").chmod(0o444)
    folder.chmod(0o555)
    yield folder
    folder.chmod(0o777)
    shutil.rmtree(folder)


def test_an_archive_that_can_not_be_written_is_searched_and_nothing_unmasked(
    filled: Path, sealed: Path
) -> None:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("ARCHIVER_")}
        return subprocess.run(
            [sys.executable, "-c", _AS_NOBODY, str(sealed), "search", *words],
            capture_output=True, text=True, check=False, env=environment, cwd=filled,
        )  # fmt: skip

    told, unmasked = run("كتاب", "--json"), run("كتاب", "--unmasked", "--purpose", "because")

    found = json.loads(told.stdout)
    assert ({post["post_id"] for post in found["posts"]}, found["scanned"]) == ({1, 2}, 4)
    assert (unmasked.returncode, unmasked.stdout) == (1, "")
    assert "can't write archive" in unmasked.stderr
