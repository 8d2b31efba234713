"""The example of a script that works through the queue does what its page says."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys

import pytest

from tests.house.tree import ROOT
from tests.journeys.oracle import rows
from tests.review import world
from tests.review.api.steps import V1, a_token, program
from tests.review.conftest import RunningDesk

SCRIPT = ROOT / "docs/examples/work_through_the_queue.py"


async def answered(desk: RunningDesk, answers: str) -> list[str]:
    """Run the script as a reviewer who types these answers; return what it printed."""
    told = {"DESK": desk.address.rstrip("/") + V1, "TOKEN": await a_token(desk, "reviewer")}
    return await asyncio.to_thread(_run, os.environ | told, "\n".join(answers))


def _run(environment: dict[str, str], typed: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, SCRIPT], input=typed, env=environment, text=True, capture_output=True, timeout=60,
        check=True,
    )  # fmt: skip
    return done.stdout.splitlines()


@pytest.mark.asyncio
async def test_the_script_decides_skips_and_gives_back(desk: RunningDesk) -> None:
    printed = await answered(desk, "vnsq")

    decided = rows(desk.archive_path, "SELECT verdict FROM decisions ORDER BY decision_id")
    ends = rows(desk.archive_path, "SELECT ended_by FROM leases ORDER BY lease_id")
    assert decided == [("violation",), ("not_a_violation",)]
    assert ends == [("decide",), ("decide",), ("skip",), ("release",)]
    assert not any(world.PHONE in line for line in printed)


@pytest.mark.asyncio
async def test_the_script_ends_with_the_queue(desk: RunningDesk) -> None:
    waiting = (await (await program(desk)).get("/queue/counts")).json()["waiting"]

    assert (await answered(desk, "t" * waiting))[-1].endswith("nothing_left")
