"""What a post carries: photos, files, polls and the rest, described but never fetched.

Only ids and sizes that last are kept. A file reference, an access hash and thumbnails differ from look to
look, so they would make a revision of every repetition.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import isfinite
from typing import Any

from telethon.tl import types

from archiver.domain.post import Media, MediaKind, Poll
from archiver.domain.text import sound_text

# a contact keeps neither phone number nor name: it is a person's, not the channel's
_PLAIN: Mapping[type, Media] = {
    kind: Media(kind=word)
    for kind, word in {
        types.MessageMediaGeo: MediaKind.LOCATION,
        types.MessageMediaGeoLive: MediaKind.LOCATION,
        types.MessageMediaVenue: MediaKind.VENUE,
        types.MessageMediaContact: MediaKind.CONTACT,
        types.MessageMediaGame: MediaKind.GAME,
        types.MessageMediaInvoice: MediaKind.INVOICE,
        types.MessageMediaDice: MediaKind.DICE,
        types.MessageMediaStory: MediaKind.STORY,
        types.MessageMediaGiveaway: MediaKind.GIVEAWAY,
        types.MessageMediaGiveawayResults: MediaKind.GIVEAWAY,
        types.MessageMediaPaidMedia: MediaKind.PAID,
    }.items()
}
_OTHER = Media(kind=MediaKind.OTHER)


def media(found: Any) -> Media | None:
    """Return the description of a post's medium; anything newer than this program is OTHER.

    A link preview is Telegram's work, not the author's: ``None``.
    """
    kind = type(found)
    describe = _DESCRIBE.get(kind)
    return describe(found) if describe is not None else _PLAIN.get(kind, _OTHER)


def poll(found: Any) -> Poll:
    """Return the question and the answers of a MessageMediaPoll; its votes are counts."""
    asked = found.poll
    return Poll(
        question=_text(asked.question),
        answers=tuple([_text(answer.text) for answer in asked.answers]),
        is_quiz=bool(asked.quiz),
        is_multiple=bool(asked.multiple_choice),
        is_closed=bool(asked.closed),
    )


def _text(found: Any) -> str:
    return sound_text(found.text or "")


def _nothing(_: Any) -> None:
    return None


def _poll(found: Any) -> Media:
    return Media(kind=MediaKind.POLL, media_id=found.poll.id)


def _photo(found: Any) -> Media:
    photo = found.photo
    size, width, height = _largest(photo.sizes) if type(photo) is types.Photo else (None, None, None)
    return Media(
        kind=MediaKind.PHOTO,
        media_id=None if photo is None else photo.id,
        bytes=size,
        width=width,
        height=height,
        is_spoiler=found.spoiler is True,
    )


def _largest(sizes: Iterable[Any]) -> tuple[int | None, int | None, int | None]:
    """Return bytes, width and height of the largest form; previews of a few bytes have none."""
    largest, width, height = -1, None, None
    for form in sizes:
        kind = type(form)
        if kind is _SIZE:
            size = form.size
        elif kind is _PROGRESSIVE:
            size = max(form.sizes, default=0)
        elif kind is types.PhotoCachedSize:
            size = len(form.bytes)
        else:
            continue
        if size > largest:
            largest, width, height = size, form.w, form.h
    return (largest, width, height) if largest >= 0 else (None, None, None)


_SIZE, _PROGRESSIVE = types.PhotoSize, types.PhotoSizeProgressive


def _document(found: Any) -> Media:
    document = found.document
    if type(document) is not types.Document:
        kind = _expired_kind(found)
        return Media(kind=kind, media_id=None if document is None else document.id)
    seen = {type(attribute): attribute for attribute in document.attributes}
    name, audio = seen.get(types.DocumentAttributeFilename), seen.get(types.DocumentAttributeAudio)
    framed = seen.get(types.DocumentAttributeVideo) or seen.get(types.DocumentAttributeImageSize)
    return Media(
        kind=_document_kind(seen),
        media_id=document.id,
        name=sound_text(name.file_name) if name and name.file_name else None,
        mime_type=sound_text(document.mime_type) if document.mime_type else None,
        bytes=document.size,
        width=framed.w if framed else None,
        height=framed.h if framed else None,
        seconds=_seconds(audio or framed),
        title=sound_text(audio.title) if audio and audio.title else None,
        performer=sound_text(audio.performer) if audio and audio.performer else None,
        is_spoiler=found.spoiler is True,
    )


def _seconds(attribute: Any) -> float | None:
    duration = getattr(attribute, "duration", None)
    # the wire can carry NaN, which no database compares
    return float(duration) if duration is not None and isfinite(duration) else None


def _document_kind(seen: Mapping[type, Any]) -> MediaKind:
    # the order decides: an animated sticker and a gif are videos too
    if types.DocumentAttributeSticker in seen or types.DocumentAttributeCustomEmoji in seen:
        return MediaKind.STICKER
    if types.DocumentAttributeAnimated in seen:
        return MediaKind.ANIMATION
    if (video := seen.get(types.DocumentAttributeVideo)) is not None:
        return MediaKind.ROUND_VIDEO if video.round_message else MediaKind.VIDEO
    if (audio := seen.get(types.DocumentAttributeAudio)) is not None:
        return MediaKind.VOICE if audio.voice else MediaKind.AUDIO
    return MediaKind.FILE


def _expired_kind(found: Any) -> MediaKind:
    """Return the kind of a file that destroyed itself: Telegram still tells that much."""
    if found.voice:
        return MediaKind.VOICE
    if found.round:
        return MediaKind.ROUND_VIDEO
    return MediaKind.VIDEO if found.video else MediaKind.FILE


_DESCRIBE: Mapping[type, Callable[[Any], Media | None]] = {
    types.MessageMediaPhoto: _photo,
    types.MessageMediaDocument: _document,
    types.MessageMediaPoll: _poll,
    types.MessageMediaWebPage: _nothing,
    types.MessageMediaEmpty: _nothing,
    type(None): _nothing,
}
