"""Eight reviewers in eight processes work off 2,000 cases of one file, while another archives posts."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from pathlib import Path

import pytest

from archiver.domain.clock import utc_now
from archiver.domain.refusal import Refusal
from archiver.domain.reviewer import Role
from archiver.services.verifying import verify_chain
from archiver.storage.archive import Archive
from tests.builders import Clock, a_flag, a_post
from tests.journeys.oracle import health, rows
from tests.machines.queue_promises import broken_promises
from tests.services.desk_steps import a_queue, hire, let_flag

pytestmark = [pytest.mark.asyncio, pytest.mark.serial, pytest.mark.timeout(300)]

REVIEWERS, CASES, PAGE = 8, 2_000, 250
FIRST_FLAGGED = 10**6
"""Beyond what the other process writes meanwhile."""


async def a_full_queue(path: Path) -> None:
    archive = await Archive.open(path, clock=utc_now)
    queue = await a_queue(archive, Clock(utc_now()))
    await hire(queue, *[Role.REVIEWER] * REVIEWERS)
    for first in range(0, CASES, PAGE):
        looks = [
            a_post(FIRST_FLAGGED + n, text=f"ادفع {n * 7919} دولار لو ننشر صور {n * 104_729}")
            for n in range(first, first + PAGE)
        ]
        await let_flag(queue, *((look, [a_flag(severity=2)]) for look in looks))
    await archive.close()


async def start(*arguments: object) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", *map(str, arguments), cwd=Path(__file__).parents[2], stdout=PIPE, stderr=PIPE
    )


async def test_nothing_is_decided_twice_or_lost_and_who_is_late_is_refused(archive_path: Path) -> None:
    await a_full_queue(archive_path)
    bot = await start("tests.journeys.posting", archive_path)
    people = [await start("tests.journeys.reviewing", archive_path, n + 1) for n in range(REVIEWERS)]

    told = [await person.communicate() for person in people]
    bot.terminate()
    await bot.communicate()

    assert [errors.decode() for _, errors in told if errors] == []
    found = [json.loads(out) for out, _ in told]
    decided = sorted(number for each in found for number in each["decided"])
    refused = sum((Counter(each["refused"]) for each in found), Counter[str]())
    kept = rows(archive_path, "SELECT decision_id, case_id, reviewer_id FROM decisions ORDER BY decision_id")
    assert decided == [row[0] for row in kept]
    assert len({row[1:] for row in kept}) == len(kept)
    assert rows(archive_path, "SELECT state, count(*) FROM cases GROUP BY state") == [("decided", CASES)]
    assert set(refused) <= {Refusal.LEASE_LOST, Refusal.NOTHING_LEFT, Refusal.ALREADY_IN_STATE}
    assert refused[Refusal.LEASE_LOST] + refused[Refusal.ALREADY_IN_STATE] > 0
    assert broken_promises(archive_path, Clock(utc_now())) == []
    assert health(archive_path) == []
    assert rows(archive_path, "SELECT count(*) FROM posts WHERE post_id < ?", FIRST_FLAGGED)[0][0] > 100
    archive = await Archive.open(archive_path, clock=utc_now)
    assert (await verify_chain(archive)).broken is None
    await archive.close()
