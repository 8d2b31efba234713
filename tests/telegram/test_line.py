"""The line to Telegram: opened, closed, and opened again."""

from __future__ import annotations

import asyncio
import gc
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from archiver.domain.account import AccountState
from archiver.domain.errors import AccountLost, ConnectionLost, FloodWait, SessionMissing, SettingsInvalid
from archiver.loopback.account import Account
from archiver.loopback.channel import Channel
from archiver.loopback.server import LoopbackServer
from archiver.telegram import reading
from archiver.telegram.line import Line, LineSettings, Server
from tests.telegram.lines import (
    Floods,
    a_line,
    a_line_settings,
    access,
    counted,
    dialled_again,
    until,
)

pytestmark = pytest.mark.asyncio


async def test_an_open_line_says_whose_it_is(line: Line, account: Account) -> None:
    assert await line.open() == account.id
    assert line.is_open


async def test_opening_makes_two_calls_and_no_more(line: Line, server: LoopbackServer) -> None:
    await line.open()

    assert counted(server) == {"help.getConfig": 1, "users.getUsers": 1}


async def test_an_open_line_may_be_opened_again(line: Line, server: LoopbackServer, account: Account) -> None:
    await line.open()

    assert await line.open() == account.id
    assert counted(server) == {"help.getConfig": 1, "users.getUsers": 2}
    assert len(server.connections) == 1


async def test_no_session_is_told_before_anything_is_dialled(server: LoopbackServer, tmp_path: Path) -> None:
    line = a_line(a_line_settings(server, tmp_path / "nobody"))

    with pytest.raises(SessionMissing, match="sign in with: archiver login"):
        await line.open()
    assert not line.is_open
    assert counted(server) == {}


async def test_a_refused_connection_is_a_lost_line_and_the_next_try_may_work(
    line: Line, server: LoopbackServer, account: Account
) -> None:
    server.refuse_connections()

    with pytest.raises(ConnectionLost):
        await line.open()
    assert not line.is_open

    await server.accept_connections()
    assert await line.open() == account.id


async def test_a_server_that_takes_the_line_and_says_nothing_is_given_up(
    server: LoopbackServer, session: Path
) -> None:
    server.faults.is_silent = True
    line = a_line(a_line_settings(server, session, timeout_seconds=0.3))

    with pytest.raises(ConnectionLost, match=r"connect got no answer in 0\.3 s"):
        await line.open()
    assert not line.is_open
    await line.close()


async def test_a_connection_that_stayed_silent_is_opened_whole_the_next_time(
    server: LoopbackServer, session: Path, account: Account
) -> None:
    server.faults.is_silent = True
    line = a_line(a_line_settings(server, session, timeout_seconds=0.3))
    with pytest.raises(ConnectionLost):
        await line.open()
    server.faults.is_silent = False

    assert await line.open() == account.id
    assert counted(server)["help.getConfig"] == 1
    await line.close()


async def test_a_key_that_the_server_forgot_is_a_lost_account(
    line: Line, server: LoopbackServer, account: Account
) -> None:
    server.forget_keys(account)

    with pytest.raises(AccountLost) as lost:
        await line.open()
    assert lost.value.state == AccountState.SIGNED_OUT
    assert not line.is_open


async def test_a_failed_opening_leaves_no_error_that_nobody_read(
    settings: LineSettings, server: LoopbackServer, account: Account, caplog: pytest.LogCaptureFixture
) -> None:
    server.forget_keys(account)
    line = a_line(settings)
    with pytest.raises(AccountLost):
        await line.open()

    await line.close()
    del line
    gc.collect()

    assert [record.getMessage() for record in caplog.records if record.name == "asyncio"] == []


@pytest.mark.parametrize(
    ("happen", "state"),
    [
        ("revoke", AccountState.SIGNED_OUT),
        ("duplicate", AccountState.DUPLICATED),
        ("ban", AccountState.BANNED),
    ],
)
async def test_what_became_of_the_account_is_told_at_the_door(
    line: Line, account: Account, happen: str, state: AccountState
) -> None:
    getattr(account, happen)()

    with pytest.raises(AccountLost) as lost:
        await line.open()
    assert lost.value.state == state


async def test_a_flood_at_the_door_is_a_flood_and_not_a_broken_line(
    line: Line, server: LoopbackServer, floods: Floods
) -> None:
    server.faults.flood("users.getUsers", 60)

    with pytest.raises(FloodWait) as flood:
        await line.open()
    assert flood.value.method == "users.getUsers"
    assert floods == [("users.getUsers", 60.0)]
    assert line.is_open


async def test_a_server_key_that_is_none_is_a_wrong_setting(session: Path, server: LoopbackServer) -> None:
    good = a_line_settings(server, session)
    bad = replace(good, server=Server(dc=2, host="127.0.0.1", port=1, key="no key"))

    line = a_line(bad)
    with pytest.raises(SettingsInvalid, match="ARCHIVER_TELEGRAM__SERVER_KEY"):
        line.prepare()

    other = a_line(good)
    other.prepare()  # the session file was let go
    await other.close()


async def test_closing_leaves_no_task_and_no_line(line: Line, server: LoopbackServer) -> None:
    before = asyncio.all_tasks()
    await line.open()
    server.drop_lines()
    await dialled_again(line)

    await line.close()
    await line.close()

    await until(lambda: not server.connections)
    served = {task for task in asyncio.all_tasks() - before if "loopback" not in repr(task.get_coro())}
    assert served == set()


async def test_closing_ends_a_greeting_that_still_waits_for_its_turn(
    line: Line, server: LoopbackServer
) -> None:
    before = asyncio.all_tasks()
    await line.open()
    line.calls.hold("updates.getState", seconds=4)
    server.drop_lines()
    await until(lambda: any("Line._greet" in repr(task.get_coro()) for task in asyncio.all_tasks()))

    await line.close()

    await until(lambda: not server.connections)
    left = {task for task in asyncio.all_tasks() - before if "loopback" not in repr(task.get_coro())}
    assert left == set()


async def test_a_closed_line_lets_go_of_its_session_and_can_be_opened_again(
    line: Line, settings: LineSettings, account: Account
) -> None:
    await line.open()
    await line.close()

    other = a_line(settings)
    assert await other.open() == account.id
    await other.close()
    assert await line.open() == account.id


async def test_the_session_keeps_the_login_and_nothing_else(
    line: Line, session: Path, channel: Channel, account: Account
) -> None:
    await line.open()
    await reading.newest(line.calls, access(account, channel))
    await line.close()

    with closing(sqlite3.connect(session)) as db:
        names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = {name: db.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names}  # noqa: S608

    assert rows == {"sessions": 1, "entities": 0, "sent_files": 0, "update_state": 0, "version": 1}
