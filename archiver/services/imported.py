"""What importing a file gave: counts by their worth, channels with their extents, and what was left out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from archiver.desktop.piece import Piece
from archiver.desktop.sources import Source
from archiver.domain.errors import SourceUnreadable
from archiver.domain.ids import ChannelId, PostId
from archiver.domain.importing import NO_COUNTS, Sifted, Worth


@dataclass(slots=True)
class Extent:
    """What a file has of one channel."""

    posts: int
    first_post_id: PostId
    last_post_id: PostId
    since: datetime
    until: datetime

    def add(self, post_id: PostId, at: datetime) -> None:
        """Note a post of this time."""
        self.posts += 1
        self.first_post_id = min(self.first_post_id, post_id)
        self.last_post_id = max(self.last_post_id, post_id)
        self.since, self.until = min(self.since, at), max(self.until, at)

    def as_json(self, channel_id: ChannelId) -> dict[str, Any]:
        """Return it as docs/reference/commands.md says."""
        return {
            "channel_id": channel_id,
            "posts": self.posts,
            "first_post_id": self.first_post_id,
            "last_post_id": self.last_post_id,
            "since": f"{self.since:%Y-%m-%dT%H:%M:%SZ}",
            "until": f"{self.until:%Y-%m-%dT%H:%M:%SZ}",
        }


@dataclass(slots=True, kw_only=True)
class Imported:
    """What reading a file gave this time; ``was_complete``: it had been read before, and was left alone.

    ``uncounted`` are posts with counts that were left out, for nobody said when they were counted.
    """

    source: Source
    digest: str
    was_complete: bool = False
    worth: Counter[Worth] = field(default_factory=Counter)
    flags: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    channels: dict[ChannelId, Extent] = field(default_factory=dict)
    uncounted: int = 0
    fault: SourceUnreadable | None = None

    @property
    def is_refused(self) -> bool:
        """Say whether the file was read to its end and has no channel that we take."""
        return self.fault is None and not self.was_complete and not self.channels

    def as_json(self) -> dict[str, Any]:
        """Return it as docs/reference/commands.md says."""
        state = "broken" if self.fault else "complete_before" if self.was_complete else "complete"
        return {
            "file": self.source.path.name,
            "format": self.source.format,
            "bytes": self.source.bytes,
            "digest": self.digest,
            "state": state,
            "new_posts": self.worth[Worth.FIRST],
            "new_revisions": self.worth[Worth.CHANGED],
            "held": self.worth[Worth.HELD],
            "older": self.worth[Worth.OLDER],
            "flags": self.flags,
            "refused": dict(self.refused),
            "uncounted": self.uncounted,
            "channels": [extent.as_json(channel_id) for channel_id, extent in self.channels.items()],
        }

    def add(self, piece: Piece, sifted: Sifted | None, *, is_counted: bool) -> None:
        """Note a piece, and what of it the archive wants."""
        self.refused.update(piece.refused)
        if sifted is not None:
            self.worth.update(sifted.worth)
        if not is_counted:
            self.uncounted += sum(
                seen.counts is not NO_COUNTS and seen.counts != NO_COUNTS for seen in piece.observations
            )
        for seen in piece.observations:
            at = seen.published_at
            extent = self.channels.get(seen.channel_id)
            if extent is None:
                extent = Extent(0, seen.post_id, seen.post_id, at, at)
                self.channels[seen.channel_id] = extent
            extent.add(seen.post_id, at)
