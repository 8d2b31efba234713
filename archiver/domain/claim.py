"""Which channel a file of posts is about, and whether that is a public one.

Some formats name the channel by its id, some by its handle, some not at all. What a file does not say, the
archive may know, or the person who imports it claims.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from archiver.domain.ids import ChannelId

PUBLIC = frozenset({"public_channel", "preview", "export"})
"""Kinds that only public channels have: Telegram Desktop's word, pages of t.me/s, our own exports."""

UNKNOWN = "unknown"
"""The kind of a file that does not say what it is of."""

_PRIVATE = "private_channel"
_LOWEST, _HIGHEST = 1, 1 << 53
_MARK = 1_000_000_000_000
_OLD_SHIFT, _OLD_END = 0x2_0000_0000, 0x2_8000_0000


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What a file says of a channel; ``kind`` in its own words."""

    kind: str
    channel_id: ChannelId | None = None
    handle: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a person says that files are of; of several channels in a file it chooses one."""

    handle: str | None = None
    channel_id: ChannelId | None = None


class Refused(NamedTuple):
    """Why nothing of a channel is taken: its kind, or one of the words below."""

    reason: str


UNIDENTIFIED = Refused("unidentified")
"""Neither the file nor the archive nor the person says which channel it is."""

NOT_CHOSEN = Refused("not_chosen")
"""It is not the channel that was claimed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """The channels that the archive knows: who holds a handle now, and who ever held which."""

    holders: Mapping[str, ChannelId] = field(default_factory=dict)
    ever: Mapping[ChannelId, frozenset[str]] = field(default_factory=dict)


def identify(stated: Stated, claim: Claim, register: Register) -> ChannelId | Refused:
    """Return the channel that a file is about, if it is a public one.

    A channel that is private now was public when the archive saw it hold the claimed handle.
    """
    channel_id = stated.channel_id or register.holders.get(stated.handle or "")
    claimed = claim.channel_id or register.holders.get(claim.handle or "")
    if stated.kind == _PRIVATE:
        was_public = channel_id is not None and claim.handle in register.ever.get(channel_id, ())
        return channel_id if channel_id is not None and was_public else Refused(stated.kind)
    if stated.kind not in PUBLIC and stated.kind != UNKNOWN:
        return Refused(stated.kind)
    if stated.handle and claim.handle and stated.handle != claim.handle:
        return NOT_CHOSEN
    if claimed is not None:
        return claimed if channel_id in (None, claimed) else NOT_CHOSEN
    if channel_id is None or (stated.kind == UNKNOWN and claim == Claim()):
        return UNIDENTIFIED
    return channel_id


def channel_id_of(told: object, *, is_old: bool = False) -> ChannelId | None:
    """Return the bare id in whatever form a file has it, ``None`` where it is no channel's.

    ``123``, ``-100123``, ``"channel123"``; until 2021 (``is_old``) Telegram Desktop counted them from 2^33.
    """
    text = str(told).removeprefix("channel")
    if isinstance(told, bool) or not text.removeprefix("-").isascii() or not text.removeprefix("-").isdigit():
        return None
    if len(text) > len(str(_HIGHEST)) + 1:
        return None
    number = int(text)
    if number < -_MARK:
        number = -number - _MARK
    if is_old and _OLD_SHIFT < number < _OLD_END:
        number -= _OLD_SHIFT
    return ChannelId(number) if _LOWEST <= number < _HIGHEST else None
