"""Rules that are new see what the archive holds already: once, all of it, and beside the bot."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from archiver.domain.clock import utc_now
from archiver.domain.flag import Category, Flag
from archiver.domain.ids import ChannelId, RunId
from archiver.domain.post import Content
from archiver.domain.stretch import Stretch
from archiver.services.flagging import Flagging, flag_new
from archiver.services.reflagging import Choice, Reflagged, reflag
from archiver.storage import rulebooks
from archiver.storage.archive import Archive
from tests.builders import CHANNEL, NOON, Clock, a_key, a_post
from tests.journeys.oracle import health, rows
from tests.services.flaggers import POISON, said, word_flagging
from tests.storage.steps import begin_run, know_channel, observe

pytestmark = pytest.mark.asyncio

OTHER = ChannelId(CHANNEL + 1)
LATER = "b" * 64


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture
async def run_id(archive: Archive) -> RunId:
    """Return a run that knows two channels."""
    begun = await begin_run(archive)
    async with archive.write() as tx:
        await know_channel(tx, begun)
        await know_channel(tx, begun, channel_id=OTHER)
    return begun


async def add(
    archive: Archive,
    run_id: RunId,
    texts: Sequence[str],
    *,
    first: int = 1,
    channel_id: int = CHANNEL,
    flagging: Flagging | None = None,
) -> None:
    """Archive posts as the bot does; post n is published n days after noon."""
    async with archive.write() as tx:
        if flagging:
            await rulebooks.record(tx, flagging.rulebook, at=NOON)
        seen = [
            a_post(n, text=text, channel_id=channel_id, published_at=NOON + timedelta(days=n))
            for n, text in enumerate(texts, first)
        ]
        findings = await observe(tx, run_id, seen)
        if flagging:
            await flag_new(tx, flagging, findings.revisions, at=NOON, run_id=run_id, ahead={})


async def run(
    archive: Archive, flagging: Flagging, clock: Clock, *, choice: Choice | None = None
) -> Reflagged:
    return await reflag(archive, flagging, clock=clock, progress=lambda _done, _total: None, choice=choice)


def cursors(archive: Archive, digest: str = "a" * 64) -> list[tuple[int, int]]:
    sql = "SELECT first_revision_id, revision_id FROM flagging_cursors WHERE rulebook_digest = ? ORDER BY 1"
    return rows(archive.path, sql, digest)


async def test_everything_is_flagged_once(archive: Archive, run_id: RunId, clock: Clock) -> None:
    await add(archive, run_id, ["ادفع", "سلام", "نهكر وادفع", "ادفع"])
    flagging = word_flagging("ادفع", "هكر")

    first = await run(archive, flagging, clock)
    again = await run(archive, flagging, clock)

    assert first.as_json() == {
        "revisions": 4, "flags": 4, "new_flags": 4, "by_category": {"extortion": 3, "hacking_service": 1},
        "rulebook": "a" * 64, "failed": 0,
    }  # fmt: skip
    assert again.as_json() == {
        "revisions": 0, "flags": 0, "new_flags": 0, "by_category": {}, "rulebook": "a" * 64, "failed": 0,
    }  # fmt: skip
    assert said(archive.path) == [
        (1, 1, "test.ادفع", "ادفع"), (3, 1, "test.ادفع", "ادفع"), (3, 1, "test.هكر", "هكر"),
        (4, 1, "test.ادفع", "ادفع"),
    ]  # fmt: skip
    assert rows(archive.path, "SELECT DISTINCT run_id FROM flags") == [(None,)]
    assert (cursors(archive), health(archive.path)) == ([(1, 4)], [])


async def test_all_versions_of_a_post_are_flagged(archive: Archive, run_id: RunId, clock: Clock) -> None:
    await add(archive, run_id, ["ادفع"])
    async with archive.write() as tx:
        await observe(tx, run_id, [a_post(1, text="تم ✅", as_of=120)])
        await observe(tx, run_id, [a_post(1, text="ادفع ثانية", as_of=130)])

    await run(archive, word_flagging("ادفع"), clock)

    assert said(archive.path) == [(1, 1, "test.ادفع", "ادفع"), (1, 3, "test.ادفع", "ادفع")]


async def test_a_new_rulebook_adds_its_own_flags_and_leaves_the_others_alone(
    archive: Archive, run_id: RunId, clock: Clock
) -> None:
    await add(archive, run_id, ["ادفع", "هكر", "ادفع"], flagging=word_flagging("ادفع"))
    before = rows(archive.path, "SELECT * FROM flags")
    later = word_flagging("ادفع", "هكر", digest=LATER)

    done = await run(archive, later, clock)

    assert (done.revisions, done.flags) == (3, 3)
    assert done.by_category == {Category.HACKING_SERVICE: 1}
    assert rows(archive.path, "SELECT * FROM flags WHERE rulebook_digest = ?", "a" * 64) == before
    assert len(said(archive.path, digest=LATER)) == 3
    assert (cursors(archive), cursors(archive, LATER)) == ([(1, 3)], [(1, 3)])


async def test_a_rule_that_leaves_the_shadow_has_new_flags(
    archive: Archive, run_id: RunId, clock: Clock
) -> None:
    await add(archive, run_id, ["ادفع"], flagging=word_flagging("ادفع", is_shadow=True))

    done = await run(archive, word_flagging("ادفع", digest=LATER), clock)

    assert done.as_json()["new_flags"] == 1


async def test_only_what_the_bot_has_not_flagged_is_walked(
    archive: Archive, run_id: RunId, clock: Clock
) -> None:
    flagging = word_flagging("ادفع")
    await add(archive, run_id, ["ادفع"] * 5)
    await add(archive, run_id, ["ادفع"] * 3, first=6, flagging=flagging)
    await add(archive, run_id, ["ادفع"] * 2, first=9)

    done = await run(archive, flagging, clock)

    assert (done.revisions, done.flags, cursors(archive)) == (7, 7, [(1, 10)])
    assert len(said(archive.path)) == 10


async def test_a_long_archive_is_walked_in_chunks_and_progress_is_told(
    archive: Archive, run_id: RunId, clock: Clock
) -> None:
    for first in range(1, 1_201, 100):
        await add(archive, run_id, ["ادفع"] * 100, first=first)
    told: list[tuple[int, int]] = []
    sizes: list[int] = []
    words = word_flagging("ادفع")

    def flag(contents: Sequence[Content]) -> Sequence[tuple[Flag, ...]]:
        sizes.append(len(contents))
        return words.flag(contents)

    watched = Flagging(rulebook=words.rulebook, flag=flag)
    await reflag(archive, watched, clock=clock, progress=lambda *step: told.append(step))

    assert sizes == [500, 500, 200]
    assert told == [(500, 1_200), (1_000, 1_200), (1_200, 1_200)]
    assert len(said(archive.path)) == 1_200


async def test_what_comes_in_meanwhile_is_flagged_too(archive: Archive, run_id: RunId, clock: Clock) -> None:
    await add(archive, run_id, ["ادفع"] * 600)
    steps = 0

    async def post() -> None:
        """Archive on, beside it, as a bot with the rules of yesterday does."""
        nonlocal steps
        for first in range(601, 641, 10):
            await add(archive, run_id, ["ادفع"] * 10, first=first)
            steps += 1

    done, _ = await asyncio.gather(run(archive, word_flagging("ادفع"), clock), post())
    rest = await run(archive, word_flagging("ادفع"), clock)

    assert steps == 4
    assert done.revisions + rest.revisions == 640
    assert (len(said(archive.path)), cursors(archive)) == (640, [(1, 640)])


async def test_beside_a_bot_with_the_same_rules_nothing_is_flagged_twice(
    archive: Archive, run_id: RunId, clock: Clock
) -> None:
    flagging = word_flagging("ادفع")
    await add(archive, run_id, ["ادفع"] * 1_100)

    async def post() -> None:
        for first in range(1_101, 1_201, 10):
            await add(archive, run_id, ["ادفع"] * 10, first=first, flagging=flagging)

    await asyncio.gather(run(archive, flagging, clock), post())

    assert (len(said(archive.path)), cursors(archive)) == (1_200, [(1, 1_200)])


async def test_what_the_rules_fail_on_is_told_and_tried_again(
    archive: Archive, run_id: RunId, clock: Clock
) -> None:
    await add(archive, run_id, ["ادفع", f"ادفع {POISON}", "ادفع"])

    first = await run(archive, word_flagging("ادفع", poison=POISON), clock)
    left = cursors(archive)
    mended = await run(archive, word_flagging("ادفع"), clock)

    assert (first.flags, first.failed, left) == (2, [a_key(2)], [(1, 1), (3, 3)])
    assert (mended.revisions, mended.flags, mended.failed) == (1, 1, [])
    assert (len(said(archive.path)), cursors(archive)) == (3, [(1, 3)])


async def test_what_failed_when_it_came_in_is_found(archive: Archive, run_id: RunId, clock: Clock) -> None:
    await add(archive, run_id, ["ادفع"], flagging=word_flagging("ادفع"))
    poisoned = word_flagging("ادفع", poison=POISON)
    await add(archive, run_id, ["ادفع", f"ادفع {POISON}"], first=2, flagging=poisoned)
    await add(archive, run_id, ["ادفع"], first=4, flagging=poisoned)

    done = await run(archive, word_flagging("ادفع"), clock)

    assert (done.revisions, done.flags, done.as_json()["new_flags"]) == (2, 2, 1)
    assert said(archive.path) == [(n, 1, "test.ادفع", "ادفع") for n in (1, 2, 3, 4)]
    assert cursors(archive) == [(1, 4)]


@pytest.mark.parametrize(
    ("choice", "posts"),
    [
        (Choice(channel_id=OTHER), [(OTHER, 3), (OTHER, 4)]),
        (Choice(since=NOON + timedelta(days=2)), [(CHANNEL, 2), (OTHER, 3), (OTHER, 4)]),
        (Choice(since=NOON + timedelta(days=4), channel_id=OTHER), [(OTHER, 4)]),
        (Choice(since=NOON + timedelta(days=9)), []),
    ],
)
async def test_a_part_is_flagged_seen_or_not_and_moves_no_cursor(
    archive: Archive, run_id: RunId, clock: Clock, choice: Choice, posts: list[tuple[int, int]]
) -> None:
    await add(archive, run_id, ["ادفع", "ادفع"])
    await add(archive, run_id, ["ادفع", "ادفع"], first=3, channel_id=OTHER)
    flagging = word_flagging("ادفع")

    done = await run(archive, flagging, clock, choice=choice)
    again = await run(archive, flagging, clock, choice=choice)

    assert (done.revisions, done.flags, done.as_json()["new_flags"]) == (len(posts),) * 3
    assert (again.revisions, again.flags, again.as_json()["new_flags"]) == (len(posts), len(posts), 0)
    assert rows(archive.path, "SELECT channel_id, post_id FROM flags ORDER BY post_id") == posts
    assert cursors(archive) == []


async def test_shadows_that_are_there_already_are_left_alone(
    archive: Archive, run_id: RunId, clock: Clock
) -> None:
    flagging = word_flagging("ادفع", is_shadow=True)
    await add(archive, run_id, ["ادفع"], flagging=flagging)

    done = await run(archive, flagging, clock, choice=Choice(channel_id=CHANNEL))

    assert (done.flags, done.as_json()["new_flags"], len(said(archive.path))) == (1, 0, 1)


async def test_a_revision_that_somebody_took_out_of_the_file_stops_nothing(
    archive: Archive, run_id: RunId, clock: Clock
) -> None:
    await add(archive, run_id, ["ادفع"] * 3)
    async with archive.write() as tx:
        for sql in (
            "DROP TRIGGER revisions_stay", "DROP TRIGGER posts_stay", "DROP TRIGGER post_counts_stay",
            "DELETE FROM post_counts", "DELETE FROM posts WHERE post_id = 2",
            "DELETE FROM revisions WHERE post_id = 2",
        ):  # fmt: skip
            await tx.execute(sql)
        await rulebooks.record(tx, word_flagging("ادفع").rulebook, at=NOON)
        await rulebooks.mark_seen(tx, "a" * 64, Stretch(3, 3))

    done = await run(archive, word_flagging("ادفع"), clock)

    assert (done.revisions, cursors(archive)) == (1, [(1, 3)])


async def test_an_archive_with_nothing_in_it_is_done_at_once(archive: Archive, clock: Clock) -> None:
    assert (await run(archive, word_flagging("ادفع"), clock)).revisions == 0


async def test_kill_9_at_any_moment_costs_a_repetition_and_nothing_else(
    archive: Archive, run_id: RunId
) -> None:
    for first in range(1, 20_001, 1_000):
        await add(archive, run_id, ["ادفع وادفع", "سلام"] * 500, first=first)
    await archive.close()
    killed = [sys.executable, "-m", "tests.services.killed_reflagger", str(archive.path)]

    subprocess.run([*killed, "6"], check=True, cwd=Path(__file__).parents[2])

    (marks,) = rows(archive.path, "SELECT first_revision_id, revision_id FROM flagging_cursors")
    beyond = "SELECT 1 FROM flags JOIN revisions USING (channel_id, post_id, revision) WHERE revision_id > ?"
    assert marks[0] == 1
    assert marks[1] >= 6 * 500
    assert rows(archive.path, beyond, marks[1]) == []
    opened = await Archive.open(archive.path, clock=utc_now)
    done = await run(opened, word_flagging("ادفع"), Clock())
    await opened.close()
    assert done.revisions == 20_000 - marks[1]
    assert rows(archive.path, "SELECT count(*), count(DISTINCT post_id) FROM flags") == [(10_000, 10_000)]
    assert rows(archive.path, "SELECT count(*) FROM matches") == [(20_000,)]
    assert health(archive.path) == []
