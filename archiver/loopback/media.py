"""Photos, files and polls of the world, and their bytes.

A medium's id carries its size in its low 28 bits, and its bytes follow from its id, so nothing needs to be
kept to serve any file of any world.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from telethon.tl import types as t

_SIZE_BITS = 28
_BLOCK = 1 << 16
DC = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Medium:
    """What a medium is asked to be: a key of `KINDS`, and for a file its name and its size in bytes."""

    kind: str
    name: str | None = None
    size: int | None = None
    mime_type: str | None = None


def size_of(media_id: int) -> int:
    """Return a medium's size in bytes."""
    return media_id & ((1 << _SIZE_BITS) - 1)


def secret_of(media_id: int) -> int:
    """Return the access hash of a medium."""
    return random.Random(media_id).getrandbits(62)


def bytes_of(media_id: int, *, start: int, count: int) -> bytes:
    """Return a stretch of a medium's bytes; shorter at its end, empty behind it."""
    end = min(start + count, size_of(media_id))
    if start >= end:
        return b""
    first, last = start // _BLOCK, (end - 1) // _BLOCK
    blocks = b"".join(_block(media_id, number) for number in range(first, last + 1))
    return blocks[start - first * _BLOCK : end - first * _BLOCK]


def make_media(wanted: Any, rng: random.Random, *, at: dt.datetime) -> Any:
    """Return Telethon's medium for a kind or a `Medium`; anything else is taken to be Telethon's already."""
    if isinstance(wanted, str):
        wanted = Medium(kind=wanted)
    return KINDS[wanted.kind](wanted, rng, at) if isinstance(wanted, Medium) else wanted


def make_photo(rng: random.Random, *, at: dt.datetime, size: int | None = None) -> Any:
    """Return a photo with its usual sizes."""
    media_id = _new_id(rng, size or rng.randint(40_000, 220_000))
    size = size_of(media_id)
    return t.Photo(
        id=media_id,
        access_hash=secret_of(media_id),
        file_reference=b"",
        date=at,
        dc_id=DC,
        sizes=[
            t.PhotoStrippedSize("i", rng.randbytes(160)),
            t.PhotoSize("m", 320, 240, size // 8),
            t.PhotoSizeProgressive("y", 1280, 960, [size // 16, size // 4, size // 2, size]),
        ],
    )


def make_poll(question: str, answers: Sequence[str], rng: random.Random) -> Any:
    """Return a poll with its votes."""
    votes = [rng.randint(0, 900) for _ in answers]
    options = [str(number).encode() for number in range(len(answers))]
    asked = t.Poll(
        id=rng.getrandbits(62),
        hash=0,
        question=t.TextWithEntities(question, []),
        answers=[
            t.PollAnswer(t.TextWithEntities(answer, []), option)
            for answer, option in zip(answers, options, strict=True)
        ],
    )
    counted = [
        t.PollAnswerVoters(option, voters=count, recent_voters=[])
        for option, count in zip(options, votes, strict=True)
    ]
    return t.MessageMediaPoll(asked, t.PollResults(results=counted, total_voters=sum(votes)))


def _block(media_id: int, number: int) -> bytes:
    return random.Random(f"{media_id}/{number}").randbytes(_BLOCK)


def _new_id(rng: random.Random, size: int) -> int:
    return rng.getrandbits(62 - _SIZE_BITS) << _SIZE_BITS | size


def _photo(wanted: Medium, rng: random.Random, at: dt.datetime) -> Any:
    return t.MessageMediaPhoto(photo=make_photo(rng, at=at, size=wanted.size))


def _file(mime_type: str, name: str, *attributes: Any, **flags: bool) -> Callable[..., Any]:
    def make(wanted: Medium, rng: random.Random, at: dt.datetime) -> Any:
        media_id = _new_id(rng, wanted.size or rng.randint(2_000, 9_000_000))
        named = wanted.name or name.format(number=rng.randint(1, 999))
        document = t.Document(
            id=media_id,
            access_hash=secret_of(media_id),
            file_reference=b"",
            date=at,
            mime_type=wanted.mime_type or mime_type,
            size=size_of(media_id),
            dc_id=DC,
            attributes=[*attributes, *([t.DocumentAttributeFilename(named)] if named else [])],
        )
        return t.MessageMediaDocument(document=document, **flags)

    return make


def _webpage(_: Medium, rng: random.Random, _at: dt.datetime) -> Any:
    page = f"example.org/{rng.randint(1, 9999)}"
    return t.MessageMediaWebPage(
        t.WebPage(
            id=rng.getrandbits(62),
            url=f"https://{page}",
            display_url=page,
            hash=0,
            type="article",
            site_name="Example",
            title="An example",
            description="A page that exists for examples.",
        )
    )


def _location(_: Medium, rng: random.Random, _at: dt.datetime) -> Any:
    return t.MessageMediaGeo(t.GeoPoint(rng.uniform(43, 46), rng.uniform(33, 37), 0))


def _contact(_: Medium, _rng: random.Random, _at: dt.datetime) -> Any:
    return t.MessageMediaContact("+000000000", "Example", "Person", "", 0)


KINDS: Mapping[str, Callable[[Medium, random.Random, dt.datetime], Any]] = {
    "photo": _photo,
    "document": _file("application/pdf", "document-{number}.pdf"),
    "archive": _file("application/zip", "archive-{number}.zip"),
    "table": _file("text/csv", "table-{number}.csv"),
    "video": _file("video/mp4", "video.mp4", t.DocumentAttributeVideo(31.5, 1280, 720), video=True),
    "round_video": _file(
        "video/mp4", "", t.DocumentAttributeVideo(12.0, 384, 384, round_message=True), round=True
    ),
    "animation": _file(
        "video/mp4", "a.mp4", t.DocumentAttributeVideo(2.0, 320, 240), t.DocumentAttributeAnimated()
    ),
    "audio": _file("audio/mpeg", "a.mp3", t.DocumentAttributeAudio(180, title="Maqam", performer="Ensemble")),
    "voice": _file(
        "audio/ogg", "", t.DocumentAttributeAudio(9, voice=True, waveform=b"\x00" * 8), voice=True
    ),
    "sticker": _file(
        "image/webp",
        "sticker.webp",
        t.DocumentAttributeImageSize(512, 512),
        t.DocumentAttributeSticker("🙂", t.InputStickerSetEmpty()),
    ),
    "webpage": _webpage,
    "location": _location,
    "contact": _contact,
    "dice": lambda _, rng, _at: t.MessageMediaDice(rng.randint(1, 6), "🎲"),
    "unsupported": lambda *_: t.MessageMediaUnsupported(),
}
"""How a medium of each kind is made."""
