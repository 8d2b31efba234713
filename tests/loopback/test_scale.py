"""Many channels and many posts: nothing is forgotten, and little is kept."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest
from telethon import events
from telethon.tl import functions as f, types as t

from archiver.loopback.account import Account
from archiver.loopback.world import World

pytestmark = pytest.mark.asyncio


async def test_five_hundred_channels_push_all_they_publish(
    client: Any, world: World, account: Account
) -> None:
    channels = [world.add_channel(f"channel_{number}", posts=20) for number in range(500)]
    account.joined |= {channel.id for channel in channels}
    await client(f.updates.GetStateRequest())
    heard: Counter[int] = Counter()

    async def hear(update: Any) -> None:
        if isinstance(update, t.UpdateNewChannelMessage):
            heard[update.message.peer_id.channel_id] += 1

    client.add_event_handler(hear, events.Raw)
    for channel in channels:
        channel.publish_random()
        channel.publish("again")
    async with asyncio.timeout(10):
        while heard.total() < 1000:
            await asyncio.sleep(0.01)

    assert heard == Counter({channel.id: 2 for channel in channels})


async def test_ten_thousand_posts_are_made_when_they_are_looked_at(world: World) -> None:
    channel = world.add_channel("large", posts=10_000)

    assert (len(channel.ever), channel.pts, channel.shelf._posts) == (10_000, 10_001, {})
