"""``archiver import`` as people type it."""

from __future__ import annotations

import asyncio
import gzip
import json
import signal
import sqlite3
from collections.abc import Iterable
from pathlib import Path

import pytest

from archiver.domain.post import Observation
from tests.builders import CHANNEL, a_post
from tests.cli.conftest import Archiver
from tests.cli.process import Command
from tests.desktop.rendering import (
    HANDLE,
    a_channel,
    an_account,
    desktop_post,
    preview_page,
    write_json,
    write_tg_archive,
)
from tests.journeys.oracle import health, rows
from tests.packs import quiet_folder

GIVE = (
    "give a JSON export of Telegram Desktop (result.json), an SQLite file of tg-archive, "
    "saved pages of t.me/s, or our own JSONL export"
)


@pytest.fixture(autouse=True)
def _no_rules(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the rules, which take a second to load."""
    quiet_folder(folder / "rules")
    monkeypatch.setenv("ARCHIVER_RULES", "rules")


def some(count: int, *, first: int = 1) -> list[Observation]:
    return [a_post(number, text=f"خبر {number}", as_of=0) for number in range(first, first + count)]


def is_begun(path: Path) -> bool:
    """Say whether a piece of a file is in an archive that is just being made."""
    try:
        return rows(path, "SELECT 1 FROM imports WHERE position > 0") != []
    except sqlite3.OperationalError:
        return False


def export(path: Path, seen: Iterable[Observation]) -> Path:
    return write_json(path, a_channel(map(desktop_post, seen)))


def test_a_file_is_imported_once(archiver: Archiver, folder: Path) -> None:
    export(folder / "result.json", some(3))

    first, again = archiver("import", "result.json"), archiver("import", "result.json")

    assert (first.code, again.code) == (0, 0)
    assert first.out == (
        "result.json: 3 new posts, 0 new revisions, 0 flags; 0 held already, 0 older\n"
        f"  channel {CHANNEL}: 3 posts, 1 to 3, 2026-03-01 to 2026-03-01\n"
    )
    assert again.out == "result.json: imported before, nothing to do\n"
    assert rows(folder / "archive.db", "SELECT count(*) FROM posts") == [(3,)]


def test_a_dry_run_makes_no_archive(archiver: Archiver, folder: Path) -> None:
    export(folder / "result.json", some(3))

    done = archiver("import", "result.json", "--dry-run")

    assert (done.code, (folder / "archive.db").exists()) == (0, False)
    assert done.out.startswith(
        "result.json: would give 3 new posts, 0 new revisions; 0 held already, 0 older\n"
    )


def test_it_tells_a_machine_what_it_did(archiver: Archiver, folder: Path) -> None:
    told = an_account([a_channel(map(desktop_post, some(2))), a_channel([], kind="personal_chat")])
    path = write_json(folder / "result.json", told)

    done = json.loads(archiver("import", "result.json", "--json").out)

    [file] = done["files"]
    assert len(file.pop("digest")) == 64
    assert (done["dry_run"], done["faults"]) == (False, [])
    assert file == {
        "file": "result.json", "format": "desktop", "bytes": path.stat().st_size, "state": "complete",
        "new_posts": 2, "new_revisions": 0, "held": 0, "older": 0, "flags": 0,
        "refused": {"personal_chat": 1}, "uncounted": 0,
        "channels": [{
            "channel_id": CHANNEL, "posts": 2, "first_post_id": 1, "last_post_id": 2,
            "since": "2026-03-01T12:00:00Z", "until": "2026-03-01T12:00:00Z",
        }],
    }  # fmt: skip


def test_a_file_that_is_not_there_is_said_before_anything_is_read(archiver: Archiver, folder: Path) -> None:
    export(folder / "a.json", some(2))

    done = archiver("import", "a.json", "nowhere")

    assert (done.code, done.err) == (1, "archiver: nowhere: No such file or directory\n")
    assert not (folder / "archive.db").exists()


def test_faults_are_told_and_what_is_whole_is_kept(archiver: Archiver, folder: Path) -> None:
    broken = export(folder / "b.json", some(2))
    broken.write_bytes(broken.read_bytes()[:-50])
    (folder / "c.json").write_text("")
    export(folder / "d.json", some(1, first=9))

    done = archiver("import", "b.json", "c.json", "d.json")

    assert done.code == 1
    assert [line.partition(" at byte")[0] for line in done.err.splitlines()[-2:]] == [
        "archiver: c.json is empty; give a JSON export of Telegram Desktop (result.json), an SQLite file of "
        "tg-archive, saved pages of t.me/s, or our own JSONL export",
        "archiver: b.json: the file is cut off",
    ]
    assert rows(folder / "archive.db", "SELECT post_id FROM posts") == [(1,), (9,)]


@pytest.mark.parametrize("words", [["--dry-run"], []])
def test_what_is_of_no_public_channel_is_refused_with_the_way_out(
    archiver: Archiver, folder: Path, words: list[str]
) -> None:
    write_tg_archive(folder / "data.sqlite", some(2))

    refused = archiver("import", "data.sqlite", *words)
    claimed = archiver("import", "data.sqlite", "--channel", f"@{HANDLE}", *words)

    assert (refused.code, claimed.code) == (1, 0)
    assert refused.err.splitlines()[-1] == (
        "archiver: data.sqlite has no public channel that can be taken: unidentified (1); where it is one, "
        "say which: --channel @name, and --channel-id where the archive does not know it"
    )
    assert "2 new posts" in claimed.out


def test_pages_of_a_folder_are_one_channel_by_the_id_that_is_given(archiver: Archiver, folder: Path) -> None:
    (folder / "pages").mkdir()
    for name, seen in (("1.html", some(3)), ("2.html", some(3, first=2))):
        (folder / "pages" / name).write_text(preview_page(seen, is_telling=False), "utf-8")

    done = archiver("import", "pages", "--channel-id", f"-100{CHANNEL}")

    assert [line for line in done.out.splitlines() if line.endswith("older")] == [
        "1.html: 3 new posts, 0 new revisions, 0 flags; 0 held already, 0 older",
        "2.html: 1 new posts, 0 new revisions, 0 flags; 2 held already, 0 older",
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--channel", "no handle"], "is no handle"),
        (["--channel-id", "user5"], "'user5' is no channel id"),
        (["--zone", "Mars/Base"], "'Mars/Base' is no time zone that this machine knows"),
        (["--made-at", "yesterday"], "'yesterday' is no time; give 2026-03-01"),
    ],
)
def test_what_can_not_be_meant_is_wrong_usage(archiver: Archiver, words: list[str], said: str) -> None:
    done = archiver("import", "result.json", *words)

    assert (done.code, said in done.err) == (2, True)


def test_counts_are_kept_when_somebody_says_of_when_they_are(archiver: Archiver, folder: Path) -> None:
    told = desktop_post(a_post(7, as_of=0)) | {"reactions": [{"type": "emoji", "emoji": "👍", "count": 2}]}
    write_json(folder / "result.json", a_channel([told]))

    left_out = archiver("import", "result.json")
    kept = archiver("import", "result.json", "--made-at", "2026-03-02")

    assert "1 posts have counts, left out" in left_out.out
    assert "left out" not in kept.out
    assert rows(
        folder / "archive.db", "SELECT datetime(sampled_at / 1000000, 'unixepoch') FROM post_counts"
    ) == [("2026-03-02 00:00:00",)]


def test_an_export_of_ours_comes_back_into_another_archive(
    archiver: Archiver, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export(folder / "result.json", [a_post(7, text="ادفع 500$ والا ننشر صورك", as_of=0), *some(2)])
    archiver("import", "result.json")
    exported = archiver("export", "revisions", "posts", "--format", "jsonl", "--out", "out")
    monkeypatch.setenv("ARCHIVER_DATABASE", "other.db")

    done = archiver("import", "out")

    assert (exported.code, done.code) == (0, 0)
    sql = "SELECT channel_id, post_id, digest, text, details FROM revisions ORDER BY channel_id, post_id"
    assert rows(folder / "other.db", sql) == rows(folder / "archive.db", sql)


def test_what_can_not_be_read_leaves_nothing_behind_and_says_the_way_out(
    archiver: Archiver, folder: Path
) -> None:
    (folder / "a.json").write_bytes(gzip.compress(export(folder / "good.json", some(2)).read_bytes()))
    (folder / "b.json").write_bytes((folder / "good.json").read_text("utf-8").encode("utf-16"))
    (folder / "c.json").write_bytes(bytes(4_096))
    (folder / "d.json").write_text("[]")
    (folder / "empty").mkdir()

    done = archiver("import", "a.json", "b.json", "c.json", "d.json", "empty")

    assert (done.code, done.out) == (1, "")
    assert done.err.splitlines()[-5:] == [
        "archiver: a.json is packed; unpack it first: gunzip a.json",
        "archiver: b.json is UTF-16; save it as UTF-8: iconv -f UTF-16 -t UTF-8",
        "archiver: c.json is damaged, it begins with zeros; get it anew",
        f"archiver: d.json is nothing that we know; {GIVE}",
        f"archiver: empty is a folder without an export in it; {GIVE}",
    ]
    assert not (folder / "archive.db").exists()


def test_a_folder_of_one_export_is_that_export(archiver: Archiver, folder: Path) -> None:
    (folder / "ChatExport").mkdir()
    export(folder / "ChatExport" / "result.json", some(2))

    done = archiver("import", "ChatExport")

    assert (done.code, done.out.splitlines()[0][:12]) == (0, "result.json:")
    assert rows(folder / "archive.db", "SELECT count(*) FROM posts") == [(2,)]


@pytest.mark.asyncio
async def test_a_killed_import_goes_on(folder: Path) -> None:
    # as large as it takes to be flagged in processes beside it
    assert export(folder / "result.json", some(30_000)).stat().st_size > 8 << 20
    command = Command(folder)

    process = await command.start("import", "result.json")
    while not is_begun(folder / "archive.db"):
        assert process.returncode is None
        await asyncio.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    await process.wait()
    done = await command.run("import", "result.json", "--json")

    assert json.loads(done.out)["files"][0]["new_posts"] < 30_000
    assert rows(folder / "archive.db", "SELECT count(*) FROM posts") == [(30_000,)]
    assert health(folder / "archive.db") == []
