"""Flags with their matches: written once, never changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from archiver.domain.flag import Category, Field, Flag, Match, View
from archiver.domain.ids import ChannelId, PostId, RunId
from archiver.domain.kept_flag import KeptFlag
from archiver.domain.revision import RevisionKey
from archiver.storage.archive import Reader, Transaction
from archiver.storage.driver import NewId, Row
from archiver.storage.moment import micros, moment

_ADD = """
INSERT INTO flags (
    channel_id, post_id, revision, rule_id, rulebook_digest, category, severity, score, is_shadow,
    flagged_at, run_id
) VALUES (
    :channel_id, :post_id, :revision, :rule_id, :rulebook_digest, :category, :severity, :score, :is_shadow,
    :flagged_at, :run_id
)
"""
_ADD_MATCHES = """
INSERT INTO matches (
    flag_id, number, term_group, term, field, start_at, end_at, view, weight, confidence, link
) VALUES (
    :flag_id, :number, :term_group, :term, :field, :start_at, :end_at, :view, :weight, :confidence, :link
)
"""

_HELD = """
SELECT f.channel_id, f.post_id, f.revision, f.rule_id, f.is_shadow, f.rulebook_digest
FROM revisions AS r JOIN flags AS f
    ON f.channel_id = r.channel_id AND f.post_id = r.post_id AND f.revision = r.revision
WHERE r.revision_id IN (:among)
"""

# of the newest flags, so that the table is not walked, the newest posts: the past that a backfill brings must
# not hide what is happening; shadows are for those who write rules
_NEWEST = """
SELECT f.channel_id, f.post_id, f.revision, r.text, r.media_name,
    (SELECT w.handle FROM watches AS w WHERE w.channel_id = f.channel_id LIMIT 1)
FROM (SELECT * FROM flags WHERE is_shadow = 0 ORDER BY flag_id DESC LIMIT 50 * :limit) AS f
JOIN revisions AS r ON r.channel_id = f.channel_id AND r.post_id = f.post_id AND r.revision = f.revision
JOIN posts AS p ON p.channel_id = f.channel_id AND p.post_id = f.post_id
GROUP BY f.channel_id, f.post_id, f.revision
ORDER BY p.published_at DESC, max(f.flag_id) DESC LIMIT :limit
"""
_OF_POST = """
SELECT f.flag_id, f.channel_id, f.post_id, f.revision, f.rulebook_digest, f.flagged_at, f.run_id,
    f.rule_id, f.category, f.severity, f.score, f.is_shadow
