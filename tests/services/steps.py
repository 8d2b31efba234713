"""What the tests of this room do again and again."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from archiver.domain.account import AccountState
from archiver.domain.channel import Access
from archiver.domain.errors import AnswerUnreadable
from archiver.domain.ids import AccountId, ChannelId, RunId
from archiver.domain.watch_list import Entry
from archiver.loopback.channel import Channel
from archiver.services import watch_list
from archiver.services.looking import record_look
from archiver.services.pushes import Wanted, archive_pushes
from archiver.services.roster import read_roster
from archiver.services.run import Policy, Run
from archiver.services.sync import sync
from archiver.services.watching import resolve
from archiver.storage import accounts, runs, watches
from archiver.storage.archive import Archive
from archiver.telegram.line import Line
from tests.builders import CHANNEL, Clock, a_look
from tests.journeys.oracle import rows


async def a_run(archive: Archive, line: Line, clock: Clock) -> Run:
    """Open a line and begin a run on an archive."""
    account_id = await line.open()
    run_id = await begin(archive, clock, account_id)
    return Run(archive=archive, line=line, clock=clock, run_id=run_id, account_id=account_id, policy=Policy())


async def begin(archive: Archive, clock: Clock, account_id: AccountId) -> RunId:
    async with archive.write() as tx:
        await accounts.put_state(tx, account_id, AccountState.CONNECTED, detail=None, at=clock())
        return await runs.begin(tx, at=clock(), version="0.1.0", layer=214)


def with_policy(run: Run, **changes: Any) -> Run:
    return replace(run, policy=replace(run.policy, **changes))


async def watch(run: Run, channel: Channel, **entry: Any) -> Access:
    """Put a channel on the watch list and look its handle up; return the key to it."""
    assert channel.handle is not None
    await watch_list.add(run.archive, [Entry(handle=channel.handle, **entry)], clock=run.clock)
    async with run.archive.read() as db:
        listed = await watches.get(db, channel.handle)
    assert listed is not None
    await resolve(run, listed)
    return await key(run, channel)


async def begin_channel(run: Run, channel: Channel) -> Access:
    """Watch a channel and take the first look at it."""
    access = await watch(run, channel)
    await sync(run, access)
    return access


async def with_new_calls(run: Run) -> Run:
    """Let the line forget its holds, as time would."""
    await run.line.close()
    await run.line.open()
    return run


def can_not_read(run: Run, *requests: type) -> Run:
    """Return the run as it would be if Telegram answered these requests with what nobody can decode."""
    line: Any = _Newer(run.line, requests)
    return replace(run, line=line)


class _Newer:
    """A line to a Telegram that is too new for some requests."""

    def __init__(self, line: Line, requests: tuple[type, ...]) -> None:
        self._line, self._requests = line, requests
        self.inbox, self.calls = line.inbox, self

    async def call(self, request: Any) -> Any:
        if isinstance(request, self._requests):
            raise AnswerUnreadable(
                "Telegram told something that this version can't read; update the archiver"
            )
        return await self._line.calls.call(request)


async def know(run: Run, *, channel_id: int = CHANNEL) -> None:
    """Enter a channel that no world has, so that posts can refer to it."""
    async with run.archive.write() as tx:
        await record_look(tx, run, a_look(channel_id, subscribers=None), now=run.clock())


async def key(run: Run, channel: Channel) -> Access:
    return (await read_roster(run)).accesses[ChannelId(channel.id)]


async def waiting(run: Run, pushes: int) -> None:
    """Wait until so many pushes have arrived, and leave them where they are."""
    async with asyncio.timeout(5):
        while len(run.line.inbox) < pushes:
            await asyncio.sleep(0.005)


async def arrived(run: Run, pushes: int) -> Wanted:
    """Wait until so many pushes have arrived, and let the run archive them."""
    await waiting(run, pushes)
    return await archive_pushes(run, await read_roster(run), await run.line.inbox.take())


def texts(run: Run, channel: Channel, post_id: int) -> list[str]:
    """Return the texts of a post's revisions, in order."""
    sql = "SELECT text FROM revisions WHERE channel_id = ? AND post_id = ? ORDER BY revision"
    return [row[0] for row in rows(run.archive.path, sql, channel.id, post_id)]


def held(run: Run, table: str) -> int:
    """Return how many rows a table has."""
    return int(rows(run.archive.path, f"SELECT count(*) FROM {table}")[0][0])  # noqa: S608 - our own names


def gaps(run: Run) -> list[tuple[Any, ...]]:
    """Return the gap ledger: cause, state, first and last post id."""
    sql = "SELECT cause, state, first_post_id, last_post_id FROM gaps ORDER BY gap_id"
    return rows(run.archive.path, sql)
