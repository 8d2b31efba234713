"""An archive that looks like a week's work, as ``town.toml`` has it: made-up channels and cases that wait."""

from __future__ import annotations

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from archiver import wiring
from archiver.domain.channel import Availability, Fact, Watch, WatchState
from archiver.domain.ids import ChannelId, RunId
from archiver.domain.post import Observation, PostCounts
from archiver.services import reflagging
from archiver.services.flagging import Flagging
from archiver.settings import Settings
from archiver.storage import channels, subscribers, watches
from archiver.storage.archive import Archive, Transaction
from tests.builders import Clock, a_look, a_post
from tests.storage.steps import ACCOUNT, begin_run, bury, observe

_DAYS_KNOWN = 40
_SAMPLED_EVERY_HOURS = 12
_NOT_SAMPLED = range(200, 300)
"""Hours ago, when the bot was down."""


async def build(path: Path, *, now: datetime) -> None:
    """Make the archive, as it stands at a time."""
    clock = Clock(now)
    archive = await Archive.open(path, clock=clock)
    told = tomllib.loads(Path(__file__).with_name("town.toml").read_text(encoding="utf-8"))
    try:
        run_id = await begin_run(archive, now - timedelta(days=_DAYS_KNOWN))
        for channel in told["channel"]:
            async with archive.write() as tx:
                await _channel(tx, channel, run_id, now=now)
                await _posts(tx, channel, run_id, now=now)
        await reflagging.reflag(archive, _flagging(), clock=clock, progress=lambda done, total: None)
    finally:
        await archive.close()


async def _channel(tx: Transaction, channel: dict[str, Any], run_id: RunId, *, now: datetime) -> None:
    channel_id, handle, begun = ChannelId(channel["id"]), channel["handle"], now - timedelta(days=_DAYS_KNOWN)
    facts = {Fact.TITLE: channel["title"], Fact.ABOUT: channel["about"]}
    look = a_look(channel_id, handles=(handle,), facts=facts, subscribers=channel["subscribers"])
    await channels.record_look(tx, look, account_id=ACCOUNT, observed_at=begun, run_id=run_id)
    await watches.put(tx, Watch(handle=handle, state=WatchState.WATCHED, added_at=begun))
    await watches.bind(tx, handle, channel_id, at=begun)
    for hours in range(_DAYS_KNOWN * 24, 24, -_SAMPLED_EVERY_HOURS):
        if hours not in _NOT_SAMPLED:
            at, count = now - timedelta(hours=hours), _count(channel["subscribers"], hours)
            await subscribers.record(tx, channel_id, count, sampled_at=at, run_id=run_id)
    if gone := channel.get("gone"):
        at = now - timedelta(hours=gone["hours"])
        found = Availability(gone["availability"])
        await channels.set_availability(tx, channel_id, found, detail=None, observed_at=at, run_id=run_id)


def _count(subscribers_now: int, hours: int) -> int:
    """Return a number of subscribers that grows, with a wave in it."""
    wave = hours // _SAMPLED_EVERY_HOURS * 7 % 11 - 5
    return subscribers_now - subscribers_now * hours // 4_000 + wave * subscribers_now // 900


async def _posts(tx: Transaction, channel: dict[str, Any], run_id: RunId, *, now: datetime) -> None:
    channel_id = ChannelId(channel["id"])
    for number, post in enumerate(channel["post"], 1):
        seen = _post(channel_id, number, post, now=now)
        await observe(tx, run_id, [seen], at=seen.published_at)
        if text := post.get("edited"):
            edited = _post(channel_id, number, post | {"text": text}, now=now, is_edited=True)
            await observe(tx, run_id, [edited], at=edited.edited_at or now)
        if post.get("is_gone"):
            await bury(tx, run_id, [number], channel_id=channel_id, at=seen.published_at + timedelta(hours=4))


def _post(
    channel_id: ChannelId, number: int, post: dict[str, Any], *, now: datetime, is_edited: bool = False
) -> Observation:
    published_at = now - timedelta(hours=post["hours"])
    return a_post(
        number,
        text=post["text"],
        channel_id=channel_id,
        published_at=published_at,
        edited_at=published_at + timedelta(hours=3) if is_edited else None,
        counts=PostCounts(views=post["views"], forwards=post["views"] // 40),
        as_of=110 if is_edited else 100,
    )


def _flagging() -> Flagging:
    rules = wiring.rulebook(Settings(_env_file=None))
    return Flagging(rulebook=rules, flag=wiring.flagger(rules, link_key=b"k" * 32).flag)
