"""Decisions with their categories and reasons, and what they say of rules: only ever added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from archiver.domain.decision import Decision, DecisionKind, Judged, Ruling
from archiver.domain.flag import Category
from archiver.domain.ids import CaseId, ReviewerId
from archiver.domain.taxonomy import TAXONOMY, Confidence, Reason, Verdict, WrongMatch
from archiver.storage.archive import Reader, Transaction
from archiver.storage.driver import Row
from archiver.storage.moment import micros, moment

_AFTER_ALL = 2**62

_ADD = """
INSERT INTO decisions (
    case_id, round, kind, reviewer_id, decided_at, verdict, category, severity, confidence, note, retracts,
    lease_id, token_digest, bulk, state_before, version, taxonomy, as_of_repost, as_of_revision,
    revisions_digest
) VALUES (
    :case_id, :round, :kind, :reviewer_id, :decided_at, :verdict, :category, :severity, :confidence, :note,
    :retracts, :lease_id, :token_digest, :bulk, :state_before, :version, :taxonomy, :as_of_repost,
    :as_of_revision, :revisions_digest
) RETURNING decision_id
"""
_ADD_REASONS = """
INSERT INTO decision_reasons (decision_id, number, reason) VALUES (:decision_id, :number, :reason)
"""
_ADD_CATEGORIES = """
INSERT INTO decision_categories (decision_id, number, category) VALUES (:decision_id, :number, :category)
"""
_ADD_RULES = """
INSERT INTO decision_rules (decision_id, rule_id, rulebook_digest, is_right, reason)
VALUES (:decision_id, :rule_id, :rulebook_digest, :is_right, :reason)
"""

_DECISION_COLUMNS = """
SELECT d.decision_id, d.case_id, d.round, d.kind, d.reviewer_id, d.decided_at, d.verdict, d.category,
    d.severity, d.confidence, d.note, d.state_before, d.version, d.taxonomy, d.as_of_repost,
    d.as_of_revision, d.revisions_digest, d.bulk,
    EXISTS (SELECT 1 FROM decisions AS r WHERE r.retracts = d.decision_id)
FROM decisions AS d
"""
_OF_CASE = _DECISION_COLUMNS + "WHERE d.case_id = :case_id AND d.kind <> 'retraction' ORDER BY d.decision_id"
_OF_ROUND = (
    _DECISION_COLUMNS  # noqa: S608 - our own text
    + """
WHERE d.case_id = :case_id AND d.round = :round AND d.kind <> 'retraction'
    AND NOT EXISTS (SELECT 1 FROM decisions AS r WHERE r.retracts = d.decision_id)
ORDER BY d.decision_id
"""
)
_GET = _DECISION_COLUMNS + "WHERE d.decision_id = :decision_id AND d.kind <> 'retraction'"
_OF_BULK = _DECISION_COLUMNS + "WHERE d.bulk = :bulk AND d.kind <> 'retraction' ORDER BY d.decision_id"
_BY_TOKEN = (
    _DECISION_COLUMNS
    + "WHERE d.case_id = :case_id AND d.token_digest = :token_digest AND d.kind <> 'retraction'"
)
_OF_REVIEWER = (
    _DECISION_COLUMNS
    + """
WHERE d.reviewer_id = :reviewer_id AND d.decision_id < :before AND d.kind <> 'retraction'
ORDER BY d.decision_id DESC LIMIT :limit
"""
)
_REASONS = """
SELECT decision_id, reason FROM decision_reasons WHERE decision_id IN (:among) ORDER BY decision_id, number
"""
_CATEGORIES = """
SELECT decision_id, category FROM decision_categories
WHERE decision_id IN (:among) ORDER BY decision_id, number
"""
_WRONG_RULES = """
SELECT decision_id, rule_id, reason FROM decision_rules
WHERE decision_id IN (:among) AND reason IS NOT NULL ORDER BY decision_id, rule_id
"""

_GROUNDS = """
SELECT r.channel_id, r.post_id, r.revision, r.digest, r.revision_id
FROM (SELECT DISTINCT channel_id, post_id FROM reposts WHERE repost_group_id = :case_id) AS p
JOIN revisions AS r ON r.channel_id = p.channel_id AND r.post_id = p.post_id
"""
_NEWEST_REPOST = "SELECT max(r.repost_id) FROM reposts AS r WHERE r.repost_group_id = :case_id"
_RULES_OF = """
SELECT DISTINCT f.rule_id, f.rulebook_digest
FROM reposts AS r JOIN flags AS f
    ON f.channel_id = r.channel_id AND f.post_id = r.post_id AND f.revision = r.revision
