r"""Exports letter by letter as Telegram Desktop writes them, its oddities included.

Its writer has its own JSON: control characters are ``\x0B``, U+2028 is followed by two of its own bytes,
reactions are indented too deep, an invoice is a string of JSON.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from archiver.domain.ids import ChannelId, PostId
from archiver.domain.post import (
    Button,
    Content,
    Entity,
    ForwardOrigin,
    Media,
    MediaKind,
    Poll,
    PostCounts,
    Reply,
)
from tests.builders import CHANNEL
from tests.desktop.steps import Read, read

TOLD = "2024-01-12T10:00:05"
AT = datetime(2024, 1, 12, 10, 0, 5, tzinfo=UTC)
HEAD = f"""{{
 "name": "بغداد",
 "type": "public_channel",
 "id": {CHANNEL},
 "messages": [
"""
BEGINNING = """  {
   "id": %d,
   "type": "message",
   "date": "2024-01-12T13:00:05",
   "date_unixtime": "1705053605",
   "from": "بغداد",
   "from_id": "channel1200300400",
"""


def a_message(rest: str, *, post_id: int = 5) -> str:
    return BEGINNING % post_id + rest + "  }"


def one(path: Path, rest: str | bytes) -> tuple[Content, PostCounts]:
    """Return the post that an export has between two others."""
    plain = '   "text": "x",\n   "text_entities": []\n'
    begin, end = (BEGINNING % 5).encode(), b"  }"
    middle = begin + (rest if isinstance(rest, bytes) else rest.encode()) + end
    posts = [a_message(plain, post_id=4).encode(), middle, a_message(plain, post_id=6).encode()]
    found = read_bytes(path, HEAD.encode() + b",\n".join(posts) + b"\n ]\n}")
    assert ([each.post_id for each in found.posts], found.refused, found.fault) == ([4, 5, 6], {}, None)
    assert {each.published_at for each in found.posts} == {AT}
    return found.posts[1].content, found.posts[1].counts


def read_bytes(path: Path, data: bytes) -> Read:
    (path / "result.json").write_bytes(data)
    return read(path / "result.json")


@pytest.mark.parametrize("sign", ["\u2028", "\u2029"])
def test_a_line_separator_is_followed_by_bytes_that_are_not_meant(tmp_path: Path, sign: str) -> None:
    written = b"\\u%04x" % ord(sign) + sign.encode()[1:]
    rest = (
        b'   "text": "a'
        + written
        + b'b",\n   "text_entities": [\n    {\n     "type": "plain",\n     "text": "a'
    )

    content, _ = one(tmp_path, rest + written + b'b"\n    }\n   ]\n')

    assert content == Content(text=f"a{sign}b")


def test_control_characters_are_written_by_their_numbers(tmp_path: Path) -> None:
    content, _ = one(tmp_path, '   "text": "a\\x0B\\x1Fb\\\\x41",\n   "text_entities": []\n')

    assert content.text == ""
    content, _ = one(tmp_path, '   "text": "a\\x0B\\x1Fb\\\\x41"\n')
    assert content.text == "a\x0b\x1fb\\x41"


def test_parts_of_every_kind_become_entities(tmp_path: Path) -> None:
    parts = """   "text": "never read where the entities are told",
   "text_entities": [
    {
     "type": "blockquote",
     "text": "q",
     "collapsed": true
    },
    {
     "type": "custom_emoji",
     "text": "👍",
     "document_id": "(File not included. Change data exporting settings to download.)"
    },
    {
     "type": "spoiler",
     "text": "s"
    },
    {
     "type": "pre",
     "text": "p",
     "language": ""
    },
    {
     "type": "mention_name",
     "text": "m",
     "user_id": 42
    },
    {
     "type": "bank_card",
     "text": "4000"
    }
   ]
"""
    content, _ = one(tmp_path, parts)

    assert content.text == "q👍spm4000"
    assert content.entities == (
        Entity(kind="blockquote", offset=0, length=1),
        Entity(kind="custom_emoji", offset=1, length=2),
        Entity(kind="spoiler", offset=3, length=1),
        Entity(kind="pre", offset=4, length=1),
        Entity(kind="mention_name", offset=5, length=1, value="42"),
        Entity(kind="bank_card", offset=6, length=4),
    )


def test_reactions_are_indented_deeper_than_what_they_stand_in(tmp_path: Path) -> None:
    _, counts = one(tmp_path, """   "text": "x",
   "text_entities": [],
   "reactions": [
     {
      "type": "emoji",
      "count": 2,
      "emoji": "❤",
      "recent": [
       {
        "from": "Ann",
        "from_id": "user100",
        "date": "2024-01-12T10:00:05"
       }
      ]
     }
    ]
""")  # fmt: skip

    assert counts == PostCounts(reactions=(("❤", 2),))


MEDIA = [
    ("""   "file": "(File exceeds maximum size. Change data exporting settings to download.)",
   "file_name": "dump.zip",
   "file_size": 4000000000,
   "thumbnail": "(File not included. Change data exporting settings to download.)",
   "thumbnail_file_size": 10,
   "mime_type": "application/zip",
""", Media(kind=MediaKind.FILE, name="dump.zip", bytes=4_000_000_000, mime_type="application/zip")),
    ("""   "photo": "(File not included. Change data exporting settings to download.)",
   "photo_file_size": 7,
   "width": 2,
   "height": 1,
   "media_spoiler": true,
""", Media(kind=MediaKind.PHOTO, bytes=7, width=2, height=1, is_spoiler=True)),
    ("""   "photo_file_size": 0,
   "self_destruct_period_seconds": 10,
""", Media(kind=MediaKind.PHOTO)),
    ("""   "file": "video_files/a.mp4",
   "file_name": "a.mp4",
   "file_size": 100,
   "media_type": "animation",
   "mime_type": "video/mp4",
   "duration_seconds": 4,
   "width": 320,
   "height": 240,
""", Media(kind=MediaKind.ANIMATION, name="a.mp4", bytes=100, mime_type="video/mp4", seconds=4.0,
           width=320, height=240)),
    ("""   "location_information": null,
   "live_location_period_seconds": 60,
""", Media(kind=MediaKind.LOCATION)),
    ("""   "invoice_information": "{\\n    \\"title\\": \\"T\\",\\n    \\"amount\\": 150\\n   }",
""", Media(kind=MediaKind.INVOICE)),
    ("""   "todo_list": {
    "title": "Do",
    "others_can_append": true,
    "answers": [
     {
      "text": "a",
      "id": 1
     }
    ]
   },
""", Media(kind=MediaKind.OTHER)),
]  # fmt: skip


@pytest.mark.parametrize(("told", "media"), MEDIA, ids=map(str, range(len(MEDIA))))
def test_what_a_post_carries_is_described(tmp_path: Path, told: str, media: Media) -> None:
    content, _ = one(tmp_path, told + '   "text": "",\n   "text_entities": []\n')

    assert content == Content(text="", media=media)


def test_a_poll_has_parts_or_a_plain_question(tmp_path: Path) -> None:
    content, counts = one(tmp_path, """   "poll": {
    "question": "Q?",
    "closed": false,
    "total_voters": 2,
    "answers": [
     {
      "text": "Yes",
      "voters": 2,
      "chosen": true
     }
    ]
   },
   "text": "",
   "text_entities": []
""")  # fmt: skip

    assert content.poll == Poll(question="Q?", answers=("Yes",))
    assert counts.votes == 2


def test_buttons_forwards_replies_and_authors_are_told(tmp_path: Path) -> None:
    content, _ = one(tmp_path, """   "author": "Sig",
   "forwarded_from": null,
   "forwarded_from_id": "channel9",
   "reply_to_message_id": 2,
   "reply_to_peer_id": "chat4",
   "via_bot": "@helper",
   "text": "",
   "text_entities": [],
   "inline_bot_buttons": [
    [
     {
      "type": "callback",
      "text": "Go",
      "dataBase64": "-_8B",
      "data": ""
     },
     {
      "type": "url",
      "text": "Site",
      "data": "https://e.x"
     }
    ]
   ]
""")  # fmt: skip

    assert content == Content(
        text="",
        buttons=(Button(label="Go"), Button(label="Site", url="https://e.x")),
        reply=Reply(post_id=PostId(2)),
        forward=ForwardOrigin(channel_id=ChannelId(9)),
        author="Sig",
    )


def test_a_rich_message_becomes_lines_of_text(tmp_path: Path) -> None:
    content, _ = one(tmp_path, """   "rich_message": {
    "rtl": true,
    "part": false,
    "blocks": [
     {
      "type": "paragraph",
      "text": {
       "type": "concat",
       "text": [
        {
         "type": "plain",
         "text": "ادفع "
        },
        {
         "type": "bold",
         "text": {
          "type": "plain",
          "text": "الآن"
         }
        }
       ]
      }
     },
     {
      "type": "list",
      "items": [
       {
        "task_state": "none",
        "content": "text",
        "text": {
         "type": "plain",
         "text": "07701234567"
        }
       }
      ]
     },
     {
      "type": "photo",
      "photo_id": "77",
      "caption": {
       "text": {
        "type": "empty"
       },
       "credit": {
        "type": "plain",
        "text": "me"
       }
      }
     }
    ]
   }
""")  # fmt: skip

    assert content == Content(text="ادفع الآن\n07701234567\nme")


def test_a_post_that_desktop_could_not_read_has_no_time_and_is_counted(tmp_path: Path) -> None:
    odd = '  {\n   "id": 9,\n   "type": "unsupported"\n  }'
    plain = a_message('   "text": "x"\n')

    found = read_bytes(tmp_path, (HEAD + plain + ",\n" + odd + "\n ]\n}").encode())

    assert ([each.post_id for each in found.posts], found.refused) == ([5], {"unreadable": 1})


def test_between_2021_and_2022_there_were_bare_ids_and_only_local_times(tmp_path: Path) -> None:
    data = f"""{HEAD}  {{
   "id": 4,
   "type": "message",
   "date": "2021-04-15T10:00:05",
   "edited": "2021-04-16T10:00:05",
   "from": "بغداد",
   "from_id": "channel{CHANNEL}",
   "forwarded_from": "Other",
   "file": "(File not included. Change data exporting settings to download.)",
   "thumbnail": "(File not included. Change data exporting settings to download.)",
   "media_type": "video_file",
   "mime_type": "video/mp4",
   "duration_seconds": 4,
   "text": [
    "a ",
    {{
     "type": "link",
     "text": "a.example"
    }}
   ]
  }}
 ]
}}"""

    found = read_bytes(tmp_path, data.encode())

    [post] = found.posts
    assert (post.channel_id, post.published_at) == (CHANNEL, datetime(2021, 4, 15, 10, 0, 5, tzinfo=UTC))
    assert post.edited_at == datetime(2021, 4, 16, 10, 0, 5, tzinfo=UTC)
    assert post.content == Content(
        text="a a.example",
        entities=(Entity(kind="url", offset=2, length=9),),
        media=Media(kind=MediaKind.VIDEO, mime_type="video/mp4", seconds=4.0),
        forward=ForwardOrigin(name="Other"),
    )
