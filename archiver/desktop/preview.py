"""A page of t.me/s as a browser saved it: about twenty posts of a public channel.

What a page rounds is left out: views (``1.2K``) and the sizes of files. It shows that a post was edited, but
not when. An album is one block, whose further posts are known by the links to their pictures alone.
"""

from __future__ import annotations

import base64
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from selectolax.lexbor import LexborHTMLParser, LexborNode

from archiver.desktop.desktop_post import HIGHEST_POST
from archiver.desktop.fault import broken, no_export
from archiver.desktop.moments import sound_moment
from archiver.desktop.piece import EMPTY, UNREADABLE, Piece, Task, look_of
from archiver.desktop.preview_content import album, content, is_hidden
from archiver.domain.channel import parse_handle
from archiver.domain.claim import Refused, Stated, channel_id_of
from archiver.domain.errors import HandleInvalid
from archiver.domain.ids import ChannelId, PostId
from archiver.domain.importing import NO_EVENT
from archiver.domain.post import Content, Observation, PostCounts
from archiver.domain.text import sound_text

_LARGEST = 64 << 20
_POST = "div.tgme_widget_message[data-post]"
_PLACE = re.compile(r"([A-Za-z0-9_]+)/(\d{1,10})")
_TITLE = ".tgme_channel_info_header_title"
_TIME = ".tgme_widget_message_date time[datetime], .tgme_widget_message_meta time[datetime]"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """One block of a page: which post it is, and of which channel."""

    node: LexborNode
    post_id: PostId
    handle: str
    channel_id: ChannelId | None


def read_preview(task: Task) -> Iterator[Piece]:
    """Yield the posts of a page, in one piece for each channel; raises SourceUnreadable."""
    page = _page(task)
    size = task.path.stat().st_size
    nodes = page.css(_POST)
    blocks = [_block(node) for node in nodes]
    if not nodes:
        raise no_export(task.path.name, "is a page without posts of a channel")
    title = page.css_first(_TITLE)
    by_channel: dict[Stated, list[_Block]] = {}
    for block in blocks:
        if block is not None:
            by_channel.setdefault(_stated(block, title), []).append(block)
    for stated, own in by_channel.items():
        yield _piece(task, stated, own)
    lost = sum(block is None for block in blocks)
    yield Piece(position=size, bytes_read=size, refused=Counter({UNREADABLE: lost} if lost else {}))


def _page(task: Task) -> LexborHTMLParser:
    if task.path.stat().st_size > _LARGEST:
        raise no_export(task.path.name, "is a page of more than 64 MiB")
    data = task.path.read_bytes()
    try:
        data.decode()
    except UnicodeDecodeError as error:
        raise broken(task.path.name, error.start, "what is no UTF-8") from error
    return LexborHTMLParser(data)


def _block(node: LexborNode) -> _Block | None:
    found = _PLACE.fullmatch(node.attributes.get("data-post") or "")
    if found is None or not 0 < int(found[2]) <= HIGHEST_POST:
        return None
    try:
        handle = parse_handle(found[1])
    except HandleInvalid:
        return None
    return _Block(node=node, post_id=PostId(int(found[2])), handle=handle, channel_id=_channel_id(node))


def _channel_id(node: LexborNode) -> ChannelId | None:
    """Return the id in ``data-view``: base64 of JSON, in which ``c`` is the id with a minus before it."""
    told = (node.attributes.get("data-view") or "").encode(errors="replace")
    try:
        view = json.loads(base64.urlsafe_b64decode(told + b"=" * (-len(told) % 4)))
    except (ValueError, RecursionError):
        return None
    number = view.get("c") if isinstance(view, dict) else None
    if not isinstance(number, int):
        return None
    return channel_id_of(number) or channel_id_of(-number)


def _stated(block: _Block, title: LexborNode | None) -> Stated:
    shown = title.text().strip() if title is not None else ""
    return Stated(
        kind="preview", channel_id=block.channel_id, handle=block.handle, title=sound_text(shown) or None
    )


def _piece(task: Task, stated: Stated, blocks: list[_Block]) -> Piece:
    channel_id = task.identify(stated)
    if isinstance(channel_id, Refused):
        return Piece(position=task.after, bytes_read=0, refused=Counter({channel_id.reason: 1}))
    hidden = {block.post_id for block in blocks if is_hidden(block.node)}
    shown = [block for block in blocks if block.post_id not in hidden]
    seen = {each.post_id: each for block in shown for each in _observations(block, channel_id)}
    lost = len({block.post_id for block in shown} - seen.keys())
    return Piece(
        observations=tuple(seen[post_id] for post_id in sorted(seen)),
        look=look_of(channel_id, stated),
        position=task.after,
        bytes_read=0,
        refused=+Counter({UNREADABLE: lost, EMPTY: len(hidden)}),
    )


def _observations(block: _Block, channel_id: ChannelId) -> Iterator[Observation]:
    """Yield the post of a block, and those that stand in the same album."""
    published_at = _moment(block.node.css_first(_TIME))
    if published_at is None:
        return
    told = {PostId(number): each for number, each in album(block.node).items()}
    told[block.post_id] = content(block.node)
    for post_id, each in told.items():
        if 0 < post_id <= HIGHEST_POST:
            yield _observation(each, channel_id, post_id, published_at=published_at)


def _observation(
    told: Content, channel_id: ChannelId, post_id: PostId, *, published_at: datetime
) -> Observation:
    return Observation(
        channel_id=channel_id,
        post_id=post_id,
        published_at=published_at,
        edited_at=None,
        content=told,
        counts=PostCounts(),
        as_of=NO_EVENT,
    )


def _moment(node: LexborNode | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat((node.attributes.get("datetime") or "") if node is not None else "")
    except ValueError:
        return None
    return sound_moment(moment) if moment.tzinfo is not None else None
