"""Where flagging stands: how much was flagged of late, and what the rules have not seen."""

from __future__ import annotations

from datetime import timedelta

import pytest

from archiver.domain.flag import Category, Flag
from archiver.domain.ids import RunId
from archiver.domain.revision import RevisionKey
from archiver.services import status
from archiver.services.run import Policy
from archiver.services.status import FlagStatus, Status
from archiver.storage import flags, rulebooks, runs
from archiver.storage.archive import Archive
from tests.builders import Clock, a_flag, a_key, a_post, a_rule, a_rulebook
from tests.storage.steps import begin_run, know_channel, observe

pytestmark = pytest.mark.asyncio

OLD, NEW = (a_rulebook(letter * 64, rules=[a_rule(), a_rule("test.other")]) for letter in "ab")


@pytest.fixture
def clock() -> Clock:
    return Clock()


async def read(archive: Archive, clock: Clock) -> Status:
    return await status.read(archive, policy=Policy(), clock=clock)


async def flag(archive: Archive, clock: Clock, key: RevisionKey, flag: Flag, *, days: int = 0) -> None:
    """Flag a revision some days ago."""
    at = clock() - timedelta(days=days)
    async with archive.write() as tx:
        await flags.record(tx, [(key, flag)], rulebook_digest=OLD.digest, at=at, run_id=RunId(1))


async def test_flags_of_a_day_and_a_week_are_counted(archive: Archive, clock: Clock) -> None:
    run_id = await begin_run(archive)
    async with archive.write() as tx:
        await know_channel(tx, run_id)
        await observe(tx, run_id, [a_post(number) for number in range(1, 5)])
        await rulebooks.record(tx, OLD, at=clock())
    for number, days in enumerate((8, 2, 0), 1):
        await flag(archive, clock, a_key(number), a_flag(), days=days)
    await flag(archive, clock, a_key(4), a_flag("test.other", category=Category.SEXTORTION))

    found = await read(archive, clock)

    assert found.flags == FlagStatus(
        day={Category.EXTORTION: 1, Category.SEXTORTION: 1},
        week={Category.EXTORTION: 2, Category.SEXTORTION: 1},
    )
    assert found.totals.flags == 4


async def test_what_the_rules_of_the_newest_run_have_not_seen_is_counted(
    archive: Archive, clock: Clock
) -> None:
    run_id = await begin_run(archive)
    async with archive.write() as tx:
        await know_channel(tx, run_id)
        await observe(tx, run_id, [a_post(number) for number in range(1, 6)])
        for book in (OLD, NEW):
            await rulebooks.record(tx, book, at=clock())
        await rulebooks.advance(tx, OLD.digest, added=5)
        await rulebooks.advance(tx, NEW.digest, added=2)
    found = []
    for digest in (OLD.digest, NEW.digest, None):
        async with archive.write() as tx:
            await runs.begin(tx, at=clock(), version="0", layer=1, rulebook_digest=digest)
        found.append((await read(archive, clock)).flags)

    assert [(each.rulebook_digest, each.unseen) for each in found] == [
        (OLD.digest, 0), (NEW.digest, 3), (None, 0),
    ]  # fmt: skip
