"""Gaps: stretches of post ids, or of time, that we know we may have missed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from archiver.domain.ids import ChannelId, PostId


class GapCause(StrEnum):
    """Why something may be missing."""

    TOO_MANY_EVENTS = "too_many_events"
    """Telegram refused to list the events of a stretch; edits and deletions in it must be looked for."""
    DELETED_UNSEEN = "deleted_unseen"
    """A post was deleted before we could read it."""
    UNREACHABLE = "unreachable"
    """The channel could not be read for a while."""
    UNREADABLE = "unreadable"
    """Telegram answered something that we can't decode."""


class GapState(StrEnum):
    """What became of a gap."""

    OPEN = "open"
    REPAIRED = "repaired"
    IRREPARABLE = "irreparable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One entry of the gap ledger.

    ``first_post_id`` and ``last_post_id`` are inclusive and ``None`` where the gap is one of time only.
    ``since`` and ``until`` bound the time in which the lost things happened, as far as known.
    """

    channel_id: ChannelId
    cause: GapCause
    state: GapState
    first_post_id: PostId | None
    last_post_id: PostId | None
    since: datetime | None
    until: datetime | None
    opened_at: datetime
    closed_at: datetime | None = None
    gap_id: int | None = None

    @property
    def wants_rescan(self) -> bool:
        """Whether only a whole re-scan that begins after it was opened can repair it."""
        return self.state is GapState.OPEN and self.cause is GapCause.TOO_MANY_EVENTS


def ranges(post_ids: Iterable[PostId]) -> Iterator[tuple[PostId, PostId]]:
    """Yield inclusive (first, last) ranges that cover exactly the given ids, in rising order."""
    first: PostId | None = None
    last: PostId | None = None
    for post_id in sorted(set(post_ids)):
        if first is None or last is None:
            first = last = post_id
        elif post_id == last + 1:
            last = post_id
        else:
            yield first, last
            first = last = post_id
    if first is not None and last is not None:
        yield first, last
