"""A reviewer in a process of their own works a queue off: ``python -m tests.journeys.reviewing PATH ID``.

They are hasty, slow, and click twice. Ends when no case is left undecided, and prints one JSON line: the
decisions that were taken, and how often which word refused them.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

from archiver.domain.clock import utc_now
from archiver.domain.errors import CommandRefused
from archiver.domain.ids import ReviewerId
from archiver.domain.refusal import Refusal
from archiver.domain.reviewer import Reviewer, Role, pseudonym
from archiver.services import claiming, deciding
from archiver.services.claiming import Hold
from archiver.services.deciding import Aim
from archiver.services.queue import Queue
from archiver.storage.archive import Archive
from tests.desk_builders import HARMLESS

LEASE = timedelta(seconds=0.6)
TOO_LONG = 0.9
"""Seconds that somebody who thinks too long lets pass."""

_LEFT = "SELECT count(*) FROM cases WHERE state <> 'decided'"
_VERSION = "SELECT version FROM cases WHERE case_id = :case_id"


async def work_off(path: Path, number: int) -> dict[str, object]:
    """Claim and decide until all is decided; return what was done."""
    chance = random.Random(number)
    archive = await Archive.open(path, clock=utc_now, busy_seconds=30)
    queue = Queue(archive=archive, clock=utc_now, fresh=random.SystemRandom().randbytes, lease_time=LEASE)
    reviewer_id = ReviewerId(number)
    reviewer = Reviewer(reviewer_id=reviewer_id, pseudonym=pseudonym(reviewer_id), role=Role.REVIEWER)
    decided: list[int] = []
    refused: Counter[str] = Counter()
    while await _asked(archive, _LEFT):
        try:
            hold = await claiming.claim_next(queue, reviewer)
            decided += await _decide(queue, reviewer, hold, chance)
        except CommandRefused as error:
            refused[error.refusal] += 1
            if error.refusal is Refusal.NOTHING_LEFT:
                await asyncio.sleep(0.05)
    await archive.close()
    return {"decided": decided, "refused": refused}


async def _decide(queue: Queue, reviewer: Reviewer, hold: Hold, chance: random.Random) -> list[int]:
    case_id = hold.lease.case_id
    version = await _asked(queue.archive, _VERSION, case_id=case_id)
    aim = Aim(case_id=case_id, token=hold.token, version=version)
    if chance.random() < 0.02:
        await asyncio.sleep(TOO_LONG)
    done = await deciding.decide(queue, reviewer, aim, ruling=HARMLESS)
    if chance.random() < 0.1:
        again = await deciding.decide(queue, reviewer, aim, ruling=HARMLESS)
        assert again.decision_id == done.decision_id
    return [done.decision_id]


async def _asked(archive: Archive, sql: str, **values: object) -> int:
    async with archive.read() as db:
        row = await db.fetch_one(sql, values)
    assert row is not None
    return int(row[0])


def main() -> None:
    done = asyncio.run(work_off(Path(sys.argv[1]), int(sys.argv[2])))
    sys.stdout.write(json.dumps(done))


if __name__ == "__main__":
    main()
