"""What the services of the desk are given: the archive as reviewers work on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from archiver.domain.clock import Clock
from archiver.domain.lease import LEASE_TIME
from archiver.storage.archive import Archive


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """The archive, the time, and where randomness comes from.

    ``fresh(n)`` returns n random bytes, as `secrets.token_bytes` does.
    """

    archive: Archive
    clock: Clock
    fresh: Callable[[int], bytes]
    lease_time: timedelta = LEASE_TIME
