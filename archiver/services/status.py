"""Status: where the archive stands, and whether the bot is blind; read from the archive alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from archiver.domain.account import AccountState
from archiver.domain.channel import READABLE, Watch, WatchState
from archiver.domain.clock import Clock
from archiver.domain.errors import ChannelUnknown
from archiver.domain.flag import Category
from archiver.services.run import Policy
from archiver.storage import flags, gaps, overview, rulebooks, runs
from archiver.storage.archive import Archive, Reader
from archiver.storage.overview import AccountOverview, ChannelOverview, Totals
from archiver.storage.runs import RunRecord

_MISSED_BEATS = 3
_MISSED_LOOKS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelStatus:
    """One line of the watch list; ``lag_seconds`` is how long ago we were last sure to hold everything."""

    handle: str | None
    channel_id: int | None
    title: str | None
    state: str | None
    labels: tuple[str, ...]
    priority: int
    availability: str | None
    detail: str | None
    is_joined: bool
    posts: int
    revisions: int
    tombstones: int
    subscribers: int | None
    high_water_id: int | None
    low_water_id: int | None
    is_history_complete: bool
    looked_at: datetime | None
    lag_seconds: float | None
    open_gaps: int
    irreparable_gaps: int
    lost_posts: int
    remark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagStatus:
    """The new flags of a day and of a week, by category, the most first.

    ``rulebook_digest`` is that of the newest run, if it flags; ``unseen`` counts the revisions that it has
    not flagged.
    """

    day: dict[Category, int]
    week: dict[Category, int]
    rulebook_digest: str | None = None
    unseen: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Where everything stands at a moment; ``reasons`` says why the bot is blind, empty when it sees."""

    at: datetime
    is_running: bool
    run: RunRecord | None
    accounts: tuple[AccountOverview, ...]
    channels: tuple[ChannelStatus, ...]
    flags: FlagStatus
    totals: Totals
    reasons: tuple[str, ...]

    @property
    def is_blind(self) -> bool:
        """Whether something that should be watched is not."""
        return bool(self.reasons)

    def as_json(self) -> dict[str, Any]:
        """Return the whole as plain values; times are ISO 8601 with Z."""
        return {
            "at": _plain(self.at),
            "blind": self.is_blind,
            "reasons": list(self.reasons),
            "running": self.is_running,
            "run": _plain(asdict(self.run)) if self.run else None,
            "accounts": [_account(account) for account in self.accounts],
            "channels": [_plain(asdict(channel)) for channel in self.channels],
            "flags": asdict(self.flags),
            "totals": asdict(self.totals),
        }


async def read(archive: Archive, *, policy: Policy, clock: Clock) -> Status:
    """Return where the archive stands now."""
    now = clock()
    async with archive.read() as db:
        run = await runs.latest(db)
        accounts = tuple(await overview.every_account(db, now))
        found = await overview.every_channel(db)
        flagged = await _flags(db, run, now=now)
        totals = await overview.totals(db)
    is_running = (
        run is not None and run.ended_at is None and now - run.beat_at <= _MISSED_BEATS * policy.heartbeat
    )
    return Status(
        at=now,
        is_running=is_running,
        run=run,
        accounts=accounts,
        channels=tuple(_channel(each, now) for each in found),
        flags=flagged,
        totals=totals,
        reasons=tuple(_reasons(is_running, accounts, found, policy=policy, now=now)),
    )


async def show(archive: Archive, handle: str) -> dict[str, Any]:
    """Return what is known of one channel, its gap ledger included; raises ChannelUnknown."""
    async with archive.read() as db:
        found = await overview.channel(db, handle)
        if found is None:
            raise ChannelUnknown(f"no channel @{handle}; add it with: archiver channels add @{handle}")
        ledger = await gaps.of_channel(db, found.channel_id) if found.channel_id else []
    line = asdict(_channel(found, None))
    line.pop("lag_seconds")
    entries = [
        {key: _plain(value) for key, value in asdict(gap).items() if key not in {"gap_id", "channel_id"}}
        for gap in ledger
    ]
    return {**_plain(line), "handles": ", ".join(f"@{name}" for name in found.handles), "gaps": entries}


