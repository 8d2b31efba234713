"""What a completeness statement and a manifest are made of: statements for the snapshot of an export."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from archiver.domain.completeness import Holding, Span
from archiver.domain.cursor import Cursor
from archiver.domain.gap import Gap
from archiver.domain.stretch import Stretch
from archiver.storage.exports import CHANNELS_CHOSEN, NAMES
from archiver.storage.gaps import gap_of
from archiver.storage.moment import moment, moment_or_none

CHANNELS = f"""{NAMES}
SELECT c.channel_id, coalesce(n.handle, '') AS handle, c.first_observed_at,
    u.as_of, u.first_post_id, u.high_water_id, u.low_water_id, u.history_complete_at, u.looked_at,
    a.told, a.audited_at
FROM channels AS c LEFT JOIN names AS n ON n.channel_id = c.channel_id
LEFT JOIN cursors AS u ON u.channel_id = c.channel_id
LEFT JOIN audits AS a ON a.channel_id = c.channel_id AND a.audited_at = (
    SELECT max(o.audited_at) FROM audits AS o WHERE o.channel_id = c.channel_id
)
WHERE {CHANNELS_CHOSEN.format("c")} ORDER BY c.channel_id
"""  # noqa: S608 - our own constants
# ids that follow each other have the same distance to their rank
ARCHIVED = f"""
SELECT i.channel_id, min(i.post_id) AS first_id, max(i.post_id) AS last_id FROM (
    SELECT p.channel_id, p.post_id,
        p.post_id - row_number() OVER (PARTITION BY p.channel_id ORDER BY p.post_id) AS island
    FROM posts AS p WHERE {CHANNELS_CHOSEN.format("p")}
) AS i GROUP BY i.channel_id, i.island ORDER BY i.channel_id, first_id
"""  # noqa: S608 - our own constants
TOMBSTONED = f"""
SELECT i.channel_id, min(i.post_id) AS first_id, max(i.post_id) AS last_id FROM (
    SELECT p.channel_id, p.post_id,
        p.post_id - row_number() OVER (PARTITION BY p.channel_id ORDER BY p.post_id) AS island
    FROM posts AS p WHERE p.tombstoned_at IS NOT NULL AND {CHANNELS_CHOSEN.format("p")}
) AS i GROUP BY i.channel_id, i.island ORDER BY i.channel_id, first_id
"""  # noqa: S608 - our own constants
GAPS = f"""
SELECT g.gap_id, g.channel_id, g.cause, g.state, g.first_post_id, g.last_post_id, g.since, g.until,
    g.opened_at, g.closed_at
FROM gaps AS g WHERE {CHANNELS_CHOSEN.format("g")} ORDER BY g.gap_id
"""  # noqa: S608 - our own constants
RUNS = "SELECT started_at, coalesce(ended_at, beat_at) AS seen_until FROM runs ORDER BY run_id"

NUMBERS = """
SELECT (SELECT count(*) FROM posts) AS posts,
    (SELECT coalesce(max(revision_id), 0) FROM revisions) AS newest_revision,
    (SELECT count(*) FROM tombstones) AS tombstones,
    (SELECT count(*) FROM subscriber_counts) AS subscriber_counts,
    (SELECT count(*) FROM post_counts) AS post_counts,
    (SELECT coalesce(max(flag_id), 0) FROM flags) AS newest_flag,
    (SELECT coalesce(max(decision_id), 0) FROM decisions) AS newest_decision,
    (SELECT coalesce(max(gap_id), 0) FROM gaps) AS newest_gap
"""
NUMBER_NAMES = (
    "posts", "newest_revision", "tombstones", "subscriber_counts", "post_counts", "newest_flag",
    "newest_decision", "newest_gap",
)  # fmt: skip
NEWEST = """
SELECT max(coalesce((SELECT max(p.last_observed_at) FROM posts AS p), 0),
    coalesce((SELECT max(s.sampled_at) FROM subscriber_counts AS s), 0),
    coalesce((SELECT max(f.flagged_at) FROM flags AS f), 0),
    coalesce((SELECT max(d.decided_at) FROM decisions AS d), 0)) AS newest_at
"""
SCHEMA = "SELECT user_version FROM pragma_user_version"
RULEBOOKS = "SELECT digest FROM rulebooks ORDER BY first_used_at, digest"

Rows = Sequence[tuple[Any, ...]]


def holdings(*, channels: Rows, archived: Rows, tombstoned: Rows, gaps: Rows) -> list[Holding]:
    """Return what the rows of `CHANNELS`, `ARCHIVED`, `TOMBSTONED` and `GAPS` say, channel by channel."""
    held, gone = _stretches(archived), _stretches(tombstoned)
    ledger: dict[int, list[Gap]] = {}
    for row in gaps:
        ledger.setdefault(row[1], []).append(gap_of(row))
    return [
        Holding(
            channel_id=row[0],
            handle=row[1] or None,
            first_observed_at=moment(row[2]),
            cursor=_cursor(row),
            archived=tuple(held.get(row[0], ())),
            tombstoned=tuple(gone.get(row[0], ())),
            gaps=tuple(ledger.get(row[0], ())),
            told=row[9],
            told_at=moment_or_none(row[10]),
        )
        for row in channels
    ]


def runs(rows: Rows) -> list[Span]:
    """Return when the runs of `RUNS` lived."""
    return [Span(moment(row[0]), moment(row[1])) for row in rows]


def newest_at(rows: Rows) -> datetime | None:
    """Return the time that `NEWEST` gives, ``None`` for an archive that has seen nothing."""
    return moment(rows[0][0]) if rows[0][0] else None


def _stretches(rows: Rows) -> dict[int, list[Stretch]]:
    found: dict[int, list[Stretch]] = {}
    for channel_id, first, last in rows:
        found.setdefault(channel_id, []).append(Stretch(first, last))
    return found


def _cursor(row: tuple[Any, ...]) -> Cursor | None:
    if row[3] is None:
        return None
    return Cursor(
        channel_id=row[0],
        as_of=row[3],
        first_post_id=row[4],
        high_water_id=row[5],
        low_water_id=row[6],
        history_complete_at=moment_or_none(row[7]),
        looked_at=moment_or_none(row[8]),
    )
