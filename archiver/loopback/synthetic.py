"""Histories that nobody wrote: the same channel and id always give the same post.

They hold what real channels hold: formatting, photos, files, polls, link previews, forwards, replies, albums,
service posts, posts without text, very long ones, and text that breaks careless programs.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from zlib import crc32

from telethon.tl import types as t

from archiver.loopback.media import make_media, make_photo, make_poll
from archiver.loopback.phrases import sentence
from archiver.loopback.post import Forward, Post

STRANGERS = 1_500_000_000
"""Ids from here on are channels outside the world, from which posts are forwarded."""
STRANGER_COUNT = 40
LONGEST = 4096

_ODD = (
    "\u202eمقلوب\u202c",
    "عِـــــرَاقٌ",
    "‏نص\u200fمع علامات",
    "👩‍👩‍👧‍👦🏴󠁧󠁢󠁳󠁣󠁴󠁿🇮🇶",
    "𝔉𝔯𝔞𝔨𝔱𝔲𝔯 𐎠𐎡",
    "می\u200cروم",
    "e\u0301\u0301\u0301\u0301",
    "\u2067ئاگاداری\u2069",
    "ﷺ ﻻ ﷲ",
)
_EMOJI = "👍❤🔥😁😢🙏🎉🤔"
_FILES = ("document", "table", "archive", "video", "audio", "voice", "animation", "sticker", "round_video")
_STEP = dt.timedelta(minutes=7)


class Synthesiser:
    """Makes the posts of one channel's history, which ends at ``until``."""

    def __init__(self, channel_id: int, *, language: str, count: int, until: dt.datetime, seed: int) -> None:
        self.language, self.until = language, until
        self._count = count
        # numbers, not texts: a text would be hashed for each post anew
        self._base = (seed * 1_000_003 + channel_id) << 32

    def make(self, post_id: int) -> Post:
        """Return the post with an id."""
        rng = random.Random(self._base + post_id)
        at = self.until - _STEP * max(0, self._count - post_id)
        at = (at - dt.timedelta(seconds=rng.randrange(400))).replace(microsecond=0)
        if post_id == 1:
            return Post(id=1, at=at, action=t.MessageActionChannelCreate("The beginning"))
        album_id, is_caption = self._album(post_id)
        if not album_id and rng.random() < 0.01:
            return Post(id=post_id, at=at, action=_action(rng, at), reply_to=post_id - 1)
        post = self._ordinary(post_id, rng, at)
        return post if album_id is None else self._in_album(post, rng, album_id, is_caption=is_caption)

    def _ordinary(self, post_id: int, rng: random.Random, at: dt.datetime) -> Post:
        media = _media(rng, at, self.language)
        is_silent = media is not None and (type(media) is t.MessageMediaPoll or rng.random() < 0.1)
        text = "" if is_silent else self._text(rng)
        views = rng.randint(50, 90_000)
        return Post(
            id=post_id,
            at=at,
            text=text,
            entities=_entities(text, rng),
            media=media,
            forward=self._forward(rng, at),
            reply_to=rng.randint(2, post_id) if rng.random() < 0.06 and post_id > 2 else None,
            author="Editor" if rng.random() < 0.05 else None,
            edited_at=at + dt.timedelta(minutes=3) if rng.random() < 0.08 else None,
            buttons=(("Example", "https://example.org/"),) if rng.random() < 0.03 else (),
            views=views,
            forwards=views // rng.randint(20, 400),
            replies=rng.randint(0, 300) if rng.random() < 0.3 else None,
            reactions=tuple((emoji, rng.randint(1, 3000)) for emoji in _EMOJI[: rng.randint(0, 5)]),
        )

    def _in_album(self, post: Post, rng: random.Random, album_id: int, *, is_caption: bool) -> Post:
        text = self._text(rng) if is_caption else ""
        photo = make_media("photo", rng, at=post.at)
        return replace(post, text=text, entities=_entities(text, rng), media=photo, album_id=album_id)

    def _album(self, post_id: int) -> tuple[int | None, bool]:
        three = post_id // 3
        drawn = crc32(f"{self._base}/{three}".encode())
        # the first three hold the post that created the channel
        return (drawn << 28 | three, post_id % 3 == 0) if three and drawn % 20 == 0 else (None, False)

    def _text(self, rng: random.Random) -> str:
        kind = "leak" if rng.random() < 0.03 else "news"
        parts = [sentence(self.language, rng, kind=kind) for _ in range(rng.choice((1, 2, 2, 3, 5)))]
        if rng.random() < 0.15:
            parts.append(rng.choice(_ODD))
        if rng.random() < 0.3:
            parts.append(f"https://example.org/{rng.randint(1, 99_999)}")
        text = "\n\n".join(parts)
        # Telegram counts a post's length in UTF-16 units
        return _cut(text * (1 + LONGEST // len(text))) if rng.random() < 0.004 else text

    def _forward(self, rng: random.Random, at: dt.datetime) -> Forward | None:
        chance = rng.random()
        if chance < 0.12:
            stranger = STRANGERS + rng.randrange(STRANGER_COUNT)
            return Forward(at=at, channel_id=stranger, post_id=rng.randint(1, 9_999))
        return Forward(at=at, name="Hidden person") if chance < 0.14 else None


def utf16_length(text: str) -> int:
    """Return the length of a text as Telegram counts it."""
    return len(text.encode("utf-16-le")) // 2


def _cut(text: str) -> str:
    return text.encode("utf-16-le")[: 2 * LONGEST].decode("utf-16-le", "ignore")


def _media(rng: random.Random, at: dt.datetime, language: str) -> Any:
    chance = rng.random()
    if chance < 0.35:
        return make_media("photo", rng, at=at)
    if chance < 0.47:
        return make_media(rng.choice(_FILES), rng, at=at)
    if chance < 0.52:
        return make_media("webpage", rng, at=at)
    if chance < 0.54:
        answers = [sentence(language, rng, kind="title") for _ in range(rng.randint(2, 5))]
        return make_poll(sentence(language, rng), answers, rng)
    if chance < 0.55:
        return make_media(rng.choice(("location", "contact", "dice")), rng, at=at)
    return None


def _entities(text: str, rng: random.Random) -> tuple[Any, ...]:
    if not text:
        return ()
    whole, place = utf16_length(text), text.find("https://")
    found: list[Any] = []
    if rng.random() < 0.4:
        found.append(t.MessageEntityBold(0, utf16_length(text.split(" ", 1)[0]) or 1))
    if rng.random() < 0.1:
        found.append(rng.choice(_WHOLE)(0, whole))
    if place >= 0:
        start = utf16_length(text[:place])
        found.append(t.MessageEntityUrl(start, utf16_length(text[place:].split("\n", 1)[0])))
    return tuple(found)


_WHOLE: tuple[Callable[[int, int], Any], ...] = (
    t.MessageEntityItalic,
    t.MessageEntitySpoiler,
    t.MessageEntityBlockquote,
    lambda start, length: t.MessageEntityTextUrl(start, length, "https://example.org/hidden"),
)


def _action(rng: random.Random, at: dt.datetime) -> Any:
    return rng.choice(
        (
            t.MessageActionPinMessage(),
            t.MessageActionChatEditTitle("Renamed"),
            t.MessageActionChatEditPhoto(make_photo(rng, at=at)),
        )
    )
