"""What the desk is made of: an archive, a clock, people, a masker, chance, and how it is set up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from random import Random
from zoneinfo import ZoneInfo

from archiver.domain.clock import Clock
from archiver.services.masking import Masker
from archiver.services.people import People
from archiver.services.queue import Queue
from archiver.storage.archive import Archive


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """How the desk is set up.

    ``hosts`` are the names that a browser may call it by, in lower case, without port. ``is_behind_proxy``:
    the last address of X-Forwarded-For is the browser's, and X-Forwarded-Proto holds.
    """

    hosts: frozenset[str]
    is_behind_proxy: bool
    lease: timedelta
    reveals_per_day: int
    api_calls_per_minute: int
    language: str
    zone: ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Everything that pages and the API work with; ``random`` is one that nobody can foresee."""

    archive: Archive
    clock: Clock
    people: People
    masker: Masker
    random: Random
    house: House

    @property
    def queue(self) -> Queue:
        """Return what the services of the queue are given."""
        return Queue(
            archive=self.archive,
            clock=self.clock,
            fresh=self.random.randbytes,
            lease_time=self.house.lease,
        )
