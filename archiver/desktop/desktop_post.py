"""One post of a Telegram Desktop export becomes an observation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, tzinfo
from typing import Any

from archiver.desktop.desktop_media import media, poll, votes
from archiver.desktop.formatted import formatted
from archiver.desktop.moments import sound_moment
from archiver.desktop.rich import rich_text
from archiver.desktop.told import Told
from archiver.domain.claim import channel_id_of
from archiver.domain.ids import ChannelId, PostId
from archiver.domain.importing import NO_COUNTS, NO_EVENT
from archiver.domain.post import Button, Content, Entity, ForwardOrigin, Observation, PostCounts, Reply

HIGHEST_POST = 0x7FFF_FFFF

_ACTIONS = {
    "edit_group_title": "title_changed",
    "edit_group_photo": "photo_changed",
    "delete_group_photo": "photo_removed",
    "pin_message": "post_pinned",
    "create_channel": "channel_created",
}
"""Telegram Desktop's words for what happens in a channel, and ours; others are taken over."""

_TITLED = frozenset({"title_changed", "channel_created"})
_LINKS = frozenset({"url", "auth", "web_view", "simple_webview"})


def observation(told: Told, *, channel_id: ChannelId, zone: tzinfo) -> Observation | None:
    """Return what an export says of a post, ``None`` where it has no sound id, time or text.

    ``zone`` is that of local times, which are all that exports until 2021 have.
    """
    published_at = _moment(told.unixtime, told.date, zone)
    body = _body(told)
    if published_at is None or body is None or not 0 < told.id <= HIGHEST_POST:
        return None
    return Observation(
        channel_id=channel_id,
        post_id=PostId(told.id),
        published_at=published_at,
        edited_at=_moment(told.edited_unixtime, told.edited, zone),
        content=_service(told) if told.type == "service" else _content(told, body, channel_id),
        counts=NO_COUNTS if told.reactions is told.poll is None else _counts(told),
        as_of=NO_EVENT,
    )


def _body(told: Told) -> tuple[str, tuple[Entity, ...]] | None:
    if told.rich is not None and not told.text:
        return rich_text(told.rich), ()
    return formatted(told.text if told.parts is None else told.parts)


def _counts(told: Told) -> PostCounts:
    return PostCounts(reactions=tuple(_reactions(told.reactions)), votes=votes(told.poll))


def _content(told: Told, body: tuple[str, tuple[Entity, ...]], channel_id: ChannelId) -> Content:
    return Content(
        text=body[0],
        entities=body[1],
        media=media(told),
        poll=poll(told.poll) if told.poll is not None else None,
        buttons=tuple(_buttons(told.buttons)) if told.buttons else (),
        reply=_reply(told, channel_id) if told.reply_to else None,
        forward=_forward(told) if told.forwarded_from is not None or told.forwarded_from_id else None,
        author=told.author or None,
    )


def _service(told: Told) -> Content:
    action = told.action or ("custom_action" if told.information else "unknown")
    word = _ACTIONS.get(action, action)
    detail = told.title if word in _TITLED else told.pinned if word == "post_pinned" else None
    return Content(text="", action=word, action_detail=None if detail is None else str(detail))


def _moment(unixtime: str | int | None, local: str | None, zone: tzinfo) -> datetime | None:
    try:
        if unixtime is not None:
            return sound_moment(datetime.fromtimestamp(int(unixtime), UTC))
        if not local:
            return None
        moment = datetime.fromisoformat(local)
        # a post that was never edited was edited in 1970
        return sound_moment(moment if moment.tzinfo else moment.replace(tzinfo=zone))
    except (ValueError, OverflowError, OSError):
        return None


def _reply(told: Told, channel_id: ChannelId) -> Reply:
    other = channel_id_of(told.reply_to_channel)
    return Reply(post_id=PostId(told.reply_to or 0), channel_id=None if other == channel_id else other)


def _forward(told: Told) -> ForwardOrigin:
    origin = str(told.forwarded_from_id or "")
    channel_id = channel_id_of(origin) if origin.startswith("channel") else None
    person = origin.removeprefix("user")
    user_id = int(person) if origin.startswith("user") and person.isdigit() and len(person) < 16 else None
    name = None if channel_id or user_id else told.forwarded_from or None
    return ForwardOrigin(channel_id=channel_id, user_id=user_id, name=name)


def _buttons(rows: object) -> Iterator[Button]:
    for each in _objects(row for row in rows if isinstance(row, list)) if isinstance(rows, list) else ():
        url = each.get("data") if each.get("type") in _LINKS else None
        label = each.get("text")
        yield Button(
            label=label if isinstance(label, str) else "", url=url if isinstance(url, str) and url else None
        )


def _objects(rows: Iterable[list[Any]]) -> Iterator[dict[str, Any]]:
    return (each for row in rows for each in row if isinstance(each, dict))


def _reactions(told: object) -> Iterator[tuple[str, int]]:
    for each in _objects([told]) if isinstance(told, list) else ():
        count = each.get("count")
        name = _reaction(each)
        if isinstance(count, int) and not isinstance(count, bool) and name is not None:
            yield name, count


def _reaction(told: dict[str, Any]) -> str | None:
    match told:
        case {"type": "emoji", "emoji": str(emoji)}:
            return emoji
        case {"type": "custom_emoji", "document_id": str(custom)}:
            return f"custom:{custom}" if custom.isdigit() else "other"
        case {"type": "paid"}:
            return "paid"
    return None
