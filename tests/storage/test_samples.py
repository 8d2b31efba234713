"""Subscriber counts and audits: numbers at one moment."""

from __future__ import annotations

from datetime import timedelta

import pytest

from archiver.domain.ids import RunId
from archiver.storage import audits, subscribers
from archiver.storage.archive import Archive
from archiver.storage.moment import micros
from tests.builders import CHANNEL, NOON
from tests.storage.steps import know_channel

pytestmark = pytest.mark.asyncio

HOUR = timedelta(hours=1)


async def test_a_count_is_kept_with_its_moment_and_a_repeat_is_not_a_second(
    archive: Archive, run_id: RunId
) -> None:
    async with archive.write() as tx:
        for hours, count in ((0, 1_000), (0, 1_000), (1, 999)):
            await subscribers.record(tx, CHANNEL, count, sampled_at=NOON + hours * HOUR, run_id=run_id)

    async with archive.read() as db:
        kept = await db.fetch_all("SELECT * FROM subscriber_counts")
    assert kept == [
        (CHANNEL, micros(NOON), 1_000, run_id),
        (CHANNEL, micros(NOON + HOUR), 999, run_id),
    ]


async def test_a_channel_that_was_never_sampled_has_no_latest_sample(archive: Archive, run_id: RunId) -> None:
    async with archive.write() as tx:
        await know_channel(tx, run_id, channel_id=5)
        for hours in (0, 2, 1):
            await subscribers.record(tx, CHANNEL, 7, sampled_at=NOON + hours * HOUR, run_id=run_id)

    async with archive.read() as db:
        assert await subscribers.latest_samples(db) == {CHANNEL: NOON + 2 * HOUR}


async def test_an_audit_is_kept(archive: Archive, run_id: RunId) -> None:
    async with archive.write() as tx:
        await audits.record(tx, CHANNEL, told=10, held=9, audited_at=NOON, run_id=run_id)

    async with archive.read() as db:
        assert await db.fetch_all("SELECT * FROM audits") == [(CHANNEL, micros(NOON), 10, 9, run_id)]
