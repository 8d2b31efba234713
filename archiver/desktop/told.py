"""What Telegram Desktop tells of a post: the parts of its JSON that we know, whatever else stands there.

The format has no specification but its writer (tdesktop, export/output/export_output_json.cpp). Until 2021 it
had no ``*_unixtime``, whose stead a local time took, no ``text_entities``, no ``forwarded_from_id`` and no
``inline_bot_buttons``; names and sizes of files came later still, rich messages last. Where versions
differ in how they build a part, it is read as it comes and looked at in `desktop.desktop_post`.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta, field

Whole = Annotated[int, Meta(ge=-(1 << 53), le=1 << 53)]
"""A number that every program can hold; a larger one is no number of Telegram's."""


class Told(msgspec.Struct, gc=False):
    """A post."""

    id: Whole
    type: str = ""
    date: str = ""
    unixtime: str | Whole | None = field(default=None, name="date_unixtime")
    edited: str | None = None
    edited_unixtime: str | Whole | None = None
    text: Any = ""
    parts: list[Any] | None = field(default=None, name="text_entities")
    author: str | None = None
    action: str | None = None
    title: str | None = None
    pinned: Whole | None = field(default=None, name="message_id")
    information: str | None = field(default=None, name="information_text")
    reply_to: Whole | None = field(default=None, name="reply_to_message_id")
    reply_to_channel: Any = field(default=None, name="reply_to_peer_id")
    forwarded_from: str | None = None
    forwarded_from_id: Any = None
    photo: str | None = None
    photo_bytes: Whole | None = field(default=None, name="photo_file_size")
    file: str | None = None
    file_name: str | None = None
    file_bytes: Whole | None = field(default=None, name="file_size")
    media_type: str | None = None
    mime_type: str | None = None
    seconds: float | None = field(default=None, name="duration_seconds")
    width: Whole | None = None
    height: Whole | None = None
    performer: str | None = None
    is_spoiler: bool = field(default=False, name="media_spoiler")
    poll: Any = None
    contact: Any = field(default=None, name="contact_information")
    location: Any = field(default=None, name="location_information")
    place: Any = field(default=None, name="place_name")
    game: Any = field(default=None, name="game_title")
    invoice: Any = field(default=None, name="invoice_information")
    giveaway: Any = field(default=None, name="giveaway_information")
    paid: Any = field(default=None, name="paid_stars_amount")
    todo: Any = field(default=None, name="todo_list")
    live: Any = field(default=None, name="live_location_period_seconds")
    rich: Any = field(default=None, name="rich_message")
    buttons: Any = field(default=None, name="inline_bot_buttons")
    reactions: Any = None
