"""Errands: the pieces of work that the bot does about one channel, and when each is wanted again.

Each is a `services.troubles.Work`: it returns the seconds until it is wanted again, ``None`` when never.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from archiver.domain.channel import READABLE, Access
from archiver.domain.cursor import Cursor
from archiver.domain.ids import ChannelId
from archiver.domain.pacing import look_interval
from archiver.services.backfill import backfill
from archiver.services.looking import look
from archiver.services.rescan import rescan_recent, rescan_whole
from archiver.services.roster import Roster
from archiver.services.run import Run
from archiver.services.sync import sync
from archiver.services.timetable import rescan_due, seconds_until, wants_whole_rescan
from archiver.services.troubles import Work
from archiver.storage import accounts, channels, cursors, gaps, posts
from archiver.telegram import reading

_LATER = timedelta(hours=6).total_seconds()
"""When to ask again for a past that is read as far as it is wanted: the operator may want more of it."""


async def begin(run: Run, access: Access) -> float | None:
    """Take the first look at a channel; afterwards it has a cursor."""
    await sync(run, access)
    return None


async def catch_up(run: Run, access: Access) -> float | None:
    """Bring a channel from its cursor to now; a channel that was closed before is looked at whole."""
    await sync(run, access)
    async with run.archive.read() as db:
        reach = await channels.reach(db, access.channel_id)
        rate = await posts.hourly_rate(db, access.channel_id, run.clock())
    if reach is not None and reach.availability not in READABLE:
        await look(run, access, has_read=True)
    policy = run.policy
    if access.is_joined:
        return policy.joined_look.total_seconds()
    return look_interval(
        rate, shortest=policy.look_shortest.total_seconds(), longest=policy.look_longest.total_seconds()
    )


async def history(run: Run, access: Access) -> float | None:
    """Read further into the past."""
    return 0.0 if await backfill(run, access) else _LATER


async def rescan(run: Run, access: Access) -> float | None:
    """Look again at what we hold: the whole channel when that is due or a gap is open, else the newest."""
    cursor, is_gapped = await _stand(run, access)
    if cursor is None:
        return None
    if wants_whole_rescan(run, cursor, is_gapped=is_gapped):
        if await rescan_whole(run, access):
            return 0.0
    else:
        await rescan_recent(run, access)
    cursor, is_gapped = await _stand(run, access)
    # a gap that opened while we looked wants another look from the top
    return 0.0 if cursor is None or is_gapped else seconds_until(rescan_due(run, cursor), run.clock())


async def _stand(run: Run, access: Access) -> tuple[Cursor | None, bool]:
    """Return a channel's cursor, and whether a gap in it waits for a whole re-scan."""
    async with run.archive.read() as db:
        open_gaps = await gaps.open_gaps(db, access.channel_id)
        return await cursors.get(db, access.channel_id), any(gap.wants_rescan for gap in open_gaps)


async def look_whole(run: Run, access: Access) -> float | None:
    """Count the subscribers, and record what the channel says of itself."""
    await look(run, access)
    return run.policy.subscribers_every.total_seconds()


WORK: Mapping[str, Work] = {
    "begins": begin,
    "syncs": catch_up,
    "histories": history,
    "rescans": rescan,
    "looks": look_whole,
}


async def changed_channels(run: Run, roster: Roster) -> frozenset[ChannelId]:
    """Return the joined channels that changed since the account's own cursor, and move that on.

    Without such a cursor, after a change of account or a first start, that is all of them.
    """
    async with run.archive.read() as db:
        account = await accounts.get(db, run.account_id)
    state = account.update_state if account else None
    joined = frozenset(access.channel_id for access in roster.followed if access.is_joined)
    if state is None or run.clock() - state.date > timedelta(days=7):
        dirty = joined
        state = await reading.account_state(run.line.calls)
    else:
        news = await reading.account_news(run.line.calls, state)
        dirty, state = news.dirty if news.is_whole else joined, news.state
    async with run.archive.write() as tx:
        await accounts.put_update_state(tx, run.account_id, state)
    return dirty
