"""Where the archive stands: read models for ``archiver status`` and ``archiver channels``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from archiver.domain.account import Account, FloodHold
from archiver.domain.channel import Watch
from archiver.domain.cursor import Cursor
from archiver.domain.ids import ChannelId
from archiver.storage import accounts, channels, cursors, watches
from archiver.storage.archive import Reader
from archiver.storage.moment import moment_or_none

# one step down an index for each channel and column: no table of samples is walked
_CHANNELS = """
SELECT c.channel_id,
    (SELECT value FROM channel_facts AS f WHERE f.channel_id = c.channel_id AND f.fact = 'title'
        ORDER BY f.observed_at DESC LIMIT 1),
    (SELECT max(is_joined) FROM channel_access AS a WHERE a.channel_id = c.channel_id),
    s.subscribers, s.sampled_at
FROM channels AS c
LEFT JOIN subscriber_counts AS s ON s.channel_id = c.channel_id AND s.sampled_at = (
    SELECT max(sampled_at) FROM subscriber_counts WHERE channel_id = c.channel_id
)
ORDER BY c.channel_id
"""

# every post has a revision 1, so one walk along an index counts posts and revisions: 0.1 s for a million
_HELD = "SELECT channel_id, sum(revision = 1), count(*) FROM revisions GROUP BY channel_id"
_TOMBSTONES = "SELECT channel_id, count(*) FROM tombstones GROUP BY channel_id"

# a post may come after it was looked for in vain: what is held is not lost, whatever the ledger said once
_GAPS = """
SELECT channel_id, sum(state = 'open'), sum(state = 'irreparable'),
    sum(CASE WHEN state = 'irreparable' THEN coalesce(last_post_id - first_post_id + 1 - (
        SELECT count(*) FROM posts AS p
        WHERE p.channel_id = g.channel_id AND p.post_id BETWEEN g.first_post_id AND g.last_post_id
    ), 0) ELSE 0 END)
