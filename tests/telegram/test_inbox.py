"""The inbox: what was pushed, bounded, taken in order and once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given
from telethon.tl import types

from archiver.domain.ids import ChannelId
from archiver.telegram.inbox import Inbox, Post
from tests.builders import CHANNEL, NOON
from tests.telegram.messages import a_message
from tests.telegram.varieties import varieties

OTHER = ChannelId(1_999_999_999)


def an_inbox(*, limit: int = 10) -> Inbox:
    return Inbox(limit=limit, on_loss=lambda: None)


def pushed(*updates: Any) -> Any:
    return types.Updates(list(updates), [], [], NOON, 0)


def a_deletion(channel_id: int = CHANNEL) -> Any:
    return types.UpdateDeleteChannelMessages(channel_id, [1], 101, 1)


@pytest.mark.asyncio
async def test_what_arrived_is_taken_in_order_and_once() -> None:
    inbox = an_inbox()
    containers = [pushed(a_deletion()) for _ in range(3)]
    for container in containers:
        inbox.put_nowait(container)

    assert await inbox.take() == Post(containers=tuple(containers), dirty=frozenset())
    assert len(inbox) == 0


@pytest.mark.asyncio
async def test_taking_waits_for_something_to_arrive() -> None:
    inbox = an_inbox()
    taking = asyncio.create_task(inbox.take())
    await asyncio.sleep(0)
    assert not taking.done()

    inbox.mark(CHANNEL)

    assert await taking == Post(containers=(), dirty=frozenset({CHANNEL}))


@pytest.mark.asyncio
async def test_taking_waits_again_after_all_was_taken() -> None:
    inbox = an_inbox()
    inbox.mark(CHANNEL)
    await inbox.take()

    taking = asyncio.create_task(inbox.take())
    await asyncio.sleep(0)

    assert not taking.done()
    taking.cancel()


@pytest.mark.asyncio
async def test_who_gives_up_taking_loses_nothing() -> None:
    inbox = an_inbox()
    taking = asyncio.create_task(inbox.take())
    await asyncio.sleep(0)
    inbox.put_nowait(pushed(a_deletion()))
    taking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await taking

    assert len((await asyncio.wait_for(inbox.take(), 1)).containers) == 1


@pytest.mark.asyncio
async def test_beyond_the_limit_containers_shrink_to_marks() -> None:
    inbox = an_inbox(limit=2)
    kept = [pushed(a_deletion()), pushed(a_deletion())]
    for container in kept:
        inbox.put_nowait(container)
    inbox.put_nowait(pushed(a_deletion(OTHER), types.UpdateNewChannelMessage(a_message(), 102, 1)))
    inbox.put_nowait(types.UpdateShort(a_deletion(OTHER), NOON))
    inbox.put_nowait(types.UpdateShort(types.UpdateConfig(), NOON))

    assert (len(inbox), inbox.dropped) == (2, 3)
    assert await inbox.take() == Post(containers=tuple(kept), dirty=frozenset({CHANNEL, OTHER}))


@pytest.mark.asyncio
async def test_after_it_was_emptied_there_is_room_again() -> None:
    inbox = an_inbox(limit=1)
    for _ in range(2):
        inbox.put_nowait(pushed(a_deletion()))
    await inbox.take()
    inbox.put_nowait(pushed(a_deletion()))

    assert len((await inbox.take()).containers) == 1


def test_memory_stays_flat_whatever_arrives() -> None:
    inbox = an_inbox(limit=100)

    for number in range(20_000):
        inbox.put_nowait(pushed(a_deletion(CHANNEL + number % 7)))

    assert len(inbox) == 100
    assert inbox.dropped == 19_900
    assert len(inbox._dirty) == 7


def test_too_much_to_tell_is_told_and_takes_no_room() -> None:
    lost: list[bool] = []
    inbox = Inbox(limit=10, on_loss=lambda: lost.append(True))

    inbox.put_nowait(types.UpdatesTooLong())

    assert (lost, len(inbox)) == ([True], 0)


@given(varieties(types.TypeUpdates))
def test_no_push_breaks_a_full_inbox(container: Any) -> None:
    inbox = an_inbox(limit=0)

    inbox.put_nowait(container)

    assert len(inbox) == 0
