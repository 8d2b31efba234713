"""The past of a channel: what it was called, what it said, how it was found, how many followed it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from archiver.domain.channel import Availability, Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class HandleChange:
    """A handle that a channel was first seen to hold, or no longer to hold."""

    handle: str
    at: datetime
    is_held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FactChange:
    """A value that was first seen then."""

    fact: Fact
    at: datetime
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AvailabilityChange:
    """How a channel was found from then on, in our word and in Telegram's."""

    availability: Availability
    at: datetime
    detail: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriberSample:
    """A channel's subscribers at one moment."""

    at: datetime
    subscribers: int
