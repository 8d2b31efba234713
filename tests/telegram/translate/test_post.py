"""Telegram's messages as observations of ours."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from telethon.extensions import BinaryReader
from telethon.tl import types

from archiver.domain.ids import ChannelId, PostId
from archiver.domain.post import (
    Button,
    Content,
    Entity,
    ForwardOrigin,
    Observation,
    PostCounts,
    Reply,
    digest,
)
from archiver.domain.text import sound_text
from archiver.telegram.translate import observation
from tests.builders import CHANNEL, NOON
from tests.telegram.messages import (
    ELSEWHERE,
    a_document,
    a_message,
    a_poll,
    a_service,
    an_empty,
    content,
    off_the_wire,
    seen,
)
from tests.telegram.varieties import varieties, wire_varieties


def test_a_plain_post_is_its_text_and_when() -> None:
    found = seen(a_message(7, "خبر", views=10, edit_date=NOON + timedelta(minutes=5)), as_of=321)

    assert found == Observation(
        channel_id=CHANNEL,
        post_id=PostId(7),
        published_at=NOON,
        edited_at=NOON + timedelta(minutes=5),
        content=Content(text="خبر"),
        counts=PostCounts(views=10),
        as_of=321,
    )


def test_an_empty_place_is_no_post() -> None:
    assert observation(an_empty(7), channel_id=CHANNEL, as_of=1, origins={}) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\u202eمقلوب\u202c \u2066عزل\u2069",
        "بِسْمِ ٱللَّهِ ـــ الرَّحْمٰنِ",
        "هەواڵی نوێ",
        "👩\u200d👩\u200d👧\u200d👦 𝕏 🇮🇶",
        "\x00\r\n\ttab",
        "ا" * 4096,
    ],
)
def test_a_text_stays_as_it_is_to_the_last_mark(text: str) -> None:
    assert content(off_the_wire(a_message(text=text))).text == text


def test_a_post_without_text_is_an_empty_text() -> None:
    assert content(a_message(message=None)).text == ""


def test_half_a_pair_is_kept_until_the_archive_makes_it_sound() -> None:
    found = content(a_message(text="a\ud800b"))

    assert digest(sound_text(found.text), found.details())


# -- entities


_STORY_ELSEWHERE = types.MessageReplyStoryHeader(types.PeerChannel(ELSEWHERE), 3)


def entities(*found: Any, text: str = "𝕏 نص") -> tuple[Entity, ...]:
    return content(a_message(text=text, entities=list(found))).entities


def test_entities_keep_their_utf16_places_even_where_they_leave_the_text() -> None:
    found = entities(types.MessageEntityBold(0, 2), types.MessageEntityItalic(3, 9999))

    assert found == (Entity(kind="bold", offset=0, length=2), Entity(kind="italic", offset=3, length=9999))


@pytest.mark.parametrize(
    ("found", "kind", "value"),
    [
        (types.MessageEntityTextUrl(0, 1, "https://example.org/ا"), "text_url", "https://example.org/ا"),
        (types.MessageEntityPre(0, 1, "python"), "pre", "python"),
        (types.MessageEntityPre(0, 1, ""), "pre", None),
        (types.MessageEntityCustomEmoji(0, 1, 12345), "custom_emoji", "12345"),
        (types.MessageEntityMentionName(0, 1, 77), "mention_name", "77"),
        (types.MessageEntityUrl(0, 1), "url", None),
        (types.MessageEntityBlockquote(0, 1, collapsed=True), "blockquote", None),
        (types.MessageEntitySpoiler(0, 1), "spoiler", None),
        (types.MessageEntityUnknown(0, 1), "unknown", None),
    ],
)
def test_an_entity_has_a_kind_and_what_it_leads_to(found: Any, kind: str, value: str | None) -> None:
    assert entities(found) == (Entity(kind=kind, offset=0, length=1, value=value),)


# -- forwards, replies, buttons


def test_a_forward_from_a_channel_names_it_and_its_post() -> None:
    header = types.MessageFwdHeader(
        NOON, from_id=types.PeerChannel(ELSEWHERE), channel_post=55, post_author="محرر"
    )

    assert content(a_message(fwd_from=header), origins={ELSEWHERE: "other"}).forward == ForwardOrigin(
        published_at=NOON, channel_id=ELSEWHERE, handle="other", post_id=PostId(55), author="محرر"
    )


def test_a_forward_of_a_hidden_person_is_the_name_alone() -> None:
    header = types.MessageFwdHeader(NOON, from_name="Somebody")

    assert content(a_message(fwd_from=header)).forward == ForwardOrigin(published_at=NOON, name="Somebody")


def test_a_forward_of_a_person_is_their_id() -> None:
    header = types.MessageFwdHeader(NOON, from_id=types.PeerUser(77))

    assert content(a_message(fwd_from=header)).forward == ForwardOrigin(published_at=NOON, user_id=77)


def test_a_handle_that_came_beside_a_forward_makes_no_other_digest() -> None:
    message = a_message(fwd_from=types.MessageFwdHeader(NOON, from_id=types.PeerChannel(ELSEWHERE)))

    with_handle, without = content(message, origins={ELSEWHERE: "other"}), content(message)

    assert with_handle != without
    assert with_handle.details() == without.details()


@pytest.mark.parametrize(
    ("header", "reply"),
    [
        (types.MessageReplyHeader(reply_to_msg_id=5), Reply(post_id=PostId(5))),
        (
            types.MessageReplyHeader(reply_to_msg_id=5, reply_to_peer_id=types.PeerChannel(CHANNEL)),
            Reply(post_id=PostId(5)),
        ),
        (
            types.MessageReplyHeader(
                reply_to_msg_id=5, reply_to_peer_id=types.PeerChannel(ELSEWHERE), quote=True, quote_text="قال"
            ),
            Reply(post_id=PostId(5), channel_id=ELSEWHERE, quote="قال"),
        ),
        (
            types.MessageReplyStoryHeader(types.PeerChannel(ELSEWHERE), 3),
            Reply(post_id=None, channel_id=ELSEWHERE),
        ),
        (types.MessageReplyStoryHeader(types.PeerUser(3), 3), Reply(post_id=None)),
        (None, None),
    ],
)
def test_a_reply_names_the_post_and_another_channel_only_where_it_is_one(
    header: Any, reply: Reply | None
) -> None:
    assert content(a_message(reply_to=header)).reply == reply


def test_buttons_are_labels_and_links_row_by_row() -> None:
    def button(text: str, kind: Any) -> Any:
        return types.KeyboardInlineButton(text, kind)

    markup = types.ReplyInlineMarkup(
        [
            types.KeyboardInlineButtonRow(
                [
                    button("المصدر", types.InlineButtonTypeUrl("https://example.org")),
                    button("👍", types.InlineButtonTypeCallback(b"1")),
                ]
            ),
            types.KeyboardInlineButtonRow(
                [button("app", types.InlineButtonTypeWebView("https://app.example"))]
            ),
        ]
    )

    assert content(a_message(reply_markup=markup)).buttons == (
        Button(label="المصدر", url="https://example.org"),
        Button(label="👍"),
        Button(label="app", url="https://app.example"),
    )


def test_a_keyboard_for_the_reader_is_no_part_of_a_post() -> None:
    assert content(a_message(reply_markup=types.ReplyKeyboardHide())).buttons == ()


def test_album_author_and_bot_are_content() -> None:
    found = content(a_message(grouped_id=2**60, post_author="محرر", via_bot_id=9))

    assert (found.album_id, found.author, found.via_bot_id) == (2**60, "محرر", 9)


# -- counts


def test_counters_that_were_not_told_are_none_and_not_zero() -> None:
    assert seen(a_message()).counts == PostCounts()


def test_counters_are_told_one_by_one() -> None:
    reactions = types.MessageReactions(
        results=[
            types.ReactionCount(types.ReactionEmoji("👍"), 5),
            types.ReactionCount(types.ReactionCustomEmoji(77), 4),
            types.ReactionCount(types.ReactionPaid(), 3),
            types.ReactionCount(types.ReactionEmpty(), 2),
        ]
    )
    message = a_message(
        views=0, forwards=2, replies=types.MessageReplies(replies=9, replies_pts=1), reactions=reactions,
        media=a_poll("?", ["a"], voters=31),
    )  # fmt: skip

    assert seen(message).counts == PostCounts(
        views=0,
        forwards=2,
        replies=9,
        reactions=(("👍", 5), ("custom:77", 4), ("paid", 3), ("other", 2)),
        votes=31,
    )


def test_what_is_counted_or_decorated_makes_no_other_content() -> None:
    plain = a_message()
    decorated = a_message(
        views=1, forwards=1, pinned=True, edit_date=NOON, edit_hide=True, noforwards=True, silent=True,
        media=types.MessageMediaWebPage(types.WebPageEmpty(1)),
        reactions=types.MessageReactions(results=[]),
    )  # fmt: skip

    assert content(plain) == content(decorated)


# -- service posts


@pytest.mark.parametrize(
    ("action", "word", "detail"),
    [
        (types.MessageActionChatEditTitle("اسم جديد"), "title_changed", "اسم جديد"),
        (types.MessageActionChannelCreate("First"), "channel_created", "First"),
        (types.MessageActionChatEditPhoto(types.PhotoEmpty(8)), "photo_changed", "8"),
        (types.MessageActionChatDeletePhoto(), "photo_removed", None),
        (types.MessageActionPinMessage(), "post_pinned", None),
        (types.MessageActionHistoryClear(), "history_clear", None),
        (types.MessageActionGroupCall(types.InputGroupCall(1, 2)), "group_call", None),
        (types.MessageActionSetMessagesTTL(60), "set_messages_ttl", None),
    ],
)
def test_a_service_post_is_an_action_and_its_argument(action: Any, word: str, detail: str | None) -> None:
    assert content(a_service(action)) == Content(text="", action=word, action_detail=detail)


def test_a_pin_names_the_post() -> None:
    pin = a_service(types.MessageActionPinMessage(), reply_to=types.MessageReplyHeader(reply_to_msg_id=5))

    assert content(pin) == Content(text="", action="post_pinned", action_detail="5")


# -- whatever comes


@given(varieties(types.Message) | varieties(types.MessageService))
def test_no_post_is_refused_and_each_has_a_digest(message: Any) -> None:
    found = seen(message, origins={CHANNEL: "rafidain"})

    details = found.content.details()
    assert json.loads(details) is not None
    assert len(digest(sound_text(found.content.text), details)) == 64
    assert found.post_id == message.id


@given(wire_varieties(types.Message))
def test_a_repeated_look_has_the_same_digest(data: bytes) -> None:
    first, second = (content(BinaryReader(data).tgread_object()) for _ in range(2))

    assert first == second
    assert first.details() == second.details()


def test_a_document_and_an_unknown_medium_do_not_share_a_digest() -> None:
    one = content(a_message(media=types.MessageMediaDocument(document=a_document())))
    two = content(a_message(media=types.MessageMediaUnsupported()))

    assert one.details() != two.details()


def test_ids_of_the_channel_are_the_askers() -> None:
    other = ChannelId(5)

    found = observation(a_message(), channel_id=other, as_of=1, origins={})

    assert found is not None
    assert found.channel_id == other
