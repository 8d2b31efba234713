"""The roster: which channels an account follows just now, read anew every few seconds.

Another process may change the watch list at any time, so the bot looks at the archive instead of being told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from archiver.domain.channel import READABLE, Access, Availability, Watch, WatchState
from archiver.domain.cursor import Cursor
from archiver.domain.ids import ChannelId
from archiver.services.run import Run
from archiver.storage import channels, cursors, gaps, subscribers, watches

_CLOSED = frozenset({Availability.HANDLE_FREED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """What there is to do, as the archive says.

    ``watched`` are the channels to look at, the most urgent first; ``closed`` those of them that are not
    public now: only their facts are sampled. ``unreachable`` are those that refused us last.
    ``gapped`` are the channels that want a whole re-scan.
    """

    watches: tuple[Watch, ...] = ()
    accesses: dict[ChannelId, Access] = field(default_factory=dict)
    cursors: dict[ChannelId, Cursor] = field(default_factory=dict)
    handles: dict[ChannelId, frozenset[str]] = field(default_factory=dict)
    handles_changed_at: dict[ChannelId, datetime] = field(default_factory=dict)
    sampled_at: dict[ChannelId, datetime] = field(default_factory=dict)
    watched: dict[ChannelId, Access] = field(default_factory=dict)
    closed: frozenset[ChannelId] = frozenset()
    unreachable: frozenset[ChannelId] = frozenset()
    gapped: frozenset[ChannelId] = frozenset()

    @property
    def followed(self) -> tuple[Access, ...]:
        """Return the keys of the channels to read."""
        return tuple(key for channel_id, key in self.watched.items() if channel_id not in self.closed)

    def key(self, channel_id: ChannelId) -> Access | None:
        """Return the key of a channel to read, ``None`` when it is not to be read now."""
        return None if channel_id in self.closed else self.watched.get(channel_id)


async def read_roster(run: Run) -> Roster:
    """Return the roster of this run's account."""
    async with run.archive.read() as db:
        listed = tuple(await watches.every(db))
        accesses = await channels.accesses(db, run.account_id)
        reaches = await channels.reaches(db)
        handles, changed_at = await channels.all_handles(db)
        return Roster(
            watches=listed,
            accesses=accesses,
            cursors=await cursors.every(db),
            handles=handles,
            handles_changed_at=changed_at,
            sampled_at=await subscribers.latest_samples(db),
            watched=_watched(listed, accesses),
            closed=frozenset(found for found, reach in reaches.items() if reach.availability in _CLOSED),
            unreachable=frozenset(
                found for found, reach in reaches.items() if reach.availability not in READABLE
            ),
            gapped=frozenset(gap.channel_id for gap in await gaps.open_gaps(db) if gap.wants_rescan),
        )


def _watched(listed: Iterable[Watch], accesses: dict[ChannelId, Access]) -> dict[ChannelId, Access]:
    wanted = (watch.channel_id for watch in listed if watch.state is not WatchState.PAUSED)
    return {channel_id: accesses[channel_id] for channel_id in wanted if channel_id in accesses}
