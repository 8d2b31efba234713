"""Posts of every kind that a format can hold, for hypothesis."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import strategies as st

from archiver.domain.ids import ChannelId, PostId
from archiver.domain.importing import NO_EVENT
from archiver.domain.post import (
    Button,
    Content,
    Entity,
    ForwardOrigin,
    Media,
    MediaKind,
    Observation,
    Poll,
    PostCounts,
    Reply,
)
from tests.builders import CHANNEL, NOON

LETTERS = st.characters(blacklist_categories=("Cs", "Cc"))
WORDS = st.text(LETTERS | st.sampled_from('ئە👍🏽\u200f\u2028\\"}]<&'), min_size=1, max_size=12)
MOMENTS = st.integers(0, 10**6).map(lambda minutes: NOON - timedelta(minutes=minutes))
PLAIN_KINDS = ("bold", "italic", "underline", "strike", "code", "spoiler")


@st.composite
def texts(draw: st.DrawFn, kinds: tuple[str, ...] = PLAIN_KINDS) -> tuple[str, tuple[Entity, ...]]:
    """Return a text with entities of which none lies within another."""
    text, entities = "", []
    for word in draw(st.lists(WORDS, min_size=1, max_size=4)):
        kind = draw(st.none() | st.sampled_from((*kinds, "text_url")))
        offset = len(text.encode("utf-16-le")) // 2
        text += word
        if kind is not None:
            value = (
                draw(st.sampled_from(["https://a.example/?q=1&x", "tg://x"])) if kind == "text_url" else None
            )
            length = len(word.encode("utf-16-le")) // 2
            entities.append(Entity(kind=kind, offset=offset, length=length, value=value))
        text += " "
    return text + "x", tuple(entities)


QUESTIONS = WORDS.map(lambda text: f"{text.strip()}?")
ANSWERS = st.lists(WORDS.map(lambda text: f"a {text.strip()}."), max_size=3)
POLLS = st.builds(lambda asked, told: Poll(question=asked, answers=tuple(told)), QUESTIONS, ANSWERS)
FILES = st.builds(
    Media,
    kind=st.sampled_from([MediaKind.FILE, MediaKind.VIDEO, MediaKind.AUDIO, MediaKind.VOICE]),
    name=st.none() | st.just("citizens 2024.xlsx"),
    mime_type=st.just("application/octet-stream"),
    bytes=st.none() | st.integers(1, 1 << 40),
    seconds=st.none() | st.just(12.0),
)
PHOTOS = st.builds(Media, kind=st.just(MediaKind.PHOTO), width=st.just(800), height=st.just(600))


@st.composite
def desktop_contents(draw: st.DrawFn) -> Content:
    """Return what a Telegram Desktop export holds without loss."""
    if draw(st.integers(0, 9)) == 0:
        action, detail = draw(
            st.sampled_from([("title_changed", "ناو"), ("post_pinned", "3"), ("photo_changed", None)])
        )
        return Content(text="", action=action, action_detail=detail)
    poll = draw(st.none() | POLLS)
    text, entities = draw(st.just(("", ())) | texts())
    media = Media(kind=MediaKind.POLL) if poll else draw(st.none() | FILES | PHOTOS)
    forwards = (ForwardOrigin(channel_id=ChannelId(77)), ForwardOrigin(name="Hidden person"))
    return Content(
        text=text,
        entities=entities,
        media=media,
        poll=poll,
        buttons=draw(
            st.sampled_from([(), (Button(label="دكمة", url="https://a.example"), Button(label="b"))])
        ),
        reply=draw(st.none() | st.just(Reply(post_id=PostId(3)))),
        forward=draw(st.none() | st.sampled_from(forwards)),
        author=draw(st.none() | st.just("Editor")),
    )


@st.composite
def archive_contents(draw: st.DrawFn) -> Content:
    """Return what tg-archive holds without loss."""
    text, entities = draw(texts(("bold", "italic", "code", "pre")))
    return Content(
        text=text,
        entities=entities,
        media=draw(st.none() | st.just(Media(kind=MediaKind.PHOTO))),
        reply=draw(st.none() | st.just(Reply(post_id=PostId(3)))),
    )


@st.composite
def preview_contents(draw: st.DrawFn) -> Content:
    """Return what a page of t.me/s holds without loss."""
    text, entities = draw(texts((*PLAIN_KINDS, "pre", "blockquote")))
    return Content(
        text=text,
        entities=entities,
        media=draw(st.none() | st.just(Media(kind=MediaKind.PHOTO))),
        reply=draw(st.none() | st.just(Reply(post_id=PostId(3)))),
        forward=draw(st.none() | st.just(ForwardOrigin(name="Hidden person"))),
    )


def posts(
    contents: st.SearchStrategy[Content], *, edits: st.SearchStrategy[datetime | None] | None = None
) -> st.SearchStrategy[list[Observation]]:
    """Return posts of one channel in the order of their ids."""
    one = st.builds(
        Observation,
        channel_id=st.just(CHANNEL),
        post_id=st.integers(1, 40).map(PostId),
        published_at=MOMENTS,
        edited_at=(st.none() | MOMENTS) if edits is None else edits,
        content=contents,
        counts=st.just(PostCounts()),
        as_of=st.just(NO_EVENT),
    )
    return st.lists(one, unique_by=lambda seen: seen.post_id, max_size=6).map(
        lambda found: sorted(found, key=lambda seen: seen.post_id)
    )
