"""``archiver reflag``: rules and an archive that was there before them."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from archiver.domain.clock import utc_now
from archiver.domain.post import Observation
from archiver.storage.archive import Archive
from tests.builders import NOON, a_post
from tests.cli.conftest import Archiver
from tests.cli.process import Command
from tests.journeys.oracle import health, rows
from tests.packs import quiet_folder
from tests.storage.steps import a_watch, begin_run, know_channel, observe

PACK = """\
pack: own
title: Our own
groups:
  threat: {ar: [ادفع أو ننشر], en: [pay or we publish]}
  number: {detect: [phone]}
rules:
  - {id: pay, title: Pay or we publish, category: extortion, severity: 4, when: threat}
"""
MORE = PACK + "  - {id: call, title: A number, category: doxxing_threat, severity: 2, when: number}\n"
POSTS = ["ادفع أو ننشر", "صباح الخير", "P.a.y or we publish: 0770 000 0021", "0770 000 0021"]


@pytest.fixture
def pack(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a pack of the operator's that is in force."""
    quiet_folder(folder / "rules")
    monkeypatch.setenv("ARCHIVER_RULES", "rules")
    path = folder / "rules" / "own.yml"
    path.write_text(PACK, "utf-8")
    return path


def fill(folder: Path, texts: Sequence[str] = POSTS) -> None:
    """Archive posts without flags in @rafidain, each published a day after the one before."""

    async def run() -> None:
        archive = await Archive.open(folder / "archive.db", clock=utc_now)
        run_id = await begin_run(archive)
        async with archive.write() as tx:
            await know_channel(tx, run_id)
            await a_watch(tx, "rafidain")
            await observe(tx, run_id, [_post(number, text) for number, text in enumerate(texts)])
        await archive.close()

    asyncio.run(run())


def _post(number: int, text: str) -> Observation:
    return a_post(number, text=text, published_at=NOON + number * timedelta(days=1))


def flagged(folder: Path) -> list[tuple[int, str]]:
    return rows(folder / "archive.db", "SELECT post_id, rule_id FROM flags ORDER BY post_id, rule_id")


def test_it_flags_what_the_archive_holds_and_then_there_is_nothing_left(
    archiver: Archiver, folder: Path, pack: Path
) -> None:
    fill(folder)

    found, again = archiver("reflag", "--json"), archiver("reflag", "--json")

    told = json.loads(found.out)
    assert (found.code, found.err) == (0, "")
    assert list(told) == ["revisions", "flags", "new_flags", "by_category", "rulebook", "failed"]
    assert told.pop("rulebook") == rows(folder / "archive.db", "SELECT digest FROM rulebooks")[0][0]
    assert told == {
        "revisions": 4, "flags": 2, "new_flags": 2, "by_category": {"extortion": 2}, "failed": 0,
    }  # fmt: skip
    assert (again.code, json.loads(again.out)["revisions"]) == (0, 0)
    assert flagged(folder) == [(0, "own.pay"), (2, "own.pay")]
    assert health(folder / "archive.db") == []


def test_new_rules_add_what_is_new_and_people_are_told(archiver: Archiver, folder: Path, pack: Path) -> None:
    fill(folder)
    archiver("reflag")
    before = rows(folder / "archive.db", "SELECT * FROM flags")
    pack.write_text(MORE, "utf-8")

    found = archiver("reflag")

    head, *categories = found.out.splitlines()
    digest = rows(folder / "archive.db", "SELECT rulebook_digest FROM flags ORDER BY flag_id DESC LIMIT 1")[
        0
    ][0]
    assert (found.code, found.err) == (0, "")
    assert head == f"4 revisions seen by rulebook {digest[:12]}: 4 flags, 2 of them new"
    assert categories == ["  doxxing_threat: 2"]
    assert rows(folder / "archive.db", "SELECT * FROM flags LIMIT 2") == before


def test_two_posts_with_one_number_are_linked_and_the_number_is_nowhere_among_the_flags(
    archiver: Archiver, folder: Path, pack: Path
) -> None:
    fill(folder)
    pack.write_text(MORE, "utf-8")

    archiver("reflag")

    links = rows(folder / "archive.db", "SELECT link, term FROM matches WHERE link IS NOT NULL")
    assert (len(links), len(set(links)), links[0][1]) == (2, 1, "phone")
    everything = rows(folder / "archive.db", "SELECT * FROM flags JOIN matches USING (flag_id)")
    assert "0021" not in str(everything)
    assert rows(folder / "archive.db", "SELECT name, length(key) FROM keys") == [("links", 32)]


def test_a_part_of_the_archive_is_flagged_alone(archiver: Archiver, folder: Path, pack: Path) -> None:
    fill(folder)
    since = (NOON + timedelta(days=1)).date().isoformat()

    late = archiver("reflag", "--json", "--since", since)
    own = archiver("reflag", "--json", "--channel", "@rafidain")
    whole = archiver("reflag", "--json")

    told = [json.loads(found.out) for found in (late, own, whole)]
    assert [(each["revisions"], each["new_flags"]) for each in told] == [(3, 1), (4, 1), (4, 0)]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("--channel", "@nobody"),
            "nothing is archived of @nobody; archiver channels list shows what is",
        ),
        (("--channel", "no handle"), "no handle"),
    ],
)
def test_a_channel_that_is_not_there_is_named(
    archiver: Archiver, folder: Path, pack: Path, words: tuple[str, ...], said: str
) -> None:
    fill(folder)

    found = archiver("reflag", *words)

    assert (found.code, found.out, found.err.count("\n")) == (1, "", 1)
    assert said in found.err


def test_without_an_archive_there_is_nothing_to_flag(archiver: Archiver, folder: Path) -> None:
    found = archiver("reflag")

    assert found == (1, "", "archiver: no archive archive.db; start one with: archiver run\n")
    assert list(folder.iterdir()) == []


def test_a_pack_with_a_fault_flags_nothing(archiver: Archiver, folder: Path, pack: Path) -> None:
    fill(folder)
    pack.write_text(PACK.replace("extortion", "extorsion"), "utf-8")

    found = archiver("reflag")

    assert (found.code, found.out, found.err.count("\n")) == (1, "", 1)
    assert "own.yml:7: " in found.err
    assert rows(folder / "archive.db", "SELECT * FROM rulebooks") == []


@pytest.mark.asyncio
async def test_on_a_terminal_a_bar_grows(folder: Path, pack: Path) -> None:
    await asyncio.to_thread(fill, folder, ["ادفع أو ننشر"] * 1_300)
    ours, theirs = os.openpty()
    command = Command(folder)

    process = await command.start("reflag", "--json", stderr=theirs)
    os.close(theirs)
    shown = await asyncio.to_thread(read_all, ours)
    found = await command.end(process)

    assert (found.code, json.loads(found.out)["flags"]) == (0, 1_300)
    assert "flagging" in shown
    assert "1300/1300" in shown


def read_all(terminal: int) -> str:
    """Return what is written to a terminal until nobody holds it any more."""
    parts = []
    try:
        while part := os.read(terminal, 4096):
            parts.append(part)
    except OSError:
        pass  # how a terminal says that its other end was closed
    os.close(terminal)
    return b"".join(parts).decode(errors="replace")
