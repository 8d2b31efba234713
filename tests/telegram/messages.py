"""Telegram's objects with defaults for all that a test does not speak about, and their exact bytes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from telethon.extensions import BinaryReader
from telethon.tl import types

from archiver.domain.ids import ChannelId
from archiver.domain.post import Content, Observation
from archiver.telegram.translate import observation
from tests.builders import CHANNEL, NOON

HERE = types.PeerChannel(CHANNEL)


def a_message(post_id: int = 7, text: str = "خبر", **named: Any) -> Any:
    """Return a post of the channel; ``named`` as Telethon names the fields of a Message."""
    return types.Message(
        **{"id": post_id, "peer_id": HERE, "date": NOON, "message": text, "post": True, **named}
    )


def a_service(action: Any, *, post_id: int = 7, **named: Any) -> Any:
    return types.MessageService(
        **{"id": post_id, "peer_id": HERE, "date": NOON, "action": action, "post": True, **named}
    )


def an_empty(post_id: int) -> Any:
    """Return the place of no post."""
    return types.MessageEmpty(post_id, HERE)


def a_channel(**named: Any) -> Any:
    """Return a public broadcast channel that our account has not joined."""
    return types.Channel(
        **{
            "id": CHANNEL,
            "title": "Rafidain",
            "photo": types.ChatPhotoEmpty(),
            "date": NOON,
            "access_hash": 99,
            "username": "Rafidain",
            "broadcast": True,
            "left": True,
            **named,
        }
    )


def a_full(**named: Any) -> Any:
    return types.ChannelFull(
        **{
            "id": CHANNEL,
            "about": "",
            "read_inbox_max_id": 0,
            "read_outbox_max_id": 0,
            "unread_count": 0,
            "chat_photo": types.PhotoEmpty(0),
            "notify_settings": types.PeerNotifySettings(),
            "bot_info": [],
            "pts": 100,
            **named,
        }
    )


def a_history(messages: Sequence[Any], *, as_of: int = 100, chats: Sequence[Any] = (), **named: Any) -> Any:
    """Return an answer of getHistory or getMessages about the channel."""
    return types.messages.ChannelMessages(
        **{
            "pts": as_of,
            "count": len(messages),
            "messages": list(messages),
            "topics": [],
            "chats": list(chats),
            "users": [],
            **named,
        }
    )


def a_document(*attributes: Any, **named: Any) -> Any:
    return types.Document(
        **{
            "id": 5,
            "access_hash": 6,
            "file_reference": b"changes",
            "date": NOON,
            "mime_type": "application/pdf",
            "size": 2048,
            "dc_id": 2,
            "attributes": list(attributes),
            **named,
        }
    )


def a_poll(question: str, answers: Sequence[str], *, voters: int | None = None, **named: Any) -> Any:
    options = [
        types.PollAnswer(types.TextWithEntities(text, []), bytes([number]))
        for number, text in enumerate(answers)
    ]
    poll = types.Poll(
        **{"id": 3, "question": types.TextWithEntities(question, []), "answers": options, "hash": 0, **named}
    )
    return types.MessageMediaPoll(poll, types.PollResults(total_voters=voters))


def seen(message: Any, *, as_of: int = 100, origins: dict[int, str] | None = None) -> Observation:
    """Return what the archive sees in a message."""
    found = observation(message, channel_id=CHANNEL, as_of=as_of, origins=origins or {})
    assert found is not None
    return found


def content(message: Any, **named: Any) -> Content:
    return seen(message, **named).content


def off_the_wire(thing: Any) -> Any:
    """Return a Telethon object as it comes out of its bytes."""
    return BinaryReader(bytes(thing)).tgread_object()


ELSEWHERE = ChannelId(1_999_999_999)
"""Another channel."""
