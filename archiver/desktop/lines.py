"""Our own JSONL exports: of revisions, which hold all that the archive had, or of posts, which hold less.

A row without a digest is masked: something else was published. A row of revisions proves itself by its
digest. `archiver.domain.export_tables` has the columns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Annotated, BinaryIO, NamedTuple

import msgspec
from msgspec import Meta, Raw, Struct

from archiver.desktop.desktop_post import HIGHEST_POST
from archiver.desktop.fault import broken, place_of
from archiver.desktop.moments import sound_moment
from archiver.desktop.piece import MASKED, UNREADABLE, Piece, Task, look_of
from archiver.desktop.told import Whole
from archiver.domain.claim import Refused, Stated
from archiver.domain.ids import ChannelId, PostId
from archiver.domain.importing import NO_EVENT
from archiver.domain.kept_content import kept_content
from archiver.domain.post import (
    Content,
    ForwardOrigin,
    Media,
    MediaKind,
    Observation,
    PostCounts,
    Reply,
    digest,
)

_LONGEST = 16 << 20
_BATCH = 1 << 18
_MARK = b"\xef\xbb\xbf"


Long = Annotated[int, Meta(ge=-(1 << 63), le=(1 << 63) - 1)]
Moment = Annotated[datetime, Meta(tz=True)]
Album = Annotated[str, Meta(pattern=r"^a(0|-?[1-9][0-9]{0,18})$")]
"""An album's number as the tables have it."""


class Row(Struct, gc=False):
    """What both tables have."""

    channel_id: Whole
    post_id: Whole
    published_at: Moment
    text: str
    provenance: str
    handle: str | None = None
    edited_at: Moment | None = None
    digest: str | None = None
    details: Raw = Raw()
    album_id: Album | None = None
    reply_to_post_id: Whole | None = None
    forwarded_from_channel_id: Whole | None = None
    forwarded_from_handle: str | None = None
    forwarded_from_post_id: Whole | None = None
    media_kind: str | None = None
    media_name: str | None = None
    media_bytes: Whole | None = None
    views: Whole | None = None
    forwards: Whole | None = None
    replies: Whole | None = None
    reactions: list[tuple[str, Whole]] | None = None


class _Poll(Struct, forbid_unknown_fields=True):
    question: str
    answers: list[str]
    is_quiz: bool = False
    is_multiple: bool = False
    is_closed: bool = False


class _Details(Struct, forbid_unknown_fields=True):
    """What `Content.details` writes: nothing else comes into the archive."""

    entities: list[tuple[str, Whole, Whole, str | None]] = []
    buttons: list[tuple[str, str | None]] = []
    forward: dict[str, str | Long] | None = None
    media: dict[str, str | Long | float | bool] | None = None
    poll: _Poll | None = None
    reply: dict[str, str | Long] | None = None
    album_id: Long | None = None
    author: str | None = None
    via_bot_id: Long | None = None
    action: str | None = None
    action_detail: str | None = None


class _Batch(NamedTuple):
    """Rows of a file, ``None`` for each that can't be taken, and where they begin and end."""

    rows: list[Row | None]
    start: int
    end: int


_ROW = msgspec.json.Decoder(Row)
_DETAILS = msgspec.json.Decoder(_Details)


def read_revisions(task: Task) -> Iterator[Piece]:
    """Yield the posts of an export of revisions, once for each version; raises SourceUnreadable."""
    return _read(task, _proved)


def read_posts(task: Task) -> Iterator[Piece]:
    """Yield the posts of an export of posts; raises SourceUnreadable."""
    return _read(task, _plain)


def _read(task: Task, content_of: Callable[[Row], Content | None]) -> Iterator[Piece]:
    with task.path.open("rb") as file:
        file.seek(task.after)
        if not task.after and file.read(len(_MARK)) != _MARK:
            file.seek(0)
        for batch in _batches(file, task.path.name, after=task.after):
            yield from _pieces(task, batch, content_of)


def _batches(file: BinaryIO, name: str, *, after: int) -> Iterator[_Batch]:
    rows: list[Row | None] = []
    start, end = after, file.tell()
    while line := file.readline(_LONGEST):
        if not line.strip():
            end += len(line)
            continue
        try:
            rows.append(_row(line))
        except (ValueError, RecursionError) as error:
            if rows:
                yield _Batch(rows, start, end)
            raise _fault(name, line, error, at=end) from error
        end += len(line)
        if end - start >= _BATCH:
            yield _Batch(rows, start, end)
            rows, start = [], end
    if rows:
        yield _Batch(rows, start, end)


