"""A content comes back from the archive as it went in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given, strategies as st

from archiver.domain.kept_content import kept_content
from archiver.domain.post import (
    Button,
    Content,
    Entity,
    ForwardOrigin,
    Media,
    MediaKind,
    Poll,
    Reply,
)
from archiver.domain.text import sound_text

sound = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
anything = st.text(max_size=8)
count = st.integers(0, 2**40)


def contents(words: st.SearchStrategy[str]) -> st.SearchStrategy[Content]:
    maybe = st.none() | words
    moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
    return st.builds(
        Content,
        text=words,
        entities=st.lists(
            st.builds(Entity, kind=words, offset=count, length=count, value=maybe), max_size=2
        ).map(tuple),
        media=st.none()
        | st.builds(
            Media,
            kind=st.sampled_from(MediaKind),
            media_id=st.none() | count,
            name=maybe,
            mime_type=maybe,
            bytes=st.none() | count,
            seconds=st.none() | st.floats(0, 1e6),
            title=maybe,
            is_spoiler=st.booleans(),
        ),
        poll=st.none()
        | st.builds(
            Poll,
            question=words,
            answers=st.lists(words, max_size=2).map(tuple),
            is_quiz=st.booleans(),
            is_closed=st.booleans(),
        ),
        buttons=st.lists(st.builds(Button, label=words, url=maybe), max_size=2).map(tuple),
        reply=st.none()
        | st.builds(Reply, post_id=st.none() | count, channel_id=st.none() | count, quote=maybe),
        forward=st.none()
        | st.builds(
            ForwardOrigin,
            published_at=st.none() | moments,
            channel_id=st.none() | count,
            handle=maybe,
            post_id=st.none() | count,
            name=maybe,
            author=maybe,
        ),
        album_id=st.none() | count,
        author=maybe,
        via_bot_id=st.none() | count,
        action=maybe,
        action_detail=maybe,
    )


def read_back(content: Content) -> Content:
    handle = content.forward.handle if content.forward else None
    return kept_content(sound_text(content.text), content.details(), forwarded_from_handle=handle)


@given(contents(sound))
def test_a_content_comes_back_as_it_was(content: Content) -> None:
    assert read_back(content) == content


@given(contents(anything))
def test_what_comes_back_is_what_is_kept(content: Content) -> None:
    kept = read_back(content)

    assert (kept.text, kept.details()) == (sound_text(content.text), content.details())


def test_a_pair_of_surrogates_is_one_character_in_what_is_kept() -> None:
    content = Content(text="\ud83d\ude00 ادفع", media=Media(kind=MediaKind.FILE, name="\ud83d\ude00.zip"))

    kept = read_back(content)

    assert kept == replace(content, text="😀 ادفع", media=Media(kind=MediaKind.FILE, name="😀.zip"))