async def _flags(db: Reader, run: RunRecord | None, *, now: datetime) -> FlagStatus:
    digest = run.rulebook_digest if run else None
    return FlagStatus(
        day=await flags.counts_since(db, now - timedelta(days=1)),
        week=await flags.counts_since(db, now - timedelta(days=7)),
        rulebook_digest=digest,
        unseen=await rulebooks.count_unseen(db, digest) if digest else 0,
    )


def _reasons(
    is_running: bool,
    accounts: tuple[AccountOverview, ...],
    channels: list[ChannelOverview],
    *,
    policy: Policy,
    now: datetime,
) -> Iterator[str]:
    if not is_running:
        yield "the bot is not running; start it with: archiver run"
        return
    if not any(found.account.state is AccountState.CONNECTED for found in accounts):
        states = [f"account {found.account.account_id} is {_said(found)}" for found in accounts]
        yield "; ".join(states) or "no account has connected yet"
    for channel in channels:
        watch, cursor = channel.watch, channel.cursor
        if watch is None or not _should_see(channel, watch):
            continue
        since = (cursor.looked_at if cursor else None) or watch.added_at
        if now - since > _patience(channel, policy):
            told = "was not looked at for {:.0f} s" if cursor else "has waited {:.0f} s for its first look"
            yield f"@{channel.handle} " + told.format((now - since).total_seconds())


def _said(found: AccountOverview) -> str:
    state, detail = found.account.state, found.account.detail
    return f"{state} ({detail})" if detail else str(state)


def _should_see(channel: ChannelOverview, watch: Watch) -> bool:
    """Whether a line of the watch list is about a channel that can be read, as far as we know."""
    is_open = channel.reach is None or channel.reach.availability in READABLE
    return watch.state is WatchState.WATCHED and watch.refusal is None and is_open


def _patience(channel: ChannelOverview, policy: Policy) -> timedelta:
    is_pushed = channel.is_joined and channel.cursor is not None
    return _MISSED_LOOKS * (policy.joined_look if is_pushed else policy.look_longest)


def _channel(found: ChannelOverview, now: datetime | None) -> ChannelStatus:
    cursor, reach, watch = found.cursor, found.reach, found.watch
    looked_at = cursor.looked_at if cursor else None
    return ChannelStatus(
        handle=found.handle,
        channel_id=found.channel_id,
        title=found.title,
        state=watch.state if watch else None,
        labels=watch.labels if watch else (),
        priority=watch.priority if watch else 0,
        availability=reach.availability if reach else None,
        detail=reach.detail if reach else None,
        is_joined=found.is_joined,
        posts=found.posts,
        revisions=found.revisions,
        tombstones=found.tombstones,
        subscribers=found.subscribers,
        high_water_id=cursor.high_water_id if cursor else None,
        low_water_id=cursor.low_water_id if cursor else None,
        is_history_complete=bool(cursor and cursor.history_complete_at),
        looked_at=looked_at,
        lag_seconds=(now - looked_at).total_seconds() if now and looked_at else None,
        open_gaps=found.open_gaps,
        irreparable_gaps=found.irreparable_gaps,
        lost_posts=found.lost_posts,
        remark="; ".join(_remarks(found)),
    )


def _remarks(found: ChannelOverview) -> Iterator[str]:
    watch, reach = found.watch, found.reach
    if watch and watch.refusal:
        yield watch.refusal
    elif watch and watch.channel_id is None and watch.state is not WatchState.PAUSED:
        yield "its handle is to be looked up"
    elif reach and reach.availability not in READABLE:
        yield f"{reach.availability} since {_plain(reach.since)}"
    elif found.cursor is None and watch and watch.state is WatchState.WATCHED:
        yield "the first look is to come"
    if watch and found.handles and watch.handle not in found.handles:
        yield f"now @{found.handles[0]}"
    if found.open_gaps:
        yield f"{found.open_gaps} open gaps"
    if found.lost_posts:
        yield f"{found.lost_posts} posts were gone before we could read them"


def _account(found: AccountOverview) -> dict[str, Any]:
    return {
        "account_id": found.account.account_id,
        "state": str(found.account.state),
        "detail": found.account.detail,
        "changed_at": _plain(found.account.changed_at),
        "flood_waits": [
            {"method": hold.method, "seconds": hold.seconds, "until": _plain(hold.until)}
            for hold in found.holds
        ],
        "calls_today": found.calls,
    }


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value
