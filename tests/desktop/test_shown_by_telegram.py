"""Pages of t.me/s letter by letter as Telegram shows them, nested texts, labels and all."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from archiver.domain.channel import Fact
from archiver.domain.ids import ChannelId, PostId
from archiver.domain.post import Content, Entity, ForwardOrigin, Media, MediaKind, Observation, Poll, Reply
from tests.desktop.steps import Read, read

VIEW = "eyJjIjotMTU5MTUzNzY3NCwicCI6IjQzMTZnIiwidCI6MTcwMjgyMjEyOCwiaCI6ImNjNzg5ODgxY2ZkMTIzNTY4NiJ9"
"""What stands in data-view: {"c":-1591537674,"p":"4316g","t":1702822128,"h":"cc789881cfd1235686"}."""

CHANNEL = ChannelId(1591537674)
AT = datetime(2023, 2, 24, 12, 13, 31, tzinfo=UTC)
HEAD = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>Rafidain – Telegram</title></head><body>
<div class="tgme_channel_info_header_title"><span dir="auto">Rafidain
<i class="emoji" style="background-image:url('//telegram.org/img/emoji/40/F09F918D.png')"><b>👍</b></i></span></div>
<div class="tgme_channel_info_counters"><div class="tgme_channel_info_counter"><span class="counter_value">12.3K</span>
<span class="counter_type">subscribers</span></div></div>
<section class="tgme_channel_history js-message_history">
"""  # noqa: E501 - as it is
END = "</section></body></html>"


def a_block(inner: str, *, post_id: int = 89, classes: str = "", meta: str = "") -> str:
    place = f"Rafidain/{post_id}"
    return (
        '<div class="tgme_widget_message_wrap js-widget_message_wrap">'
        f'<div class="tgme_widget_message text_not_supported_wrap {classes} js-widget_message" '
        f'data-post="{place}" data-view="{VIEW}">'
        '<div class="tgme_widget_message_user"><a href="https://t.me/Rafidain"><i class="'
        'tgme_widget_message_user_photo bgcolor6" data-content="R"><img '
        'src="https://cdn1/a.jpg"></i></a></div>'
        '<div class="tgme_widget_message_bubble"><div class="tgme_widget_message_author accent_color">'
        '<a class="tgme_widget_message_owner_name" href="https://t.me/Rafidain"><span dir="auto">Rafidain'
        f"</span></a></div>{inner}"
        '<div class="tgme_widget_message_footer compact js-message_footer">'
        '<div class="tgme_widget_message_info short js-message_info">'
        '<span class="tgme_widget_message_views">1.2K</span><span class="copyonly"> views</span>'
        f'<span class="tgme_widget_message_meta">{meta}'
        f'<a class="tgme_widget_message_date" href="https://t.me/{place}"><time '
        'datetime="2023-02-24T12:13:31+00:00" class="time">12:13</time></a>'
        "</span></div></div></div></div></div>\n"
    )


def shown(path: Path, *blocks: str) -> Read:
    (path / "page.html").write_text(HEAD + "".join(blocks) + END, "utf-8")
    return read(path / "page.html")


def one(path: Path, block: str) -> Observation:
    [found] = shown(path, block).posts
    return found


def text(words: str) -> str:
    return f'<div class="tgme_widget_message_text js-message_text" dir="auto">{words}</div>'


def test_a_page_tells_the_channel_its_posts_and_their_times(tmp_path: Path) -> None:
    found = shown(tmp_path, a_block(text("a")), a_block(text("b"), post_id=90, meta="edited "))

    assert [(each.channel_id, each.post_id, each.content.text) for each in found.posts] == [
        (CHANNEL, 89, "a"), (CHANNEL, 90, "b"),
    ]  # fmt: skip
    assert {(each.published_at, each.edited_at, each.counts.views) for each in found.posts} == {
        (AT, None, None)
    }
    look = found.pieces[0].look
    assert look is not None
    assert (look.handles, look.facts) == (("rafidain",), {Fact.TITLE: "Rafidain\n👍"})


def test_the_caption_of_an_album_is_a_text_within_a_text(tmp_path: Path) -> None:
    album = """<div class="tgme_widget_message_grouped_wrap js-message_grouped_wrap" data-margin-w="2"
 style="width:453px;"><div class="tgme_widget_message_grouped js-message_grouped" style="padding-top:84.9%">
<div class="tgme_widget_message_grouped_layer js-message_grouped_layer" style="width:453px;height:385px">
<a class="tgme_widget_message_photo_wrap grouped_media_wrap blured js-message_photo" data-ratio="0.66"
 href="https://t.me/Rafidain/89?single"><div class="grouped_media_helper"></div></a>
<a class="tgme_widget_message_video_player not_supported grouped_media_wrap js-message_video_player"
 href="https://t.me/Rafidain/90"><i class="tgme_widget_message_video_thumb"></i>
<time class="message_video_duration js-message_video_duration">1:02:05</time>
<div class="message_media_not_supported_wrap"><div class="message_media_not_supported">
<div class="message_media_not_supported_label">Media is too big</div>
<span class="message_media_view_in_telegram">VIEW IN TELEGRAM</span></div></div></a>
</div></div></div>"""

    first, second = shown(tmp_path, a_block(album + text(text("<b>ادفع</b> الآن")))).posts

    assert (first.post_id, first.content.text) == (89, "ادفع الآن")
    assert first.content.entities == (Entity(kind="bold", offset=0, length=4),)
    assert (second.post_id, second.content) == (90, Content(text="", media=Media(kind=MediaKind.VIDEO)))


