"""Imports that are killed, cancelled and refused, and whole worlds in every format."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from archiver.desktop.sources import source
from archiver.domain.clock import utc_now
from archiver.domain.errors import ArchiveFull
from archiver.domain.importing import Worth
from archiver.domain.post import Observation
from archiver.services.importing import Reading, import_file
from archiver.storage.archive import Archive
from tests.builders import Clock, digest_of
from tests.desktop.rendering import (
    a_channel,
    an_account,
    desktop_post,
    preview_page,
    row_of,
    write_json,
    write_tg_archive,
)
from tests.desktop.strange_posts import archive_contents, desktop_contents, posts, preview_contents
from tests.journeys.oracle import health, rows
from tests.services.import_steps import FLAGGING, OURS, bring, export, many, see, some


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.mark.asyncio
async def test_an_import_that_is_killed_goes_on_where_it_was(archive: Archive, tmp_path: Path) -> None:
    others = [a_channel([], kind="private_group"), a_channel([], kind="bot_chat")]
    chats = [others[0], a_channel(map(desktop_post, many(6_000))), others[1]]
    path = write_json(tmp_path / "result.json", an_account(chats, left=others))
    await archive.close()
    subprocess.run(
        [sys.executable, "-m", "tests.services.killed_importer", str(archive.path), str(path), "4"],
        check=True,
        timeout=120,
    )
    positions = rows(archive.path, "SELECT position FROM imports")

    opened = await Archive.open(archive.path, clock=utc_now)
    done = await bring(opened, path)
    await opened.close()

    assert positions[0][0] > 0
    assert done.worth[Worth.FIRST] < 6_000
    assert rows(archive.path, "SELECT first, flags, state FROM imports") == [(6_000, 120, "complete")]
    assert [row[0] for row in rows(archive.path, "SELECT post_id FROM posts")] == list(range(1, 6_001))
    assert rows(archive.path, "SELECT count(*) FROM flags") == [(120,)]
    assert rows(archive.path, "SELECT refused FROM imports") == [('{"bot_chat": 2, "private_group": 2}',)]
    covered = "SELECT sum(last_revision_id - first_revision_id + 1) FROM imported_revisions"
    assert rows(archive.path, covered) == [(6_000,)]
    assert health(archive.path) == []


@pytest.mark.asyncio
async def test_an_import_that_is_cancelled_has_written_whole_pieces(archive: Archive, tmp_path: Path) -> None:
    path = export(tmp_path, many(6_000))
    begun = asyncio.Event()
    work = asyncio.create_task(
        import_file(
            archive, FLAGGING, source(path), Reading(), clock=utc_now, on_progress=lambda _done: begun.set()
        )
    )
    await begun.wait()
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work

    async with archive.write() as tx:
        await tx.fetch_one("SELECT 1")  # behind whatever was on its way
    [(first, state)] = rows(archive.path, "SELECT first, state FROM imports")
    assert (rows(archive.path, "SELECT count(*) FROM posts"), state) == ([(first,)], "reading")
    assert (await bring(archive, path)).worth[Worth.FIRST] == 6_000 - first


@pytest.mark.asyncio
async def test_an_archive_that_can_not_be_written_ends_the_import(archive: Archive, tmp_path: Path) -> None:
    path = export(tmp_path, many(6_000))
    async with archive.write() as tx:
        await tx.execute("PRAGMA max_page_count = 200")

    with pytest.raises(ArchiveFull):
        await bring(archive, path)

    [(first, state)] = rows(archive.path, "SELECT first, state FROM imports")
    assert (rows(archive.path, "SELECT count(*) FROM posts"), state) == ([(first,)], "reading")


Render = Callable[[Path, list[Observation]], Path]


@pytest.mark.asyncio
async def test_what_was_refused_counts_once_however_often_an_import_stops(
    archive: Archive, tmp_path: Path
) -> None:
    chats = [a_channel([], kind="private_group"), a_channel(map(desktop_post, many(6_000)))]
    path = write_json(tmp_path / "result.json", an_account(chats))
    for _ in range(2):
        begun = asyncio.Event()

        def note(_done: object, begun: asyncio.Event = begun) -> None:
            begun.set()

        work = asyncio.create_task(
            import_file(archive, FLAGGING, source(path), Reading(), clock=utc_now, on_progress=note)
        )
        await begun.wait()
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work

    done = await bring(archive, path)

    assert (done.refused, 0 < done.worth[Worth.FIRST] < 6_000) == ({}, True)
    assert rows(archive.path, "SELECT refused, first, held FROM imports") == [
        ('{"private_group": 1}', 6_000, 0)
    ]


@pytest.mark.asyncio
async def test_rows_of_several_channels_that_are_refused_count_once(archive: Archive, tmp_path: Path) -> None:
    told = [row_of(each, 1, digest_of(each.content)) for each in some(3)]
    told[0]["digest"], told[1]["channel_id"] = None, 5
    path = tmp_path / "revisions.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + "".join(json.dumps(each) + "\n" for each in told).encode() + b"{")

    first, again = await bring(archive, path), await bring(archive, path)

    assert (first.refused, again.refused) == ({"masked": 1}, {})
    assert rows(archive.path, "SELECT refused, state FROM imports") == [('{"masked": 1}', "broken")]


def as_page(path: Path, seen: list[Observation]) -> Path:
    (path / "page.html").write_text(preview_page(seen), "utf-8")
    return path / "page.html"


def as_lines(path: Path, seen: list[Observation]) -> Path:
    lines = [json.dumps(row_of(each, 1, digest_of(each.content))) for each in seen]
    (path / "revisions.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    return path / "revisions.jsonl"


def as_archive(path: Path, seen: list[Observation]) -> Path:
    (path / "data.sqlite").unlink(missing_ok=True)
    return write_tg_archive(path / "data.sqlite", seen)


WORLDS: dict[str, tuple[Render, st.SearchStrategy[list[Observation]]]] = {
    "desktop": (export, posts(desktop_contents())),
    "tg-archive": (as_archive, posts(archive_contents())),
    "pages": (as_page, posts(preview_contents(), edits=st.none())),
    "lines": (as_lines, posts(desktop_contents())),
}


@pytest.mark.parametrize("name", WORLDS)
@settings(max_examples=20)  # each opens two archives; tests/desktop reads many more
@given(data=st.data())
def test_a_world_in_any_format_is_what_we_would_have_seen_ourselves(
    tmp_path_factory: pytest.TempPathFactory, name: str, data: st.DataObject
) -> None:
    render, worlds = WORLDS[name]
    seen = data.draw(worlds.filter(bool))
    place = tmp_path_factory.mktemp("world")

    async def compare() -> None:
        ours = await Archive.open(place / "ours.db", clock=utc_now)
        theirs = await Archive.open(place / "theirs.db", clock=utc_now)
        await bring(theirs, render(place, seen), OURS)
        await see(ours, [replace(each, as_of=100) for each in seen], at=utc_now())
        await ours.close()
        await theirs.close()

    asyncio.run(compare())

    sql = """
        SELECT r.post_id, r.revision, r.digest, r.text, r.details, r.edited_at, p.published_at, r.media_kind
        FROM revisions AS r JOIN posts AS p USING (channel_id, post_id) ORDER BY 1, 2
    """
    assert rows(place / "theirs.db", sql) == rows(place / "ours.db", sql)
