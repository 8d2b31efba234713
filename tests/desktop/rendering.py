"""Posts as the programs of others write them: real-looking files of every format that is read."""

from __future__ import annotations

import base64
import html
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from archiver.domain.ids import ChannelId
from archiver.domain.post import Content, Entity, Media, MediaKind, Observation
from archiver.domain.text import code_point_span
from tests.builders import CHANNEL

HANDLE = "rafidain"
_WORDS = {"url": "link", "text_url": "text_link", "strike": "strikethrough"}
_VALUES = {"text_url": "href", "pre": "language", "custom_emoji": "document_id", "mention_name": "user_id"}
_ACTIONS = {
    "title_changed": ("edit_group_title", "title"), "channel_created": ("create_channel", "title"),
    "post_pinned": ("pin_message", "message_id"), "photo_changed": ("edit_group_photo", ""),
    "photo_removed": ("delete_group_photo", ""),
}  # fmt: skip
_TYPES = {
    MediaKind.VIDEO: "video_file", MediaKind.VOICE: "voice_message", MediaKind.AUDIO: "audio_file",
    MediaKind.ROUND_VIDEO: "video_message", MediaKind.ANIMATION: "animation", MediaKind.STICKER: "sticker",
}  # fmt: skip
_TABLES = """
CREATE TABLE messages (
    id INTEGER NOT NULL PRIMARY KEY, type TEXT NOT NULL, date TIMESTAMP NOT NULL, edit_date TIMESTAMP,
    content TEXT, entities JSON, reply_to INTEGER, user_id INTEGER, media_id INTEGER
);
CREATE TABLE users (
    id INTEGER NOT NULL PRIMARY KEY, username TEXT, first_name TEXT, last_name TEXT, tags TEXT, avatar TEXT
);
CREATE TABLE media (
    id INTEGER NOT NULL PRIMARY KEY, type TEXT, url TEXT, title TEXT, description TEXT, thumb TEXT
);
"""
_EXCUSE = "(File not included. Change data exporting settings to download.)"


def a_channel(
    posts: Iterable[dict[str, Any]],
    *,
    kind: str = "public_channel",
    channel_id: int = CHANNEL,
    name: str = "Rafidain",
) -> dict[str, Any]:
    """Return a channel as an export of Telegram Desktop has it."""
    return {"name": name, "type": kind, "id": channel_id, "messages": list(posts)}


