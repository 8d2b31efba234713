"""Cases weigh more when more people have seen their posts, and whoever is deciding goes on."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from archiver.domain.case import Case
from archiver.domain.ids import CaseId
from archiver.domain.post import Observation, PostCounts, Provenance
from archiver.domain.priority import priority
from archiver.domain.reviewer import Role
from archiver.services import claiming, deciding
from archiver.services.capture import capture_page
from archiver.services.queue import Queue
from archiver.services.run import Run
from archiver.storage import rulebooks
from archiver.storage.driver import Connection
from tests.builders import Clock, a_page, a_post
from tests.desk_builders import HARMLESS
from tests.journeys.oracle import health
from tests.services.desk_steps import aim_at, case_of, hire
from tests.services.flaggers import word_flagging
from tests.services.steps import know

pytestmark = pytest.mark.asyncio

THREAT = "ادفع ٥٠٠٠ دولار قبل يوم الخميس لو ننشر كل الفواتير وصور العمال بالقناة"
PLAIN = "خبر عن ساعات تجهيز الكهرباء في المدينة هذا اليوم"
HOURS = timedelta(hours=6)


@pytest.fixture
def clock() -> Clock:
    """Return a clock that starts when the posts are published."""
    return Clock()


async def flagging(run: Run) -> Run:
    """Return the run as the bot would have begun it, with a rule for one word."""
    await know(run)
    rules = word_flagging("ادفع")
    async with run.archive.write() as tx:
        await rulebooks.record(tx, rules.rulebook, at=run.clock())
    return replace(run, flagging=rules)


def desk(run: Run) -> Queue:
    return Queue(archive=run.archive, clock=run.clock, fresh=random.Random(1).randbytes)


def seen_by(views: dict[int, int | None], *, text: str = THREAT, as_of: int = 100) -> list[Observation]:
    """Return a look at posts that were published when the test began."""
    return [
        a_post(post_id, text=f"{text} {post_id * 7919}", counts=PostCounts(views=count), as_of=as_of)
        for post_id, count in views.items()
    ]


async def look(run: Run, posts: list[Observation], *, provenance: Provenance = Provenance.RESCAN) -> None:
    await capture_page(run, a_page(posts, as_of=posts[0].as_of), provenance=provenance)


async def cases(run: Run) -> list[Case]:
    async with run.archive.read() as db:
        found = await db.fetch_all("SELECT case_id FROM cases ORDER BY case_id")
    return [await case_of(desk(run), CaseId(case_id)) for (case_id,) in found]


async def test_newer_counts_of_views_make_a_case_weigh_more(run: Run, clock: Clock) -> None:
    run = await flagging(run)
    await look(run, seen_by({1: 100, 2: 100, 3: 100, 4: 100}), provenance=Provenance.BACKFILL)
    before = await cases(run)
    clock.advance(HOURS)

    await look(run, seen_by({1: 5_000, 2: 120, 3: None, 4: 10}, as_of=110))

    first, *others = await cases(run)
    assert others == before[1:]
    assert first == replace(
        before[0],
        audience=5_000,
        priority=priority(severity=3, audience=5_000, precision=0.5, published_at=first.published_at),
    )
    assert first.priority > before[0].priority
    assert health(run.archive.path) == []


async def test_the_most_seen_of_the_posts_of_a_case_counts(run: Run, clock: Clock) -> None:
    run = await flagging(run)
    posts = [a_post(number, text=THREAT, counts=PostCounts(views=10)) for number in (1, 2, 3)]
    await look(run, posts, provenance=Provenance.BACKFILL)
    clock.advance(HOURS)

    views = {1: 700, 2: 9_000, 3: 800}
    await look(
        run,
        [a_post(number, text=THREAT, counts=PostCounts(views=views[number]), as_of=110) for number in views],
    )

    assert [case.audience for case in await cases(run)] == [9_000]


async def test_who_is_deciding_meanwhile_goes_on(run: Run, clock: Clock) -> None:
    run = await flagging(run)
    await look(run, seen_by({1: 100}), provenance=Provenance.BACKFILL)
    clock.advance(HOURS)
    queue = desk(run)
    one, _ = await hire(queue, Role.REVIEWER, Role.REVIEWER)
    aim = await aim_at(queue, await claiming.claim_next(queue, one))

    await look(run, seen_by({1: 50_000}, as_of=110))
    done = await deciding.decide(queue, one, aim, ruling=HARMLESS)

    assert (done.case.version, done.case.audience) == (aim.version + 1, 50_000)


async def test_posts_without_a_case_take_one_question_and_new_ones_none(
    run: Run, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, hops, go = await flagging(run), 0, Connection.run

    async def counted(self: Connection, work: object) -> object:
        nonlocal hops
        hops += 1
        return await go(self, work)  # type: ignore[arg-type]

    async def hops_of(views: dict[int, int | None], provenance: Provenance, as_of: int) -> int:
        before = hops
        await look(run, seen_by(views, text=PLAIN, as_of=as_of), provenance=provenance)
        return hops - before

    monkeypatch.setattr(Connection, "run", counted)
    posts: dict[int, int | None] = dict.fromkeys(range(1, 51), 100)
    new = await hops_of(posts, Provenance.BACKFILL, 100)
    not_due = await hops_of(posts, Provenance.RESCAN, 101)
    clock.advance(HOURS)
    due = await hops_of(posts, Provenance.RESCAN, 102)

    untold: dict[int, int | None] = dict.fromkeys(range(101, 151))
    told: dict[int, int | None] = dict.fromkeys(range(201, 251), 100)
    without = await hops_of(untold, Provenance.RESCAN, 103)
    with_views = await hops_of(told, Provenance.RESCAN, 104)

    assert new == 1
    assert due == not_due + 1
    assert with_views == without
