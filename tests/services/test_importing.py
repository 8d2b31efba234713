"""What others archived comes into our archive once, flagged, and yields to what we see ourselves."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from archiver.desktop.sources import source
from archiver.domain.clock import utc_now
from archiver.domain.flag import Flag
from archiver.domain.importing import Worth
from archiver.domain.post import Content, PostCounts
from archiver.services.importing import Reading, rehearse
from archiver.storage.archive import Archive
from tests.builders import CHANNEL, NOON, Clock, a_look, a_post, digest_of
from tests.desktop.rendering import (
    HANDLE,
    a_channel,
    an_account,
    desktop_post,
    preview_page,
    row_of,
    write_json,
)
from tests.journeys.oracle import health, rows
from tests.services.flaggers import POISON, said, word_flagging
from tests.services.import_steps import OURS, bring, export, see, some, texts
from tests.storage.steps import begin_run


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.mark.asyncio
async def test_posts_come_with_their_flags_cases_and_provenance(archive: Archive, tmp_path: Path) -> None:
    done = await bring(archive, export(tmp_path, [*some(2), a_post(3, text="benign", as_of=0)]))

    assert (done.worth, done.flags, done.fault) == ({Worth.FIRST: 3}, 2, None)
    assert [(row[0], row[2]) for row in said(archive.path)] == [(1, "test.ادفع"), (2, "test.ادفع")]
    assert rows(archive.path, "SELECT DISTINCT provenance, run_id FROM revisions") == [("import", None)]
    assert rows(archive.path, "SELECT first_revision_id, revision_id FROM flagging_cursors") == [(1, 3)]
    assert rows(archive.path, "SELECT * FROM imported_revisions") == [(1, 3, 1)]
    [(name, digest, state)] = rows(archive.path, "SELECT name, digest, state FROM imports")
    assert (name, digest, state) == ("result.json", done.digest, "complete")
    assert health(archive.path) == []


@pytest.mark.asyncio
async def test_a_case_is_opened_for_what_is_flagged(archive: Archive, tmp_path: Path) -> None:
    await bring(archive, export(tmp_path, [a_post(7, text="ادفع الآن وإلا", as_of=0)]))

    assert rows(archive.path, "SELECT category, state FROM cases") == [("extortion", "open")]


@pytest.mark.asyncio
async def test_the_same_file_again_is_left_alone(archive: Archive, tmp_path: Path) -> None:
    path = export(tmp_path, some(3))
    await bring(archive, path)
    before = path.stat().st_size, rows(archive.path, "SELECT * FROM imports"), texts(archive)

    again = await bring(archive, path)

    assert (again.was_complete, again.worth, again.is_refused) == (True, {}, False)
    assert (path.stat().st_size, rows(archive.path, "SELECT * FROM imports"), texts(archive)) == before


@pytest.mark.asyncio
async def test_the_same_posts_in_another_file_add_nothing(archive: Archive, tmp_path: Path) -> None:
    await bring(archive, export(tmp_path, some(3)))
    before = rows(archive.path, "SELECT * FROM posts"), texts(archive), said(archive.path)

    other = write_json(tmp_path / "other.json", a_channel(map(desktop_post, some(3))), indent=None)
    again = await bring(archive, other)

    assert again.worth == {Worth.HELD: 3}
    assert (rows(archive.path, "SELECT * FROM posts"), texts(archive), said(archive.path)) == before


@pytest.mark.asyncio
async def test_a_look_of_our_own_reconciles_and_overwrites_nothing(archive: Archive, tmp_path: Path) -> None:
    imported = [
        a_post(7, text="a", edited_at=NOON + timedelta(hours=3), as_of=0),
        a_post(8, text="b", as_of=0),
    ]
    await bring(archive, export(tmp_path, imported))

    ours = [a_post(7, text="a", edited_at=NOON), a_post(8, text="b", published_at=NOON - timedelta(hours=3))]
    await see(archive, ours)

    assert texts(archive) == [(7, 1, "import", "a"), (7, 2, "live", "a"), (8, 1, "import", "b")]
    published = rows(archive.path, "SELECT published_at, as_of FROM posts WHERE post_id = 8")
    assert published == [(int((NOON - timedelta(hours=3)).timestamp()) * 10**6, 100)]


@pytest.mark.asyncio
async def test_an_import_is_never_above_what_we_saw_later(archive: Archive, tmp_path: Path) -> None:
    edited = NOON + timedelta(hours=1)
    await see(archive, [a_post(7, text="now", edited_at=edited), a_post(8, text="now")])
    late = a_post(8, text="later", edited_at=edited, as_of=0)

    done = await bring(archive, export(tmp_path, [a_post(7, text="then", as_of=0), late]))

    assert done.worth == {Worth.OLDER: 1, Worth.CHANGED: 1}
    assert texts(archive) == [(7, 1, "live", "now"), (8, 1, "live", "now"), (8, 2, "import", "later")]


@pytest.mark.asyncio
async def test_imports_bury_nothing_and_wake_nothing(archive: Archive, tmp_path: Path) -> None:
    await see(archive, [a_post(7, text="gone")])
    with_tombstone = "UPDATE posts SET tombstoned_at = 1, tombstoned_as_of = 200, as_of = 200"
    async with archive.write() as tx:
        await tx.execute(with_tombstone)
    before = rows(archive.path, "SELECT * FROM posts")
    seen = [a_post(7, text="edited", edited_at=utc_now(), as_of=0), a_post(7, text="gone", as_of=0)]

    done = await bring(archive, export(tmp_path, seen), Reading(made_at=utc_now()))

    assert done.worth == {Worth.OLDER: 1, Worth.HELD: 1}
    assert rows(archive.path, "SELECT * FROM posts") == before
    assert rows(archive.path, "SELECT count(*) FROM tombstones") == [(0,)]


@pytest.mark.asyncio
async def test_what_was_lost_for_good_may_come_by_import_and_the_ledger_stays(
    archive: Archive, tmp_path: Path
) -> None:
    await see(archive, [a_post(9)])
    async with archive.write() as tx:
        await tx.execute(
            "INSERT INTO gaps (channel_id, cause, state, first_post_id, last_post_id, opened_at, run_id)"
            " VALUES (:channel_id, 'deleted_unseen', 'irreparable', 7, 8, 1, 1)",
            {"channel_id": CHANNEL},
        )
    before = rows(archive.path, "SELECT * FROM gaps")

    await bring(archive, export(tmp_path, some(1, first=7)))

    assert rows(archive.path, "SELECT post_id, tombstoned_at FROM posts") == [(7, None), (9, None)]
    assert rows(archive.path, "SELECT * FROM gaps") == before
    assert rows(archive.path, "SELECT count(*) FROM cursors") == [(0,)]


@pytest.mark.asyncio
async def test_no_counts_are_due_and_those_of_a_file_are_of_when_it_was_made(
    archive: Archive, tmp_path: Path
) -> None:
    seen = replace(a_post(7, as_of=0), counts=PostCounts(reactions=(("👍", 3),)))
    path = export(tmp_path, [seen])

    untold = await bring(archive, path)
    told = await bring(archive, path, Reading(made_at=NOON + timedelta(days=1)))

    assert (untold.uncounted, told.uncounted) == (1, 0)
    moment = int((NOON + timedelta(days=1)).timestamp()) * 10**6
    assert rows(archive.path, "SELECT post_id, sampled_at, views, reactions FROM post_counts") == [
        (7, moment, None, '[["👍", 3]]')
    ]
    assert rows(archive.path, "SELECT sampled_at, sample_due_at, last_observed_at FROM posts") == [
        (moment, None, moment)
    ]


@pytest.mark.asyncio
async def test_a_file_read_in_another_zone_is_another_import(archive: Archive, tmp_path: Path) -> None:
    old = write_json(tmp_path / "r.json", a_channel([desktop_post(a_post(7, as_of=0), is_old=True)]))
    baghdad = Reading(zone=ZoneInfo("Asia/Baghdad"), zone_name="Asia/Baghdad")

    await bring(archive, old, baghdad)
    await bring(archive, old)

    assert rows(archive.path, "SELECT claims FROM imports") == [('{"zone": "Asia/Baghdad"}',), ("{}",)]
    assert rows(archive.path, "SELECT published_at / 1000000 FROM posts") == [
        (int((NOON - timedelta(hours=3)).timestamp()),)
    ]


@pytest.mark.asyncio
async def test_a_claimed_handle_is_the_channels_where_nobody_said_another(
    archive: Archive, tmp_path: Path
) -> None:
    await bring(archive, export(tmp_path, some(1)), OURS)

    assert rows(archive.path, "SELECT channel_id, handle FROM channel_handles") == [(CHANNEL, HANDLE)]
    assert rows(archive.path, "SELECT value FROM channel_facts WHERE fact = 'title'") == [("Rafidain",)]


@pytest.mark.asyncio
async def test_a_file_of_no_public_channel_is_counted_and_refused(archive: Archive, tmp_path: Path) -> None:
    path = write_json(tmp_path / "r.json", a_channel([desktop_post(a_post())], kind="private_group"))

    done = await bring(archive, path)

    assert (done.is_refused, done.refused) == (True, {"private_group": 1})
    assert rows(archive.path, "SELECT count(*) FROM channels") == [(0,)]


@pytest.mark.asyncio
async def test_what_could_not_be_identified_is_tried_again_when_more_is_known(
    archive: Archive, tmp_path: Path
) -> None:
    path = tmp_path / "page.html"
    path.write_text(preview_page(some(1), is_telling=False), "utf-8")
    first = await bring(archive, path)
    run_id = await begin_run(archive)
    async with archive.write() as tx:
        from archiver.storage import channels

        look = a_look(handles=(HANDLE,))
        await channels.record_look(tx, look, account_id=1, observed_at=NOON, run_id=run_id)  # type: ignore[arg-type]

    again = await bring(archive, path)

    assert (first.is_refused, again.is_refused, again.worth) == (True, False, {Worth.FIRST: 1})
    assert rows(archive.path, "SELECT refused, first FROM imports") == [("{}", 1)]


@pytest.mark.asyncio
async def test_a_fault_keeps_what_came_before_it_and_a_second_run_meets_it_again(
    archive: Archive, tmp_path: Path
) -> None:
    path = export(tmp_path, some(3))
    path.write_bytes(path.read_bytes()[:-100])

    first, again = await bring(archive, path), await bring(archive, path)

    assert (first.worth, again.worth) == ({Worth.FIRST: 2}, {})
    assert str(first.fault) == str(again.fault)
    assert "the file is cut off at byte" in str(first.fault)
    assert rows(archive.path, "SELECT state, first FROM imports") == [("broken", 2)]


@pytest.mark.asyncio
async def test_a_file_that_was_completed_meanwhile_adds_the_rest(archive: Archive, tmp_path: Path) -> None:
    path = export(tmp_path, some(3))
    whole = path.read_bytes()
    path.write_bytes(whole[:-100])
    await bring(archive, path)
    path.write_bytes(whole)

    done = await bring(archive, path)

    assert done.worth == {Worth.HELD: 2, Worth.FIRST: 1}


@pytest.mark.asyncio
async def test_a_flagger_that_fails_loses_no_post_and_is_asked_in_one_thread(
    archive: Archive, tmp_path: Path
) -> None:
    seen = [a_post(7, text="ادفع", as_of=0), a_post(8, text=f"ادفع {POISON}", as_of=0)]
    poisoned, threads = word_flagging("ادفع", poison=POISON), set()

    def flag(contents: Sequence[Content]) -> Sequence[tuple[Flag, ...]]:
        threads.add(threading.get_ident())
        return poisoned.flag(contents)

    done = await bring(archive, export(tmp_path, seen), flagging=replace(poisoned, flag=flag))

    assert (done.worth, done.flags) == ({Worth.FIRST: 2}, 1)
    assert rows(archive.path, "SELECT count(*) FROM flagging_cursors") == [(0,)]
    assert threads == {threading.get_ident()}


@pytest.mark.asyncio
async def test_versions_of_an_export_of_ours_come_in_their_order(archive: Archive, tmp_path: Path) -> None:
    versions = [a_post(7, text="a", edited_at=NOON, as_of=0), a_post(7, text="b", edited_at=NOON, as_of=0)]
    lines = [json.dumps(row_of(seen, n, digest_of(seen.content))) for n, seen in enumerate(versions, 1)]
    path = tmp_path / "revisions.jsonl"
    path.write_text("\n".join(lines) + "\n", "utf-8")

    await bring(archive, path)
    path.write_text("\n".join(lines) + "\n\n", "utf-8")
    again = await bring(archive, path)

    assert texts(archive) == [(7, 1, "import", "a"), (7, 2, "import", "b")]
    assert again.worth == {Worth.HELD: 2}


@pytest.mark.asyncio
async def test_a_rehearsal_says_what_an_import_would_give_and_writes_nothing(
    archive: Archive, tmp_path: Path
) -> None:
    await see(archive, [a_post(1, text="now", edited_at=NOON + timedelta(hours=1))])
    told = an_account([a_channel(map(desktop_post, some(3))), a_channel([], kind="bot_chat")])
    path = write_json(tmp_path / "result.json", told)
    before = archive.path.read_bytes(), rows(archive.path, "SELECT count(*) FROM imports")

    with_archive = await rehearse(archive, source(path), Reading(), on_progress=lambda _done: None)
    without = await rehearse(None, source(path), Reading(), on_progress=lambda _done: None)

    assert (archive.path.read_bytes(), rows(archive.path, "SELECT count(*) FROM imports")) == before
    assert with_archive.worth == {Worth.OLDER: 1, Worth.FIRST: 2}
    assert (without.worth, without.refused) == ({Worth.FIRST: 3}, {"bot_chat": 1})
    done = await bring(archive, path)
    assert (done.worth, done.refused) == (with_archive.worth, with_archive.refused)


@pytest.mark.asyncio
async def test_a_rehearsal_tells_a_fault(tmp_path: Path) -> None:
    path = export(tmp_path, some(3))
    path.write_bytes(path.read_bytes()[:-100])

    done = await rehearse(None, source(path), Reading(), on_progress=lambda _done: None)

    assert (done.worth, "cut off" in str(done.fault)) == ({Worth.FIRST: 2}, True)
