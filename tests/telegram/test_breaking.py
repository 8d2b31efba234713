"""A line that breaks, and what still arrives over it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from telethon.tl import types

from archiver.domain.account import AccountState
from archiver.domain.errors import AccountLost, ConnectionLost
from archiver.loopback.account import Account
from archiver.loopback.channel import Channel
from archiver.loopback.server import LoopbackServer
from archiver.telegram import reading
from archiver.telegram.line import Line
from tests.telegram.lines import (
    a_line,
    a_line_settings,
    access,
    counted,
    dialled_again,
    texts_told,
    told,
    until,
)

pytestmark = pytest.mark.asyncio


async def test_what_happens_in_a_joined_channel_arrives(line: Line, channel: Channel) -> None:
    await line.open()
    post_id = channel.publish(text="عاجل")
    channel.edit(post_id, "تصحيح")
    channel.delete(post_id)

    events = await told(line, 3)

    assert [(event.channel_id, event.count) for event in events] == [(channel.id, 1)] * 3
    seen = [one.content.text for event in events for one in event.observations]
    assert seen == ["عاجل", "تصحيح"]
    assert events[2].deleted == (post_id,)


async def test_pushes_go_on_after_the_line_was_cut(
    line: Line, server: LoopbackServer, channel: Channel
) -> None:
    await line.open()

    for text in ("one", "two", "three"):
        server.drop_lines()
        await dialled_again(line)
        channel.publish(text=text)
        assert await texts_told(line) == [text]


async def test_too_much_to_tell_is_a_reason_to_ask_again(line: Line) -> None:
    await line.open()

    line.inbox.put_nowait(types.UpdatesTooLong())

    assert line.reconnected.is_set()
    assert len(line.inbox) == 0


async def test_a_cut_in_the_middle_of_a_call_is_not_seen_by_the_caller(
    line: Line, server: LoopbackServer, channel: Channel, account: Account
) -> None:
    await line.open()
    server.faults.slow_methods["messages.getHistory"] = 0.3
    asked = asyncio.create_task(reading.newest(line.calls, access(account, channel)))
    await until(lambda: bool(server.connections) and bool(server.calls))
    await asyncio.sleep(0.1)
    server.drop_lines()

    page = await asked

    assert page.last_id == 120
    assert len(page.observations) == 100


async def test_an_answer_that_breaks_off_is_asked_for_again(
    line: Line, server: LoopbackServer, channel: Channel, account: Account
) -> None:
    await line.open()
    server.faults.torn_answers = 1

    page = await reading.newest(line.calls, access(account, channel))

    assert page.last_id == 120


async def test_silence_is_noticed_by_a_ping_and_mended_by_another_line(
    line: Line, server: LoopbackServer, channel: Channel
) -> None:
    await line.open()
    server.faults.is_silent = True

    with pytest.raises(ConnectionLost, match="went silent, dialling again"):
        await line.ping(timeout_seconds=0.2)
    assert line.is_open

    server.faults.is_silent = False
    await dialled_again(line)
    await line.ping(timeout_seconds=2)
    channel.publish(text="heard")
    assert await texts_told(line) == ["heard"]


async def test_a_line_that_is_being_dialled_is_not_dialled_once_more(
    line: Line, server: LoopbackServer, channel: Channel
) -> None:
    await line.open()
    server.refuse_connections()
    server.drop_lines()
    for _ in range(3):
        with pytest.raises(ConnectionLost):
            await line.ping(timeout_seconds=0.01)
    await server.accept_connections()

    await dialled_again(line)
    await asyncio.sleep(0.1)

    assert len(server.connections) == 1
    channel.publish(text="heard once")
    assert await texts_told(line) == ["heard once"]


async def test_what_nobody_waits_for_any_more_is_not_asked_again(
    server: LoopbackServer, session: Path, channel: Channel, account: Account
) -> None:
    line = a_line(a_line_settings(server, session, timeout_seconds=0.2))
    await line.open()
    server.faults.is_silent = True
    for _ in range(3):
        with pytest.raises(ConnectionLost):
            await reading.newest(line.calls, access(account, channel))
    with pytest.raises(ConnectionLost):
        await line.ping(timeout_seconds=0.1)
    server.faults.is_silent = False

    await dialled_again(line)
    await line.ping(timeout_seconds=2)

    assert counted(server).get("messages.getHistory", 0) == 0
    await line.close()


async def test_a_server_that_stays_away_ends_the_line_and_it_opens_again_when_it_is_back(
    line: Line, server: LoopbackServer, account: Account, channel: Channel
) -> None:
    await line.open()
    waiting = None
    for number in range(2):
        server.refuse_connections()
        server.drop_lines()
        waiting = asyncio.create_task(reading.newest(line.calls, access(account, channel)))
        await until(lambda: not line.is_open, seconds=40)

        with pytest.raises(ConnectionLost):
            await waiting
        with pytest.raises(ConnectionLost):
            await line.ping(timeout_seconds=1)
        with pytest.raises(ConnectionLost):
            await reading.newest(line.calls, access(account, channel))

        await line.hang_up()
        await server.accept_connections()
        assert await line.open() == account.id
        channel.publish(text=str(number))
        assert await texts_told(line) == [str(number)]


async def test_a_call_that_waits_while_the_line_is_hung_up_is_told_at_once(
    line: Line, server: LoopbackServer, channel: Channel, account: Account
) -> None:
    await line.open()
    server.faults.is_silent = True
    asked = asyncio.create_task(reading.newest(line.calls, access(account, channel)))
    await asyncio.sleep(0.05)

    await line.hang_up()

    with pytest.raises(ConnectionLost, match="the line to Telegram broke"):
        await asyncio.wait_for(asked, 1)


async def test_a_call_that_waits_for_the_line_to_be_dialled_is_told_of_the_end_at_once(
    server: LoopbackServer, session: Path, channel: Channel, account: Account
) -> None:
    line = a_line(a_line_settings(server, session, retry_seconds=1.0))
    await line.open()
    server.refuse_connections()
    server.drop_lines()
    await asyncio.sleep(0.05)
    asked = asyncio.create_task(reading.newest(line.calls, access(account, channel)))
    await asyncio.sleep(0.05)

    await line.hang_up()

    with pytest.raises(ConnectionLost, match="the line to Telegram broke"):
        await asyncio.wait_for(asked, 1)
    await line.close()


async def test_a_key_that_dies_while_the_line_is_open_is_a_lost_account(
    line: Line, server: LoopbackServer, account: Account
) -> None:
    await line.open()
    server.forget_keys(account)

    with pytest.raises(AccountLost) as lost:
        await line.ping(timeout_seconds=2)
    assert lost.value.state == AccountState.SIGNED_OUT
    assert not line.is_open


async def test_a_cancelled_call_is_cancelled_and_no_broken_line(line: Line, server: LoopbackServer) -> None:
    await line.open()
    server.faults.slowness = 5.0
    asked = asyncio.create_task(reading.account_state(line.calls))
    await asyncio.sleep(0.05)

    asked.cancel()

    with pytest.raises(asyncio.CancelledError):
        await asked
