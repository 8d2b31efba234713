"""What the tests of this room do again and again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import pytest

from archiver.domain.channel import Watch, WatchState
from archiver.domain.errors import ArchiveError
from archiver.domain.findings import Findings, find
from archiver.domain.ids import AccountId, ChannelId, PostId, RunId
from archiver.domain.page import RawPage
from archiver.domain.post import Observation, Provenance
from archiver.storage import channels, posts, runs, watches
from archiver.storage.archive import Archive, Transaction
from tests.builders import CHANNEL, NOON, Clock, a_look

ACCOUNT = AccountId(4_500)


async def begin_run(archive: Archive, at: datetime = NOON) -> RunId:
    async with archive.write() as tx:
        return await runs.begin(tx, at=at, version="0.1.0", layer=214)


async def know_channel(
    tx: Transaction, run_id: RunId, *, channel_id: int = CHANNEL, at: datetime = NOON
) -> None:
    """Look at a channel, so that posts can refer to it."""
    look = a_look(channel_id, handles=(f"channel_{channel_id}",))
    await channels.record_look(tx, look, account_id=ACCOUNT, observed_at=at, run_id=run_id)


async def a_watch(tx: Transaction, handle: str, *, channel_id: ChannelId = CHANNEL) -> None:
    """Put a channel that is known on the watch list."""
    await watches.put(tx, Watch(handle=handle, state=WatchState.WATCHED, added_at=NOON))
    await watches.bind(tx, handle, channel_id, at=NOON)


async def observe(
    tx: Transaction,
    run_id: RunId,
    observations: Iterable[Observation],
    *,
    at: datetime = NOON,
    provenance: Provenance = Provenance.LIVE,
    raw_page: RawPage | None = None,
) -> Findings:
    """Judge observations of one channel and write what they add."""
    seen = list(observations)
    channel_id = seen[0].channel_id
    heads = await posts.heads_of(tx, channel_id, [each.post_id for each in seen])
    findings = find(seen, heads, now=at)
    await posts.record(
        tx, findings,
        channel_id=channel_id, observed_at=at, provenance=provenance, run_id=run_id,
        raw_page=raw_page,
    )  # fmt: skip
    return findings


async def bury(
    tx: Transaction,
    run_id: RunId,
    post_ids: Iterable[int],
    *,
    channel_id: ChannelId = CHANNEL,
    as_of: int = 200,
    at: datetime = NOON,
    evidence: str = "told",
) -> None:
    ids = [PostId(post_id) for post_id in post_ids]
    await posts.bury(
        tx, channel_id, ids, as_of=as_of, noticed_at=at, evidence=evidence, run_id=run_id
    )  # fmt: skip


async def open_quickly(path: Path, *, read_only: bool = False) -> Archive:
    return await Archive.open(path, clock=Clock(), busy_seconds=0.05, read_only=read_only)


async def refusal(path: Path, *, read_only: bool = False) -> ArchiveError:
    with pytest.raises(ArchiveError) as refused:
        await open_quickly(path, read_only=read_only)
    text = str(refused.value)
    assert str(path) in text
    assert "\n" not in text
    assert not text.endswith(".")
    return refused.value
