"""Paced calls: flood waits, holds and turns."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest
from telethon.tl import functions, types

from archiver.domain.errors import AccountLost, FloodWait, TelegramError
from archiver.loopback.account import Account
from archiver.loopback.channel import Channel
from archiver.loopback.server import LoopbackServer
from archiver.telegram import asking, reading
from archiver.telegram.calls import Calls, OnFlood, method_name
from archiver.telegram.line import Line
from tests.telegram.lines import Floods, access, counted, until

pytestmark = pytest.mark.asyncio

STATE = "updates.getState"


async def test_a_short_flood_wait_is_waited_out_and_the_answer_comes(
    line: Line, server: LoopbackServer, floods: Floods
) -> None:
    await line.open()
    server.faults.flood(STATE, 1)

    began = time.monotonic()
    state = await reading.account_state(line.calls)

    assert state.seq >= 0
    assert time.monotonic() - began >= 1.1  # Telegram's figure and a tenth
    assert floods == [(STATE, 1.0)]
    assert counted(server)[STATE] == 2
    assert server.faults.called_while_flooded[STATE] == 0


async def test_a_flood_wait_of_no_seconds_is_a_second(
    line: Line, server: LoopbackServer, floods: Floods
) -> None:
    await line.open()
    server.faults.flood(STATE, 0)

    began = time.monotonic()
    await reading.account_state(line.calls)

    assert time.monotonic() - began >= 1.0
    assert [method for method, _ in floods] == [STATE]


async def test_a_long_flood_wait_frees_the_caller_and_is_not_asked_again(
    line: Line, server: LoopbackServer, floods: Floods
) -> None:
    await line.open()
    server.faults.flood(STATE, 60)

    with pytest.raises(FloodWait) as first:
        await reading.account_state(line.calls)
    with pytest.raises(FloodWait) as second:
        await reading.account_state(line.calls)

    assert (first.value.method, second.value.method) == (STATE, STATE)
    assert 60 < second.value.seconds < first.value.seconds <= 66.0
    assert floods == [(STATE, 60.0)]
    assert counted(server)[STATE] == 1


async def test_a_flood_wait_holds_up_nobody_who_wants_another_method(
    line: Line, server: LoopbackServer, channel: Channel, account: Account
) -> None:
    await line.open()
    server.faults.flood("messages.getHistory", 60)
    with pytest.raises(FloodWait):
        await reading.newest(line.calls, access(account, channel))

    await reading.account_state(line.calls)

    held = line.calls.held()
    assert held.keys() == {"messages.getHistory"}
    assert 65 < held["messages.getHistory"] <= 66


async def test_those_who_wait_in_line_are_freed_by_a_long_flood_wait_too(
    line: Line, server: LoopbackServer
) -> None:
    calls = _calls(line, pace=1.0)  # a burst of three, then one call in two seconds
    await line.open()
    waiting = [asyncio.create_task(_state(calls)) for _ in range(6)]
    await until(lambda: counted(server).get(STATE) == 3)

    calls.hold(STATE, seconds=60)
    ended = await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), 1)

    assert [type(one) for one in ended] == [types.updates.State] * 3 + [FloodWait] * 3
    assert counted(server)[STATE] == 3


async def test_a_call_that_waits_for_its_place_does_not_slip_through_a_new_hold(
    line: Line, server: LoopbackServer
) -> None:
    calls = _calls(line, in_flight=1)
    await line.open()
    server.faults.slow_methods[STATE] = 0.1
    server.faults.flood(STATE, 60)

    ended = await asyncio.gather(*(_state(calls) for _ in range(4)), return_exceptions=True)

    assert [type(one) for one in ended] == [FloodWait] * 4
    assert counted(server)[STATE] == 1


async def test_not_even_a_short_hold_is_slipped_through(line: Line, server: LoopbackServer) -> None:
    calls = _calls(line, in_flight=1, patience=0.0)  # Telethon forgets flood waits of up to three seconds
    await line.open()
    server.faults.slow_methods[STATE] = 0.1
    server.faults.flood(STATE, 2)

    ended = await asyncio.gather(*(_state(calls) for _ in range(4)), return_exceptions=True)

    assert [type(one) for one in ended] == [FloodWait] * 4
    assert counted(server)[STATE] == 1


async def test_a_hold_of_an_earlier_run_is_honoured(line: Line, server: LoopbackServer) -> None:
    await line.open()
    line.calls.hold(STATE, seconds=30)

    with pytest.raises(FloodWait) as flood:
        await reading.account_state(line.calls)

    assert 29 < flood.value.seconds <= 30
    assert counted(server).get(STATE, 0) == 0


async def test_a_hold_on_every_method_holds_each(line: Line, server: LoopbackServer) -> None:
    await line.open()
    before = counted(server)
    line.calls.hold("*", seconds=30)

    with pytest.raises(FloodWait):
        await reading.account_state(line.calls)

    assert counted(server) == before


async def test_a_hold_that_is_over_holds_nothing(line: Line) -> None:
    await line.open()
    line.calls.hold(STATE, seconds=0.05)

    await reading.account_state(line.calls)

    assert line.calls.held() == {}


async def test_what_telethon_remembers_of_a_flood_wait_is_a_flood_wait(
    line: Line, server: LoopbackServer
) -> None:
    await line.open()
    server.faults.flood(STATE, 60)
    with pytest.raises(FloodWait):
        await _state(_calls(line))

    with pytest.raises(FloodWait):
        await _state(_calls(line))  # knows of no hold; Telethon does

    assert counted(server)[STATE] == 1


async def test_each_method_goes_first_come_first_served(line: Line, server: LoopbackServer) -> None:
    calls = _calls(line, pace=20.0)  # a burst of three, then ten a second
    await line.open()
    done: list[int] = []

    async def ask(number: int) -> None:
        await _state(calls)
        done.append(number)

    await asyncio.gather(*(ask(number) for number in range(8)))

    assert done == list(range(8))
    times = server.calls[STATE]
    assert times[-1] - times[0] >= 0.45


async def test_all_methods_together_keep_the_pace_of_the_account(line: Line, server: LoopbackServer) -> None:
    calls = _calls(line, pace=5.0)  # all together: a burst of twenty, then ten a second
    await line.open()
    began = time.monotonic()

    many = (calls.call(request()) for request in _MANY for _ in range(3))
    await asyncio.gather(*many, return_exceptions=True)

    assert len(_MANY) * 3 == 24
    assert time.monotonic() - began >= 0.35


async def test_who_gives_up_waiting_lets_the_next_one_go(line: Line, server: LoopbackServer) -> None:
    calls = _calls(line, pace=1.0)
    await line.open()
    calls.hold(STATE, seconds=0.3)
    first, second = (asyncio.create_task(_state(calls)) for _ in range(2))
    await asyncio.sleep(0.05)

    first.cancel()

    with pytest.raises(asyncio.CancelledError):
        await first
    assert isinstance(await second, types.updates.State)
    assert counted(server)[STATE] == 1


async def test_only_so_many_calls_are_under_way_at_once(
    line: Line, server: LoopbackServer, channel: Channel, account: Account
) -> None:
    calls = _calls(line, in_flight=2)
    await line.open()
    server.faults.slowness = 0.1
    began = time.monotonic()

    await asyncio.gather(*(_state(calls) for _ in range(6)))

    assert time.monotonic() - began >= 0.3
    times = server.calls[STATE]
    assert times[2] - times[1] >= 0.08


async def test_an_error_of_the_listener_is_the_callers_and_the_hold_stands(
    line: Line, server: LoopbackServer
) -> None:
    async def refuse(method: str, seconds: float) -> None:
        raise RuntimeError(f"{method} {seconds:g}")

    calls = _calls(line, on_flood=refuse)
    await line.open()
    server.faults.flood(STATE, 60)

    with pytest.raises(RuntimeError, match=r"updates\.getState 60"):
        await _state(calls)
    assert calls.held().keys() == {STATE}


async def test_a_frozen_account_is_no_flood_wait(
    line: Line, channel: Channel, account: Account, floods: Floods
) -> None:
    await line.open()
    account.freeze()

    with pytest.raises(AccountLost) as lost:
        await asking.join(line.calls, access(account, channel))

    assert lost.value.state == "frozen"
    assert floods == []


async def test_a_server_in_trouble_is_asked_again(line: Line, server: LoopbackServer) -> None:
    await line.open()
    server.faults.refuse(STATE, 500, "RPC_CALL_FAIL")

    await reading.account_state(line.calls)

    assert counted(server)[STATE] == 2


async def test_a_refusal_nobody_foresaw_names_the_method_and_telegrams_word(
    line: Line, server: LoopbackServer
) -> None:
    await line.open()
    server.faults.refuse(STATE, 400, "SOMETHING_NEW")

    with pytest.raises(TelegramError) as refused:
        await reading.account_state(line.calls)

    assert type(refused.value) is TelegramError
    assert str(refused.value) == "updates.getState was refused: SOMETHING_NEW"


async def test_methods_go_by_telegrams_names() -> None:
    names = [
        method_name(request) for request in (functions.messages.GetHistoryRequest, functions.PingRequest)
    ]

    assert names == ["messages.getHistory", "ping"]


_MANY: tuple[Callable[[], Any], ...] = (
    functions.updates.GetStateRequest,
    functions.help.GetConfigRequest,
    functions.help.GetNearestDcRequest,
    functions.help.GetInviteTextRequest,
    functions.account.GetPasswordRequest,
    functions.account.GetAuthorizationsRequest,
    functions.account.GetAccountTTLRequest,
    functions.contacts.GetStatusesRequest,
)


def _calls(
    line: Line,
    *,
    pace: float = 0.0,
    in_flight: int = 8,
    patience: float = 5.0,
    on_flood: OnFlood | None = None,
) -> Calls:
    """Return other calls of the same line."""

    async def nothing(method: str, seconds: float) -> None:
        pass

    return Calls(
        line.prepare(),
        pace=pace,
        timeout_seconds=5.0,
        on_flood=on_flood or nothing,
        patience=patience,
        in_flight=in_flight,
    )


async def _state(calls: Calls) -> Any:
    return await calls.call(functions.updates.GetStateRequest())
