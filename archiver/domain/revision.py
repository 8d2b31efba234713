"""Judge what an observation means for a post that we may already know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from archiver.domain.ids import ChannelId, PostId


@dataclass(frozen=True, slots=True, order=True)
class RevisionKey:
    """What names a revision for ever."""

    channel_id: ChannelId
    post_id: PostId
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PostHead:
    """What the archive holds of a post just now.

    ``as_of`` is the highest event number of the looks that we took into account; ``tombstoned_as_of`` that of
    the look that showed it gone, or ``None`` while it is there.
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


def judge(head: PostHead | None, *, digest: str, as_of: int, edited_at: datetime | None) -> Judgement:
    """Say what a look with this digest, taken at event number ``as_of``, is to a post with this head."""
    if head is None:
        return Judgement.FIRST
    if _is_stale(head, as_of=as_of, edited_at=edited_at):
        return Judgement.STALE
    is_same = head.digest == digest
    if head.tombstoned_as_of is not None:
        return Judgement.RETURNED if is_same else Judgement.RETURNED_CHANGED
    return Judgement.SAME if is_same else Judgement.CHANGED


def _is_stale(head: PostHead, *, as_of: int, edited_at: datetime | None) -> bool:
    if head.tombstoned_as_of is not None and as_of <= head.tombstoned_as_of:
        return True
    if edited_at == head.edited_at:
        return as_of < head.as_of
    # a slice of a difference shows a post as it stands now, under a number that may be older than that:
    # between two edits their times decide, and an edited post is newer than one that never was
    return edited_at is None or (head.edited_at is not None and edited_at < head.edited_at)
