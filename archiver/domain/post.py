"""A post as one look showed it: its content, its counts, and the digest that tells news from repetition."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from archiver.domain.ids import ChannelId, PostId
from archiver.domain.text import sound_text

_canonical = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode


class Provenance(StrEnum):
    """How an observation reached us."""

    LIVE = "live"
    CATCH_UP = "catch_up"
    BACKFILL = "backfill"
    RESCAN = "rescan"
    IMPORT = "import"


class MediaKind(StrEnum):
    """What a post carries beside its text; anything newer than this program is ``other``."""

    PHOTO = "photo"
    VIDEO = "video"
    ROUND_VIDEO = "round_video"
    ANIMATION = "animation"
    AUDIO = "audio"
    VOICE = "voice"
    STICKER = "sticker"
    FILE = "file"
    POLL = "poll"
    LOCATION = "location"
    VENUE = "venue"
    CONTACT = "contact"
    GAME = "game"
    INVOICE = "invoice"
    DICE = "dice"
    STORY = "story"
    GIVEAWAY = "giveaway"
    PAID = "paid"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A formatted stretch of the text.

    ``offset`` and ``length`` count UTF-16 code units of the text, as Telegram does
    (https://core.telegram.org/api/entities); `domain.text` turns them into code points.
    ``value`` is the link of a text_url, the language of a pre, the id of a custom_emoji or a person.
    """

    kind: str
    offset: int
    length: int
    value: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A description of a photo or file; never its bytes.

    ``media_id`` is Telegram's lasting id of the photo or document, ``bytes`` the size of the largest form,
    ``seconds`` the duration, ``title`` and ``performer`` what an audio file says of itself.
    """

    kind: MediaKind
    media_id: int | None = None
    name: str | None = None
    mime_type: str | None = None
    bytes: int | None = None
    width: int | None = None
    height: int | None = None
    seconds: float | None = None
    title: str | None = None
    performer: str | None = None
    is_spoiler: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """A question with its answers; the votes are counts, not content."""

    question: str
    answers: tuple[str, ...]
    is_quiz: bool = False
    is_multiple: bool = False
    is_closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A button under a post; ``url`` is its link, where it has one."""

    label: str
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardOrigin:
    """Where a forwarded post came from, as far as Telegram says.

    ``name`` is what Telegram shows for a hidden person or a deleted account.
    """

    published_at: datetime | None = None
    channel_id: ChannelId | None = None
    handle: str | None = None
    post_id: PostId | None = None
    user_id: int | None = None
    name: str | None = None
    author: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The post this one answers; ``channel_id`` only where it stands in another channel."""

    post_id: PostId | None
    channel_id: ChannelId | None = None
    quote: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What the author published, without what Telegram counts or decorates.

    Not content, hence no reason for a revision: counters, poll results, file references, link previews,
    the pin, the time of the edit. ``action`` names a service post (``title_changed``, ``photo_changed``,
    ``photo_removed``, ``post_pinned`` …) and ``action_detail`` its argument.
    """

    text: str
    entities: tuple[Entity, ...] = ()
    media: Media | None = None
    poll: Poll | None = None
    buttons: tuple[Button, ...] = ()
    reply: Reply | None = None
    forward: ForwardOrigin | None = None
    album_id: int | None = None
    author: str | None = None
    via_bot_id: int | None = None
    action: str | None = None
    action_detail: str | None = None

    def details(self) -> str:
        """Return everything but the text as canonical JSON: sorted keys, no spaces, empty parts left out.

        It has a UTF-8 form: lone surrogates are replaced, as in the text.
        """
        parts: dict[str, object] = {}
        if self.entities:
            parts["entities"] = [[e.kind, e.offset, e.length, e.value] for e in self.entities]
        if self.buttons:
            parts["buttons"] = [[b.label, b.url] for b in self.buttons]
        if self.forward:
            # the handle comes from beside the post, is not always told, and changes hands
            parts["forward"] = _present(replace(self.forward, handle=None))
        for key in ("media", "poll", "reply"):
            if (part := getattr(self, key)) is not None:
                parts[key] = _present(part)
        for key in ("album_id", "author", "via_bot_id", "action", "action_detail"):
            if (value := getattr(self, key)) is not None:
                parts[key] = value
        return sound_text(_canonical(parts)) if parts else "{}"


def digest(text: str, details: str) -> str:
    """Return the digest of a content: SHA-256 over the text, a zero byte, and its details, all UTF-8.

    The archive keeps both parts beside the digest, so anyone can compute it again.
    """
    return hashlib.sha256(f"{text}\0{details}".encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class PostCounts:
    """A post's counters at one moment; ``None`` is "Telegram did not say", never zero.

    ``reactions`` pairs an emoji (or ``custom:ID``, ``paid``) with its count. ``votes`` is how many took
    part in the post's poll.
    """

    views: int | None = None
    forwards: int | None = None
    replies: int | None = None
    reactions: tuple[tuple[str, int], ...] = ()
    votes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What one look at a post showed, before we judge whether it is news.

    ``as_of`` is the channel's event number (Telegram's pts) at which the content was true. It orders
    looks of one channel whatever way they took to us: a look with a smaller number is stale.
    """

    channel_id: ChannelId
    post_id: PostId
    published_at: datetime
    edited_at: datetime | None
    content: Content
    counts: PostCounts
    as_of: int


def _present(part: object) -> dict[str, object]:
    names: tuple[str, ...] = part.__slots__  # type: ignore[attr-defined]
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name in names
        if (value := getattr(part, name)) is not None and value is not False
    }
