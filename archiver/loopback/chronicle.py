"""The log of all that ever happened in a channel: the truth that an archive is compared with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["new", "edit", "delete"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One event; ``number`` is the channel's pts once it has happened."""

    number: int
    kind: Kind
    post_id: int
    text: str
    at: dt.datetime


class Chronicle:
    """Events in order, without holes; the synthetic history before them is not in it."""

    def __init__(self, *, base: int) -> None:
        """``base`` is the event number before the first entry."""
        self._base = base
        self._entries: list[Entry] = []

    def add(self, kind: Kind, post_id: int, *, text: str, at: dt.datetime) -> Entry:
        """Append an event, and return it."""
        entry = Entry(number=self.last + 1, kind=kind, post_id=post_id, text=text, at=at)
        self._entries.append(entry)
        return entry

    @property
    def base(self) -> int:
        """The event number before the first entry: what happened earlier is not listed."""
        return self._base

    @property
    def last(self) -> int:
        """The number of the newest event: the channel's pts."""
        return self._base + len(self._entries)

    def since(self, number: int) -> list[Entry]:
        """Return the events after an event number."""
        return self._entries[max(0, number - self._base) :]

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __getitem__(self, index: int) -> Entry:
        return self._entries[index]
