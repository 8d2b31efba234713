"""A post of a case with all its versions, and the posts around one, as the archive holds them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from archiver.domain.ids import ChannelId, PostId


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRevision:
    """A version of a post, as it is kept."""

    revision: int
    observed_at: datetime
    edited_at: datetime | None
    text: str
    details: str
    media_kind: str | None
    media_name: str | None
    media_bytes: int | None
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePost:
    """A post of a case: when it joined, whether it is gone, its newest counts, all its versions."""

    channel_id: ChannelId
    post_id: PostId
    handle: str | None
    channel_title: str | None
    published_at: datetime
    joined_at: datetime
    repost_id: int
    tombstoned_at: datetime | None
    views: int | None
    forwards: int | None
    revisions: tuple[ShownRevision, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NearbyPost:
    """A post with its newest revision; ``case_id`` is the case that it belongs to, if it was flagged."""

    post_id: PostId
    published_at: datetime
    tombstoned_at: datetime | None
    revision: int
    text: str
    media_kind: str | None
    media_name: str | None
    media_bytes: int | None
    case_id: int | None