WHERE r.repost_group_id = :case_id AND f.is_shadow = 0
ORDER BY f.rule_id, f.rulebook_digest
"""
_IS_PRESS = """
SELECT 1 FROM reposts AS r JOIN watches AS w ON w.channel_id = r.channel_id
WHERE r.repost_group_id = :case_id AND instr(',' || w.labels || ',', ',press,') > 0 LIMIT 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """On what a decision is taken (`domain.decision.Decision`); ``revisions`` are what the digest covers."""

    as_of_repost: int
    as_of_revision: int
    revisions: tuple[tuple[int, int, int, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDecision:
    """A decision, adjudication or retraction that is to be kept; a retraction has no ruling."""

    case_id: CaseId
    round: int
    kind: DecisionKind
    reviewer_id: ReviewerId
    decided_at: datetime
    state_before: str
    version: int
    as_of_repost: int
    as_of_revision: int
    revisions_digest: str
    ruling: Ruling | None = None
    retracts: int | None = None
    lease_id: int | None = None
    token_digest: str | None = None
    bulk: str | None = None


async def grounds(db: Reader, case_id: CaseId) -> Grounds:
    """Return what a decision on a case would be taken on now."""
    rows = await db.fetch_all(_GROUNDS, {"case_id": case_id})
    newest = await db.fetch_one(_NEWEST_REPOST, {"case_id": case_id})
    return Grounds(
        as_of_repost=(newest[0] if newest else None) or 0,
        as_of_revision=max((row[4] for row in rows), default=0),
        revisions=tuple((row[0], row[1], row[2], row[3]) for row in rows),
    )


async def rules_of(db: Reader, case_id: CaseId) -> list[tuple[str, str]]:
    """Return the rules that flagged a case, each with the digest of its rulebook; no shadows."""
    rows = await db.fetch_all(_RULES_OF, {"case_id": case_id})
    return [(row[0], row[1]) for row in rows]


async def is_press(db: Reader, case_id: CaseId) -> bool:
    """Say whether a channel that the watch list labels *press* has a post in a case."""
    return await db.fetch_one(_IS_PRESS, {"case_id": case_id}) is not None


async def record(tx: Transaction, new: NewDecision, *, judged: Sequence[Judged] = ()) -> int:
    """Write a decision, with what it says of rules; return its id."""
    row = await tx.fetch_one(_ADD, _values(new))
    assert row is not None  # noqa: S101 - what was inserted comes back
    decision_id = int(row[0])
    reasons, others = (new.ruling.reasons, new.ruling.others) if new.ruling else ((), ())
    await tx.execute_many(
        _ADD_REASONS, [(decision_id, number, reason) for number, reason in enumerate(reasons, 1)]
    )
    await tx.execute_many(
        _ADD_CATEGORIES, [(decision_id, number, category) for number, category in enumerate(others, 1)]
    )
    await tx.execute_many(
        _ADD_RULES,
        [(decision_id, each.rule_id, each.rulebook_digest, each.is_right, each.reason) for each in judged],
    )
    return decision_id


async def get(db: Reader, decision_id: int) -> Decision | None:
    """Return a decision or adjudication."""
    rows = await db.fetch_all(_GET, {"decision_id": decision_id})
    return next(iter(await _whole(db, rows)), None)


async def of_case(db: Reader, case_id: CaseId) -> list[Decision]:
    """Return all decisions on a case, of all rounds, those that were taken back too, in order."""
    return await _whole(db, await db.fetch_all(_OF_CASE, {"case_id": case_id}))


async def of_round(db: Reader, case_id: CaseId, round_: int) -> list[Decision]:
    """Return the decisions of a round of a case that were not taken back, in order."""
    return await _whole(db, await db.fetch_all(_OF_ROUND, {"case_id": case_id, "round": round_}))


async def of_bulk(db: Reader, bulk: str) -> list[Decision]:
    """Return what was decided at once, in order."""
    return await _whole(db, await db.fetch_all(_OF_BULK, {"bulk": bulk}))


async def by_token(db: Reader, case_id: CaseId, token_digest: str) -> Decision | None:
    """Return the decision on a case that came with a token."""
    rows = await db.fetch_all(_BY_TOKEN, {"case_id": case_id, "token_digest": token_digest})
    return next(iter(await _whole(db, rows)), None)


async def of_reviewer(
    db: Reader, reviewer_id: ReviewerId, *, limit: int, before: int | None = None
) -> list[Decision]:
    """Return a reviewer's decisions, the newest first; ``before`` leaves out the newer ones and itself."""
    values = {"reviewer_id": reviewer_id, "limit": limit, "before": before or _AFTER_ALL}
    return await _whole(db, await db.fetch_all(_OF_REVIEWER, values))


def _values(new: NewDecision) -> dict[str, object]:
    ruling = new.ruling
    return {
        "case_id": new.case_id,
        "round": new.round,
        "kind": new.kind,
        "reviewer_id": new.reviewer_id,
        "decided_at": micros(new.decided_at),
        "verdict": ruling.verdict if ruling else None,
        "category": ruling.category if ruling else None,
        "severity": ruling.severity if ruling else None,
        "confidence": ruling.confidence if ruling else None,
        "note": ruling.note if ruling else "",
        "retracts": new.retracts,
        "lease_id": new.lease_id,
        "token_digest": new.token_digest,
        "bulk": new.bulk,
        "state_before": new.state_before,
        "version": new.version,
        "taxonomy": TAXONOMY,
        "as_of_repost": new.as_of_repost,
        "as_of_revision": new.as_of_revision,
        "revisions_digest": new.revisions_digest,
    }


async def _whole(db: Reader, rows: Sequence[Row]) -> list[Decision]:
    """Return the decisions in rows, with the other categories, the reasons and the wrong rules of each."""
    ids = [row[0] for row in rows]
    others: dict[int, list[Category]] = {}
    for decision_id, category in await db.fetch_in(_CATEGORIES, {}, among=ids):
        others.setdefault(decision_id, []).append(Category(category))
    reasons: dict[int, list[Reason]] = {}
    for decision_id, reason in await db.fetch_in(_REASONS, {}, among=ids):
        reasons.setdefault(decision_id, []).append(Reason(reason))
    wrong: dict[int, dict[str, WrongMatch]] = {}
    for decision_id, rule_id, reason in await db.fetch_in(_WRONG_RULES, {}, among=ids):
        wrong.setdefault(decision_id, {})[rule_id] = WrongMatch(reason)
    return [
        _decision(
            row,
            others=tuple(others.get(row[0], ())),
            reasons=tuple(reasons.get(row[0], ())),
            wrong_rules=wrong.get(row[0], {}),
        )
        for row in rows
    ]


def _decision(
    row: Row,
    *,
    others: tuple[Category, ...],
    reasons: tuple[Reason, ...],
    wrong_rules: Mapping[str, WrongMatch],
) -> Decision:
    return Decision(
        decision_id=row[0],
        case_id=row[1],
        round=row[2],
        kind=DecisionKind(row[3]),
        reviewer_id=row[4],
        decided_at=moment(row[5]),
        ruling=Ruling(
            verdict=Verdict(row[6]),
            category=Category(row[7]) if row[7] else None,
            others=others,
            severity=row[8],
            confidence=Confidence(row[9]),
            reasons=reasons,
            note=row[10],
            wrong_rules=wrong_rules,
        ),
        state_before=row[11],
        version=row[12],
        taxonomy=row[13],
        as_of_repost=row[14],
        as_of_revision=row[15],
        revisions_digest=row[16],
        bulk=row[17],
        is_retracted=bool(row[18]),
    )