def an_account(channels: Sequence[dict[str, Any]], *, left: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    """Return an export of a whole account."""
    return {
        "about": "Here is the data you requested.",
        "personal_information": {"user_id": 42, "first_name": "Zaid", "phone_number": "+964 770 000 0000"},
        "contacts": {
            "about": "…",
            "list": [{"user_id": 43, "first_name": '[{"}', "date": "2021-01-01T00:00:00"}],
        },
        "sessions": {"list": [{"last_ip": "192.0.2.1", "messages": 1}]},
        "chats": {"about": "…", "list": list(channels)},
        "left_chats": {"about": "…", "list": list(left)},
    }


def write_json(path: Path, told: dict[str, Any], *, indent: int | None = 1) -> Path:
    """Write a file as Telegram Desktop does: one space a level, letters as they are."""
    path.write_text(json.dumps(told, ensure_ascii=False, indent=indent), "utf-8")
    return path


def desktop_post(seen: Observation, *, is_old: bool = False) -> dict[str, Any]:
    """Return a post as Telegram Desktop tells it; until 2021 (``is_old``) with less, its clock on UTC."""
    told: dict[str, Any] = {
        "id": seen.post_id,
        "type": "service" if seen.content.action else "message",
        "date": f"{seen.published_at:%Y-%m-%dT%H:%M:%S}",
        "from": "Rafidain",
        "from_id": f"channel{seen.channel_id}",
    }
    if not is_old:
        told["date_unixtime"] = str(int(seen.published_at.timestamp()))
    if seen.edited_at:
        told["edited"] = f"{seen.edited_at:%Y-%m-%dT%H:%M:%S}"
        if not is_old:
            told["edited_unixtime"] = str(int(seen.edited_at.timestamp()))
    parts = _parts(seen.content)
    told |= _details(seen.content) | {"text": _text(parts)}
    if not is_old:
        told["text_entities"] = parts
    if seen.counts.reactions:
        told["reactions"] = [
            {"type": "emoji", "count": count, "emoji": emoji} for emoji, count in seen.counts.reactions
        ]
    return told


def _details(content: Content) -> dict[str, Any]:
    told: dict[str, Any] = _origin(content)
    if content.action:
        action, detail = _ACTIONS[content.action]
        told["action"] = action
        if content.action_detail is not None:
            told[detail] = int(content.action_detail) if detail == "message_id" else content.action_detail
    if content.media and not content.poll:
        told |= _media(content.media)
    if content.poll:
        told["poll"] = {
            "question": content.poll.question, "closed": content.poll.is_closed,
            "answers": [{"text": each, "voters": 1, "chosen": False} for each in content.poll.answers],
        }  # fmt: skip
    if content.buttons:
        told["inline_bot_buttons"] = [
            [{"type": "url" if each.url else "callback", "text": each.label, "data": each.url or "AAA"}]
            for each in content.buttons
        ]
    return told


def _origin(content: Content) -> dict[str, Any]:
    told: dict[str, Any] = {"author": content.author} if content.author else {}
    if content.reply:
        told["reply_to_message_id"] = content.reply.post_id
    if content.forward:
        told["forwarded_from"] = content.forward.name or "Another channel"
        if content.forward.channel_id:
            told["forwarded_from_id"] = f"channel{content.forward.channel_id}"
    return told


def _media(media: Media) -> dict[str, Any]:
    sizes = {"width": media.width, "height": media.height}
    told: dict[str, Any] = {name: value for name, value in sizes.items() if value is not None}
    if media.kind is MediaKind.PHOTO:
        return {"photo": _EXCUSE, **({"photo_file_size": media.bytes} if media.bytes else {}), **told}
    told |= {"file": _EXCUSE, "file_name": media.name, "file_size": media.bytes, "mime_type": media.mime_type}
    told |= {"media_type": _TYPES.get(media.kind), "duration_seconds": media.seconds, "title": media.title}
    told |= {"performer": media.performer, "media_spoiler": media.is_spoiler or None}
    return {name: value for name, value in told.items() if value is not None}


def _parts(content: Content) -> list[dict[str, Any]]:
    """Return a text cut where its entities, none of them within another, begin and end."""
    places = [
        (*code_point_span(content.text, offset=each.offset, length=each.length), each)
        for each in content.entities
    ]
    cuts = sorted({0, len(content.text), *(edge for start, end, _ in places for edge in (start, end))})
    kinds = {start: each for start, _, each in places}
    return [_part(content.text[start:end], kinds.get(start)) for start, end in pairwise(cuts)]


def _part(text: str, entity: Entity | None) -> dict[str, Any]:
    if entity is None:
        return {"type": "plain", "text": text}
    told: dict[str, Any] = {"type": _WORDS.get(entity.kind, entity.kind), "text": text}
    if entity.kind in _VALUES:
        value = entity.value or ""
        told[_VALUES[entity.kind]] = int(value) if entity.kind == "mention_name" else value
    return told


def _text(parts: Sequence[dict[str, Any]]) -> object:
    mixed = [part["text"] if part["type"] == "plain" else part for part in parts]
    return "" if not mixed else mixed[0] if len(mixed) == 1 and isinstance(mixed[0], str) else mixed


def write_tg_archive(
    path: Path, posts: Iterable[Observation], *, author: int = CHANNEL, name: str = HANDLE
) -> Path:
    """Write posts as tg-archive keeps them."""
    with closing(sqlite3.connect(path)) as db:
        db.executescript(_TABLES)
        db.execute("INSERT INTO users (id, username, tags) VALUES (?, ?, '')", (author, name))
        for seen in posts:
            _keep(db, seen, author)
        db.commit()
    return path


def _keep(db: sqlite3.Connection, seen: Observation, author: int) -> None:
    content = seen.content
    kept: dict[str, list[dict[str, object]]] = {}
    for each in content.entities:
        word = "TextUrl" if each.kind == "text_url" else each.kind.title()
        own: dict[str, object] = {"o": each.offset, "l": each.length}
        if each.value is not None:
            own["url" if each.kind == "text_url" else "language"] = each.value
        kept.setdefault(word, []).append(own)
    media: tuple[object, ...] | None = None
    if content.poll:
        answers = [{"label": each, "count": 0, "correct": False} for each in content.poll.answers]
        media = (seen.post_id, "poll", None, content.poll.question, json.dumps(answers))
    elif content.media:
        ending = {MediaKind.PHOTO: ".jpg", MediaKind.VIDEO: ".mp4"}.get(content.media.kind, ".bin")
        media = (seen.post_id, "photo", f"{seen.post_id}{ending}", content.media.name or f"a{ending}", None)
    if media is not None:
        db.execute("INSERT INTO media (id, type, url, title, description) VALUES (?, ?, ?, ?, ?)", media)
    db.execute(
        "INSERT INTO messages VALUES (?, 'message', ?, ?, ?, ?, ?, ?, ?)",
        (
            seen.post_id, f"{seen.published_at:%Y-%m-%d %H:%M:%S}",
            f"{seen.edited_at:%Y-%m-%d %H:%M:%S}" if seen.edited_at else None, content.text,
            json.dumps(kept) if kept else None, content.reply.post_id if content.reply else None, author,
            seen.post_id if media else None,
        ),
    )  # fmt: skip


_TAGS = {
    "bold": "b", "italic": "i", "underline": "u", "strike": "s", "code": "code", "pre": "pre",
    "blockquote": "blockquote", "spoiler": "tg-spoiler",
}  # fmt: skip


def preview_page(
    posts: Iterable[Observation], *, handle: str = HANDLE, is_telling: bool = True, title: str = "Rafidain"
) -> str:
    """Return posts as t.me/s shows them; ``is_telling`` is false where the id of the channel is not in it."""
    blocks = "\n".join(_block(seen, handle, is_telling=is_telling) for seen in posts)
    return (
        "<!DOCTYPE html><html><head><meta charset='utf-8'><title>x – Telegram</title></head><body>"
        f'<div class="tgme_channel_info_header_title"><span dir="auto">{html.escape(title)}</span></div>'
        '<span class="counter_value">12.3K</span> <span class="counter_type">subscribers</span>'
        f'<section class="tgme_channel_history js-message_history">{blocks}</section></body></html>'
    )


def _block(seen: Observation, handle: str, *, is_telling: bool) -> str:
    content, link = seen.content, f"https://t.me/{handle}/{seen.post_id}"
    view = base64.urlsafe_b64encode(json.dumps({"c": -seen.channel_id, "p": seen.post_id}).encode()).decode()
    data = f' data-view="{view.rstrip("=")}"' if is_telling else ' data-view="x"'
    inner = "".join(_shown(content, f"https://t.me/{handle}", link))
    return (
        '<div class="tgme_widget_message_wrap js-widget_message_wrap"><div class="tgme_widget_message '
        f'text_not_supported_wrap js-widget_message" data-post="{handle}/{seen.post_id}"{data}>'
        f'<div class="tgme_widget_message_bubble">{inner}<div class="tgme_widget_message_footer">'
        '<span class="tgme_widget_message_views">1.2K</span><span class="tgme_widget_message_meta">'
        f'<a class="tgme_widget_message_date" href="{link}"><time datetime="{seen.published_at.isoformat()}" '
        'class="time">12:00</time></a></span></div></div></div></div>'
    )


def _shown(content: Content, channel: str, link: str) -> Iterator[str]:
    if content.forward and content.forward.name:
        name = html.escape(content.forward.name)
        yield f'<span class="tgme_widget_message_forwarded_from_name">{name}</span>'
    if content.reply:
        yield f'<a class="tgme_widget_message_reply" href="{channel}/{content.reply.post_id}">'
        yield '<div class="tgme_widget_message_text js-message_reply_text">quoted words</div></a>'
    if content.media and content.media.kind is MediaKind.PHOTO:
        yield f'<a class="tgme_widget_message_photo_wrap" href="{link}" style="width:800px"></a>'
    if content.poll:
        question = html.escape(content.poll.question)
        yield '<div class="tgme_widget_message_poll">'
        yield f'<div class="tgme_widget_message_poll_question">{question}</div>'
        for each in content.poll.answers:
            yield f'<div class="tgme_widget_message_poll_option_text">{html.escape(each)}</div>'
        yield "</div>"
    if content.text:
        yield f'<div class="tgme_widget_message_text js-message_text" dir="auto">{_html(content)}</div>'


def _html(content: Content) -> str:
    parts = []
    for part in _parts(content):
        text = html.escape(part["text"], quote=False).replace("\n", "<br/>")
        if part["type"] == "text_link":
            text = f'<a href="{html.escape(part["href"])}" target="_blank" rel="noopener">{text}</a>'
        elif part["type"] != "plain":
            tag = _TAGS[{"strikethrough": "strike"}.get(part["type"], part["type"])]
            text = f"<{tag}>{text}</{tag}>"
        parts.append(text)
    return "".join(parts)


def row_of(seen: Observation, revision: int, digest: str, **others: object) -> dict[str, object]:
    """Return a version of a post as our own export of revisions has it."""
    content = seen.content
    return {
        "channel_id": seen.channel_id, "handle": HANDLE, "post_id": seen.post_id, "revision": revision,
        "url": None, "published_at": _stamp(seen.published_at),
        "edited_at": _stamp(seen.edited_at) if seen.edited_at else None,
        "observed_at": _stamp(datetime(2026, 1, 1, tzinfo=UTC)), "text": content.text, "language": None,
        "album_id": None if content.album_id is None else f"a{content.album_id}",
        "reply_to_post_id": None, "forwarded_from_channel_id": None,
        "forwarded_from_handle": None, "forwarded_from_post_id": None, "media_kind": None, "media_name": None,
        "media_bytes": None, "details": json.loads(content.details()), "provenance": "live", "digest": digest,
    } | others  # fmt: skip


def _stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def everything_known(_: object) -> ChannelId:
    """Identify whatever comes as the one channel of these tests."""
    return CHANNEL
