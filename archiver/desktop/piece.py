"""What every reader gives: posts of a file, piece by piece, and what it could not take.

A reader is a function that yields pieces. A piece ends at a position of its file (bytes, or rows of a
database) from which reading goes on after a break, so positions rise. What was read before a fault is yielded
before it is raised.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from enum import StrEnum
from pathlib import Path

from archiver.domain.channel import ChannelLook, Fact
from archiver.domain.claim import Refused, Stated
from archiver.domain.ids import ChannelId
from archiver.domain.post import Observation

UNREADABLE = "unreadable"
"""Why a post is not taken that has no sound id or time, or that is built in an unknown way."""

MASKED = "masked"
"""Why a post is not taken of which personal data was masked: it is not what was published."""

EMPTY = "empty"
"""Why a post is not taken of which nothing is told but that it was there."""


class Format(StrEnum):
    """A kind of file that we read."""

    DESKTOP = "desktop"
    TG_ARCHIVE = "tg_archive"
    PREVIEW = "preview"
    REVISIONS = "revisions"
    POSTS = "posts"


Identify = Callable[[Stated], ChannelId | Refused]
"""Says which channel a file is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Posts of one channel, of which ``look`` is what the file says; without posts there need be none.

    ``position`` is where the piece ends, ``bytes_read`` about how much of the file has been gone through.
    ``refused`` counts by reason what was not taken. ``is_ordered``: versions of a post come in their order.
    """

    observations: tuple[Observation, ...] = ()
    look: ChannelLook | None = None
    position: int
    bytes_read: int
    refused: Mapping[str, int] = field(default_factory=dict)
    is_ordered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A file to be read: from behind ``after``; ``zone`` is that of times which name none."""

    path: Path
    identify: Identify
    zone: tzinfo
    after: int = 0


Reader = Callable[[Task], Iterator[Piece]]


def look_of(channel_id: ChannelId, stated: Stated) -> ChannelLook:
    """Return what a file says of a channel, as a look."""
    return ChannelLook(
        channel_id=channel_id,
        access_hash=None,
        handles=(stated.handle,) if stated.handle else None,
        facts={Fact.TITLE: stated.title} if stated.title else {},
    )
