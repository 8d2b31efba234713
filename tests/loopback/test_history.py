"""Pages of history, as https://core.telegram.org/api/offsets has them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from telethon import errors
from telethon.tl import functions as f, types as t

from archiver.loopback.account import Account
from archiver.loopback.channel import Channel
from archiver.loopback.server import LoopbackServer
from archiver.loopback.world import World

pytestmark = pytest.mark.asyncio

POSTS = 250


@pytest.fixture
def channel(world: World) -> Channel:
    return world.add_channel("sample", posts=POSTS)


def history(channel: Channel, account: Account, **options: Any) -> Any:
    place = {
        "offset_id": 0,
        "offset_date": None,
        "add_offset": 0,
        "limit": 100,
        "max_id": 0,
        "min_id": 0,
        "hash": 0,
    }
    peer = t.InputPeerChannel(channel.id, account.access_hash(channel.id))
    return f.messages.GetHistoryRequest(peer, **place | options)


async def ids(client: Any, request: Any) -> list[int]:
    return [post.id for post in (await client(request)).messages]


async def test_the_history_is_walked_both_ways(client: Any, channel: Channel) -> None:
    down = [post.id async for post in client.iter_messages("sample", wait_time=0)]
    up = [post.id async for post in client.iter_messages("sample", wait_time=0, reverse=True, min_id=100)]

    assert down == list(range(POSTS, 0, -1))
    assert up == list(range(101, POSTS + 1))


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ({}, range(250, 150, -1)),
        ({"limit": 3}, range(250, 247, -1)),
        ({"limit": 1000}, range(250, 150, -1)),
        ({"offset_id": 11}, range(10, 0, -1)),
        ({"offset_id": 1}, range(0)),
        ({"offset_id": 101, "add_offset": -100}, range(200, 100, -1)),
        ({"offset_id": 241, "add_offset": -100}, range(250, 240, -1)),
        ({"offset_id": 251, "add_offset": -100}, range(0)),
        ({"offset_id": 101, "add_offset": 5, "limit": 2}, range(95, 93, -1)),
        ({"offset_id": 999_999, "limit": 2}, range(250, 248, -1)),
        ({"min_id": 248}, range(250, 248, -1)),
        ({"max_id": 249, "limit": 4}, range(248, 246, -1)),
    ],
)
async def test_a_page_is_the_stretch_that_was_asked_for(
    client: Any, account: Account, channel: Channel, place: dict[str, int], expected: range
) -> None:
    assert await ids(client, history(channel, account, **place)) == list(expected)


async def test_a_page_says_how_many_posts_stand_and_how_far_events_go(
    client: Any, account: Account, channel: Channel
) -> None:
    channel.delete(7, 8)

    page = await client(history(channel, account, offset_id=10, limit=4))

    assert [post.id for post in page.messages] == [9, 6, 5, 4]
    assert (page.count, page.pts) == (POSTS - 2, channel.pts)


async def test_a_page_begins_before_a_date(client: Any, account: Account, channel: Channel) -> None:
    before = channel.live[100].at

    page = await ids(client, history(channel, account, offset_date=before, limit=2))

    assert page == [99, 98]


async def test_deleted_posts_can_leave_empty_places(
    client: Any, server: LoopbackServer, account: Account, channel: Channel
) -> None:
    channel.delete(249)
    server.faults.empty_places = True

    page = await client(history(channel, account, limit=3))

    assert [(type(post), post.id) for post in page.messages][1] == (t.MessageEmpty, 249)
    assert [post.id for post in page.messages] == [250, 249, 248]


async def test_a_page_near_the_newest_post_can_be_filled_with_older_ones(
    client: Any, server: LoopbackServer, account: Account, channel: Channel
) -> None:
    server.faults.fills_pages = True

    page = await ids(client, history(channel, account, offset_id=249, add_offset=-10, limit=10))

    assert page == list(range(250, 240, -1))


async def test_posts_by_id_come_in_the_order_asked_and_empty_where_none_stands(
    client: Any, channel: Channel
) -> None:
    channel.delete(5)

    found = await client(f.channels.GetMessagesRequest("sample", [3, 5, 999, 2]))

    assert [(type(post).__name__, post.id) for post in found.messages] == [
        ("Message", 3),
        ("MessageEmpty", 5),
        ("MessageEmpty", 999),
        ("Message", 2),
    ]


async def test_more_than_a_page_of_ids_is_refused(client: Any, channel: Channel) -> None:
    with pytest.raises(errors.LimitInvalidError):
        await client(f.channels.GetMessagesRequest("sample", list(range(1, 102))))


async def test_the_same_seed_gives_the_same_posts() -> None:
    one, other = (World(seed=5).add_channel("sample", posts=300) for _ in range(2))
    third = World(seed=6).add_channel("sample", posts=300)

    texts = [post.text for post in one.live.values()]

    assert texts == [post.text for post in other.live.values()]
    assert texts != [post.text for post in third.live.values()]


async def test_a_lower_id_than_the_newest_takes_its_place(client: Any, world: World) -> None:
    channel = world.add_channel("holes")
    channel.publish("one")
    channel.publish("five", skip_ids=3)

    channel.publish("three", post_id=3)

    assert [(post.id, post.message) for post in await client.get_messages("holes", 10)] == [
        (5, "five"),
        (3, "three"),
        (1, "one"),
    ]
    assert channel.ever == [1, 3, 5]


async def test_views_and_reactions_are_counted(client: Any, world: World) -> None:
    channel = world.add_channel("counted", subscribers=10_000)
    post_id = channel.publish("seen", views=10, forwards=2, reactions=[("👍", 3)])
    channel.count(post_id, views=5, forwards=1, reactions=[("👍", 4), ("🔥", 1)])
    peer = await client.get_input_entity("counted")

    views = await client(f.messages.GetMessagesViewsRequest(peer, [post_id, 99], increment=False))
    again = await client(f.messages.GetMessagesViewsRequest(peer, [post_id], increment=True))
    reactions = await client(f.messages.GetMessagesReactionsRequest(peer, [post_id, 99]))

    assert [(one.views, one.forwards) for one in views.views] == [(15, 3), (None, None)]
    assert again.views[0].views == 16
    assert [
        [(one.reaction.emoticon, one.count) for one in update.reactions.results]
        for update in reactions.updates
    ] == [[("👍", 4), ("🔥", 1)]]
    assert len(channel.chronicle) == 1


async def test_posts_are_searched(client: Any, world: World) -> None:
    channel = world.add_channel("searched")
    for text in ("بغداد اليوم", "هەولێر", "غداً في بغداد"):
        channel.publish(text)

    found = await client.get_messages("searched", 10, search="بغداد")

    assert ([post.id for post in found], found.total) == ([3, 1], 2)


async def test_real_posts_are_loaded_a_channel_for_each_name(
    client: Any, world: World, tmp_path: Any
) -> None:
    lines = [
        '{"message_id": 7, "text": "seven", "date": "2024-12-04T09:00:28+00:00", "channel": "One"}',
        '{"message_id": 7, "text": "again", "date": "2024-12-04T09:00:28+00:00", "channel": "One"}',
        '{"message_id": 4, "text": "four", "date": "2024-12-03T09:00:28+00:00", "channel": "One"}',
        '{"message_id": 1, "text": "other", "date": "2024-12-03T09:00:28+03:00", "channel": "Two"}',
        '{"message_id": 2, "text": "left out", "date": "2024-12-03T09:00:28+00:00", "channel": "Two"}',
    ]
    (tmp_path / "posts.jsonl").write_text("\n".join(lines), "utf-8")

    made = world.load_jsonl(tmp_path / "posts.jsonl", limit=4)
    first = await client.get_messages(made[0].handle, 10)

    assert [channel.look.title for channel in made] == ["One", "Two"]
    assert [(post.id, post.message) for post in first] == [(7, "seven"), (4, "four")]
    assert made[1].live[1].at == dt.datetime(2024, 12, 3, 6, 0, 28, tzinfo=dt.UTC)
