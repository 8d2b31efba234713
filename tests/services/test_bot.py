"""One life of the bot: over as many lines as it takes, and to a clean end."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from archiver.domain.account import AccountState, FloodHold
from archiver.domain.errors import ArchiveDamaged, SessionMissing
from archiver.domain.ids import AccountId
from archiver.domain.watch_list import Entry
from archiver.loopback.account import Account
from archiver.loopback.server import LoopbackServer
from archiver.loopback.world import World
from archiver.services import watch_list
from archiver.services.bot import Bot, Outside
from archiver.services.run import Policy
from archiver.storage import accounts
from archiver.storage.archive import Archive
from archiver.telegram.calls import OnFlood
from archiver.telegram.line import Line
from archiver.telegram.session import SessionFile
from tests.builders import Clock
from tests.journeys.oracle import differences, rows
from tests.services.flaggers import said, word_flagging
from tests.services.hard_times import locked
from tests.services.steps import begin
from tests.telegram.lines import a_line_settings, until

pytestmark = pytest.mark.asyncio

TENTH = timedelta(milliseconds=100)


class Heard:
    """What the process around the bot was told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    @property
    def outside(self) -> Outside:
        return Outside(ready=lambda: self.told.append("ready"), alive=lambda: self.told.append("alive"))


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest_asyncio.fixture
async def archive(archive_path: Path, clock: Clock) -> AsyncIterator[Archive]:
    """Give an archive that does not wait long for others."""
    opened = await Archive.open(archive_path, clock=clock, busy_seconds=0.2)
    yield opened
    await opened.close()


@pytest.fixture
def session(server: LoopbackServer, account: Account, tmp_path: Path) -> Path:
    return server.sign_in_file(tmp_path / "account", account)


@pytest.fixture
def bot(archive: Archive, server: LoopbackServer, session: Path, clock: Clock, heard: Heard) -> Bot:
    settings = a_line_settings(server, session, timeout_seconds=2.0)

    def new_line(on_flood: OnFlood) -> Line:
        return Line(settings, on_flood=on_flood)

    return Bot(archive, new_line, clock=clock, policy=Policy(heartbeat=TENTH), outside=heard.outside)


@asynccontextmanager
async def living(bot: Bot) -> AsyncIterator[asyncio.Task[None]]:
    """Let the bot live for as long as the block lasts, then stop it as a signal does."""
    stop = asyncio.Event()
    task = asyncio.create_task(bot.live(stop))
    try:
        yield task
    finally:
        stop.set()
        await asyncio.wait([task], timeout=10)
    if not task.cancelled():
        task.result()


def state(archive: Archive) -> Callable[[], str | None]:
    def ask() -> str | None:
        found = rows(archive.path, "SELECT state FROM accounts")
        return str(found[0][0]) if found else None

    return ask


