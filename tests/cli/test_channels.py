"""``archiver channels``: the watch list, for people and for machines."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from archiver.domain.channel import Fact
from archiver.domain.gap import GapCause
from archiver.domain.ids import PostId, RunId
from archiver.storage import channels, cursors, gaps, subscribers, watches
from archiver.storage.archive import Archive, Transaction
from tests.builders import CHANNEL, NOON, Clock, a_cursor, a_look, a_post
from tests.cli.conftest import Archiver
from tests.storage.steps import ACCOUNT, begin_run, bury, observe

LATER = NOON + timedelta(hours=1)
HOSTILE = "Rafi\x1b[2Jdain\n\u0627\u0644\u0631\u0627\u0641\u062f\u064a\u0646"

NEW_REMARK = "its handle is to be looked up"
NEW: dict[str, Any] = {
    "handle": "rafidain", "channel_id": None, "title": None, "state": "watched", "labels": [], "priority": 0,
    "availability": None, "detail": None, "is_joined": False, "posts": 0, "revisions": 0, "tombstones": 0,
    "subscribers": None, "high_water_id": None, "low_water_id": None, "is_history_complete": False,
    "looked_at": None, "lag_seconds": None, "open_gaps": 0, "irreparable_gaps": 0, "lost_posts": 0,
    "remark": NEW_REMARK,
}  # fmt: skip
"""A channel that nobody has looked at yet."""

LOST_REMARK = "3 posts were gone before we could read them"
KNOWN = NEW | {
    "channel_id": CHANNEL, "title": HOSTILE, "labels": ["press", "iraq"], "priority": 3,
    "availability": "reachable", "is_joined": True, "posts": 2, "revisions": 3, "tombstones": 1,
    "subscribers": 1_234, "high_water_id": 7, "low_water_id": 1, "is_history_complete": True,
    "looked_at": "2026-03-01T12:00:00Z", "irreparable_gaps": 1, "lost_posts": 3,
    "remark": LOST_REMARK,
}  # fmt: skip
"""A channel after `archived`."""

GAP = {
    "cause": "deleted_unseen", "state": "irreparable", "first_post_id": 3, "last_post_id": 5,
    "since": "2026-03-01T12:00:00Z", "until": "2026-03-01T13:00:00Z", "opened_at": "2026-03-01T13:00:00Z",
    "closed_at": "2026-03-01T13:00:00Z",
}  # fmt: skip

SHOWN = """\
handle: rafidain
channel_id: 1200300400
title: Rafi\ufffd[2Jdain\ufffd\u0627\u0644\u0631\u0627\u0641\u062f\u064a\u0646
state: watched
labels: press, iraq
priority: 3
availability: reachable
detail: -
is_joined: yes
posts: 2
revisions: 3
tombstones: 1
subscribers: 1234
high_water_id: 7
low_water_id: 1
is_history_complete: yes
looked_at: 2026-03-01T12:00:00Z
open_gaps: 0
irreparable_gaps: 1
lost_posts: 3
remark: 3 posts were gone before we could read them
handles: @rafidain, @rafidain_news
gaps: 1
  cause deleted_unseen, state irreparable, first_post_id 3, last_post_id 5, since 2026-03-01T12:00:00Z, \
until 2026-03-01T13:00:00Z, opened_at 2026-03-01T13:00:00Z, closed_at 2026-03-01T13:00:00Z
"""


def in_archive(folder: Path, work: Callable[[Transaction, RunId], Awaitable[None]]) -> None:
    """Write into the archive of a folder."""

    async def write() -> None:
        archive = await Archive.open(folder / "archive.db", clock=Clock())
        run_id = await begin_run(archive)
        async with archive.write() as tx:
            await work(tx, run_id)
        await archive.close()

    asyncio.run(write())


async def archived(tx: Transaction, run_id: RunId) -> None:
    """Let @rafidain have been looked at, and something be archived of it."""
    look = a_look(handles=("rafidain", "rafidain_news"), facts={Fact.TITLE: HOSTILE}, is_joined=True)
    await channels.record_look(tx, look, account_id=ACCOUNT, observed_at=NOON, run_id=run_id)
    await watches.bind(tx, "rafidain", CHANNEL, at=NOON)
    await cursors.put(tx, a_cursor(low_water_id=1, history_complete_at=NOON))
    await observe(tx, run_id, [a_post(1), a_post(2)])
    await observe(tx, run_id, [a_post(1, text="edited", as_of=150)])
    await bury(tx, run_id, [2])
    await gaps.record_lost(
        tx, CHANNEL, [PostId(3), PostId(4), PostId(5)],
        cause=GapCause.DELETED_UNSEEN, since=NOON, until=LATER, at=LATER, run_id=run_id,
    )  # fmt: skip
    await subscribers.record(tx, CHANNEL, 1_234, sampled_at=LATER, run_id=run_id)


def listed(archiver: Archiver) -> list[dict[str, Any]]:
    found = archiver("channels", "list", "--json")
    assert (found.code, found.err) == (0, "")
    lines: list[dict[str, Any]] = json.loads(found.out)
    return lines


def states(archiver: Archiver) -> dict[str, str]:
    return {line["handle"]: line["state"] for line in listed(archiver)}


def test_handles_and_links_are_watched_once(archiver: Archiver) -> None:
    first = archiver("channels", "add", "@Rafidain", "https://t.me/s/fadaih/17")
    second = archiver("channels", "add", "rafidain", "@wathaiq")

    assert first == (0, "watching @rafidain\nwatching @fadaih\n", "")
    assert second == (0, "watching @wathaiq\n1 already watched\n", "")
    assert listed(archiver) == [NEW | {"handle": handle} for handle in ("rafidain", "fadaih", "wathaiq")]


def test_a_file_is_watched_and_the_command_line_describes_what_the_file_does_not(
    archiver: Archiver, folder: Path
) -> None:
    (folder / "list.csv").write_text("handle,labels,note,priority\n@rafidain,iraq,theirs,5\n@fadaih,,,\n")

    found = archiver(
        "channels", "add", "list.csv", "@wathaiq", "--label", "press", "--note", "ours", "--priority", "2"
    )

    assert found == (0, "watching @rafidain\nwatching @fadaih\nwatching @wathaiq\n", "")
    assert listed(archiver) == [
        NEW | {"handle": "rafidain", "labels": ["iraq", "press"], "priority": 5},
        NEW | {"handle": "fadaih", "labels": ["press"], "priority": 2},
        NEW | {"handle": "wathaiq", "labels": ["press"], "priority": 2},
    ]


@pytest.mark.parametrize("wrong", ["@bad handle", "https://t.me/+invite", "list.csv"])
def test_nothing_is_watched_when_one_of_them_is_wrong(archiver: Archiver, folder: Path, wrong: str) -> None:
    (folder / "list.csv").write_text("handle\n@fadaih\n@bad handle\n")
    archiver("migrate")

    found = archiver("channels", "add", "@rafidain", wrong)

    assert (found.code, found.out, found.err.count("\n")) == (1, "", 1)
    assert found.err.startswith("archiver: ")
    assert listed(archiver) == []


def test_channels_are_paused_and_resumed(archiver: Archiver) -> None:
    archiver("channels", "add", "@rafidain", "@fadaih")

    paused = archiver("channels", "pause", "@rafidain", "https://t.me/fadaih")
    then = states(archiver)
    resumed = archiver("channels", "resume", "@fadaih")

    assert paused == (0, "@rafidain is paused\n@fadaih is paused\n", "")
    assert then == {"rafidain": "paused", "fadaih": "paused"}
    assert resumed == (0, "@fadaih is watched\n", "")
    assert states(archiver) == {"rafidain": "paused", "fadaih": "watched"}


@pytest.mark.parametrize("verb", ["pause", "resume", "show"])
def test_a_channel_that_nobody_watches_is_named_with_the_way_out(archiver: Archiver, verb: str) -> None:
    archiver("channels", "add", "@rafidain")

    found = archiver("channels", verb, *(["@rafidain"] if verb != "show" else []), "@nobody")

    assert found == (1, "", "archiver: no channel @nobody; add it with: archiver channels add @nobody\n")
    assert states(archiver) == {"rafidain": "watched"}


@pytest.mark.parametrize("words", [("list",), ("show", "@rafidain")], ids=" ".join)
def test_without_an_archive_there_is_nothing_to_show(
    archiver: Archiver, folder: Path, words: tuple[str, ...]
) -> None:
    found = archiver("channels", *words)

    assert found == (1, "", "archiver: no archive archive.db; start one with: archiver run\n")
    assert list(folder.iterdir()) == []


def test_the_list_is_a_table_for_people(archiver: Archiver, folder: Path) -> None:
    archiver("channels", "add", "@rafidain", "--label", "press", "--label", "iraq", "--priority", "3")
    archiver("channels", "add", "@fadaih")
    in_archive(folder, archived)

    found = archiver("channels", "list")

    lines = [line.split() for line in found.out.splitlines()]
    assert (found.code, found.err) == (0, "")
    assert lines[0] == ["handle", "state", "labels", "posts", "subscribers", "last", "look", "remark"]
    assert lines[1][:6] == ["@rafidain", "watched", "press,", "iraq", "2", "1,234"]
    assert lines[1][8:] == LOST_REMARK.split()
    assert lines[2:] == [["@fadaih", "watched", "0", "-", "never", *NEW_REMARK.split()]]


def test_the_list_has_the_same_for_machines(archiver: Archiver, folder: Path) -> None:
    archiver("channels", "add", "@rafidain", "--label", "press", "--label", "iraq", "--priority", "3")
    in_archive(folder, archived)

    (line,) = listed(archiver)

    assert line.pop("lag_seconds") > 0
    assert line == {name: value for name, value in KNOWN.items() if name != "lag_seconds"}


def test_all_that_is_known_of_a_channel_is_shown_and_its_title_does_not_steer_the_terminal(
    archiver: Archiver, folder: Path
) -> None:
    archiver("channels", "add", "@rafidain", "--label", "press", "--label", "iraq", "--priority", "3")
    in_archive(folder, archived)

    by_its_other_name = archiver("channels", "show", "@Rafidain_News")
    machines = archiver("channels", "show", "@rafidain", "--json")

    assert archiver("channels", "show", "@rafidain") == by_its_other_name == (0, SHOWN, "")
    assert (machines.code, machines.err) == (0, "")
    wanted = {name: value for name, value in KNOWN.items() if name != "lag_seconds"}
    assert json.loads(machines.out) == wanted | {"handles": "@rafidain, @rafidain_news", "gaps": [GAP]}


def test_a_new_channel_shows_what_is_not_known_yet(archiver: Archiver) -> None:
    archiver("channels", "add", "@rafidain")

    found = archiver("channels", "show", "@rafidain")

    lines = dict(line.split(": ", 1) for line in found.out.splitlines())
    assert (found.code, found.err) == (0, "")
    assert (lines["title"], lines["labels"], lines["is_joined"], lines["handles"], lines["gaps"]) == (
        "-", "-", "no", "-", "0",
    )  # fmt: skip


def test_a_channel_that_is_on_no_list_and_has_no_handle_is_listed_by_its_id(
    archiver: Archiver, folder: Path
) -> None:
    async def left_over(tx: Transaction, run_id: RunId) -> None:
        look = a_look(handles=())
        await channels.record_look(tx, look, account_id=ACCOUNT, observed_at=NOON, run_id=run_id)

    archiver("migrate")
    in_archive(folder, left_over)

    found = archiver("channels", "list")

    assert found.out.splitlines()[1].split()[:2] == [str(CHANNEL), "-"]
