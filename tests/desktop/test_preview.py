"""Pages of t.me/s as browsers save them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from archiver.domain.channel import ChannelLook, Fact
from archiver.domain.claim import Register
from archiver.domain.ids import ChannelId, PostId
from archiver.domain.post import Button, Content, Entity, ForwardOrigin, Media, MediaKind, Observation, Poll
from tests.builders import CHANNEL, NOON, a_post
from tests.desktop.rendering import HANDLE, preview_page
from tests.desktop.steps import read
from tests.desktop.strange_posts import posts, preview_contents


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pages")


QUIZ = Poll(question="?", answers=(), is_quiz=True)


def saved(path: Path, page: str) -> Path:
    path.write_text(page, "utf-8")
    return path


def content_of(path: Path, inner: str, *, classes: str = "") -> Content:
    """Return what a block with this inside says of its post."""
    page = (
        f'<html><div class="tgme_widget_message {classes}" data-post="Rafidain/7" data-view="x">{inner}'
        '<a class="tgme_widget_message_date"><time datetime="2026-03-01T12:00:00+00:00"></time></a></div>'
    )
    register = Register(holders={HANDLE: CHANNEL})
    [found] = read(saved(path / "p.html", page), register=register).posts
    return found.content


@given(seen=posts(preview_contents(), edits=st.none()))
def test_posts_come_back_as_they_were(place: Path, seen: list[Observation]) -> None:
    found = read(saved(place / "page.html", preview_page(seen)))

    if seen:
        assert (found.posts, found.refused, found.fault) == (seen, {}, None)
    else:
        assert "is a page without posts of a channel" in str(found.fault)


def test_a_page_says_which_channel_it_is_of(tmp_path: Path) -> None:
    found = read(saved(tmp_path / "page.html", preview_page([a_post(as_of=0)], title="رافدين")))

    assert found.pieces[0].look == ChannelLook(
        channel_id=CHANNEL, access_hash=None, handles=(HANDLE,), facts={Fact.TITLE: "رافدين"}
    )


def test_a_page_without_the_id_is_of_the_channel_that_holds_the_handle(tmp_path: Path) -> None:
    path = saved(tmp_path / "page.html", preview_page([a_post(as_of=0)], is_telling=False))

    known = read(path, register=Register(holders={HANDLE: ChannelId(5)}))

    assert ([each.channel_id for each in known.posts], read(path).refused) == ([5], {"unidentified": 1})


def test_views_are_rounded_and_so_left_out(tmp_path: Path) -> None:
    path = saved(tmp_path / "page.html", preview_page([a_post(as_of=0)]))

    assert "1.2K" in path.read_text("utf-8")
    assert [each.counts.views for each in read(path).posts] == [None]


def test_every_picture_of_an_album_is_a_post(tmp_path: Path) -> None:
    page = preview_page([a_post(7, text="caption", as_of=0)]).replace(
        '<div class="tgme_widget_message_text',
        '<div class="tgme_widget_message_grouped_wrap">'
        '<a class="tgme_widget_message_photo_wrap" href="https://t.me/rafidain/7?single"></a>'
        '<a class="tgme_widget_message_video_player" href="https://t.me/rafidain/8?single"></a></div>'
        '<div class="tgme_widget_message_text',
        1,
    )

    found = read(saved(tmp_path / "page.html", page)).posts

    assert [(each.post_id, each.content.text, each.content.media) for each in found] == [
        (7, "caption", Media(kind=MediaKind.VIDEO)),
        (8, "", Media(kind=MediaKind.VIDEO)),
    ]
    assert {each.published_at for each in found} == {NOON}


@pytest.mark.parametrize(
    ("shown", "text", "entity"),
    [
        ('<i class="emoji" style="x"><b>👍</b></i>', "👍", None),
        ('<tg-emoji emoji-id="53"><i class="emoji"><b>👍</b></i></tg-emoji>', "👍", ("custom_emoji", "53")),
        ('<a href="?q=%23iraq">#iraq</a>', "#iraq", ("hashtag", None)),
        ('<a href="https://t.me/s/x?q=%24TON">$TON</a>', "$TON", ("cashtag", None)),
        ('<a href="https://t.me/zaid">@Zaid</a>', "@Zaid", ("mention", None)),
        ('<a href="mailto:a@b.c">a@b.c</a>', "a@b.c", ("email", None)),
        ('<a href="tel:+964">+964</a>', "+964", ("phone", None)),
        ('<a href="http://a.example/%D8%A7">a.example/ا</a>', "a.example/ا", ("url", None)),
        ('<a href="https://a.example">here</a>', "here", ("text_url", "https://a.example")),
        ('<a>here</a>', "here", None),
        ('<span class="tgme_widget_message_spoiler">x</span>', "x", ("spoiler", None)),
        ('<strong>x</strong>', "x", ("bold", None)),
        ('<!-- no --><em>x</em>', "x", ("italic", None)),
        ('a<br>b', "a\nb", None),
        ('&lt;b&gt;', "<b>", None),
    ],
)  # fmt: skip
def test_what_is_shown_becomes_text_with_entities(
    tmp_path: Path, shown: str, text: str, entity: tuple[str, str | None] | None
) -> None:
    found = content_of(tmp_path, f'<div class="tgme_widget_message_text js-message_text">{shown}</div>')

    units = len(text.encode("utf-16-le")) // 2
    made = () if entity is None else (Entity(kind=entity[0], offset=0, length=units, value=entity[1]),)
    assert found == Content(text=text, entities=made)


def test_entities_within_others_are_kept(tmp_path: Path) -> None:
    found = content_of(tmp_path, '<div class="tgme_widget_message_text">a<b>b<i>c</i></b></div>')

    assert found.entities == (
        Entity(kind="bold", offset=1, length=2), Entity(kind="italic", offset=2, length=1),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("inner", "content"),
    [
        ('<a class="tgme_widget_message_forwarded_from_name" href="https://t.me/Other/9">Other</a>',
         Content(text="", forward=ForwardOrigin(handle="other", post_id=PostId(9)))),
        ('<a class="tgme_widget_message_document"><b class="tgme_widget_message_document_title">a.pdf</b>',
         Content(text="", media=Media(kind=MediaKind.FILE, name="a.pdf"))),
        ('<a class="tgme_widget_message_video_player"><time class="message_video_duration">1:05</time></a>',
         Content(text="", media=Media(kind=MediaKind.VIDEO, seconds=65.0))),
        ('<div class="tgme_widget_message_sticker_wrap"></div>',
         Content(text="", media=Media(kind=MediaKind.STICKER))),
        ('<a class="tgme_widget_message_inline_button url_button" href="https://a">Go</a>',
         Content(text="", buttons=(Button(label="Go", url="https://a"),))),
        ('<span class="tgme_widget_message_from_author">Editor</span>', Content(text="", author="Editor")),
        ('<div class="tgme_widget_message_poll"><div class="tgme_widget_message_poll_question">?</div>'
         '<div class="tgme_widget_message_poll_type">Anonymous Quiz</div></div>',
         Content(text="", media=Media(kind=MediaKind.POLL), poll=QUIZ)),
    ],
)  # fmt: skip
def test_what_a_post_carries_is_told(tmp_path: Path, inner: str, content: Content) -> None:
    assert content_of(tmp_path, inner) == content


@pytest.mark.parametrize(
    ("said", "action", "detail"),
    [
        ("Channel created", "channel_created", None),
        ("Channel photo updated", "photo_changed", None),
        ("Channel photo removed", "photo_removed", None),
        ("Channel name was changed to «ناو»", "title_changed", "ناو"),
        ("Rafidain pinned «x»", "post_pinned", None),
        ("Live stream started", "unknown", None),
    ],
)
def test_what_happened_to_the_channel_is_told(
    tmp_path: Path, said: str, action: str, detail: str | None
) -> None:
    inner = f'<div class="tgme_widget_message_text">{said}</div>'

    found = content_of(tmp_path, inner, classes="service_message")

    assert found == Content(text="", action=action, action_detail=detail)


def test_blocks_without_a_place_or_a_time_are_left_out_and_counted(tmp_path: Path) -> None:
    good = preview_page([a_post(7, as_of=0)])
    blocks = "".join(
        f'<div class="tgme_widget_message" data-post="{place}"></div>'
        for place in ("rafidain/x", "a/5", "rafidain/99999999999", "rafidain/8")
    )

    found = read(saved(tmp_path / "p.html", good + blocks), register=Register(holders={HANDLE: CHANNEL}))

    assert ([each.post_id for each in found.posts], found.refused) == ([7], {"unreadable": 4})


def test_a_page_that_is_no_utf_8_is_refused_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(b"<html>tgme_ \xff")

    assert "page.html: what is no UTF-8 at byte 12; " in str(read(path).fault)


def test_what_nests_deeper_than_any_post_is_cut_off(tmp_path: Path) -> None:
    inner = f'<div class="tgme_widget_message_text">a{"<b>" * 5_000}b{"</b>" * 5_000}</div>'

    assert content_of(tmp_path, inner).text == "a"
