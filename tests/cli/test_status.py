"""``archiver status``: blind or not, for people and for machines."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from archiver.loopback.account import Account
from archiver.loopback.server import LoopbackServer
from archiver.loopback.world import World
from tests.cli.conftest import Archiver
from tests.journeys.process import Bot, agreement, until

NOTHING = {
    "posts": 0, "revisions": 0, "tombstones": 0, "subscriber_counts": 0, "post_counts": 0, "gaps": 0,
    "flags": 0, "cases": 0, "raw_bytes": 0,
}  # fmt: skip
NOT_RUNNING = "the bot is not running; start it with: archiver run"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def test_what_never_ran_is_blind(archiver: Archiver) -> None:
    archiver("migrate")

    people, machines = archiver("status"), archiver("status", "--json")

    found = json.loads(machines.out)
    assert (machines.code, machines.err) == (1, "")
    assert MOMENT.fullmatch(found.pop("at"))
    assert found["totals"].pop("file_bytes") > 0
    assert found == {
        "blind": True, "reasons": [NOT_RUNNING], "running": False, "run": None, "accounts": [],
        "channels": [], "flags": {"day": {}, "week": {}, "rulebook_digest": None, "unseen": 0},
        "totals": NOTHING,
    }  # fmt: skip
    head, archive, day, week, *_, last = people.out.splitlines()
    assert (people.code, people.err, head) == (1, "", "bot: never ran")
    assert (day, week) == ("flags of the last 24 h: 0", "flags of the last 7 d: 0")
    assert archive.startswith("archive: 0 posts, 0 revisions, 0 tombstones, 0 subscriber counts, 0 gaps, ")
    assert last == f"blind: {NOT_RUNNING}"


def test_without_an_archive_there_is_no_status(archiver: Archiver, folder: Path) -> None:
    found = archiver("status", "--json")

    assert found == (1, "", "archiver: no archive archive.db; start one with: archiver run\n")
    assert list(folder.iterdir()) == []


@pytest.mark.asyncio
async def test_a_bot_at_work_sees_until_it_is_stopped(
    folder: Path, server: LoopbackServer, world: World, account: Account
) -> None:
    channel = world.add_channel("rafidain", title="Rafidain", posts=30, subscribers=1_200)
    server.sign_in_file(folder / "bot.session", account)
    # patient enough for a slow machine: a late beat or look is blindness
    patient = {"HEARTBEAT_SECONDS": "10", "SYNC__JOINED_LOOK_MINUTES": "1", "SYNC__LOOK_LONGEST_MINUTES": "1"}
    bot = Bot(folder, server, **patient)
    bot.watch(channel, "nobody_there")
    await bot.start()
    try:
        await agreement(bot, channel)
        await until(lambda: bot.events("channel.looked_at"), what="a look", bot=bot)
        machines, people = await bot.command("status", "--json"), await bot.command("status")
        ended = await bot.stop()
        after = await bot.command("status")
    finally:
        await bot.kill()

    found = json.loads(machines[1])
    assert (machines[0], machines[2], ended) == (0, "", 0)
    assert (found["blind"], found["reasons"], found["running"]) == (False, [], True)
    assert (found["run"]["run_id"], found["run"]["ended_at"]) == (1, None)
    (one,) = found["accounts"]
    assert (one["account_id"], one["state"], one["flood_waits"]) == (account.id, "connected", [])
    assert one["calls_today"]["contacts.resolveUsername"] == 2
    line = next(each for each in found["channels"] if each["handle"] == "rafidain")
    assert (line["channel_id"], line["title"], line["state"]) == (channel.id, "Rafidain", "watched")
    assert (line["availability"], line["posts"], line["subscribers"]) == ("reachable", 30, 1_200)
    assert (line["high_water_id"], line["is_history_complete"]) == (30, True)
    assert MOMENT.fullmatch(line["looked_at"])
    assert 0 <= line["lag_seconds"] < 60
    assert (people[0], people[2]) == (0, "")
    assert people[1].startswith("bot: run 1, started ")
    assert f"account {account.id}: connected; calls today: " in people[1]
    assert (after[0], after[1].splitlines()[-1]) == (1, f"blind: {NOT_RUNNING}")
    assert after[1].startswith("bot: not running; run 1 ended ")