def damage(path: Path) -> None:
    """Write nonsense over an archive that is open, after a write that makes the others read it anew."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE runs SET version = 'x'")
        db.commit()
        for part in (path, path.with_name(path.name + "-wal")):
            with part.open("r+b") as file:
                file.write(b"nonsense" * (part.stat().st_size // 8))


async def connected(archive: Archive) -> None:
    await until(lambda: state(archive)() == "connected")


async def test_a_run_begins_beats_and_ends(bot: Bot, archive: Archive, heard: Heard, clock: Clock) -> None:
    async with living(bot):
        await connected(archive)
        clock.advance(timedelta(minutes=1))
        await until(lambda: rows(archive.path, "SELECT beat_at > started_at FROM runs") == [(1,)])
        during = rows(archive.path, "SELECT ended_at FROM runs")

    assert during == [(None,)]
    assert rows(archive.path, "SELECT ended_at - started_at FROM runs") == [(60_000_000,)]
    assert rows(archive.path, "SELECT state, detail FROM accounts") == [
        ("disconnected", "the bot was stopped")
    ]
    assert (heard.told[:2], heard.told.count("ready")) == (["ready", "alive"], 1)


async def test_it_archives_what_it_is_told_to_watch(
    bot: Bot, archive: Archive, world: World, clock: Clock
) -> None:
    channel = world.add_channel("rafidain", posts=150)
    await watch_list.add(archive, [Entry(handle="rafidain")], clock=clock)

    async with living(bot):
        await until(lambda: differences(archive.path, channel) == [])


async def test_it_flags_what_it_archives_by_the_rules_of_its_run(
    archive: Archive, server: LoopbackServer, session: Path, world: World, clock: Clock, heard: Heard
) -> None:
    channel = world.add_channel("rafidain", posts=30)
    for number in range(5):
        channel.publish(f"ادفع {number}")
    await watch_list.add(archive, [Entry(handle="rafidain")], clock=clock)
    settings = a_line_settings(server, session, timeout_seconds=2.0)

    def flagging() -> Bot:
        return Bot(
            archive, lambda on_flood: Line(settings, on_flood=on_flood), clock=clock,
            policy=Policy(heartbeat=TENTH), outside=heard.outside, flagging=word_flagging("ادفع"),
        )  # fmt: skip

    with capture_logs() as log:
        async with living(flagging()):
            await until(lambda: len(said(archive.path)) == 5)
    told = [(line["rulebook"], line["unseen"]) for line in log if line["event"] == "rulebook.adopted"]
    async with living(flagging()):
        channel.publish("ادفع الآن")
        await until(lambda: len(said(archive.path)) == 6)
        await until(lambda: differences(archive.path, channel) == [])

    digest = word_flagging().rulebook.digest
    assert told == [(digest, 0)]
    assert rows(archive.path, "SELECT rulebook_digest FROM runs") == [(digest,)] * 2
    assert rows(archive.path, "SELECT run_id, count(*) FROM flags GROUP BY 1") == [(1, 5), (2, 1)]
    assert rows(archive.path, "SELECT rule_id, category FROM rules") == [("test.ادفع", "extortion")]
    assert rows(archive.path, "SELECT first_revision_id, revision_id FROM flagging_cursors") == rows(
        archive.path, "SELECT 1, count(*) FROM revisions"
    )


async def test_what_a_killed_run_left_behind_is_put_right(bot: Bot, archive: Archive, clock: Clock) -> None:
    await begin(archive, clock, AccountId(1))
    async with archive.write() as tx:
        await accounts.put_state(tx, AccountId(2), AccountState.BANNED, detail="no", at=clock())

    async with living(bot):
        await until(lambda: len(rows(archive.path, "SELECT 1 FROM accounts")) == 3)
        sql = "SELECT account_id, state, detail FROM accounts WHERE account_id < 3 ORDER BY account_id"
        left = rows(archive.path, sql)

    assert left == [(1, "disconnected", None), (2, "banned", "no")]
    assert rows(archive.path, "SELECT ended_at IS NULL FROM runs ORDER BY run_id") == [(1,), (0,)]


async def test_nobody_signed_in_is_told_before_a_run_begins(
    bot: Bot, archive: Archive, session: Path
) -> None:
    session.unlink()

    with pytest.raises(SessionMissing):
        await bot.live(asyncio.Event())

    assert rows(archive.path, "SELECT 1 FROM runs") == []


async def test_a_server_that_is_not_there_is_dialled_until_it_is(
    bot: Bot, archive: Archive, server: LoopbackServer
) -> None:
    server.refuse_connections()

    async with living(bot):
        await asyncio.sleep(0.3)
        before = state(archive)()
        await server.accept_connections()
        await connected(archive)

    assert before is None  # nobody's line, as far as we could find out


async def test_a_line_that_breaks_is_opened_again(bot: Bot, archive: Archive, server: LoopbackServer) -> None:
    async with living(bot):
        await connected(archive)
        server.refuse_connections()
        server.drop_lines()
        # a call that was just going out is waited for as long as an answer may take
        await until(lambda: state(archive)() == "disconnected", seconds=10)
        detail = rows(archive.path, "SELECT detail IS NOT NULL FROM accounts")
        await server.accept_connections()
        await until(lambda: state(archive)() == "connected", seconds=10)

    assert detail == [(1,)]


async def test_an_account_that_is_signed_out_is_shown_and_its_session_let_go(
    bot: Bot, archive: Archive, account: Account, world: World, session: Path, clock: Clock
) -> None:
    channel = world.add_channel("rafidain", posts=3)
    await watch_list.add(archive, [Entry(handle="rafidain")], clock=clock)

    async with living(bot):
        await until(lambda: channel.id in account.joined)
        account.revoke()
        channel.set_about("a hint that makes us look")
        await until(lambda: state(archive)() == "signed_out")
        detail = rows(archive.path, "SELECT detail FROM accounts")
        await asyncio.sleep(0.1)
        file = SessionFile(session)
        file.open().close()
        file.close()

    assert detail == [("the account is signed_out; sign in again with: archiver login",)]
    assert state(archive)() == "signed_out"


async def test_who_signs_in_again_is_not_kept_waiting(
    bot: Bot,
    archive: Archive,
    account: Account,
    world: World,
    server: LoopbackServer,
    session: Path,
    clock: Clock,
) -> None:
    channel = world.add_channel("rafidain", posts=3)
    await watch_list.add(archive, [Entry(handle="rafidain")], clock=clock)

    async with living(bot):
        await until(lambda: channel.id in account.joined)
        account.revoke()
        channel.set_about("a hint that makes us look")
        await until(lambda: state(archive)() == "signed_out")
        await asyncio.sleep(0.1)
        server.sign_in_file(session, account)
        # half a minute at the least, if nobody had
        await until(lambda: state(archive)() == "connected", seconds=15)


async def test_a_flood_wait_before_anything_else_is_waited_out(
    bot: Bot, archive: Archive, server: LoopbackServer, account: Account, clock: Clock
) -> None:
    await begin(archive, clock, AccountId(account.id))
    server.faults.flood("users.getUsers", 1)

    async with living(bot):
        sql = "SELECT method, seconds FROM flood_holds"
        await until(lambda: rows(archive.path, sql) == [("users.getUsers", 1.0)])
        await connected(archive)

    assert server.faults.called_while_flooded["users.getUsers"] == 0


async def test_a_long_flood_wait_before_anything_else_does_not_keep_it_from_stopping(
    bot: Bot, archive: Archive, server: LoopbackServer, account: Account, clock: Clock
) -> None:
    await begin(archive, clock, AccountId(account.id))
    server.faults.flood("users.getUsers", 3_600)

    async with living(bot):
        sql = "SELECT method, seconds FROM flood_holds"
        await until(lambda: rows(archive.path, sql) == [("users.getUsers", 3_600.0)])
        await asyncio.sleep(0.3)

    assert len(server.calls["users.getUsers"]) == 1
    assert rows(archive.path, "SELECT state, detail FROM accounts") == [("disconnected", None)]


async def test_what_telegram_asked_an_earlier_run_to_leave_alone_is_left_alone(
    bot: Bot, archive: Archive, server: LoopbackServer, account: Account, world: World, clock: Clock
) -> None:
    world.add_channel("rafidain", posts=3)
    await watch_list.add(archive, [Entry(handle="rafidain")], clock=clock)
    ours, until_then = AccountId(account.id), clock() + timedelta(minutes=5)
    await begin(archive, clock, ours)
    async with archive.write() as tx:
        for owner, method in ((ours, "contacts.resolveUsername"), (AccountId(1), "users.getUsers")):
            hold = FloodHold(
                account_id=owner, method=method, seconds=600, noticed_at=clock(), until=until_then
            )
            await accounts.add_hold(tx, hold)

    async with living(bot):
        await until(lambda: server.calls["updates.getState"])
        await asyncio.sleep(0.3)

    assert len(server.calls["users.getUsers"]) == 1
    assert server.calls["contacts.resolveUsername"] == []


async def test_a_locked_archive_does_not_end_it(
    bot: Bot, archive_path: Path, archive: Archive, clock: Clock
) -> None:
    async with living(bot) as task:
        await connected(archive)
        async with locked(archive_path):
            await asyncio.sleep(0.6)  # longer than the archive waits for others
            is_over = task.done()
        clock.advance(timedelta(minutes=1))
        await until(lambda: rows(archive.path, "SELECT beat_at > started_at FROM runs") == [(1,)])

    assert is_over is False


async def test_a_damaged_archive_ends_it(bot: Bot, archive_path: Path, archive: Archive) -> None:
    task = asyncio.create_task(bot.live(asyncio.Event()))
    await connected(archive)

    damage(archive_path)

    with pytest.raises(ArchiveDamaged):
        await asyncio.wait_for(task, 10)


async def test_an_archive_that_is_damaged_while_there_is_no_line_ends_it_too(
    bot: Bot, archive_path: Path, archive: Archive, server: LoopbackServer, heard: Heard
) -> None:
    server.refuse_connections()
    task = asyncio.create_task(bot.live(asyncio.Event()))
    await until(lambda: "alive" in heard.told)

    damage(archive_path)

    with pytest.raises(ArchiveDamaged):
        await asyncio.wait_for(task, 10)


async def test_it_can_be_stopped_while_a_server_says_nothing(
    bot: Bot, archive: Archive, server: LoopbackServer
) -> None:
    server.faults.is_silent = True
    began = asyncio.get_running_loop().time()

    async with living(bot):
        await until(lambda: rows(archive.path, "SELECT 1 FROM runs"))
        await asyncio.sleep(0.2)

    assert asyncio.get_running_loop().time() - began < 4
    assert rows(archive.path, "SELECT ended_at IS NULL FROM runs") == [(0,)]
