"""Things of the domain with defaults for all that a test does not speak about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from archiver.domain.channel import Availability, ChannelLook, Fact
from archiver.domain.cursor import Cursor
from archiver.domain.flag import Category, Field, Flag, Match, View
from archiver.domain.ids import ChannelId, PostId
from archiver.domain.page import Event, Page, RawPage, Slice
from archiver.domain.post import (
    Button,
    Content,
    Entity,
    ForwardOrigin,
    Media,
    Observation,
    Poll,
    PostCounts,
    Reply,
    digest,
)
from archiver.domain.revision import PostHead, RevisionKey
from archiver.domain.rule import Rule, Rulebook, Standing
from archiver.domain.text import sound_text

CHANNEL = ChannelId(1_200_300_400)
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
"""When everything in these builders happens, and where every clock starts."""


class Clock:
    """A clock that a test moves by hand."""

    def __init__(self, start: datetime = NOON) -> None:
        self.now = start

    def __call__(self) -> datetime:
        return self.now

    def advance(self, step: timedelta) -> datetime:
        """Move on, and return the new time."""
        self.now += step
        return self.now


def a_content(
    text: str = "ئەمە پۆستێکە",
    *,
    entities: tuple[Entity, ...] = (),
    media: Media | None = None,
    poll: Poll | None = None,
    buttons: tuple[Button, ...] = (),
    reply: Reply | None = None,
    forward: ForwardOrigin | None = None,
    album_id: int | None = None,
    author: str | None = None,
    via_bot_id: int | None = None,
    action: str | None = None,
    action_detail: str | None = None,
) -> Content:
    return Content(
        text=text,
        entities=entities,
        media=media,
        poll=poll,
        buttons=buttons,
        reply=reply,
        forward=forward,
        album_id=album_id,
        author=author,
        via_bot_id=via_bot_id,
        action=action,
        action_detail=action_detail,
    )


def a_post(
    post_id: int = 7,
    *,
    text: str | None = None,
    content: Content | None = None,
    channel_id: int = CHANNEL,
    published_at: datetime = NOON,
    edited_at: datetime | None = None,
    counts: PostCounts | None = None,
    as_of: int = 100,
) -> Observation:
    """Return a look at a post; give ``text`` or a whole ``content``."""
    assert text is None or content is None, "text or content, not both"
    return Observation(
        channel_id=ChannelId(channel_id),
        post_id=PostId(post_id),
        published_at=published_at,
        edited_at=edited_at,
        content=content or (a_content() if text is None else a_content(text)),
        counts=counts or PostCounts(views=10),
        as_of=as_of,
    )


def a_head(
    post_id: int = 7,
    *,
    revision: int = 1,
    content: Content | None = None,
    text: str | None = None,
    as_of: int = 100,
    edited_at: datetime | None = None,
    sampled_at: datetime | None = NOON,
    tombstoned_as_of: int | None = None,
) -> PostHead:
    """Return what the archive holds of a post, by default of the very post that `a_post` makes."""
    held = content or (a_content() if text is None else a_content(text))
    return PostHead(
        post_id=PostId(post_id),
        revision=revision,
        digest=digest_of(held),
        as_of=as_of,
        edited_at=edited_at,
        sampled_at=sampled_at,
        tombstoned_as_of=tombstoned_as_of,
    )


def digest_of(content: Content) -> str:
    """Return the digest that the archive gives a content."""
    return digest(sound_text(content.text), content.details())


def a_page(
    observations: Iterable[Observation] | None = None,
    *,
    channel_id: int = CHANNEL,
    first_id: int | None = None,
    last_id: int | None = None,
    as_of: int = 100,
    total: int | None = None,
    is_end: bool = False,
    looks: tuple[ChannelLook, ...] = (),
    absent: Iterable[int] = (),
    raw: RawPage | None = None,
) -> Page:
    """Return a stretch of history that begins and ends with its observations."""
    seen = (a_post(as_of=as_of),) if observations is None else tuple(observations)
    ids = [observation.post_id for observation in seen] or [PostId(1)]
    return Page(
        channel_id=ChannelId(channel_id),
        observations=seen,
        first_id=PostId(min(ids) if first_id is None else first_id),
        last_id=PostId(max(ids) if last_id is None else last_id),
        as_of=as_of,
        total=len(seen) if total is None else total,
        is_end=is_end,
        looks=looks,
        absent=tuple(PostId(number) for number in absent),
        raw=raw,
    )


def a_slice(
    observations: Iterable[Observation] | None = None,
    *,
    deleted: Iterable[int] = (),
    channel_id: int = CHANNEL,
    as_of: int = 100,
    is_final: bool = True,
    wait: float | None = None,
    looks: tuple[ChannelLook, ...] = (),
    raw: RawPage | None = None,
) -> Slice:
    """Return a slice of a difference that tells of one post, unless told otherwise."""
    return Slice(
        channel_id=ChannelId(channel_id),
        observations=(a_post(as_of=as_of),) if observations is None else tuple(observations),
        deleted=tuple(PostId(number) for number in deleted),
        as_of=as_of,
        is_final=is_final,
        wait=wait,
        looks=looks,
        raw=raw,
    )


def an_event(
    number: int = 101,
    *,
    count: int = 1,
    observations: Iterable[Observation] | None = None,
    deleted: Iterable[int] = (),
    channel_id: int = CHANNEL,
    raw: RawPage | None = None,
) -> Event:
    """Return a pushed event: a post, unless it tells of deletions or says what it saw."""
    gone = tuple(PostId(post_id) for post_id in deleted)
    default = () if gone else (a_post(channel_id=channel_id, as_of=number),)
    return Event(
        channel_id=ChannelId(channel_id),
        number=number,
        count=count,
        observations=default if observations is None else tuple(observations),
        deleted=gone,
        raw=raw,
    )


def a_look(
    channel_id: int = CHANNEL,
    *,
    access_hash: int | None = 99,
    handles: tuple[str, ...] | None = ("rafidain",),
    facts: dict[Fact, str] | None = None,
    availability: Availability = Availability.REACHABLE,
    detail: str | None = None,
    subscribers: int | None = 1_000,
    as_of: int | None = 100,
    is_joined: bool | None = None,
) -> ChannelLook:
    return ChannelLook(
        channel_id=ChannelId(channel_id),
        access_hash=access_hash,
        handles=handles,
        facts={Fact.TITLE: "Rafidain"} if facts is None else facts,
        availability=availability,
        detail=detail,
        subscribers=subscribers,
        as_of=as_of,
        is_joined=is_joined,
    )


def a_cursor(
    channel_id: int = CHANNEL,
    *,
    as_of: int = 100,
    first_post_id: int = 7,
    high_water_id: int = 7,
    low_water_id: int = 7,
    history_complete_at: datetime | None = None,
    looked_at: datetime | None = NOON,
    rescan_id: int | None = None,
    rescan_began_at: datetime | None = None,
    rescanned_at: datetime | None = None,
    recent_rescanned_at: datetime | None = None,
) -> Cursor:
    return Cursor(
        channel_id=ChannelId(channel_id),
        as_of=as_of,
        first_post_id=PostId(first_post_id),
        high_water_id=PostId(high_water_id),
        low_water_id=PostId(low_water_id),
        history_complete_at=history_complete_at,
        looked_at=looked_at,
        rescan_id=None if rescan_id is None else PostId(rescan_id),
        rescan_began_at=rescan_began_at,
        rescanned_at=rescanned_at,
        recent_rescanned_at=recent_rescanned_at,
    )


def a_key(post_id: int = 7, *, revision: int = 1, channel_id: int = CHANNEL) -> RevisionKey:
    return RevisionKey(ChannelId(channel_id), PostId(post_id), revision)


def a_match(
    start: int = 0,
    end: int = 4,
    *,
    term: str = "ئەمە",
    field: Field = Field.TEXT,
    view: View = View.FOLDED,
    link: str | None = None,
) -> Match:
    return Match(
        group="test.words", term=term, field=field, start=start, end=end, view=view, weight=0.5,
        confidence=1.0, link=link,
    )  # fmt: skip


def a_flag(
    rule_id: str = "test.rule",
    *,
    category: Category = Category.EXTORTION,
    severity: int = 3,
    is_shadow: bool = False,
    matches: tuple[Match, ...] | None = None,
) -> Flag:
    return Flag(
        rule_id=rule_id,
        category=category,
        severity=severity,
        score=1.5,
        is_shadow=is_shadow,
        matches=(a_match(),) if matches is None else matches,
    )


def a_rule(
    rule_id: str = "test.rule",
    *,
    category: Category = Category.EXTORTION,
    severity: int = 3,
    standing: Standing = Standing.ON,
) -> Rule:
    return Rule(
        id=rule_id, pack="test", title="a rule", category=category, severity=severity, standing=standing
    )  # fmt: skip


def a_rulebook(digest: str = "a" * 64, *, rules: Iterable[Rule] | None = None) -> Rulebook:
    """Return a rulebook that the archive can refer to; what it means stands elsewhere."""
    return Rulebook(
        digest=digest, groups={}, rules=(a_rule(),) if rules is None else tuple(rules), lexicons={}
    )
