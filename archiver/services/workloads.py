"""Workloads: how much a reviewer has done today and without a pause, told to that reviewer alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from archiver.domain.preferences import Preferences
from archiver.domain.reviewer import Reviewer
from archiver.domain.workload import WORST, is_pause_due, working_for, worst_since
from archiver.services.queue import Queue
from archiver.storage import stints

_LONGEST_DAY = timedelta(hours=36)


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """Cases of the worst kind since midnight, work without a pause, and what the desk is to say to that.

    ``is_enough`` stays once the reviewer's own limit is reached; ``is_time_to_ask`` is said once for a pause,
    and after each case of the worst kind beyond the limit.
    """

    worst_today: int
    working_for: timedelta
    is_enough: bool
    is_time_to_ask: bool


async def read(queue: Queue, reviewer: Reviewer, chosen: Preferences, *, zone: ZoneInfo) -> Workload:
    """Return a reviewer's workload, the day as it is in ``zone``."""
    now = queue.clock()
    async with queue.archive.read() as db:
        past = await stints.since(db, reviewer.reviewer_id, now - _LONGEST_DAY)
    worst_today = worst_since(past, _midnight(now, zone))
    is_enough = worst_today >= chosen.severe_limit
    is_after_worst = bool(past) and past[-1].severity == WORST
    pause = timedelta(minutes=chosen.pause_minutes)
    return Workload(
        worst_today=worst_today,
        working_for=working_for(past, now),
        is_enough=is_enough,
        is_time_to_ask=(is_enough and is_after_worst) or is_pause_due(past, now, pause),
    )


def _midnight(now: datetime, zone: ZoneInfo) -> datetime:
    return now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
