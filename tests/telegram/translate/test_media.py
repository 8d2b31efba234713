"""Telegram's media as descriptions of ours."""

from __future__ import annotations

import typing
from typing import Any

import pytest
from telethon.tl import types

from archiver.domain.post import Media, MediaKind, Poll
from archiver.telegram.translate.media import _DESCRIBE, _PLAIN
from tests.builders import NOON
from tests.telegram.messages import a_document, a_message, a_poll, content


def media(found: Any) -> Media | None:
    return content(a_message(media=found)).media


def a_file(*attributes: Any, **named: Any) -> Media | None:
    return media(types.MessageMediaDocument(document=a_document(*attributes, **named)))


def a_photo(*sizes: Any, **named: Any) -> Media | None:
    photo = types.Photo(8, 9, b"changes", NOON, list(sizes), 2)
    return media(types.MessageMediaPhoto(photo=photo, **named))


def test_a_photo_is_told_by_its_largest_form() -> None:
    found = a_photo(
        types.PhotoStrippedSize("i", b"tiny"),
        types.PhotoCachedSize("s", 90, 60, b"x" * 500),
        types.PhotoSize("m", 320, 200, 20_000),
        types.PhotoSizeProgressive("y", 1280, 800, [5_000, 40_000, 90_000]),
        spoiler=True,
    )

    assert found == Media(
        kind=MediaKind.PHOTO, media_id=8, bytes=90_000, width=1280, height=800, is_spoiler=True
    )


def test_a_photo_without_a_form_or_without_itself_is_still_a_photo() -> None:
    assert a_photo() == Media(kind=MediaKind.PHOTO, media_id=8)
    assert media(types.MessageMediaPhoto(photo=types.PhotoEmpty(8))) == Media(
        kind=MediaKind.PHOTO, media_id=8
    )
    assert media(types.MessageMediaPhoto(ttl_seconds=10)) == Media(kind=MediaKind.PHOTO)


def test_a_file_keeps_its_name_type_and_size() -> None:
    assert a_file(types.DocumentAttributeFilename("كشف.pdf")) == Media(
        kind=MediaKind.FILE, media_id=5, name="كشف.pdf", mime_type="application/pdf", bytes=2048
    )


def test_what_changes_from_look_to_look_is_no_part_of_a_file() -> None:
    one = a_file(access_hash=1, file_reference=b"1", date=NOON, dc_id=1)
    two = a_file(access_hash=2, file_reference=b"2", dc_id=4, thumbs=[types.PhotoSize("m", 1, 1, 1)])

    assert one == two


_VIDEO = types.DocumentAttributeVideo(duration=12.5, w=640, h=360)
_ROUND = types.DocumentAttributeVideo(duration=3, w=240, h=240, round_message=True)
_STICKER = types.DocumentAttributeSticker(alt="🙂", stickerset=types.InputStickerSetEmpty())
_EMOJI = types.DocumentAttributeCustomEmoji(alt="🙂", stickerset=types.InputStickerSetEmpty())
_GIF = types.DocumentAttributeAnimated()
_SIZE = types.DocumentAttributeImageSize(512, 512)


@pytest.mark.parametrize(
    ("attributes", "kind"),
    [
        ([_VIDEO], MediaKind.VIDEO),
        ([_ROUND], MediaKind.ROUND_VIDEO),
        ([_VIDEO, _GIF], MediaKind.ANIMATION),
        ([_SIZE, _STICKER, _VIDEO], MediaKind.STICKER),
        ([_SIZE, _EMOJI], MediaKind.STICKER),
        ([types.DocumentAttributeAudio(duration=60)], MediaKind.AUDIO),
        ([types.DocumentAttributeAudio(duration=60, voice=True)], MediaKind.VOICE),
        ([_SIZE], MediaKind.FILE),
        ([], MediaKind.FILE),
    ],
)
def test_what_a_document_is_stands_in_its_attributes(attributes: list[Any], kind: MediaKind) -> None:
    for order in (attributes, attributes[::-1]):
        found = a_file(*order)
        assert found is not None
        assert found.kind is kind


