"""What comes in is flagged in the transaction that adds it, and no bug of the rules loses a post."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from archiver.domain.cursor import Cursor
from archiver.domain.flag import Category, Flag
from archiver.domain.gap import GapCause
from archiver.domain.post import Button, Content, Observation, Provenance
from archiver.services.capture import Captured, capture_named, capture_page, capture_pages, capture_slice
from archiver.services.flagging import Flagging
from archiver.services.live import capture_events
from archiver.services.run import Run
from archiver.storage import cursors, rulebooks
from archiver.storage.archive import Transaction
from archiver.storage.driver import Connection
from tests.builders import (
    CHANNEL,
    a_content,
    a_cursor,
    a_flag,
    a_page,
    a_post,
    a_rulebook,
    a_slice,
    an_event,
)
from tests.journeys.oracle import health, rows
from tests.services.flaggers import POISON, said, word_flagging
from tests.services.steps import held, know

pytestmark = pytest.mark.asyncio

DIGEST = "a" * 64


async def nothing(_: Transaction) -> None:
    """Move no cursor."""


async def flags_by(run: Run, flagging: Flagging) -> Run:
    """Return the run as the bot would have begun it with these rules, its channel known."""
    await know(run)
    async with run.archive.write() as tx:
        await rulebooks.record(tx, flagging.rulebook, at=run.clock())
    return replace(run, flagging=flagging)


async def page(run: Run, *seen: Observation) -> Captured:
    return await capture_page(run, a_page(seen, as_of=seen[0].as_of), provenance=Provenance.BACKFILL)


def seen_by_the_rules(run: Run) -> list[tuple[int, int]]:
    sql = "SELECT first_revision_id, revision_id FROM flagging_cursors ORDER BY 1"
    return rows(run.archive.path, sql)


async def put_cursor(run: Run, cursor: Cursor) -> None:
    async with run.archive.write() as tx:
        await cursors.put(tx, cursor)


async def test_whichever_way_a_post_comes_its_revision_is_flagged_once(run: Run) -> None:
    run = await flags_by(run, word_flagging("ادفع", "هكر"))
    await put_cursor(run, a_cursor(first_post_id=0, high_water_id=0, low_water_id=0))

    await page(run, a_post(1, text="ادفع الآن"), a_post(2, text="سلام"))
    await page(run, a_post(1, text="ادفع الآن"))
    await capture_slice(
        run,
        a_slice([a_post(3, text="ادفع أو نهكر، ادفع", as_of=110)], as_of=110),
        since=None,
        advance=nothing,
    )
    await capture_events(run, [an_event(111, observations=[a_post(2, text="هكر", as_of=111)])])
    asked = a_page([a_post(4, text="نهكر", as_of=120)], as_of=120)
    await capture_named(run, asked, cause=GapCause.DELETED_UNSEEN, since=None)

    assert said(run.archive.path) == [
        (1, 1, "test.ادفع", "ادفع"),
        (3, 1, "test.ادفع", "ادفع"), (3, 1, "test.ادفع", "ادفع"), (3, 1, "test.هكر", "هكر"),
        (2, 2, "test.هكر", "هكر"),
        (4, 1, "test.هكر", "هكر"),
    ]  # fmt: skip
    assert rows(run.archive.path, "SELECT DISTINCT run_id, rulebook_digest FROM flags") == [
        (run.run_id, DIGEST)
    ]
    assert seen_by_the_rules(run) == [(1, held(run, "revisions"))] == [(1, 5)]
    assert health(run.archive.path) == []


async def test_the_log_says_how_many_flags_came_in(run: Run) -> None:
    run = await flags_by(run, word_flagging("ادفع"))
    await put_cursor(run, a_cursor(first_post_id=0, high_water_id=0, low_water_id=0))

    with capture_logs() as log:
        captured = await page(run, a_post(1, text="ادفع"), a_post(2, text="ادفع"), a_post(3))
        await capture_events(run, [an_event(111, observations=[a_post(3, text="ادفع", as_of=111)])])

    assert captured == Captured(first=3, flags=2)
    told = {line["event"]: line["flags"] for line in log if "flags" in line}
    assert told == {"posts.captured": 2, "events.captured": 1}


async def test_without_rules_posts_come_in_unflagged(run: Run) -> None:
    await know(run)

    captured = await page(run, a_post(1, text="ادفع"))

    assert (captured, held(run, "flags"), seen_by_the_rules(run)) == (Captured(first=1), 0, [])


async def test_what_is_not_committed_is_not_flagged(run: Run) -> None:
    run = await flags_by(run, word_flagging("ادفع"))

    async def fail(_: Transaction) -> None:
        raise LookupError("the machine stopped here")

    with pytest.raises(LookupError):
        await capture_pages(
            run, [a_page([a_post(1, text="ادفع")])], provenance=Provenance.BACKFILL, advance=fail
        )

    assert (held(run, "flags"), held(run, "revisions"), seen_by_the_rules(run)) == (0, 0, [])


async def test_a_post_on_which_the_rules_fail_is_captured_and_waits_for_reflag(run: Run) -> None:
    run = await flags_by(run, word_flagging("ادفع", poison=POISON))
    await page(run, a_post(1, text="ادفع"), a_post(2))

    with capture_logs() as log:
        captured = await page(run, a_post(3, text="ادفع"), a_post(4, text=f"ادفع {POISON}"), a_post(5))
    await page(run, a_post(6, text="ادفع"))

    assert captured == Captured(first=3, flags=1)
    assert said(run.archive.path) == [(n, 1, "test.ادفع", "ادفع") for n in (1, 3, 6)]
    assert seen_by_the_rules(run) == [(1, 2), (6, 6)]
    (failed,) = [line for line in log if line["event"] == "flagging.failed"]
    assert (failed["revisions"], failed["error"], failed["log_level"]) == (
        [f"{CHANNEL}/4/1"], "LookupError", "error",
    )  # fmt: skip
    assert any(place.startswith("flaggers.py:") for place in failed["where"])
    assert POISON not in str(log)


@pytest.mark.parametrize(
    "wrong",
    [[], [(a_flag("test.stranger"),)], [(a_flag(), a_flag())]],
    ids=["too few", "a rule of another rulebook", "a rule twice"],
)
async def test_flags_that_the_archive_would_refuse_lose_no_post(
    run: Run, wrong: Sequence[tuple[Flag, ...]]
) -> None:
    run = await flags_by(run, Flagging(rulebook=a_rulebook(), flag=lambda _: wrong))

    captured = await page(run, a_post(1))

    assert (captured, held(run, "flags"), seen_by_the_rules(run)) == (Captured(first=1), 0, [])


async def test_rules_that_fail_on_many_at_once_get_them_one_by_one(run: Run) -> None:
    rules = word_flagging("ادفع")

    def flag(contents: Sequence[Content]) -> Sequence[tuple[Flag, ...]]:
        if len(contents) > 1:
            raise MemoryError
        return rules.flag(contents)

    run = await flags_by(run, replace(rules, flag=flag))

    with capture_logs() as log:
        captured = await page(run, a_post(1, text="ادفع"), a_post(2, text="ادفع"))

    assert (captured.flags, seen_by_the_rules(run)) == (2, [(1, 2)])
    assert [line["revisions"] for line in log if line["event"] == "flagging.failed"] == [[]]


async def test_rules_see_a_content_as_it_is_kept(run: Run) -> None:
    given: list[Content] = []

    def flag(contents: Sequence[Content]) -> list[tuple[Flag, ...]]:
        given.extend(contents)
        return [() for _ in contents]

    run = await flags_by(run, Flagging(rulebook=a_rulebook(), flag=flag))
    plain = a_content("ادفع", author="me")
    paired = a_content("\ud83d\ude00 ادفع")
    labelled = a_content("ادفع", buttons=(Button(label="\ud83d\ude00"),))
    await page(run, *(a_post(n, content=each) for n, each in enumerate((plain, paired, labelled), 1)))

    assert given == [plain, a_content("😀 ادفع"), a_content("ادفع", buttons=(Button(label="😀"),))]


async def test_a_page_goes_over_in_one_hop_whether_it_is_flagged_or_not(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    await know(run)
    hops = 0
    go = Connection.run

    async def counted(self: Connection, work: object) -> object:
        nonlocal hops
        hops += 1
        return await go(self, work)  # type: ignore[arg-type]

    monkeypatch.setattr(Connection, "run", counted)

    async def hops_of(run: Run, first: int, text: str) -> int:
        before = hops
        await page(
            run, *(a_post(n, text=f"{text} {n} ورقة قبل يوم الخميس القادم") for n in range(first, first + 50))
        )
        return hops - before

    without = await hops_of(run, 1, "ادفع")
    run = await flags_by(run, word_flagging("ادفع"))

    assert without == 1
    assert await hops_of(run, 101, "سلام") == 1
    assert await hops_of(run, 201, "ادفع") == 1  # with what is grouped, and what shares a value
    assert await hops_of(run, 301, "ادفع") == 1  # and their texts
    assert held(run, "flags") == 100


@pytest.mark.parametrize("provenance", [Provenance.BACKFILL, Provenance.RESCAN])
@pytest.mark.parametrize("fails", [False, True])
async def test_the_flagger_is_only_ever_called_where_the_bot_runs(
    run: Run, provenance: Provenance, *, fails: bool
) -> None:
    callers = set()

    def flag(contents: Sequence[Content]) -> list[tuple[Flag, ...]]:
        callers.add(threading.current_thread())
        if fails:
            raise ValueError
        return [() for _ in contents]

    run = await flags_by(run, Flagging(rulebook=a_rulebook(), flag=flag))
    await capture_page(run, a_page([a_post(1), a_post(2)]), provenance=provenance)

    assert callers == {threading.current_thread()}


async def test_nobody_waits_for_the_archive_while_news_is_flagged(run: Run) -> None:
    words = word_flagging("ادفع")
    could_write: list[bool] = []

    def flag(contents: Sequence[Content]) -> Sequence[tuple[Flag, ...]]:
        with closing(sqlite3.connect(run.archive.path, timeout=0, isolation_level=None)) as other:
            try:
                other.execute("BEGIN IMMEDIATE")
                could_write.append(True)
            except sqlite3.OperationalError:
                could_write.append(False)
        return words.flag(contents)

    flagging = await flags_by(run, replace(words, flag=flag))
    await put_cursor(run, a_cursor(first_post_id=0, high_water_id=0, low_water_id=0))
    await page(flagging, a_post(1, text="ادفع"))
    shown = a_slice([a_post(2, text="ادفع", as_of=110)], as_of=110)
    await capture_slice(flagging, shown, since=None, advance=nothing)
    await capture_events(flagging, [an_event(111, observations=[a_post(3, text="ادفع", as_of=111)])])

    assert could_write == [True, True, True]
    assert held(run, "flags") == 3


async def test_a_rescan_flags_what_is_new_and_nothing_else(run: Run) -> None:
    words = word_flagging("ادفع")
    given: list[str] = []

    def flag(contents: Sequence[Content]) -> Sequence[tuple[Flag, ...]]:
        given.extend(content.text for content in contents)
        return words.flag(contents)

    run = await flags_by(run, replace(words, flag=flag))
    await page(run, a_post(1, text="ادفع"), a_post(2, text="سلام"))
    given.clear()
    again = a_page([a_post(1, text="ادفع", as_of=120), a_post(2, text="ادفع", as_of=120)], as_of=120)

    await capture_page(run, again, provenance=Provenance.RESCAN)

    assert given == ["ادفع"]
    assert [each[:2] for each in said(run.archive.path)] == [(1, 1), (2, 2)]


async def test_a_shadow_is_recorded_as_one(run: Run) -> None:
    run = await flags_by(run, word_flagging("ادفع", is_shadow=True))

    await page(run, a_post(1, text="ادفع"))

    assert rows(run.archive.path, "SELECT is_shadow, category FROM flags") == [(1, Category.EXTORTION)]
