"""The SQLite file of tg-archive (https://github.com/knadh/tg-archive): posts with their authors and media.

It is made of groups as well as of channels, and says neither which it is nor whose: a channel is the only
author of its posts. Times are UTC. Media are told by the names of the files that were fetched.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Any

from archiver.desktop.desktop_post import HIGHEST_POST
from archiver.desktop.fault import broken_row, no_export
from archiver.desktop.moments import sound_moment
from archiver.desktop.piece import EMPTY, UNREADABLE, Piece, Task, look_of
from archiver.domain.channel import parse_handle
from archiver.domain.claim import UNKNOWN, Refused, Stated, channel_id_of
from archiver.domain.errors import HandleInvalid
from archiver.domain.ids import ChannelId, PostId
from archiver.domain.importing import NO_EVENT
from archiver.domain.post import Content, Entity, Media, MediaKind, Observation, Poll, PostCounts, Reply

_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table'"
_COLUMNS = "SELECT name FROM pragma_table_info('messages')"
_AUTHORS = """
SELECT m.user_id, u.username, count(*) FILTER (WHERE m.type <> 'message')
FROM messages AS m LEFT JOIN users AS u ON u.id = m.user_id GROUP BY m.user_id LIMIT 2
"""
_LAST = "SELECT max(id) FROM messages"
_PAGE = """
SELECT m.id, m.date, m.edit_date, m.content, m.reply_to, a.type, a.url, a.title, a.description, {entities}
FROM messages AS m LEFT JOIN media AS a ON a.id = m.media_id
WHERE m.id > ? ORDER BY m.id LIMIT 500
"""
_PAGES = (_PAGE.format(entities="NULL"), _PAGE.format(entities="m.entities"))

_PHOTOS = frozenset({".jpg", ".jpeg", ".png", ".webp"})
_VIDEOS = frozenset({".mp4", ".mov", ".webm"})
_WORDS = {
    "TextUrl": "text_url", "MentionName": "mention_name", "BotCommand": "bot_command",
}  # fmt: skip
_VALUES = ("url", "user_id", "language")


def read_tg_archive(task: Task) -> Iterator[Piece]:
    """Yield the posts of a channel; raises SourceUnreadable."""
    name, last = task.path.name, max(task.after, 0)
    try:
        with closing(sqlite3.connect(f"{task.path.absolute().as_uri()}?mode=ro", uri=True)) as db:
            stated = _stated(db, name)
            channel_id = task.identify(stated)
            if isinstance(channel_id, Refused):
                yield Piece(position=task.after, bytes_read=0, refused=Counter({channel_id.reason: 1}))
                return
            size, highest = task.path.stat().st_size, db.execute(_LAST).fetchone()[0] or 1
            page = _PAGES[("entities",) in db.execute(_COLUMNS).fetchall()]
            while rows := db.execute(page, (last,)).fetchall():
                last = rows[-1][0]
                yield _piece(rows, channel_id, stated, bytes_read=size * last // max(highest, 1))
    except (sqlite3.DatabaseError, OverflowError) as error:
        raise broken_row(name, last, f"SQLite can't read on ({type(error).__name__})") from error


def _stated(db: sqlite3.Connection, file: str) -> Stated:
    tables = {row[0] for row in db.execute(_TABLES)}
    if not {"messages", "users", "media"} <= tables:
        what = "is an archive of ours" if "revisions" in tables else "is an SQLite file of something else"
        raise no_export(file, what)
    authors = db.execute(_AUTHORS).fetchall()
    if len(authors) > 1 or any(row[2] for row in authors):
        return Stated(kind="group")
    author, name, _ = authors[0] if authors else (None, None, 0)
    handle = _handle(name)
    return Stated(kind=UNKNOWN, channel_id=channel_id_of(author) if handle else None, handle=handle)


def _handle(told: object) -> str | None:
    """Return the author's public name; one without has a number in its stead, or a title."""
    try:
        return parse_handle(told) if isinstance(told, str) else None
    except HandleInvalid:
        return None


def _piece(rows: list[tuple[Any, ...]], channel_id: ChannelId, stated: Stated, *, bytes_read: int) -> Piece:
    refused: Counter[str] = Counter()
    seen: list[Observation] = []
    for row in rows:
        found = _observation(row, channel_id)
        if isinstance(found, str):
            refused[found] += 1
        else:
            seen.append(found)
    return Piece(
        observations=tuple(seen),
        look=look_of(channel_id, stated),
        position=rows[-1][0],
        bytes_read=bytes_read,
        refused=refused,
    )


def _observation(row: tuple[Any, ...], channel_id: ChannelId) -> Observation | str:
    post_id, date, edit_date, content, reply_to, *rest = row
    media, poll = _media(*rest[:-1])
    if not content and media is None:
        # a title, a photo, a pin: whatever happened, it is not kept
        return EMPTY
    published_at, text = _moment(date), content or ""
    if published_at is None or not isinstance(text, str) or not 0 < post_id <= HIGHEST_POST:
        return UNREADABLE
    return Observation(
        channel_id=channel_id,
        post_id=PostId(post_id),
        published_at=published_at,
        edited_at=_moment(edit_date),
        content=Content(
            text=text,
            entities=_entities(rest[-1]),
            media=media,
            poll=poll,
            reply=Reply(post_id=PostId(reply_to)) if isinstance(reply_to, int) else None,
        ),
        counts=PostCounts(),
        as_of=NO_EVENT,
    )


def _moment(told: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(told)) if told else None
    except ValueError:
        return None
    return moment and sound_moment(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _media(kind: object, url: object, title: object, description: object) -> tuple[Media | None, Poll | None]:
    if kind == "poll":
        question = title if isinstance(title, str) else ""
        return Media(kind=MediaKind.POLL), Poll(question=question, answers=_answers(description))
    if kind is None or kind == "webpage":
        return None, None
    name = title if isinstance(title, str) else None
    ending = PurePath(str(url or title or "")).suffix.lower()
    if ending in _PHOTOS:
        return Media(kind=MediaKind.PHOTO), None
    return Media(kind=MediaKind.VIDEO if ending in _VIDEOS else MediaKind.FILE, name=name), None


def _answers(told: object) -> tuple[str, ...]:
    found = _json(told)
    answers = (
        [each.get("label") for each in found if isinstance(each, dict)] if isinstance(found, list) else []
    )
    return tuple(answer for answer in answers if isinstance(answer, str))


def _entities(told: object) -> tuple[Entity, ...]:
    """Return entities that are kept by kind, in the order of the text."""
    found = _json(told)
    kinds = found.items() if isinstance(found, dict) else ()
    entities = [_entity(kind, each) for kind, own in kinds if isinstance(own, list) for each in own]
    return tuple(
        sorted((each for each in entities if each), key=lambda each: (each.offset, -each.length, each.kind))
    )


def _entity(kind: str, told: object) -> Entity | None:
    match told:
        case {"o": int(offset), "l": int(length), **rest}:
            value = next((rest[name] for name in _VALUES if rest.get(name)), None)
            word = _WORDS.get(kind, kind.lower())
            return Entity(
                kind=word, offset=offset, length=length, value=None if value is None else str(value)
            )
    return None


def _json(told: object) -> Any:
    try:
        return json.loads(told) if isinstance(told, str) else None
    except (ValueError, RecursionError):
        return None