@pytest.mark.parametrize(
    ("inner", "content"),
    [
        pytest.param(
            '<div class="tgme_widget_message_forwarded_from accent_color">Forwarded from&nbsp;<a class="'
            'tgme_widget_message_forwarded_from_name" href="https://t.me/Other/27889"><span dir="auto">Other'
            '<i class="emoji"><b>🎗</b></i></span></a></div>' + text(";)"),
            Content(text=";)", forward=ForwardOrigin(handle="other", post_id=PostId(27889))),
            id="a-forwarded-post",
        ),
        pytest.param(
            '<div class="tgme_widget_message_forwarded_from accent_color">Forwarded from&nbsp;<span class="'
            'tgme_widget_message_forwarded_from_name"><span dir="auto">Zaid</span></span></div>' + text("x"),
            Content(text="x", forward=ForwardOrigin(name="Zaid")),
            id="from-a-hidden-person",
        ),
        pytest.param(
            '<a class="tgme_widget_message_reply user-color-default" href="https://t.me/Rafidain/80">'
            '<div class="tgme_widget_message_author"><span class="tgme_widget_message_author_name">R</span>'
            '</div><div class="tgme_widget_message_text js-message_reply_text" dir="auto">quoted</div></a>'
            + text("own"),
            Content(text="own", reply=Reply(post_id=PostId(80))),
            id="an-answer",
        ),
        pytest.param(
            '<a class="tgme_widget_message_document_wrap" href="https://t.me/Rafidain/89"><div class="'
            'tgme_widget_message_document_icon accent_bg audio"></div><div '
            'class="tgme_widget_message_document">'
            '<div class="tgme_widget_message_document_title accent_color" dir="auto">A song</div><div class="'
            'tgme_widget_message_document_extra" dir="auto">someone</div></div></a>',
            Content(text="", media=Media(kind=MediaKind.AUDIO, title="A song", performer="someone")),
            id="a-song",
        ),
        pytest.param(
            '<a class="tgme_widget_message_document_wrap" href="https://t.me/Rafidain/89"><div class="'
            'tgme_widget_message_document_icon accent_bg"></div><div class="tgme_widget_message_document">'
            '<div class="tgme_widget_message_document_title accent_color" '
            'dir="auto">dump.xlsx</div><div class="'
            'tgme_widget_message_document_extra" dir="auto">4.1 MB</div></div></a>',
            Content(text="", media=Media(kind=MediaKind.FILE, name="dump.xlsx")),
            id="a-file",
        ),
        pytest.param(
            '<div class="tgme_widget_message_poll js-poll"><div class="tgme_widget_message_poll_question">Q?'
            '</div><div class="tgme_widget_message_poll_type">Anonymous Poll</div><a class="'
            'tgme_widget_message_poll_option" href="#"><div '
            'class="tgme_widget_message_poll_option_percent">60%'
            '</div><div class="tgme_widget_message_poll_option_value"><div class="'
            'tgme_widget_message_poll_option_text">Yes</div></div></a></div><span class="'
            'tgme_widget_message_voters">1.5K</span>',
            Content(text="", media=Media(kind=MediaKind.POLL), poll=Poll(question="Q?", answers=("Yes",))),
            id="a-poll",
        ),
    ],
)
def test_what_a_block_shows_is_told(tmp_path: Path, inner: str, content: Content) -> None:
    assert one(tmp_path, a_block(inner)).content == content


def test_what_happened_to_the_channel_is_no_text(tmp_path: Path) -> None:
    found = one(tmp_path, a_block(text("Channel created"), classes="service_message"))

    assert found.content == Content(text="", action="channel_created")


def test_a_post_that_is_shown_in_telegram_alone_is_left_out_and_counted(tmp_path: Path) -> None:
    hidden = (
        '<div class="message_media_not_supported_wrap"><div class="message_media_not_supported">'
        '<div class="message_media_not_supported_label">Please open Telegram to view this post</div>'
        '<a href="https://t.me/Rafidain/90" class="message_media_view_in_telegram">VIEW '
        "IN TELEGRAM</a></div></div>"
    )

    found = shown(tmp_path, a_block(text("a")), a_block(hidden, post_id=90))

    assert ([each.post_id for each in found.posts], found.refused) == ([89], {"empty": 1})


def test_the_preview_of_a_link_is_no_part_of_the_post(tmp_path: Path) -> None:
    preview = (
        '<a class="tgme_widget_message_link_preview" href="https://a.example"><div '
        'class="link_preview_site_name">'
        'Site</div><div class="link_preview_title">Title</div><div '
        'class="link_preview_description">Words</div></a>'
    )

    found = one(tmp_path, a_block(text('<a href="https://a.example">a.example</a>') + preview))

    assert found.content == Content(text="a.example", entities=(Entity(kind="url", offset=0, length=9),))
