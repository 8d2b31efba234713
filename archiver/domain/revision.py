"""Judge what an observation means for a post that we may already know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from archiver.domain.ids import ChannelId, PostId

_ON_ITS_WAY = timedelta(hours=1)
"""The longest that a look takes from Telegram into the archive, the differences of two clocks included."""


@dataclass(frozen=True, slots=True, order=True)
class RevisionKey:
    """What names a revision for ever."""

    channel_id: ChannelId
    post_id: PostId
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PostHead:
    """What the archive holds of a post just now.

    ``as_of`` is the highest event number of the looks that we took into account, 0 where there were only
    imports; ``tombstoned_as_of`` that of the look that showed it gone, or ``None`` while it is there.
    """

    post_id: PostId
    revision: int
    digest: str
    as_of: int
    edited_at: datetime | None
    sampled_at: datetime | None
    tombstoned_as_of: int | None = None


class Judgement(Enum):
    """What an observation is to the archive."""

    FIRST = auto()
    """We have never seen the post."""
    CHANGED = auto()
    """Its content differs from the last revision."""
    SAME = auto()
    """Nothing new but the counters."""
    STALE = auto()
    """Older than what we hold: it adds nothing."""
    RETURNED = auto()
    """It was gone and stands there again, unchanged."""
    RETURNED_CHANGED = auto()
    """It was gone and stands there again with another content."""


def judge(
    head: PostHead | None, *, digest: str, as_of: int, edited_at: datetime | None, now: datetime
) -> Judgement:
    """Say what a look with this digest, taken at event number ``as_of``, is to a post with this head.

    ``now`` is when we judge: a look may have been on its way for a while.
    What only imports showed (`domain.importing`) yields to any look: their times may be wrong.
    """
    if head is None:
        return Judgement.FIRST
    is_imported = head.as_of == 0
    if not is_imported and _is_stale(head, as_of=as_of, edited_at=edited_at, now=now):
        return Judgement.STALE
    is_same = head.digest == digest and not (is_imported and head.edited_at != edited_at)
    if head.tombstoned_as_of is not None:
        return Judgement.RETURNED if is_same else Judgement.RETURNED_CHANGED
    return Judgement.SAME if is_same else Judgement.CHANGED


def _is_stale(head: PostHead, *, as_of: int, edited_at: datetime | None, now: datetime) -> bool:
    if head.tombstoned_as_of is not None and as_of <= head.tombstoned_as_of:
        return True
    if edited_at == head.edited_at:
        return as_of < head.as_of
    if head.edited_at is None or (edited_at is not None and edited_at > head.edited_at):
        # a slice of a difference shows a post as it stands now, under a number that may be older than that:
        # between two edits their times decide, and an edited post is newer than one that never was
        return False
    # so a look without that edit is from before it, whatever its number; unless the edit was made so long ago
    # that the look can't have been on its way then: Telegram has taken the time of the edit back
    return as_of <= head.as_of or now - head.edited_at < _ON_ITS_WAY
