"""Channels over time: facts, handles, availability."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import pytest_asyncio

from archiver.domain.channel import Access, Availability, ChannelLook, Fact
from archiver.domain.ids import AccountId, ChannelId, RunId
from archiver.storage import channels
from archiver.storage.archive import Archive
from archiver.storage.channels import Reach
from archiver.storage.driver import Row
from archiver.storage.moment import micros
from tests.builders import CHANNEL, NOON, a_look
from tests.storage.steps import ACCOUNT, begin_run

pytestmark = pytest.mark.asyncio

HEIR = ChannelId(77)
HOUR = timedelta(hours=1)
T = [micros(NOON + hours * HOUR) for hours in range(5)]


async def ask(archive: Archive, sql: str) -> list[Row]:
    async with archive.read() as db:
        return await db.fetch_all(sql)


async def look(archive: Archive, *looks: ChannelLook, at: datetime = NOON) -> None:
    """Record looks an hour apart."""
    run_id = RunId(1)
    for hours, each in enumerate(looks):
        async with archive.write() as tx:
            await channels.record_look(
                tx, each, account_id=ACCOUNT, observed_at=at + hours * HOUR, run_id=run_id
            )


@pytest_asyncio.fixture(autouse=True)
async def a_run(archive: Archive) -> None:
    await begin_run(archive)


async def test_a_fact_is_written_when_it_differs_from_the_newest(archive: Archive) -> None:
    await look(
        archive,
        a_look(facts={Fact.TITLE: "One", Fact.IS_SCAM: "0"}),
        a_look(facts={Fact.TITLE: "One"}),
        a_look(facts={Fact.TITLE: "Two", Fact.ABOUT: ""}),
        a_look(facts={Fact.TITLE: "One"}),
    )

    assert await ask(
        archive, "SELECT fact, observed_at, value FROM channel_facts ORDER BY observed_at, fact"
    ) == [
        ("is_scam", T[0], "0"),
        ("title", T[0], "One"),
        ("about", T[2], ""),
        ("title", T[2], "Two"),
        ("title", T[3], "One"),
    ]
    async with archive.read() as db:
        assert await channels.facts(db, CHANNEL) == {Fact.TITLE: "One", Fact.ABOUT: "", Fact.IS_SCAM: "0"}


async def test_a_channel_is_first_observed_once(archive: Archive) -> None:
    await look(archive, a_look(), a_look())

    assert await ask(archive, "SELECT * FROM channels") == [(CHANNEL, T[0])]


async def test_a_renamed_channel_stays_the_same_and_both_names_are_recorded(archive: Archive) -> None:
    await look(archive, a_look(handles=("old",)), a_look(handles=("new", "second")), a_look(handles=None))

    assert await ask(archive, "SELECT * FROM channel_handles ORDER BY observed_at, handle") == [
        (CHANNEL, "old", T[0], 1),
        (CHANNEL, "new", T[1], 1),
        (CHANNEL, "old", T[1], 0),
        (CHANNEL, "second", T[1], 1),
    ]
    async with archive.read() as db:
        assert await channels.handles(db, CHANNEL) == {"new", "second"}


async def test_a_handle_that_passes_on_is_recorded_on_both_sides(archive: Archive) -> None:
    await look(archive, a_look(handles=("name",)), a_look(HEIR, handles=("name",)))

    assert await ask(archive, "SELECT * FROM channel_handles ORDER BY observed_at, channel_id") == [
        (CHANNEL, "name", T[0], 1),
        (HEIR, "name", T[1], 1),
        (CHANNEL, "name", T[1], 0),
    ]
    async with archive.read() as db:
        assert await channels.holders(db, "name") == {HEIR}
        assert await channels.all_handles(db) == (
            {CHANNEL: frozenset(), HEIR: frozenset({"name"})},
            {CHANNEL: NOON + HOUR, HEIR: NOON + HOUR},
        )


async def test_a_handle_that_comes_back_is_held_again(archive: Archive) -> None:
    await look(archive, a_look(handles=("name",)), a_look(HEIR, handles=("name",)), a_look(handles=("name",)))

    async with archive.read() as db:
        assert await channels.holders(db, "name") == {CHANNEL}
        assert await channels.handles(db, HEIR) == frozenset()


async def test_availability_is_written_when_it_changes_and_lasts_since_then(archive: Archive) -> None:
    await look(
        archive,
        a_look(),
        a_look(),
        a_look(availability=Availability.RESTRICTED, detail="porn on ios"),
        a_look(availability=Availability.RESTRICTED, detail="porn on ios"),
        a_look(availability=Availability.RESTRICTED, detail="terms on all"),
    )

    assert await ask(archive, "SELECT observed_at, availability, detail FROM channel_availability") == [
        (T[0], "reachable", None),
        (T[2], "restricted", "porn on ios"),
        (T[4], "restricted", "terms on all"),
    ]
    newest = Reach(availability=Availability.RESTRICTED, detail="terms on all", since=NOON + 4 * HOUR)
    async with archive.read() as db:
        assert await channels.reach(db, CHANNEL) == newest
        assert await channels.reaches(db) == {CHANNEL: newest}
        assert await channels.reach(db, HEIR) is None


async def test_a_channel_is_out_of_reach_since_the_first_reason_for_it(archive: Archive) -> None:
    private = a_look(availability=Availability.PRIVATE, detail="forbidden")
    looks = [private, a_look(), a_look(availability=Availability.RESTRICTED, detail="porn on ios")]
    await look(archive, *looks)
    async with archive.read() as db:
        while_open = await channels.out_since(db, CHANNEL)

    await look(
        archive, *looks, private, a_look(availability=Availability.BANNED, detail="all:terms"), private
    )

    async with archive.read() as db:
        assert (while_open, await channels.out_since(db, HEIR)) == (None, None)
        assert await channels.out_since(db, CHANNEL) == NOON + 3 * HOUR


async def test_setting_an_availability_tells_since_when_it_stands(archive: Archive) -> None:
    await look(archive, a_look())

    async def find_banned(hours: int) -> Reach:
        async with archive.write() as tx:
            return await channels.set_availability(
                tx, CHANNEL, Availability.BANNED,
                detail="CHANNEL_PRIVATE", observed_at=NOON + hours * HOUR, run_id=RunId(1),
            )  # fmt: skip

    banned = Reach(availability=Availability.BANNED, detail="CHANNEL_PRIVATE", since=NOON + HOUR)
    assert await find_banned(1) == banned
    assert await find_banned(9) == banned


async def test_a_key_belongs_to_one_account(archive: Archive) -> None:
    other = AccountId(9)
    await look(archive, a_look(access_hash=5, is_joined=True))
    async with archive.write() as tx:
        await channels.put_access(
            tx, other, CHANNEL, access_hash=-6, is_joined=False, observed_at=NOON
        )  # fmt: skip

    async with archive.read() as db:
        ours = await channels.accesses(db, ACCOUNT)
        theirs = await channels.accesses(db, other)

    assert ours == {CHANNEL: Access(channel_id=CHANNEL, access_hash=5, is_joined=True)}
    assert theirs == {CHANNEL: Access(channel_id=CHANNEL, access_hash=-6, is_joined=False)}


async def test_a_look_that_does_not_know_of_membership_leaves_it(archive: Archive) -> None:
    joined = a_look(access_hash=5, is_joined=True)

    await look(archive, joined, replace(joined, is_joined=None, access_hash=7))
    unknown = await ask(archive, "SELECT access_hash, is_joined FROM channel_access")
    await look(archive, replace(joined, access_hash=None), replace(joined, is_joined=False))

    assert unknown == [(7, 1)]
    assert await ask(archive, "SELECT access_hash, is_joined FROM channel_access") == [(5, 0)]


@pytest.mark.parametrize("table", ["channel_facts", "channel_handles", "channel_availability"])
async def test_what_a_channel_was_can_not_be_changed(archive: Archive, table: str) -> None:
    await look(archive, a_look())

    for sql in (f"UPDATE {table} SET observed_at = 0", f"DELETE FROM {table}"):  # noqa: S608 - our own words
        with pytest.raises(sqlite3.IntegrityError, match="the past is immutable"):
            async with archive.write() as tx:
                await tx.execute(sql)
