"""What every service of the bot is given: one run of one account on one archive."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from archiver.domain.channel import ChannelLook
from archiver.domain.clock import Clock
from archiver.domain.ids import AccountId, ChannelId, RunId
from archiver.services.flagging import Flagging
from archiver.services.indexing import Fold
from archiver.services.marking import Marker
from archiver.storage.archive import Archive
from archiver.telegram.line import Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How often and how far to look; the settings ARCHIVER_SYNC__…, ARCHIVER_SAMPLING__… and budgets."""

    look_shortest: timedelta = timedelta(minutes=5)
    look_longest: timedelta = timedelta(hours=6)
    joined_look: timedelta = timedelta(minutes=15)
    rescan_posts: int = 500
    rescan_age: timedelta = timedelta(days=14)
    rescan_every: timedelta = timedelta(hours=6)
    full_rescan_every: timedelta = timedelta(days=30)
    backfill: bool = True
    backfill_since: date | None = None
    keep_raw: bool = True
    subscribers_every: timedelta = timedelta(hours=1)
    sample_posts: bool = True
    join: bool = True
    joins_limit: int = 400
    joins_per_day: int = 50
    resolves_per_day: int = 100
    heartbeat: timedelta = timedelta(seconds=30)
    glance: timedelta = timedelta(seconds=1)
    """Between two glances at the watch list, the due posts, the handles and the joins; no setting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One life of the bot, with one account's line."""

    archive: Archive
    line: Line
    clock: Clock
    run_id: RunId
    account_id: AccountId
    policy: Policy
    flagging: Flagging | None = None
    """What flags new revisions; ``None``: nothing does."""
    fold: Fold | None = None
    """What folds texts for the search index; ``None``: searches bring it up."""
    marker: Marker | None = None
    """What marks revisions once they are indexed; ``None``: searches do."""
    chance: random.Random = field(default_factory=random.Random)
    looks: dict[ChannelId, ChannelLook] = field(default_factory=dict)
    """What pages of posts said of their channels last, as far as it is committed: most say nothing new."""
    unjoined: set[ChannelId] = field(default_factory=set)
    """Channels that would not let us join: they are swept."""
