"""Pages, posts by id and differences, read over a real line."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from telethon.tl import functions, types

from archiver.domain.account import UpdateState
from archiver.domain.channel import Access
from archiver.domain.errors import AnswerUnreadable, ChannelUnreachable
from archiver.domain.ids import ChannelId, PostId
from archiver.domain.page import Slice, TooLong
from archiver.loopback.account import Account
from archiver.loopback.channel import Channel
from archiver.loopback.server import LoopbackServer
from archiver.loopback.world import World
from archiver.telegram import reading
from archiver.telegram.calls import Calls
from archiver.telegram.line import Line
from tests.builders import NOON
from tests.telegram.lines import access

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def calls(line: Line) -> AsyncIterator[Calls]:
    await line.open()
    yield line.calls


@pytest.fixture
def ours(account: Account, channel: Channel) -> Access:
    return access(account, channel)


def ids(page: Any) -> list[int]:
    return [seen.post_id for seen in page.observations]


async def test_history_is_read_downward_from_the_newest_post_to_the_first(
    calls: Calls, ours: Access, channel: Channel
) -> None:
    first = await reading.newest(calls, ours)
    second = await reading.older(calls, ours, below=first.first_id)

    assert ids(first) == list(range(120, 20, -1))
    assert ids(second) == list(range(20, 0, -1))
    assert (first.is_end, second.is_end, first.total) == (False, True, 120)
    assert first.as_of == channel.pts
    assert [seen.content.text for seen in second.observations] == [
        channel.versions(post_id)[-1] for post_id in ids(second)
    ]


async def test_history_is_read_upward_until_nothing_is_newer(
    calls: Calls, ours: Access, channel: Channel
) -> None:
    first = await reading.newer(calls, ours, above=PostId(10))
    second = await reading.newer(calls, ours, above=first.last_id)
    third = await reading.newer(calls, ours, above=second.last_id)

    assert ids(first) == list(range(110, 10, -1))
    assert second.last_id == third.last_id == 120
    assert {post_id for post_id in ids(second) if post_id > 110} == set(range(111, 121))
    assert (first.is_end, second.is_end, third.is_end) == (False, False, True)


@pytest.mark.parametrize("knob", ["empty_places", "fills_pages", ""])
async def test_holes_in_the_ids_are_stepped_over(
    calls: Calls, ours: Access, channel: Channel, server: LoopbackServer, knob: str
) -> None:
    channel.delete(*range(2, 110))
    if knob:
        setattr(server.faults, knob, True)

    met: list[int] = []
    page = await reading.newer(calls, ours, above=PostId(1))
    while not page.is_end:
        met += [post_id for post_id in reversed(ids(page)) if post_id > 1 and post_id not in met]
        page = await reading.newer(calls, ours, above=page.last_id)

    assert met == list(range(110, 121))
    assert ids(await reading.newest(calls, ours))[:11] == met[::-1]


async def test_posts_are_read_by_their_ids_and_the_others_are_absent(
    calls: Calls, ours: Access, channel: Channel
) -> None:
    channel.delete(5)

    page = await reading.by_ids(calls, ours, [PostId(5), PostId(6), PostId(999)])

    assert (ids(page), page.absent) == ([6], (5, 999))


async def test_a_difference_tells_what_happened_since(calls: Calls, ours: Access, channel: Channel) -> None:
    as_of = channel.pts
    new = channel.publish(text="جديد")
    channel.edit(3, "تصحيح")
    channel.delete(4, 5)

    found = await reading.difference(calls, ours, as_of=as_of)

    assert isinstance(found, Slice)
    assert {seen.post_id: seen.content.text for seen in found.observations} == {new: "جديد", 3: "تصحيح"}
    assert (set(found.deleted), found.as_of, found.is_final) == ({4, 5}, channel.pts, True)
    assert found.raw is not None


async def test_slices_of_a_difference_lead_to_its_end(
    calls: Calls, ours: Access, channel: Channel, server: LoopbackServer
) -> None:
    server.faults.difference_slice = 3
    as_of, told = channel.pts, []
    published = [channel.publish(text=str(number)) for number in range(8)]

    for _ in range(4):
        found = await reading.difference(calls, ours, as_of=as_of)
        assert isinstance(found, Slice)
        told += ids(found)
        as_of = found.as_of
        if found.is_final:
            break

    assert (told, as_of) == (published, channel.pts)


async def test_too_much_is_too_long(calls: Calls, ours: Access, channel: Channel) -> None:
    as_of = channel.pts
    for number in range(101):
        channel.publish(text=str(number))

    found = await reading.difference(calls, ours, as_of=as_of)

    assert isinstance(found, TooLong)
    assert (found.channel_id, found.as_of) == (channel.id, channel.pts)


async def test_a_wrong_hash_opens_nothing(calls: Calls, channel: Channel) -> None:
    wrong = Access(channel_id=ChannelId(channel.id), access_hash=1)

    with pytest.raises(ChannelUnreachable) as unreachable:
        await reading.newest(calls, wrong)
    assert unreachable.value.detail == "CHANNEL_INVALID"


async def test_a_private_channel_is_unreachable(
    calls: Calls, world: World, account: Account, channel: Channel
) -> None:
    account.joined.clear()
    channel.make_private()

    with pytest.raises(ChannelUnreachable) as unreachable:
        await reading.difference(calls, access(account, channel), as_of=1)
    assert (unreachable.value.availability, unreachable.value.detail) == ("private", "CHANNEL_PRIVATE")


async def test_the_accounts_news_are_the_joined_channels_that_changed(
    calls: Calls, world: World, account: Account, channel: Channel
) -> None:
    quiet = world.add_channel("quiet_one", posts=1)
    account.joined.add(quiet.id)
    world.add_channel("stranger", posts=1).publish(text="not joined")
    state = await reading.account_state(calls)
    channel.publish(text="changed")

    news = await reading.account_news(calls, state)

    assert (news.dirty, news.is_whole) == (frozenset({channel.id}), True)


class Scripted:
    """Answers calls from a list, and keeps what it was asked."""

    def __init__(self, *answers: Any) -> None:
        self.left, self.asked = list(answers), list[Any]()

    async def call(self, request: Any) -> Any:
        self.asked.append(request)
        return self.left.pop(0)


def a_state(pts: int) -> Any:
    return types.updates.State(pts, 3, NOON + timedelta(seconds=pts), 5, 0)


BEFORE = UpdateState(pts=1, qts=2, date=NOON, seq=4)


async def test_news_in_slices_are_asked_for_to_the_end() -> None:
    changed = [types.UpdateChannelTooLong(number) for number in (11, 12)]
    calls: Any = Scripted(
        types.updates.DifferenceSlice([], [], [changed[0], types.UpdateConfig()], [], [], a_state(50)),
        types.updates.Difference([], [], [changed[1]], [], [], a_state(60)),
    )

    news = await reading.account_news(calls, BEFORE)

    assert news == reading.AccountNews(
        state=UpdateState(pts=60, qts=3, date=NOON + timedelta(seconds=60), seq=5),
        dirty=frozenset({ChannelId(11), ChannelId(12)}),
    )
    assert [(request.pts, request.qts) for request in calls.asked] == [(1, 2), (50, 3)]


async def test_no_news_move_the_time_on() -> None:
    later = datetime(2026, 3, 2, tzinfo=UTC)
    calls: Any = Scripted(types.updates.DifferenceEmpty(later, 9))

    news = await reading.account_news(calls, BEFORE)

    assert news == reading.AccountNews(state=UpdateState(pts=1, qts=2, date=later, seq=9), dirty=frozenset())


async def test_too_many_news_are_not_whole() -> None:
    calls: Any = Scripted(types.updates.DifferenceTooLong(70), a_state(80))

    news = await reading.account_news(calls, BEFORE)

    assert (news.is_whole, news.state.pts, news.dirty) == (False, 80, frozenset())
    assert isinstance(calls.asked[1], functions.updates.GetStateRequest)


async def test_an_answer_of_a_newer_telegram_is_unreadable_and_the_line_goes_on(
    calls: Calls, ours: Access, server: LoopbackServer
) -> None:
    class Newer(functions.updates.GetStateRequest):  # type: ignore[misc]
        @staticmethod
        def read_result(reader: Any) -> Any:
            reader.read_int()
            return reader.tgread_object()

    with pytest.raises(AnswerUnreadable):
        await calls.call(Newer())
    assert ids(await reading.newest(calls, ours))