def test_a_video_has_a_frame_and_a_duration() -> None:
    found = a_file(_VIDEO, mime_type="video/mp4")

    assert found == Media(
        kind=MediaKind.VIDEO,
        media_id=5,
        mime_type="video/mp4",
        bytes=2048,
        width=640,
        height=360,
        seconds=12.5,
    )


def test_a_song_says_what_it_is() -> None:
    found = a_file(types.DocumentAttributeAudio(duration=200, title="نشيد", performer="\ud83d"))

    assert found is not None
    assert (found.title, found.performer, found.seconds) == ("نشيد", "\ufffd", 200.0)


@pytest.mark.parametrize("duration", [float("nan"), float("inf")])
def test_a_duration_that_is_no_number_is_none(duration: float) -> None:
    found = a_file(types.DocumentAttributeVideo(duration=duration, w=1, h=1))

    assert found is not None
    assert found.seconds is None


@pytest.mark.parametrize(
    ("flags", "kind"),
    [
        ({"voice": True}, MediaKind.VOICE),
        ({"round": True}, MediaKind.ROUND_VIDEO),
        ({"video": True}, MediaKind.VIDEO),
        ({}, MediaKind.FILE),
    ],
)
def test_a_file_that_destroyed_itself_is_told_as_far_as_telegram_does(
    flags: dict[str, bool], kind: MediaKind
) -> None:
    assert media(types.MessageMediaDocument(ttl_seconds=1, **flags)) == Media(kind=kind)
    assert media(types.MessageMediaDocument(document=types.DocumentEmpty(5), **flags)) == Media(
        kind=kind, media_id=5
    )


_GEO = types.GeoPointEmpty()
_PEER = types.PeerChannel(1)


@pytest.mark.parametrize(
    ("found", "kind"),
    [
        (types.MessageMediaGeo(_GEO), MediaKind.LOCATION),
        (types.MessageMediaGeoLive(_GEO, period=60), MediaKind.LOCATION),
        (types.MessageMediaVenue(_GEO, "t", "a", "p", "v", "t"), MediaKind.VENUE),
        (types.MessageMediaContact("+964770", "A", "B", "", 1), MediaKind.CONTACT),
        (types.MessageMediaGame(types.Game(1, 2, "s", "t", "d", types.PhotoEmpty(1))), MediaKind.GAME),
        (types.MessageMediaInvoice("t", "d", "USD", 100, "start"), MediaKind.INVOICE),
        (types.MessageMediaDice(3, "🎲"), MediaKind.DICE),
        (types.MessageMediaStory(_PEER, 1), MediaKind.STORY),
        (types.MessageMediaGiveaway([1], 3, NOON), MediaKind.GIVEAWAY),
        (types.MessageMediaGiveawayResults(1, 2, 3, 4, [5], NOON), MediaKind.GIVEAWAY),
        (types.MessageMediaPaidMedia(5, []), MediaKind.PAID),
        (types.MessageMediaUnsupported(), MediaKind.OTHER),
    ],
)
def test_other_media_are_told_by_their_kind_alone(found: Any, kind: MediaKind) -> None:
    assert media(found) == Media(kind=kind)


@pytest.mark.parametrize(
    "found", [None, types.MessageMediaEmpty(), types.MessageMediaWebPage(types.WebPageEmpty(1))]
)
def test_a_link_preview_is_no_medium(found: Any) -> None:
    assert media(found) is None


def test_a_poll_is_a_question_with_answers_and_its_votes_are_counts() -> None:
    seen = content(a_message(media=a_poll("هل؟", ["نعم", "\ud800"], voters=12, quiz=True, closed=True)))

    assert seen.media == Media(kind=MediaKind.POLL, media_id=3)
    assert seen.poll == Poll(question="هل؟", answers=("نعم", "\ufffd"), is_quiz=True, is_closed=True)


def test_votes_make_no_other_content() -> None:
    few, many = (content(a_message(media=a_poll("?", ["a", "b"], voters=voters))) for voters in (1, 900))

    assert few == many


def test_every_medium_of_this_layer_is_known_or_other_on_purpose() -> None:
    kinds = typing.get_args(types.TypeMessageMedia)

    unknown = {kind.__name__ for kind in kinds if kind not in _DESCRIBE and kind not in _PLAIN}
    assert unknown == {"MessageMediaUnsupported", "MessageMediaToDo", "MessageMediaVideoStream"}
