"""A cursor: how far a channel is archived, and what an event number tells about it.

Telegram numbers the events of a channel (its *pts*): a new post, an edit and a deletion of n posts move the
number on by 1, 1 and n (https://core.telegram.org/api/updates). Everything up to ``as_of`` is in the archive;
that is the whole promise of a cursor. It only ever moves forward.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from archiver.domain.ids import ChannelId, PostId

OVERLAP = 20
"""How many ids below the high-water mark are read again on a walk: a post may appear with a lower id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """How far a channel is archived.

    ``as_of``: every event up to this number is archived. ``first_post_id``: the newest post id when the
    watch began; ids above it that we never saw are losses, ids below it are history. ``high_water_id`` and
    ``low_water_id``: every post between them was seen or is known to be absent. ``rescan_id``: where the slow
    re-scan of the whole channel has come to (it walks down), ``None`` when none is under way.
    """

    channel_id: ChannelId
    as_of: int
    first_post_id: PostId
    high_water_id: PostId
    low_water_id: PostId
    history_complete_at: datetime | None = None
    looked_at: datetime | None = None
    rescan_id: PostId | None = None
    rescan_began_at: datetime | None = None
    rescanned_at: datetime | None = None
    recent_rescanned_at: datetime | None = None


class Arrival(Enum):
    """How an event that was pushed to us stands to the cursor."""

    NEXT = auto()
    """It is the very next: apply it and move on."""
    KNOWN = auto()
    """It is already archived."""
    AHEAD = auto()
    """Something between it and the cursor has not reached us: ask for the difference."""


def arrival(as_of: int, *, number: int, count: int) -> Arrival:
    """Say how an event with Telegram's (pts, pts_count) stands to a cursor at ``as_of``."""
    if number <= as_of:
        return Arrival.KNOWN
    return Arrival.NEXT if number - count <= as_of else Arrival.AHEAD