FROM flags AS f WHERE f.channel_id = :channel_id AND f.post_id = :post_id ORDER BY f.flag_id
"""
_MATCHES_OF = """
SELECT flag_id, term_group, term, field, start_at, end_at, view, weight, confidence, link
FROM matches WHERE flag_id IN (:among) ORDER BY flag_id, number
"""

# what another rulebook said before is no news
_COUNTS = """
SELECT f.category, count(*) FROM flags AS f
WHERE f.flagged_at >= :since AND f.is_shadow = 0 AND NOT EXISTS (
    SELECT 1 FROM flags AS e
    WHERE e.channel_id = f.channel_id AND e.post_id = f.post_id AND e.revision = f.revision
        AND e.rule_id = f.rule_id AND e.is_shadow = 0 AND e.flag_id < f.flag_id
)
GROUP BY f.category ORDER BY count(*) DESC, f.category
"""
_COUNT_LINKED = """
SELECT count(*) FROM (
    SELECT DISTINCT f.channel_id, f.post_id
    FROM matches AS m JOIN flags AS f ON f.flag_id = m.flag_id WHERE m.link = :link
)
"""


@dataclass(frozen=True, slots=True, order=True)
class FlagKey:
    """What is said by a flag, whichever rulebook says it: a rule on a revision, to be queued or not."""

    revision: RevisionKey
    rule_id: str
    is_shadow: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FlaggedRevision:
    """A revision that has flags, with what its matches point into; ``handle`` is how it is watched."""

    key: RevisionKey
    handle: str | None
    text: str
    media_name: str | None


async def record(
    tx: Transaction,
    flagged: Iterable[tuple[RevisionKey, Flag]],
    *,
    rulebook_digest: str,
    at: datetime,
    run_id: RunId | None,
) -> None:
    """Write flags that the archive does not hold yet, of a rulebook that it knows.

    Everything waits in the transaction, as its revisions may.
    """
    now = micros(at)
    rows: list[Row] = []
    for key, flag in flagged:
        flag_id = await tx.insert(_ADD, _values(key, flag, rulebook_digest, now, run_id))
        rows += [_match_row(flag_id, number, match) for number, match in enumerate(flag.matches, 1)]
    await tx.execute_many(_ADD_MATCHES, rows)


async def held(db: Reader, revision_ids: Iterable[int]) -> dict[FlagKey, frozenset[str]]:
    """Return what is said of some revisions, and the digests of the rulebooks that say it."""
    found: dict[FlagKey, set[str]] = {}
    for row in await db.fetch_in(_HELD, {}, among=revision_ids):
        key = FlagKey(RevisionKey(row[0], row[1], row[2]), row[3], bool(row[4]))
        found.setdefault(key, set()).add(row[5])
    return {key: frozenset(digests) for key, digests in found.items()}


async def newest(db: Reader, *, limit: int) -> list[FlaggedRevision]:
    """Return the newest posts among what was flagged last, each flagged revision once; no shadows."""
    return [
        FlaggedRevision(
            key=RevisionKey(row[0], row[1], row[2]), text=row[3], media_name=row[4], handle=row[5]
        )
        for row in await db.fetch_all(_NEWEST, {"limit": limit})
    ]


async def of_post(db: Reader, channel_id: ChannelId, post_id: PostId) -> list[KeptFlag]:
    """Return all flags of a post, of whatever revision and rulebook, the oldest first."""
    rows = await db.fetch_all(_OF_POST, {"channel_id": channel_id, "post_id": post_id})
    matches: dict[int, list[Match]] = {row[0]: [] for row in rows}
    for row in await db.fetch_in(_MATCHES_OF, {}, among=matches):
        matches[row[0]].append(_match(row))
    return [_kept(row, tuple(matches[row[0]])) for row in rows]


async def counts_since(db: Reader, since: datetime) -> dict[Category, int]:
    """Return how many flags were made since a time, by category, the most first.

    Left out are shadows, and what an earlier rulebook had said already.
    """
    rows = await db.fetch_all(_COUNTS, {"since": micros(since)})
    return {Category(category): count for category, count in rows}


async def count_linked(db: Reader, link: str) -> int:
    """Return how many flagged posts show the value behind a link."""
    row = await db.fetch_one(_COUNT_LINKED, {"link": link})
    return int(row[0]) if row else 0


def _values(
    key: RevisionKey, flag: Flag, rulebook_digest: str, now: int, run_id: RunId | None
) -> dict[str, object]:
    return {
        "channel_id": key.channel_id,
        "post_id": key.post_id,
        "revision": key.revision,
        "rule_id": flag.rule_id,
        "rulebook_digest": rulebook_digest,
        "category": flag.category,
        "severity": flag.severity,
        "score": flag.score,
        "is_shadow": flag.is_shadow,
        "flagged_at": now,
        "run_id": run_id,
    }


def _match_row(flag_id: NewId, number: int, match: Match) -> Row:
    return (
        flag_id, number, match.group, match.term, match.field, match.start, match.end, match.view,
        match.weight, match.confidence, match.link,
    )  # fmt: skip


def _kept(row: Row, matches: tuple[Match, ...]) -> KeptFlag:
    return KeptFlag(
        flag_id=row[0],
        key=RevisionKey(row[1], row[2], row[3]),
        rulebook_digest=row[4],
        flagged_at=moment(row[5]),
        run_id=row[6],
        flag=Flag(
            rule_id=row[7],
            category=Category(row[8]),
            severity=row[9],
            score=row[10],
            is_shadow=bool(row[11]),
            matches=matches,
        ),
    )


def _match(row: Row) -> Match:
    return Match(
        group=row[1],
        term=row[2],
        field=Field(row[3]),
        start=row[4],
        end=row[5],
        view=View(row[6]),
        weight=row[7],
        confidence=row[8],
        link=row[9],
    )
