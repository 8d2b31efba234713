"""What pages of the desk read besides cases: channels over time, posts around a post, rules, hours."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest

from archiver.domain.channel import Availability, Fact, Watch, WatchState
from archiver.domain.channel_past import AvailabilityChange, FactChange, HandleChange, SubscriberSample
from archiver.domain.errors import ArchiveLocked
from archiver.domain.ids import ChannelId, PostId, RunId
from archiver.storage import (
    channel_past,
    channels,
    rule_sheets,
    rulebooks,
    stints,
    subscribers,
    surroundings,
    watches,
)
from archiver.storage.archive import Archive
from archiver.storage.channel_past import Held
from archiver.storage.rule_sheets import RuleSheet
from tests.builders import CHANNEL, NOON, Clock, a_look, a_post, a_rule, a_rulebook
from tests.desk_builders import ME
from tests.storage.steps import ACCOUNT, bury, observe
from tests.storage.test_locked import named, public_functions
from tests.storage.test_plans import LONG, Anything, walked

ROOM = (channel_past, rule_sheets, stints, surroundings)
HOUR = timedelta(hours=1)
FURAT = ChannelId(9_000)
CALLS: dict[Callable[..., Any], tuple[tuple[Any, ...], dict[str, Any]]] = {
    channel_past.held: ((CHANNEL,), {}),
    channel_past.handles: ((CHANNEL,), {}),
    channel_past.facts: ((CHANNEL,), {}),
    channel_past.availability: ((CHANNEL,), {}),
    channel_past.subscribers: ((CHANNEL, NOON), {}),
    rule_sheets.some: (([("test.rule", "d")],), {}),
    stints.since: ((ME, NOON), {}),
    surroundings.before: ((CHANNEL, 5), {"limit": 5}),
    surroundings.after: ((CHANNEL, 5), {"limit": 5}),
}


def test_the_table_holds_every_function_of_these_files() -> None:
    assert {named(function) for function in CALLS} == set().union(*map(public_functions, ROOM))


@pytest.mark.asyncio
@pytest.mark.parametrize("function", CALLS, ids=named)
async def test_a_locked_file_is_said_to_be_locked(archive: Archive, function: Callable[..., Any]) -> None:
    await archive.close()
    impatient = await Archive.open(archive.path, clock=Clock(), busy_seconds=0.01)
    positional, named_values = CALLS[function]

    with closing(sqlite3.connect(archive.path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(ArchiveLocked):
            async with impatient.write() as tx:
                await function(tx, *positional, **named_values)
        other.execute("ROLLBACK")
    await impatient.close()


@pytest.mark.asyncio
async def test_no_long_table_is_walked_for_a_page(archive: Archive) -> None:
    statements = {
        f"{module.__name__}.{name}": sql
        for module in ROOM
        for name, sql in vars(module).items()
        if isinstance(sql, str) and "SELECT" in sql and not name.endswith("_COLUMNS")
    }
    with closing(sqlite3.connect(archive.path)) as db:
        walks = {
            name: found
            for name, sql in statements.items()
            if (
                found := walked([row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {sql}", Anything())], sql)
                & LONG
            )
        }

    assert walks == {}
    assert len(statements) == 10


@pytest.mark.asyncio
async def test_a_channel_has_a_past(archive: Archive, run_id: RunId) -> None:
    async with archive.write() as tx:
        for hour, handle, title in ((0, "rafidain", "One"), (1, "rafidain", "Two"), (2, "furat", "Two")):
            look = a_look(FURAT, handles=(handle,), facts={Fact.TITLE: title})
            at = NOON + hour * HOUR
            await channels.record_look(tx, look, account_id=ACCOUNT, observed_at=at, run_id=run_id)
            await subscribers.record(tx, FURAT, 100 + hour, sampled_at=at, run_id=run_id)
        await channels.set_availability(
            tx, FURAT, Availability.BANNED, detail="X", observed_at=NOON + 3 * HOUR, run_id=run_id
        )
        watch = Watch(handle="furat", state=WatchState.WATCHED, added_at=NOON, labels=("press", "iraq"))
        await watches.put(tx, watch)
        await watches.bind(tx, "furat", FURAT, at=NOON)
        await observe(tx, run_id, [a_post(1, channel_id=FURAT), a_post(2, channel_id=FURAT)])
        await bury(tx, run_id, [2], channel_id=FURAT, at=NOON + HOUR)

    async with archive.read() as db:
        assert await channel_past.held(db, FURAT) == Held(
            handle="furat", labels=("press", "iraq"), state="watched", first_observed_at=NOON, posts=2,
            tombstones=1, last_observed_at=NOON,
        )  # fmt: skip
        assert await channel_past.handles(db, FURAT) == [
            HandleChange(handle="rafidain", at=NOON, is_held=True),
            HandleChange(handle="furat", at=NOON + 2 * HOUR, is_held=True),
            HandleChange(handle="rafidain", at=NOON + 2 * HOUR, is_held=False),
        ]
        assert [each for each in await channel_past.facts(db, FURAT) if each.fact is Fact.TITLE] == [
            FactChange(fact=Fact.TITLE, at=NOON, value="One"),
            FactChange(fact=Fact.TITLE, at=NOON + HOUR, value="Two"),
        ]
        assert await channel_past.availability(db, FURAT) == [
            AvailabilityChange(availability=Availability.REACHABLE, at=NOON, detail=None),
            AvailabilityChange(availability=Availability.BANNED, at=NOON + 3 * HOUR, detail="X"),
        ]
        assert await channel_past.subscribers(db, FURAT, NOON + HOUR) == [
            SubscriberSample(at=NOON + HOUR, subscribers=101),
            SubscriberSample(at=NOON + 2 * HOUR, subscribers=102),
        ]
        assert await channel_past.held(db, ChannelId(9)) is None


@pytest.mark.asyncio
async def test_posts_around_a_post_are_the_nearest_ones(archive: Archive, run_id: RunId) -> None:
    async with archive.write() as tx:
        await observe(tx, run_id, [a_post(number) for number in (1, 3, 4, 8, 9, 12)])
        await bury(tx, run_id, [9], at=NOON + HOUR)

    async with archive.read() as db:
        before = await surroundings.before(db, CHANNEL, 8, limit=2)
        after = await surroundings.after(db, CHANNEL, 8, limit=5)

    assert [post.post_id for post in before] == [PostId(4), PostId(3)]
    assert [(post.post_id, post.tombstoned_at) for post in after] == [(9, NOON + HOUR), (12, None)]
    assert {post.case_id for post in before} == {None}


@pytest.mark.asyncio
async def test_a_rule_is_told_as_its_rulebook_had_it(archive: Archive) -> None:
    book = a_rulebook(rules=[a_rule("test.rule")])
    async with archive.write() as tx:
        await rulebooks.record(tx, book, at=NOON)

    async with archive.read() as db:
        found = await rule_sheets.some(db, [("test.rule", book.digest), ("test.none", book.digest)])

    rule = book.rules[0]
    sheet = RuleSheet(
        rule_id="test.rule", rulebook_digest=book.digest, title=rule.title, base=rule.base,
        threshold=rule.threshold,
    )  # fmt: skip
    assert found == {("test.rule", book.digest): sheet}
