"""``archiver export``: what it writes, what it says, and how it refuses."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from archiver.storage.archive import Archive
from tests.builders import Clock
from tests.cli.conftest import Archiver
from tests.services.export_steps import LEAK, ONE_MORE, PHONE, fill


@pytest.fixture
def filled(folder: Path) -> Path:
    """Give an archive where the command looks for one."""

    async def make() -> None:
        archive = await Archive.open(folder / "archive.db", clock=Clock())
        await fill(archive, Clock())
        await archive.close()

    asyncio.run(make())
    return folder / "archive.db"


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """Give a folder on a disk of 256 KiB."""
    place = Path(tempfile.mkdtemp())
    command = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(place)]
    if os.getuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode != 0:
        place.rmdir()
        pytest.skip("only root may mount a small disk, and not everywhere")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)
    place.rmdir()


@pytest.mark.usefixtures("filled")
def test_a_folder_is_written_and_told_of(archiver: Archiver, folder: Path) -> None:
    done = archiver("export", "posts", "flags", "--out", "out", "--format", "csv", "parquet")

    assert (done.code, done.err) == (0, "")
    assert "out/posts.csv: 4 rows" in done.out
    assert "COMPLETENESS.md says what is missing" in done.out
    assert {path.name for path in (folder / "out").iterdir()} == {
        "posts.csv", "posts.parquet", "flags.csv", "flags.parquet", "manifest.json", "datapackage.json",
        "COMPLETENESS.md", "COMPLETENESS.json", "README.md",
    }  # fmt: skip


@pytest.mark.usefixtures("filled")
def test_the_summary_for_machines(archiver: Archiver) -> None:
    told = json.loads(archiver("export", "posts", "--out", "out", "--json").out)

    assert told["rows"] == {"posts": 4}
    assert [*told] == ["folder", "snapshot", "rows", "files", "channels", "irreparable", "unknown"]


@pytest.mark.usefixtures("filled")
def test_the_key_stays_with_the_archive_and_a_new_one_does_not(archiver: Archiver, folder: Path) -> None:
    for name, words in (("a", ()), ("b", ()), ("c", ("--pseudonym-key", "new"))):
        assert archiver("export", "posts", "--out", name, *words).code == 0

    first, second, third = ((folder / name / "posts.csv").read_text("utf-8") for name in "abc")
    assert first == second != third
    assert PHONE not in first + third
    with closing(sqlite3.connect(folder / "archive.db")) as db:
        assert db.execute("SELECT count(*) FROM keys WHERE name = 'pseudonyms'").fetchone() == (1,)


@pytest.mark.usefixtures("filled")
def test_unmasked_needs_a_purpose_and_is_audited(archiver: Archiver, folder: Path) -> None:
    for words in ((), ("--purpose", " ")):
        refused = archiver("export", "posts", "--out", "out", "--unmasked", *words)
        assert (refused.code, (folder / "out").exists()) == (2, False)
        assert "--purpose" in refused.err
    assert archiver("export", "posts", "--out", "out", "--purpose", "why").code == 2

    done = archiver("export", "posts", "--out", "out", "--unmasked", "--purpose", "a court asked")

    assert done.code == 0
    assert LEAK in (folder / "out" / "posts.csv").read_text("utf-8")
    with closing(sqlite3.connect(folder / "archive.db")) as db:
        [(details,)] = db.execute("SELECT details FROM audit_events WHERE kind = 'export.unmasked'")
    assert json.loads(details)["purpose"] == "a court asked"


@pytest.mark.usefixtures("filled")
def test_rows_are_chosen_by_words_of_the_command(archiver: Archiver, folder: Path) -> None:
    words = "--channel @rafidain --since 2026-02-27 --until 2026-02-28 --language ar --flagged --severity 2"
    words += " --category personal_data_leak --decision violation --query تسريب"

    assert archiver("export", "posts", "--out", "out", *words.split()).code == 0

    query = json.loads((folder / "out" / "manifest.json").read_text("utf-8"))["query"]
    assert [*query] == [
        "tables", "formats", "channel", "since", "until", "language", "category", "severity", "decision",
        "flagged", "query",
    ]  # fmt: skip
    assert len((folder / "out" / "posts.csv").read_text("utf-8").splitlines()) == 2


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        pytest.param("channels --flagged", 1, "channels can't be chosen by --flagged", id="filter"),
        pytest.param("posts --since 2026-03-01 --until 2026-03-01", 1, "--since is not before", id="no-time"),
        pytest.param("posts --channel @nobody", 1, "nothing is archived of @nobody", id="channel"),
        pytest.param('posts --query "', 1, "", id="query"),
        pytest.param("posts --format gexf", 1, "gexf is a graph of forwards", id="graph"),
        pytest.param("posts --category gossip", 2, "invalid", id="category"),
        pytest.param("gossip", 2, "invalid choice", id="table"),
        pytest.param("posts --language tlh", 2, "invalid choice", id="language"),
        pytest.param("posts --since yesterday", 2, "invalid", id="day"),
    ],
)
@pytest.mark.usefixtures("filled")
def test_what_can_t_be_is_refused_in_a_line(
    archiver: Archiver, folder: Path, words: str, code: int, said: str
) -> None:
    refused = archiver("export", *words.split(), "--out", "out")

    assert refused.code == code
    assert said in refused.err
    assert code == 2 or len(refused.err.splitlines()) == 1
    assert sorted(path.name for path in folder.glob("*out*")) == []


@pytest.mark.usefixtures("filled")
def test_what_is_there_is_not_touched(archiver: Archiver, folder: Path) -> None:
    (folder / "out").mkdir()

    refused = archiver("export", "posts", "--out", "out", "--unmasked", "--purpose", "none")

    assert (refused.code, list((folder / "out").iterdir())) == (1, [])
    assert "is there already" in refused.err
    with closing(sqlite3.connect(folder / "archive.db")) as db:
        assert db.execute("SELECT count(*) FROM audit_events WHERE kind = 'export.unmasked'").fetchone() == (
            0,
        )


def test_without_an_archive_there_is_nothing_to_export(archiver: Archiver, folder: Path) -> None:
    refused = archiver("export", "posts", "--out", "out")

    assert (refused.code, list(folder.iterdir())) == (1, [])
    assert "start one with: archiver run" in refused.err


def test_a_full_disk_leaves_nothing(archiver: Archiver, filled: Path, small_disk: Path) -> None:
    _add_posts(filled, 5_000)

    for form in ("csv", "jsonl", "parquet"):
        refused = archiver("export", "posts", "revisions", "--out", str(small_disk / "out"), "--format", form)

        assert refused.code == 1
        assert "no room for the export" in refused.err
        assert list(small_disk.iterdir()) == []


def test_a_file_that_may_not_grow_leaves_nothing(filled: Path, folder: Path) -> None:
    _add_posts(filled, 5_000)

    refused = subprocess.run(
        [sys.executable, "-m", "archiver", "export", "posts", "--out", "out"],
        cwd=folder, capture_output=True, text=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)),
    )  # fmt: skip

    assert (refused.returncode, len(refused.stderr.splitlines())) == (1, 1)
    assert not list(folder.glob("*out*"))


def _add_posts(path: Path, count: int) -> None:
    with closing(sqlite3.connect(path)) as db:
        for number in range(100, 100 + count):
            for sql in ONE_MORE:
                db.execute(sql, (number,))
        db.commit()
