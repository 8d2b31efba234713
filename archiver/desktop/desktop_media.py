"""What a post of a Telegram Desktop export carries: described by names and sizes, where they are told."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from archiver.desktop.formatted import formatted
from archiver.desktop.told import Told
from archiver.domain.post import Media, MediaKind, Poll

_FILES = {
    "sticker": MediaKind.STICKER,
    "video_message": MediaKind.ROUND_VIDEO,
    "voice_message": MediaKind.VOICE,
    "animation": MediaKind.ANIMATION,
    "video_file": MediaKind.VIDEO,
    "audio_file": MediaKind.AUDIO,
}
_NAMED = frozenset({MediaKind.FILE, MediaKind.AUDIO})
"""Kinds whose files an export calls by their own names, if it has them; the others' names are made up."""

_MOST_VOTES = 1 << 53
_NOTICE = "("
"""How the excuse for a file begins that is not there."""

_PLAIN: Mapping[str, MediaKind] = {
    "place": MediaKind.VENUE,
    "location": MediaKind.LOCATION,
    "contact": MediaKind.CONTACT,
    "game": MediaKind.GAME,
    "invoice": MediaKind.INVOICE,
    "giveaway": MediaKind.GIVEAWAY,
    "live": MediaKind.LOCATION,
    "todo": MediaKind.OTHER,
}
"""Parts of which only the kind is kept, the telling ones first."""


def media(told: Told) -> Media | None:
    """Return the description of what a post carries; of what this program does not know, OTHER."""
    if told.paid is not None:
        return Media(kind=MediaKind.PAID)
    if told.photo is not None or told.photo_bytes is not None:
        return _photo(told)
    if told.file is not None or told.media_type is not None:
        return _file(told)
    if told.poll is not None:
        return Media(kind=MediaKind.POLL)
    kind = next((kind for part, kind in _PLAIN.items() if getattr(told, part) is not None), None)
    if kind is None:
        return Media(kind=MediaKind.OTHER) if told.type == "unsupported" else None
    return Media(kind=kind)


def poll(told: object) -> Poll | None:
    """Return a question and its answers."""
    if not isinstance(told, dict):
        return None
    answers = told.get("answers")
    return Poll(
        question=_words(told.get("question")),
        answers=tuple(_words(each.get("text")) for each in answers if isinstance(each, dict))
        if isinstance(answers, list)
        else (),
        is_closed=told.get("closed") is True,
    )


def votes(told: object) -> int | None:
    """Return how many took part in a poll, where that is told."""
    count = told.get("total_voters") if isinstance(told, dict) else None
    return count if isinstance(count, int) and 0 <= count <= _MOST_VOTES else None


def _words(told: object) -> str:
    found = formatted(told)
    return found[0] if found else ""


def _photo(told: Told) -> Media:
    return Media(
        kind=MediaKind.PHOTO,
        bytes=told.photo_bytes or None,
        width=told.width,
        height=told.height,
        is_spoiler=told.is_spoiler,
    )


def _file(told: Told) -> Media:
    kind = _FILES.get(told.media_type or "", MediaKind.FILE)
    return Media(
        kind=kind,
        name=told.file_name or _name(told.file, kind),
        mime_type=told.mime_type or None,
        bytes=told.file_bytes or None,
        width=told.width,
        height=told.height,
        seconds=told.seconds,
        title=told.title or None if kind is MediaKind.AUDIO else None,
        performer=told.performer or None,
        is_spoiler=told.is_spoiler,
    )


def _name(path: str | None, kind: MediaKind) -> str | None:
    if not path or path.startswith(_NOTICE) or kind not in _NAMED:
        return None
    return PurePosixPath(path).name or None