def _row(line: bytes) -> Row | None:
    try:
        return _ROW.decode(line)
    except msgspec.ValidationError:
        return None


def _fault(name: str, line: bytes, error: Exception, *, at: int) -> Exception:
    if len(line) >= _LONGEST:
        return broken(name, at, "a line of more than 16 MiB")
    if not line.endswith(b"\n"):
        return broken(name, at, "the file is cut off in the line that begins")
    return broken(name, at + place_of(error), "what is no JSON")


def _pieces(task: Task, batch: _Batch, content_of: Callable[[Row], Content | None]) -> Iterator[Piece]:
    """Yield a piece for every channel among rows, and one that says that they are through."""
    by_channel: dict[tuple[int, str | None], list[Row]] = {}
    for row in batch.rows:
        if row is not None:
            by_channel.setdefault((row.channel_id, row.handle), []).append(row)
    unreadable, end = sum(row is None for row in batch.rows), batch.end
    for (channel_id, handle), own in by_channel.items():
        stated = Stated(kind="export", channel_id=_known(channel_id), handle=handle)
        yield replace(_piece(task, stated, own, content_of), position=batch.start, bytes_read=batch.start)
    yield Piece(position=end, bytes_read=end, refused=Counter({UNREADABLE: unreadable} if unreadable else {}))


def _piece(task: Task, stated: Stated, rows: list[Row], content_of: Callable[[Row], Content | None]) -> Piece:
    channel_id = task.identify(stated)
    if isinstance(channel_id, Refused):
        return Piece(position=0, bytes_read=0, refused=Counter({channel_id.reason: len(rows)}))
    refused: Counter[str] = Counter()
    seen: list[Observation] = []
    for row in rows:
        content = content_of(row) if row.digest else None
        observation = _observation(row, content, channel_id) if content is not None else None
        if observation is not None:
            seen.append(observation)
        else:
            refused[UNREADABLE if row.digest else MASKED] += 1
    return Piece(
        observations=tuple(seen),
        look=look_of(channel_id, stated),
        is_ordered=content_of is _proved,
        position=0,
        bytes_read=0,
        refused=refused,
    )


def _known(channel_id: int) -> ChannelId | None:
    return ChannelId(channel_id) if channel_id > 0 else None


def _observation(row: Row, content: Content, channel_id: ChannelId) -> Observation | None:
    published_at = sound_moment(row.published_at)
    if published_at is None or not 0 < row.post_id <= HIGHEST_POST:
        return None
    return Observation(
        channel_id=channel_id,
        post_id=PostId(row.post_id),
        published_at=published_at,
        edited_at=sound_moment(row.edited_at) if row.edited_at else None,
        content=content,
        counts=PostCounts(
            views=row.views,
            forwards=row.forwards,
            replies=row.replies,
            reactions=tuple(row.reactions or ()),
        ),
        as_of=NO_EVENT,
    )


def _proved(row: Row) -> Content | None:
    """Return the content of a revision, if it has the digest that the row says it has."""
    raw = bytes(row.details)
    try:
        _DETAILS.decode(raw)
        content = kept_content(row.text, raw.decode(), forwarded_from_handle=row.forwarded_from_handle)
        told = content.details()
    except (TypeError, ValueError):
        return None
    return content if digest(row.text, told) == row.digest else None


def _plain(row: Row) -> Content:
    """Return what the table of posts has of a content."""
    forward = None
    if row.forwarded_from_channel_id is not None:
        forward = ForwardOrigin(
            channel_id=ChannelId(row.forwarded_from_channel_id),
            handle=row.forwarded_from_handle,
            post_id=None if row.forwarded_from_post_id is None else PostId(row.forwarded_from_post_id),
        )
    kinds = {kind.value: kind for kind in MediaKind}
    media = None
    if row.media_kind is not None:
        kind = kinds.get(row.media_kind, MediaKind.OTHER)
        media = Media(kind=kind, name=row.media_name, bytes=row.media_bytes)
    reply = Reply(post_id=PostId(row.reply_to_post_id)) if row.reply_to_post_id is not None else None
    return Content(text=row.text, media=media, reply=reply, forward=forward, album_id=_album(row.album_id))


def _album(told: str | None) -> int | None:
    """Return the number of an album; none where Telegram can't have given it."""
    number = int(told[1:]) if told else None
    return number if number is not None and -(1 << 63) <= number < 1 << 63 else None
