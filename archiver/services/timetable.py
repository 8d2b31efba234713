"""The timetable: what is wanted of each channel on the roster, and in how many seconds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from archiver.domain.cursor import Cursor
from archiver.domain.ids import ChannelId
from archiver.services.roster import Roster
from archiver.services.run import Run


def wanted(run: Run, roster: Roster) -> Iterator[tuple[str, ChannelId, float]]:
    """Yield (agenda, channel, seconds) for every channel and each kind of work it wants."""
    now = run.clock()
    for channel_id in roster.watched:
        if channel_id in roster.cursors or channel_id in roster.closed:
            yield "looks", channel_id, seconds_until(_look_due(run, roster, channel_id), now)
    for access in roster.followed:
        cursor = roster.cursors.get(access.channel_id)
        if cursor is None:
            yield "begins", access.channel_id, 0.0
            continue
        yield "syncs", access.channel_id, 0.0
        if run.policy.backfill and cursor.history_complete_at is None:
            yield "histories", access.channel_id, 0.0
        due = None if access.channel_id in roster.gapped else rescan_due(run, cursor)
        yield "rescans", access.channel_id, seconds_until(due, now)


def rescan_due(run: Run, cursor: Cursor) -> datetime | None:
    """Return when the newest posts of a channel should be looked at again; ``None`` for at once."""
    if cursor.rescan_id is not None:
        return None
    last = cursor.recent_rescanned_at or cursor.looked_at
    return None if last is None else last + run.policy.rescan_every


def wants_whole_rescan(run: Run, cursor: Cursor, *, is_gapped: bool) -> bool:
    """Say whether the next re-scan of a channel should look at all of it."""
    if is_gapped or cursor.rescan_id is not None:
        return True
    last = cursor.rescanned_at or cursor.looked_at
    return last is not None and run.clock() - last >= run.policy.full_rescan_every


def seconds_until(moment: datetime | None, now: datetime) -> float:
    """Return how long a moment is away; 0 when it is past, or ``None``."""
    return 0.0 if moment is None else max(0.0, (moment - now).total_seconds())


def _look_due(run: Run, roster: Roster, channel_id: ChannelId) -> datetime | None:
    last = roster.sampled_at.get(channel_id)
    return None if last is None else last + run.policy.subscribers_every
