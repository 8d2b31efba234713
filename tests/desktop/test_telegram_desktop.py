"""Exports of Telegram Desktop, of this year and of 2021, of a channel and of an account."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from archiver.domain.channel import ChannelLook, Fact
from archiver.domain.claim import Claim
from archiver.domain.ids import ChannelId, PostId
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
from tests.builders import CHANNEL, a_post
from tests.desktop.rendering import a_channel, an_account, desktop_post, write_json
from tests.desktop.steps import read
from tests.desktop.strange_posts import desktop_contents, posts


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("exports")


@given(seen=posts(desktop_contents()), indent=st.sampled_from([None, 1, 2]))
def test_posts_come_back_as_they_were(place: Path, seen: list[Observation], indent: int | None) -> None:
    path = write_json(place / "result.json", a_channel(map(desktop_post, seen)), indent=indent)

    found = read(path)

    assert (found.posts, found.refused, found.fault) == (seen, {}, None)


@given(seen=posts(desktop_contents(), edits=st.none()))
def test_posts_of_2021_come_back_but_for_what_was_not_told_then(place: Path, seen: list[Observation]) -> None:
    told = a_channel((desktop_post(each, is_old=True) for each in seen), channel_id=CHANNEL + (2 << 32))

    found = read(write_json(place / "old.json", told))

    assert found.posts == seen if seen else found.pieces == []


def test_a_real_looking_export_of_2021_is_read(tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    path.write_text(
        """{
 "name": "بغداد",
 "type": "public_channel",
 "id": 9790234992,
 "messages": [
  {
   "id": 1,
   "type": "service",
   "date": "2019-05-01T10:00:00",
   "actor": "بغداد",
   "actor_id": 4484267696,
   "action": "create_channel",
   "title": "بغداد",
   "text": ""
  },
  {
   "id": 7,
   "type": "message",
   "date": "2021-03-01T15:00:00",
   "edited": "1970-01-01T02:00:00",
   "from": "بغداد",
   "forwarded_from": "Somebody",
   "file": "files/citizens (1).xlsx",
   "mime_type": "application/vnd.ms-excel",
   "text": [
    "شاهد 👍 ",
    {
     "type": "link",
     "text": "https://a.example"
    },
    " ",
    {
     "type": "text_link",
     "text": "هنا",
     "href": "https://b.example"
    }
   ]
  }
 ]
}""",
        "utf-8",
    )

    found = read(path, zone=ZoneInfo("Asia/Baghdad"))

    first, second = found.posts
    assert found.pieces[0].look == ChannelLook(
        channel_id=CHANNEL, access_hash=None, handles=None, facts={Fact.TITLE: "بغداد"}
    )
    assert first.content == Content(text="", action="channel_created", action_detail="بغداد")
    assert (second.published_at, second.edited_at) == (datetime(2021, 3, 1, 12, 0, tzinfo=UTC), None)
    assert second.content == Content(
        text="شاهد 👍 https://a.example هنا",
        entities=(
            Entity(kind="url", offset=8, length=17),
            Entity(kind="text_url", offset=26, length=3, value="https://b.example"),
        ),
        media=Media(kind=MediaKind.FILE, name="citizens (1).xlsx", mime_type="application/vnd.ms-excel"),
        forward=ForwardOrigin(name="Somebody"),
    )


def one(path: Path, told: dict[str, Any]) -> Observation:
    """Return the only post of an export of today."""
    whole = {"id": 7, "type": "message", "date_unixtime": "1772366400", "text": ""} | told
    [found] = read(write_json(path / "result.json", a_channel([whole]))).posts
    return found


ANSWER = {"text": "a", "voters": 1, "chosen": False}


def carried(kind: MediaKind, **told: Any) -> Content:
    return Content(text="", media=Media(kind=kind, **told))


def asked(poll: Poll) -> Content:
    return Content(text="", media=Media(kind=MediaKind.POLL), poll=poll)


@pytest.mark.parametrize(
    ("told", "content"),
    [
        ({"photo": "photos/photo_1.jpg", "photo_file_size": 5, "width": 8, "height": 6},
         carried(MediaKind.PHOTO, bytes=5, width=8, height=6)),
        ({"file": "(Not included.)", "file_name": "a.pdf", "file_size": 9, "mime_type": "a/pdf"},
         carried(MediaKind.FILE, name="a.pdf", bytes=9, mime_type="a/pdf")),
        ({"file": "(File exceeds maximum size.)"}, carried(MediaKind.FILE)),
        ({"file": "v/IMG_1.mp4", "media_type": "video_file", "duration_seconds": 4, "media_spoiler": True},
         carried(MediaKind.VIDEO, seconds=4.0, is_spoiler=True)),
        ({"file": "a.ogg", "media_type": "voice_message"}, carried(MediaKind.VOICE)),
        ({"file": "a.mp4", "media_type": "video_message"}, carried(MediaKind.ROUND_VIDEO)),
        ({"file": "a.mp4", "media_type": "animation"}, carried(MediaKind.ANIMATION)),
        ({"file": "s.webp", "media_type": "sticker"}, carried(MediaKind.STICKER)),
        ({"file": "files/s.mp3", "media_type": "audio_file", "title": "t", "performer": "p"},
         carried(MediaKind.AUDIO, name="s.mp3", title="t", performer="p")),
        ({"contact_information": {"phone_number": "+964"}}, carried(MediaKind.CONTACT)),
        ({"location_information": {"latitude": 1.5}}, carried(MediaKind.LOCATION)),
        ({"place_name": "Baghdad", "location_information": {}}, carried(MediaKind.VENUE)),
        ({"game_title": "x"}, carried(MediaKind.GAME)),
        ({"invoice_information": {}}, carried(MediaKind.INVOICE)),
        ({"giveaway_information": {}}, carried(MediaKind.GIVEAWAY)),
        ({"paid_stars_amount": 5, "photo": "x"}, carried(MediaKind.PAID)),
        ({"type": "unsupported"}, carried(MediaKind.OTHER)),
        ({"poll": {"question": [{"type": "plain", "text": "?"}], "closed": True, "answers": [ANSWER, 5]}},
         asked(Poll(question="?", answers=("a",), is_closed=True))),
        ({"poll": 5}, carried(MediaKind.POLL)),
        ({"poll": {"answers": 5}}, asked(Poll(question="", answers=()))),
        ({"reply_to_message_id": 3}, Content(text="", reply=Reply(post_id=PostId(3)))),
        ({"reply_to_message_id": 3, "reply_to_peer_id": "channel9"},
         Content(text="", reply=Reply(post_id=PostId(3), channel_id=ChannelId(9)))),
        ({"forwarded_from": "Other", "forwarded_from_id": "channel9"},
         Content(text="", forward=ForwardOrigin(channel_id=ChannelId(9)))),
        ({"forwarded_from": "Zaid", "forwarded_from_id": "user9"},
         Content(text="", forward=ForwardOrigin(user_id=9))),
        ({"forwarded_from": None, "forwarded_from_id": "user9x"}, Content(text="", forward=ForwardOrigin())),
        ({"inline_bot_buttons": [[{"type": "url", "text": "a", "data": "https://a"}], 5, [{"type": "x"}]]},
         Content(text="", buttons=(Button(label="a", url="https://a"), Button(label="")))),
        ({"inline_bot_buttons": 5}, Content(text="")),
        ({"type": "service", "action": "pin_message", "message_id": 3},
         Content(text="", action="post_pinned", action_detail="3")),
        ({"type": "service", "action": "group_call", "title": "x"}, Content(text="", action="group_call")),
        ({"type": "service", "information_text": "x"}, Content(text="", action="custom_action")),
        ({"type": "service"}, Content(text="", action="unknown")),
    ],
)  # fmt: skip
def test_what_a_post_carries_is_told(tmp_path: Path, told: dict[str, Any], content: Content) -> None:
    assert one(tmp_path, told).content == content


def test_reactions_and_votes_are_counts(tmp_path: Path) -> None:
    reactions = [
        {"type": "emoji", "emoji": "👍", "count": 3},
        {"type": "custom_emoji", "document_id": "77", "count": 2},
        {"type": "custom_emoji", "document_id": "stickers/a.tgs", "count": 2},
        {"type": "paid", "count": 1},
        {"type": "of_the_future", "count": 1},
        {"type": "emoji", "emoji": "👎", "count": "many"},
        5,
    ]

    found = one(tmp_path, {"reactions": reactions, "poll": {"question": "?", "total_voters": 9}})

    assert found.counts == PostCounts(
        reactions=(("👍", 3), ("custom:77", 2), ("other", 2), ("paid", 1)), votes=9
    )


@pytest.mark.parametrize(
    "told",
    [
        {"id": 0}, {"id": -5}, {"id": 1 << 40}, {"id": 1 << 70}, {"id": "7"}, {"id": None},
        {"date_unixtime": "x"}, {"date_unixtime": "9" * 30}, {"date_unixtime": None},
        {"date_unixtime": 1 << 60},
        {"text": 5}, {"text": {"type": "bold"}}, {"text_entities": [5]}, {"file_size": 1 << 60, "file": "a"},
    ],
)  # fmt: skip
def test_a_post_that_is_no_post_is_left_out_and_counted(tmp_path: Path, told: dict[str, Any]) -> None:
    good = desktop_post(a_post(8, as_of=0))
    bad = {"id": 7, "type": "message", "date_unixtime": "1772366400", "text": ""} | told

    found = read(write_json(tmp_path / "result.json", a_channel([bad, good])))

    assert ([each.post_id for each in found.posts], found.refused) == ([8], {"unreadable": 1})


def test_of_an_account_only_public_channels_are_taken_and_the_rest_is_counted(tmp_path: Path) -> None:
    post = desktop_post(a_post(7, as_of=0))
    private = [
        a_channel([post], kind=kind, channel_id=5) for kind in ("personal_chat", "private_group", "bot_chat")
    ]
    saved = {"type": "saved_messages", "id": 42, "messages": [post | {"text": "my secrets"}]}
    told = an_account(
        [saved, *private, a_channel([post]), a_channel([post], kind="private_channel", channel_id=6)],
        left=[a_channel([post], channel_id=8), a_channel([post], kind="personal_chat")],
    )

    found = read(write_json(tmp_path / "result.json", told))

    assert [(each.channel_id, each.post_id) for each in found.posts] == [(CHANNEL, 7), (8, 7)]
    assert found.refused == {
        "saved_messages": 1, "personal_chat": 2, "private_group": 1, "bot_chat": 1, "private_channel": 1,
    }  # fmt: skip
    assert found.fault is None


def test_of_an_account_one_channel_can_be_chosen(tmp_path: Path) -> None:
    post = desktop_post(a_post(7, as_of=0))
    told = an_account([a_channel([post]), a_channel([post], channel_id=8)])

    found = read(write_json(tmp_path / "result.json", told), claim=Claim(channel_id=ChannelId(8)))

    assert ([each.channel_id for each in found.posts], found.refused) == ([8], {"not_chosen": 1})


def test_a_mark_of_the_byte_order_is_gone_over(tmp_path: Path) -> None:
    path = write_json(tmp_path / "result.json", a_channel([desktop_post(a_post(as_of=0))]))
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())

    found = read(path)

    assert (len(found.posts), found.pieces[-1].position) == (1, path.stat().st_size - len("\n ]\n}"))


def test_reading_goes_on_behind_a_piece(tmp_path: Path) -> None:
    told = a_channel(desktop_post(a_post(number, as_of=0)) for number in range(1, 9_000))
    path = write_json(tmp_path / "result.json", told)
    whole = read(path)

    rest = read(path, after=whole.pieces[0].position)

    assert len(whole.pieces) > 1
    assert [*whole.pieces[0].observations, *rest.posts] == whole.posts


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"a": 1}', "is JSON, but no export of posts"),
        (
            '{"type": "public_channel", "id": 5, "messages": [], "id": 6}',
            "a second id, or one behind the posts,",
        ),
        ('{"type": "public_channel", "type": "public_channel", "messages": []}', "a second type"),
        ('{"type": "public_channel", "id": 5, "messages": {}}', "[ was expected at byte 48"),
        ('{"type": "public_channel", "id": 5, "messages": []} x', "something behind the end"),
        ('{"type": "public_channel", "id": 5, "messages": [', "the file is cut off at byte 49"),
    ],
)
def test_a_file_that_is_no_export_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "result.json"
    path.write_text(text)

    assert said in str(read(path).fault)


def test_what_comes_before_a_fault_is_given(tmp_path: Path) -> None:
    path = write_json(tmp_path / "result.json", a_channel(desktop_post(a_post(n, as_of=0)) for n in (7, 8)))
    data = path.read_bytes()
    path.write_bytes(data[: data.rindex(b'"text_entities"')])

    found = read(path)

    assert [each.post_id for each in found.posts] == [7]
    assert found.fault == (
        f"result.json: the file is cut off at byte {path.stat().st_size:,}; what stands before it is "
        "imported; get the file anew, or mend it there"
    )


@pytest.mark.parametrize("told", [{}, {"type": None}, {"type": ""}, {"type": "of_the_future"}])
def test_a_channel_of_no_known_kind_is_refused(tmp_path: Path, told: dict[str, Any]) -> None:
    path = tmp_path / "result.json"
    path.write_text(json.dumps({**told, "id": CHANNEL, "messages": [desktop_post(a_post(as_of=0))]}))

    found = read(path)

    assert found.posts == []
    assert found.refused == {"of_the_future" if told.get("type") == "of_the_future" else "unidentified": 1}
