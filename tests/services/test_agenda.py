"""Which channel is worked on next."""

from __future__ import annotations

import asyncio

import pytest

from archiver.domain.ids import ChannelId
from archiver.services.agenda import Agenda

pytestmark = pytest.mark.asyncio

ONE, TWO, THREE = ChannelId(1), ChannelId(2), ChannelId(3)


async def take(agenda: Agenda) -> ChannelId | None:
    """Take what is due within a moment, ``None`` when nothing is."""
    try:
        async with asyncio.timeout(0.15):
            return await agenda.take()
    except TimeoutError:
        return None


async def test_channels_come_in_the_order_in_which_they_are_due() -> None:
    agenda = Agenda()
    agenda.put(ONE, seconds=0.04)
    agenda.put(TWO, seconds=0.02)
    agenda.put(THREE)

    assert [await take(agenda) for _ in range(4)] == [THREE, TWO, ONE, None]


async def test_an_earlier_time_wins_whichever_comes_first() -> None:
    agenda = Agenda()
    agenda.put(ONE, seconds=60)
    agenda.put(ONE)
    agenda.put(ONE, seconds=60)

    assert [await take(agenda), await take(agenda)] == [ONE, None]


async def test_a_time_in_the_past_is_now() -> None:
    agenda = Agenda()
    agenda.put(ONE, seconds=-5)

    assert await take(agenda) == ONE


async def test_a_channel_that_is_never_due_is_not_on_the_agenda() -> None:
    agenda = Agenda()
    agenda.put(ONE, seconds=float("inf"))

    assert ONE not in agenda


async def test_only_one_hand_works_on_a_channel() -> None:
    agenda = Agenda()
    agenda.put(ONE)
    agenda.put(TWO, seconds=0.01)
    assert await take(agenda) == ONE
    agenda.put(ONE)

    assert [await take(agenda), await take(agenda)] == [TWO, None]
    agenda.free(ONE)
    assert await take(agenda) == ONE


async def test_freeing_wakes_who_waits_for_a_busy_channel() -> None:
    agenda = Agenda()
    agenda.put(ONE)
    await agenda.take()
    agenda.put(ONE)
    waiting = asyncio.create_task(agenda.take())
    await asyncio.sleep(0.01)
    was_waiting = not waiting.done()

    agenda.free(ONE)

    assert (was_waiting, await asyncio.wait_for(waiting, 1)) == (True, ONE)


async def test_of_many_who_wait_each_gets_a_channel_of_its_own() -> None:
    agenda = Agenda()
    waiting = [asyncio.create_task(agenda.take()) for _ in range(3)]
    await asyncio.sleep(0)
    for channel_id in (ONE, TWO, THREE):
        agenda.put(channel_id)

    assert set(await asyncio.wait_for(asyncio.gather(*waiting), 1)) == {ONE, TWO, THREE}


async def test_who_waits_can_be_cancelled() -> None:
    agenda = Agenda()
    waiting = asyncio.create_task(agenda.take())
    await asyncio.sleep(0)
    waiting.cancel()

    with pytest.raises(asyncio.CancelledError):
        await waiting
    agenda.put(ONE)
    assert await take(agenda) == ONE
