"""Pushes: take what Telegram sent unasked, archive it, and say which channels need a difference."""

from __future__ import annotations

from dataclasses import dataclass

from archiver.domain.errors import ArchiveError
from archiver.domain.ids import ChannelId
from archiver.domain.page import Event
from archiver.services.live import capture_events
from archiver.services.roster import Roster
from archiver.services.run import Run
from archiver.services.troubles import pause
from archiver.telegram.inbox import Post
from archiver.telegram.translate import Hint, events


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a batch of pushes asks for: channels to sync, and channels to look at again.

    ``seconds`` is how long the archive wants to be left alone before the next batch.
    """

    dirty: frozenset[ChannelId]
    changed: frozenset[ChannelId]
    seconds: float = 0.0


async def archive_pushes(run: Run, roster: Roster, arrived: Post) -> Wanted:
    """Archive what arrived, as far as it is about channels that are to be read.

    Pushes that the archive can't take just now are no loss: their channels come back as dirty, and the
    difference tells the same again.
    """
    followed = roster.watched.keys() - roster.closed
    told = [found for container in arrived.containers for found in events(container)]
    hints = [hint for hint in told if isinstance(hint, Hint)]
    happened = [event for event in told if isinstance(event, Event) and event.channel_id in followed]
    dirty = set(arrived.dirty) | {hint.channel_id for hint in hints if not hint.is_channel_changed}
    seconds = 0.0
    try:
        dirty |= await capture_events(run, happened) if happened else frozenset()
    except ArchiveError as error:
        seconds = await pause(run, error)
        dirty |= {event.channel_id for event in happened}
    return Wanted(
        dirty=frozenset(dirty & followed),
        changed=frozenset(hint.channel_id for hint in hints if hint.is_channel_changed),
        seconds=seconds,
    )