FROM gaps AS g GROUP BY channel_id
"""

_TALLIES = {
    _HELD: ("posts", "revisions"),
    _TOMBSTONES: ("tombstones",),
    _GAPS: ("open_gaps", "irreparable_gaps", "lost_posts"),
}

_CALLS = "SELECT account_id, method, calls FROM call_days WHERE day = :day ORDER BY account_id, method"

_TOTALS = """
SELECT
    (SELECT count(*) FROM posts),
    (SELECT count(*) FROM revisions),
    (SELECT count(*) FROM tombstones),
    (SELECT count(*) FROM subscriber_counts),
    (SELECT count(*) FROM post_counts),
    (SELECT count(*) FROM gaps),
    (SELECT count(*) FROM flags),
    (SELECT count(*) FROM cases),
    (SELECT coalesce(sum(length(data)), 0) FROM raw_pages),
    (SELECT page_count * page_size FROM pragma_page_count, pragma_page_size)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelOverview:
    """How a channel, or a line of the watch list that is not resolved yet, stands.

    ``watch`` is ``None`` for a channel that is on no watch list; ``channel_id`` and all that hangs on it is
    ``None`` before the first look. ``handles`` are those it holds now, which may no longer be the one that
    is watched. ``irreparable_gaps`` counts ledger entries, ``lost_posts`` the post ids in them.
    """

    channel_id: ChannelId | None
    watch: Watch | None
    handles: tuple[str, ...] = ()
    title: str | None = None
    is_joined: bool = False
    reach: channels.Reach | None = None
    cursor: Cursor | None = None
    subscribers: int | None = None
    subscribers_sampled_at: datetime | None = None
    posts: int = 0
    revisions: int = 0
    tombstones: int = 0
    open_gaps: int = 0
    irreparable_gaps: int = 0
    lost_posts: int = 0

    @property
    def handle(self) -> str | None:
        """Return the handle that is watched, else one that the channel holds."""
        return self.watch.handle if self.watch else next(iter(self.handles), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountOverview:
    """How an account stands: its state, the flood waits that are not over, today's (UTC) scarce calls."""

    account: Account
    holds: tuple[FloodHold, ...]
    calls: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What the whole archive holds.

    ``gaps`` counts the whole ledger, closed ones too, ``flags`` the rows of all rulebooks. ``raw_bytes`` is
    what raw pages take, compressed; ``file_bytes`` the size of the file once its write-ahead log is merged.
    """

    posts: int
    revisions: int
    tombstones: int
    subscriber_counts: int
    post_counts: int
    gaps: int
    flags: int
    cases: int
    raw_bytes: int
    file_bytes: int


async def every_channel(db: Reader) -> list[ChannelOverview]:
    """Return the watch list, the most urgent first, then the channels that are on none.

    A channel that is watched by two handles has two lines.
    """
    known = await _known(db)
    lines = await watches.every(db)
    watched = [_line(watch, known) for watch in lines]
    bound = {watch.channel_id for watch in lines}
    return watched + [known[channel_id] for channel_id in known if channel_id not in bound]


async def channel(db: Reader, handle: str) -> ChannelOverview | None:
    """Return a line of the watch list, else a channel that holds the handle, else ``None``."""
    lines = await every_channel(db)
    on_list = (line for line in lines if line.watch and line.watch.handle == handle)
    return next(on_list, None) or next((line for line in lines if handle in line.handles), None)


async def every_account(db: Reader, now: datetime) -> list[AccountOverview]:
    """Return all accounts, with the flood waits and the calls of the day (UTC) at ``now``."""
    holds = await accounts.holds(db, now)
    calls = await db.fetch_all(_CALLS, {"day": now.date().isoformat()})
    return [
        AccountOverview(
            account=account,
            holds=tuple(hold for hold in holds if hold.account_id == account.account_id),
            calls={method: count for owner, method, count in calls if owner == account.account_id},
        )
        for account in await accounts.every(db)
    ]


async def totals(db: Reader) -> Totals:
    """Return what the whole archive holds."""
    row = await db.fetch_one(_TOTALS)
    assert row is not None  # noqa: S101 - a SELECT of counts gives one row
    return Totals(
        posts=row[0],
        revisions=row[1],
        tombstones=row[2],
        subscriber_counts=row[3],
        post_counts=row[4],
        gaps=row[5],
        flags=row[6],
        cases=row[7],
        raw_bytes=row[8],
        file_bytes=row[9],
    )


async def _known(db: Reader) -> dict[ChannelId, ChannelOverview]:
    """Return every channel that was ever looked at, as if it were on no watch list."""
    marks = await cursors.every(db)
    reaches = await channels.reaches(db)
    handles, _ = await channels.all_handles(db)
    tallies = await _tallies(db)
    return {
        channel_id: ChannelOverview(
            channel_id=channel_id,
            watch=None,
            handles=tuple(sorted(handles.get(channel_id, ()))),
            title=title,
            is_joined=bool(is_joined),
            reach=reaches.get(channel_id),
            cursor=marks.get(channel_id),
            subscribers=subscribers,
            subscribers_sampled_at=moment_or_none(sampled_at),
            **tallies.get(channel_id, {}),
        )
        for channel_id, title, is_joined, subscribers, sampled_at in await db.fetch_all(_CHANNELS)
    }


async def _tallies(db: Reader) -> dict[ChannelId, dict[str, int]]:
    tallies: dict[ChannelId, dict[str, int]] = {}
    for sql, names in _TALLIES.items():
        for channel_id, *counts in await db.fetch_all(sql):
            tallies.setdefault(channel_id, {}).update(zip(names, counts, strict=True))
    return tallies


def _line(watch: Watch, known: dict[ChannelId, ChannelOverview]) -> ChannelOverview:
    if watch.channel_id is None:
        return ChannelOverview(channel_id=None, watch=watch)
    return replace(known[watch.channel_id], watch=watch)
