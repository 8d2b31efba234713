"""Revisions read back in the order in which they came."""

from __future__ import annotations

from datetime import timedelta

import pytest

from archiver.domain.ids import ChannelId, RunId
from archiver.domain.post import ForwardOrigin
from archiver.domain.stretch import Stretch
from archiver.storage import revisions
from archiver.storage.archive import Archive
from archiver.storage.revisions import KeptRevision
from tests.builders import CHANNEL, NOON, a_content, a_key, a_post
from tests.storage.steps import know_channel, observe

pytestmark = pytest.mark.asyncio

OTHER = ChannelId(CHANNEL + 1)


async def fill(archive: Archive, run_id: RunId) -> None:
    """Write five revisions in two channels, each post published an hour after the one before."""
    seen = [
        a_post(7, text="أ", published_at=NOON),
        a_post(8, text="ب", published_at=NOON + timedelta(hours=1)),
        a_post(9, channel_id=OTHER, text="ج", published_at=NOON + timedelta(hours=2)),
        a_post(7, text="د", published_at=NOON, as_of=120),
        a_post(10, text="ه", published_at=NOON + timedelta(hours=3)),
    ]
    async with archive.write() as tx:
        await know_channel(tx, run_id, channel_id=OTHER)
        for post in seen:
            await observe(tx, run_id, [post])


def texts(found: list[KeptRevision]) -> str:
    return "".join(each.content.text for each in found)


async def test_a_stretch_is_read_from_below_as_far_as_wanted(archive: Archive, run_id: RunId) -> None:
    await fill(archive, run_id)

    async with archive.read() as db:
        some = await revisions.within(db, Stretch(2, 5), limit=3)
        last = await revisions.within(db, Stretch(5, 9), limit=3)
        newest = await revisions.newest_id(db)

    assert [(each.revision_id, each.key) for each in some] == [
        (2, a_key(8)), (3, a_key(9, channel_id=OTHER)), (4, a_key(7, revision=2)),
    ]  # fmt: skip
    assert (texts(some), texts(last), newest) == ("بجد", "ه", 5)


async def test_of_a_channel_or_since_a_time_only_what_is_wanted_is_read(
    archive: Archive, run_id: RunId
) -> None:
    await fill(archive, run_id)
    hour = NOON + timedelta(hours=1)

    async with archive.read() as db:
        own = await revisions.chosen(db, above=0, since=None, channel_id=CHANNEL, limit=9)
        late = await revisions.chosen(db, above=0, since=hour, channel_id=None, limit=9)
        both = await revisions.chosen(db, above=2, since=hour, channel_id=CHANNEL, limit=9)
        few = await revisions.chosen(db, above=1, since=None, channel_id=CHANNEL, limit=2)

    assert [texts(found) for found in (own, late, both, few)] == ["أبده", "بجه", "ه", "بد"]


async def test_the_whole_content_comes_back(archive: Archive, run_id: RunId) -> None:
    content = a_content(
        "نص", author="محرر", forward=ForwardOrigin(published_at=NOON, channel_id=OTHER, handle="elsewhere")
    )  # fmt: skip
    async with archive.write() as tx:
        await observe(tx, run_id, [a_post(7, content=content)])

    async with archive.read() as db:
        (found,) = await revisions.within(db, Stretch(1, 1), limit=1)

    assert found == KeptRevision(revision_id=1, key=a_key(7), content=content)


async def test_an_empty_archive_has_no_newest_revision(archive: Archive) -> None:
    async with archive.read() as db:
        assert (await revisions.newest_id(db), await revisions.within(db, Stretch(1, 5), limit=5)) == (0, [])
