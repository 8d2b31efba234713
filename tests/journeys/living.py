"""Life in channels by chance, always the same for a seed: new posts, edits, deletions, albums, polls."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from archiver.loopback.channel import Channel

_RECENT = 60


def live(channel: Channel, chance: random.Random) -> None:
    """Let one thing happen in a channel."""
    recent = _editable(channel)
    if len(recent) < 5:
        channel.publish_random()
        return
    chance.choices(_DEEDS, weights=_WEIGHTS)[0](channel, chance, recent)


def happen(channel: Channel, chance: random.Random, *, events: int) -> None:
    """Let exactly so many events happen in a channel, all at once."""
    last = channel.pts + events
    while channel.pts < last:
        recent = _editable(channel)
        deed = chance.choices(_SINGLE, weights=_SINGLE_WEIGHTS)[0] if len(recent) > 5 else _publish
        deed(channel, chance, recent)


@asynccontextmanager
async def living(channels: Sequence[Channel], *, seed: int, per_second: float) -> AsyncIterator[None]:
    """Let channels live for as long as the block lasts."""
    task = asyncio.create_task(_live_on(channels, random.Random(seed), 1 / per_second))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def _live_on(channels: Sequence[Channel], chance: random.Random, pause: float) -> None:
    while True:
        live(chance.choice(channels), chance)
        await asyncio.sleep(pause)


def _editable(channel: Channel) -> list[int]:
    """Return recent posts, but no service posts: those can't be edited."""
    return [n for n in channel.shelf.live[-_RECENT:] if channel.shelf.get(n).action is None]


def _publish(channel: Channel, _: random.Random, _recent: list[int]) -> None:
    channel.publish_random()


def _edit(channel: Channel, chance: random.Random, recent: list[int]) -> None:
    channel.edit(chance.choice(recent), f"مصحح {chance.getrandbits(40)}")


def _delete(channel: Channel, chance: random.Random, recent: list[int]) -> None:
    channel.delete(*chance.sample(recent, chance.randint(1, 3)))


def _delete_one(channel: Channel, chance: random.Random, recent: list[int]) -> None:
    channel.delete(chance.choice(recent))


def _edit_and_delete(channel: Channel, chance: random.Random, recent: list[int]) -> None:
    post_id = chance.choice(recent)
    channel.edit(post_id, f"قبل الحذف {chance.getrandbits(40)}")
    channel.delete(post_id)


def _publish_and_delete(channel: Channel, _: random.Random, _recent: list[int]) -> None:
    channel.delete(channel.publish_random())


def _album(channel: Channel, chance: random.Random, _: list[int]) -> None:
    channel.publish_album([{"media": "photo"}, {"media": "video"}], f"ألبوم {chance.getrandbits(20)}")


_DEEDS: Sequence[Callable[[Channel, random.Random, list[int]], None]] = (
    _publish, _edit, _delete, _edit_and_delete, _publish_and_delete, _album,
)  # fmt: skip
_WEIGHTS = (10, 5, 2, 1, 1, 1)

_SINGLE = (_publish, _edit, _delete_one)
_SINGLE_WEIGHTS = (6, 3, 1)
