"""What a channel shows of itself besides its posts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["broadcast", "group", "gigagroup", "forum"]
State = Literal["open", "private", "banned", "deleted"]
Restriction = tuple[str, str, str]
"""Platform, reason, and the sentence that is shown in place of the channel."""

BANNED: Restriction = (
    "all",
    "terms",
    "This channel can't be displayed because it violated Telegram's Terms of Service.",
)


@dataclass(slots=True, kw_only=True)
class Look:
    """Names, marks and numbers; `Channel` has the verbs that change them and tell of it."""

    handles: list[str]
    title: str
    about: str = ""
    subscribers: int = 0
    hides_subscribers: bool = False
    kind: Kind = "broadcast"
    state: State = "open"
    photo: Any = None
    linked_channel_id: int | None = None
    restrictions: list[Restriction] = field(default_factory=list)
    flags: dict[str, bool] = field(default_factory=dict)
    """``scam``, ``fake``, ``verified``, ``noforwards``."""
    served_when_banned: bool = False
    """Whether a banned channel's posts are still given; else they are refused."""
