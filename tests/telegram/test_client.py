"""The private parts of Telethon that we touch, one by one: a test here fails when one of them moves."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest
from telethon.tl import functions, types

from archiver.domain.errors import ConnectionLost
from archiver.loopback.account import Account
from archiver.loopback.channel import Channel
from archiver.loopback.server import LoopbackServer
from archiver.telegram import reading
from archiver.telegram.client import Client
from archiver.telegram.line import Line
from tests.telegram.lines import a_line, a_line_settings, access, counted, dialled_again, told, until

pytestmark = pytest.mark.asyncio


async def test_telethons_update_engine_neither_runs_nor_hears_anything(
    line: Line, server: LoopbackServer, channel: Channel
) -> None:
    client = line.prepare()
    await line.open()
    channel.publish(text="pushed")
    await told(line)

    assert client._updates_handle.done()
    assert client._updates_queue.empty()
    assert client._message_box.is_empty()
    assert client._sender._updates_queue is line.inbox
    assert "updates.getState" not in counted(server)


async def test_telethons_caches_stay_empty(line: Line, channel: Channel, account: Account) -> None:
    client = line.prepare()
    await line.open()
    for _ in range(3):
        await reading.newest(line.calls, access(account, channel))
    channel.publish(text="pushed")
    await told(line)

    assert len(client._mb_entity_cache) == 0
    assert len(client._sender._pending_state) == 0
    assert len(client._sender._send_queue._deque) == 0


async def test_a_thousand_pushes_leave_nothing_behind_in_the_sender(line: Line, channel: Channel) -> None:
    client = line.prepare()
    await line.open()
    for number in range(1000):
        channel.publish(text=str(number))
    await told(line, 1000)

    await line.ping(timeout_seconds=5)

    await until(lambda: len(client._sender._pending_ack) < 10)
    assert len(client._sender._last_acks) <= 10


async def test_calls_that_never_get_an_answer_do_not_pile_up(
    server: LoopbackServer, session: Path, channel: Channel, account: Account
) -> None:
    line = a_line(a_line_settings(server, session, timeout_seconds=0.05))
    client = line.prepare()
    await line.open()
    server.faults.slow_methods["messages.getHistory"] = 60
    for _ in range(20):
        with pytest.raises(ConnectionLost):
            await reading.newest(line.calls, access(account, channel))
    assert len(client._sender._pending_state) == 20

    await line.ping(timeout_seconds=2)

    assert len(client._sender._pending_state) == 0
    await line.close()


async def test_dialling_again_asks_for_the_state_and_for_nothing_else(
    line: Line, server: LoopbackServer
) -> None:
    await line.open()
    server.drop_lines()
    await dialled_again(line)

    assert counted(server) == {"help.getConfig": 1, "users.getUsers": 1, "updates.getState": 1}


async def test_moving_to_another_data_centre_makes_a_new_key_and_keeps_our_inbox(
    line: Line, server: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Client, "_config", None)  # Telethon keeps the addresses for the life of the process
    client = line.prepare()
    await line.open()
    before = client.session.auth_key.key

    await line.move(2)

    assert client.session.auth_key.key != before
    assert client._updates_handle.done() or await _ends(client._updates_handle)
    assert client._sender._updates_queue is line.inbox


async def test_forgetting_the_key_makes_another_one(line: Line, server: LoopbackServer) -> None:
    client = line.prepare()
    await line.open()
    before = client.session.auth_key.key

    await line.start_over()

    assert client.session.auth_key.key not in {before, None}


async def test_the_name_we_go_by_says_nothing_of_the_machine(line: Line) -> None:
    request = line.prepare()._init_request

    assert (request.device_model, request.system_version, request.lang_code) == ("archiver", "1", "en")


async def test_what_telethon_warns_of_holds_no_text_and_no_number(
    line: Line, caplog: pytest.LogCaptureFixture
) -> None:
    client = line.prepare()
    log = client._log["telethon.network.mtprotosender"]

    log.warning("Note: %s is not an update, not dispatching it %s", "User", types.PeerUser(1))
    log.info("Connecting to %s...", "10.1.2.3:443")
    trouble = ValueError("+9647700000000")
    log.error("Attempt %d failed: %s", 2, trouble, exc_info=trouble)

    assert [record.getMessage() for record in caplog.records] == [
        "Note: <str> is not an update, not dispatching it <PeerUser>",
        "Attempt 2 failed: <ValueError>",
    ]
    assert "9647700000000" not in caplog.text


async def test_the_log_of_a_broken_line_names_no_address(
    line: Line, server: LoopbackServer, caplog: pytest.LogCaptureFixture
) -> None:
    await line.open()
    server.drop_lines()
    await dialled_again(line)

    assert "127.0.0.1" not in caplog.text
    assert all(record.levelno >= logging.WARNING for record in caplog.records if record.name == "telethon")


async def test_our_request_reader_is_used(line: Line) -> None:
    # wire.ask stands on it: Telethon reads an answer with the request's own read_result
    await line.open()
    request = functions.updates.GetStateRequest()
    read: list[int] = []

    def read_result(reader: object) -> str:
        read.append(reader.tell_position())  # type: ignore[attr-defined]
        return "read by us"

    request.read_result = read_result

    assert await line.calls.call(request) == "read by us"
    assert len(read) == 1


async def _ends(task: asyncio.Task[None]) -> bool:
    await asyncio.wait_for(task, 1)
    return True
