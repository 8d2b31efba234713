"""Plotting: a chart shows what the archive holds, and nothing that it does not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from archiver.domain.channel import Fact
from archiver.domain.errors import ChartEmpty
from archiver.domain.flag import Category
from archiver.domain.ids import ChannelId, RunId
from archiver.rules.detectors.detectors import Detectors
from archiver.services.masking import Masker
from archiver.services.plotting import Chart, Drawing, draw
from archiver.storage import channels, flags, rulebooks, subscribers
from archiver.storage.archive import Archive
from archiver.storage.series import Span
from tests.builders import CHANNEL, NOON, Clock, a_flag, a_key, a_look, a_post, a_rulebook
from tests.storage.steps import ACCOUNT, begin_run, bury, observe

pytestmark = pytest.mark.asyncio

OTHER = ChannelId(CHANNEL + 1)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TITLES = {CHANNEL: "🔥 قناة \u202eالرافدين 0770 000 0021", OTHER: "کەناڵی نمونه\u200cها"}

masker = Masker(Detectors().find)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture
async def run_id(archive: Archive) -> RunId:
    begun = await begin_run(archive)
    async with archive.write() as tx:
        for number, (channel_id, title) in enumerate(TITLES.items()):
            look = a_look(channel_id, handles=(f"name_{number}",), facts={Fact.TITLE: title})
            await channels.record_look(tx, look, account_id=ACCOUNT, observed_at=NOON, run_id=begun)
    return begun


async def sample(archive: Archive, run_id: RunId, channel_id: int, *hours: int, first: int = 1000) -> None:
    async with archive.write() as tx:
        for hour in hours:
            await subscribers.record(
                tx, ChannelId(channel_id), first + hour, sampled_at=NOON + hour * HOUR, run_id=run_id
            )


def values_of(spec: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = spec["data"]["values"]
    return found


async def plot(archive: Archive, chart: Chart, **more: Any) -> dict[str, Any]:
    return await draw(archive, Drawing(chart=chart, **more), masker)


async def test_subscribers_are_drawn_in_stretches_of_what_was_sampled(
    archive: Archive, run_id: RunId
) -> None:
    await sample(archive, run_id, CHANNEL, 0, 1, 2, 30, 31, 60)

    values = values_of(await plot(archive, Chart.SUBSCRIBERS))

    assert [(each["count"], each["stretch"], each["is_marked"]) for each in values] == [
        (1000, 0, False), (1001, 0, False), (1002, 0, False),
        (1030, 1, False), (1031, 1, False), (1060, 2, True),
    ]  # fmt: skip


async def test_titles_are_masked_and_without_what_no_font_has(archive: Archive, run_id: RunId) -> None:
    await sample(archive, run_id, CHANNEL, 0, 1)
    await sample(archive, run_id, OTHER, 0, 1, first=50)

    names = {each["name"] for each in values_of(await plot(archive, Chart.SUBSCRIBERS))}

    assert names == {"قناة الرافدين [phone] (@name_0)", "کەناڵی نمونه\u200cها (@name_1)"}


async def test_a_time_and_channels_are_chosen(archive: Archive, run_id: RunId) -> None:
    await sample(archive, run_id, CHANNEL, 0, 1, 2, 3)
    await sample(archive, run_id, OTHER, 0, 1, 2, 3, first=50)
    span = Span(since=NOON + HOUR, until=NOON + 3 * HOUR)

    spec = await plot(archive, Chart.SUBSCRIBERS, channel_ids=(OTHER,), span=span)

    assert [each["count"] for each in values_of(spec)] == [51, 52]
    assert "نمونه" in spec["title"]["text"]


async def test_the_eight_largest_channels_are_drawn_where_none_is_named(
    archive: Archive, run_id: RunId
) -> None:
    async with archive.write() as tx:
        for number in range(2, 12):
            look = a_look(CHANNEL + number, handles=(f"name_{number}",), facts={}, subscribers=number)
            await channels.record_look(tx, look, account_id=ACCOUNT, observed_at=NOON, run_id=run_id)
    for number in range(2, 12):
        await sample(archive, run_id, CHANNEL + number, 1, first=number)

    names = {each["name"] for each in values_of(await plot(archive, Chart.SUBSCRIBERS))}

    assert names == {f"@name_{number}" for number in range(4, 12)}


async def put_posts(archive: Archive, run_id: RunId) -> None:
    """Archive two posts on the first day and one on the third; the first is edited and then deleted."""
    async with archive.write() as tx:
        seen = [a_post(1), a_post(2, published_at=NOON + HOUR), a_post(3, published_at=NOON + 2 * DAY)]
        await observe(tx, run_id, seen)
        await observe(tx, run_id, [a_post(9, channel_id=OTHER)])
        edited = a_post(1, text="edited", as_of=150, edited_at=NOON + DAY)
        await observe(tx, run_id, [edited], at=NOON + 3 * DAY)
        await bury(tx, run_id, [1], at=NOON + 4 * DAY)


async def test_activity_counts_posts_edits_deletions_and_hours(archive: Archive, run_id: RunId) -> None:
    await put_posts(archive, run_id)

    posts, changes, hours = (await plot(archive, Chart.ACTIVITY))["vconcat"]

    days = [f"{NOON + number * DAY:%Y-%m-%d}T00:00:00Z" for number in range(5)]
    assert [(each["day"], each["count"]) for each in values_of(posts)] == [(days[0], 3), (days[2], 1)]
    assert [(each["name"], each["day"], each["count"]) for each in values_of(changes)] == [
        ("edits", days[1], 1), ("deletions", days[4], 1),
    ]  # fmt: skip
    assert {each["hour"]: each["count"] for each in values_of(hours) if each["count"]} == {12: 3, 13: 1}


async def test_channels_are_compared_line_by_line(archive: Archive, run_id: RunId) -> None:
    await put_posts(archive, run_id)

    posts, _, _ = (await plot(archive, Chart.ACTIVITY, is_comparison=True))["vconcat"]

    # days without a post, between others, are zeros
    counts = [(each["name"][-8:-1], each["count"]) for each in values_of(posts)]
    assert sorted(counts) == [("@name_0", 0), ("@name_0", 1), ("@name_0", 2), ("@name_1", 1)]


async def test_a_post_counts_once_in_a_category_and_shadows_never(archive: Archive, run_id: RunId) -> None:
    await put_posts(archive, run_id)
    books = [a_rulebook(), a_rulebook("b" * 64)]
    async with archive.write() as tx:
        for book in books:
            await rulebooks.record(tx, book, at=NOON)
            marks = [(a_key(1), a_flag()), (a_key(3), a_flag(category=Category.SEXTORTION))]
            await flags.record(tx, marks, rulebook_digest=book.digest, at=NOON, run_id=run_id)
        again = [(a_key(1, revision=2), a_flag()), (a_key(2), a_flag(is_shadow=True))]
        await flags.record(tx, again, rulebook_digest=books[0].digest, at=NOON, run_id=run_id)

    by_category = values_of(await plot(archive, Chart.FLAGS))
    compared = values_of(await plot(archive, Chart.FLAGS, is_comparison=True))

    assert [(each["name"], each["count"]) for each in by_category] == [("extortion", 1), ("sextortion", 1)]
    assert [each["count"] for each in compared] == [1, 0, 1]


@pytest.mark.parametrize("chart", Chart)
@pytest.mark.parametrize("is_comparison", [False, True])
async def test_nothing_to_draw_is_said(
    archive: Archive, run_id: RunId, chart: Chart, is_comparison: bool
) -> None:
    later = Span(since=NOON + 99 * DAY)

    with pytest.raises(ChartEmpty, match="to draw"):
        await plot(archive, chart, is_comparison=is_comparison, span=later)
