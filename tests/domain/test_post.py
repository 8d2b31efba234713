"""What counts as content, and the digest that follows from it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st

from archiver.domain.ids import ChannelId, PostId
from archiver.domain.post import (
    Button,
    Content,
    Entity,
    ForwardOrigin,
    Media,
    MediaKind,
    Poll,
    Reply,
    digest,
)
from archiver.domain.text import sound_text
from tests.builders import NOON, a_content, digest_of

FULL = a_content(
    "نص",
    entities=(Entity(kind="text_url", offset=0, length=2, value="https://example.org"),),
    media=Media(kind=MediaKind.VIDEO, media_id=5, name="a.mp4", bytes=10, seconds=1.5, is_spoiler=True),
    poll=Poll(question="?", answers=("بەڵێ", "no"), is_closed=True),
    buttons=(Button(label="go", url="https://example.org"), Button(label="stay")),
    reply=Reply(post_id=PostId(3), quote="…"),
    forward=ForwardOrigin(
        published_at=NOON, channel_id=ChannelId(9), handle="elsewhere", post_id=PostId(4), author="A"
    ),
    album_id=77,
    author="K",
    via_bot_id=8,
    action="title_changed",
    action_detail="new",
)


def test_a_plain_text_has_empty_details() -> None:
    assert a_content("text").details() == "{}"


def test_details_are_canonical_json_of_everything_but_the_text() -> None:
    assert FULL.details() == (
        '{"action":"title_changed","action_detail":"new","album_id":77,"author":"K",'
        '"buttons":[["go","https://example.org"],["stay",null]],'
        '"entities":[["text_url",0,2,"https://example.org"]],'
        '"forward":{"author":"A","channel_id":9,"post_id":4,"published_at":"2026-03-01T12:00:00+00:00"},'
        '"media":{"bytes":10,"is_spoiler":true,"kind":"video","media_id":5,"name":"a.mp4","seconds":1.5},'
        '"poll":{"answers":["بەڵێ","no"],"is_closed":true,"question":"?"},'
        '"reply":{"post_id":3,"quote":"…"},"via_bot_id":8}'
    )


def test_a_forward_that_tells_nothing_is_still_a_forward() -> None:
    assert a_content(forward=ForwardOrigin()).details() == '{"forward":{}}'


@pytest.mark.parametrize(
    "other",
    [
        replace(FULL, text="نص "),
        replace(FULL, entities=(Entity(kind="bold", offset=0, length=2),)),
        replace(FULL, media=None),
        replace(FULL, media=Media(kind=MediaKind.VIDEO, media_id=6)),
        replace(FULL, poll=Poll(question="?", answers=("بەڵێ", "no"))),
        replace(FULL, buttons=(Button(label="go", url="https://example.org/2"), Button(label="stay"))),
        replace(FULL, reply=Reply(post_id=PostId(3))),
        replace(FULL, forward=None),
        replace(FULL, forward=ForwardOrigin(name="hidden")),
        replace(FULL, album_id=78),
        replace(FULL, author=None),
        replace(FULL, via_bot_id=None),
        replace(FULL, action="photo_changed"),
        replace(FULL, action_detail=None),
    ],
    ids=str,
)
def test_every_part_of_the_content_is_in_the_digest(other: Content) -> None:
    assert digest_of(other) != digest_of(FULL)


def test_the_handle_of_a_forward_is_not_in_the_digest() -> None:
    assert FULL.forward is not None
    renamed = replace(FULL, forward=replace(FULL.forward, handle="renamed"))
    untold = replace(FULL, forward=replace(FULL.forward, handle=None))

    assert {digest_of(renamed), digest_of(untold)} == {digest_of(FULL)}


def test_the_digest_is_sha256_of_the_text_a_zero_byte_and_the_details() -> None:
    by_hand = hashlib.sha256("نص".encode() + b"\0" + FULL.details().encode()).hexdigest()

    assert digest("نص", FULL.details()) == by_hand


def test_details_with_lone_surrogates_still_have_a_digest() -> None:
    content = a_content(author="a\ud83d", buttons=(Button(label="\udc00"),))

    assert json.loads(content.details()) == {"author": "a\ufffd", "buttons": [["\ufffd", None]]}
    assert len(digest_of(content)) == 64


_words = st.text(st.characters(codec=None), max_size=5)
_maybe = st.none() | _words
_contents = st.builds(
    Content,
    text=_words,
    entities=st.lists(
        st.builds(Entity, kind=_words, offset=st.integers(0, 9), length=st.integers(0, 9), value=_maybe),
        max_size=2,
    ).map(tuple),
    media=st.none()
    | st.builds(Media, kind=st.sampled_from(MediaKind), name=_maybe, is_spoiler=st.booleans()),
    buttons=st.lists(st.builds(Button, label=_words, url=_maybe), max_size=2).map(tuple),
    forward=st.none()
    | st.builds(
        ForwardOrigin,
        published_at=st.none()
        | st.datetimes(min_value=datetime(2015, 1, 1)).map(  # noqa: DTZ001
            lambda moment: moment.replace(tzinfo=UTC)
        ),
        name=_maybe,
        handle=st.none(),
    ),
    author=_maybe,
    action=_maybe,
)


@given(_contents)
def test_details_are_what_any_json_reader_would_write_sorted_and_without_spaces(content: Content) -> None:
    details = content.details()

    again = json.dumps(json.loads(details), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    assert (details, sound_text(details)) == (again, details)


@given(_contents, _contents)
def test_two_contents_share_a_digest_only_when_they_are_equal_as_kept(one: Content, two: Content) -> None:
    as_kept = [(sound_text(content.text), content.details()) for content in (one, two)]

    assert (digest_of(one) == digest_of(two)) == (as_kept[0] == as_kept[1])
