"""How often rules were right and wrong: sums over the decisions that stand, kept as they are made.

A decision's own part is in ``decision_rules``; it is added when the decision comes to stand on a decided
case, and taken off when it no longer does.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field

from archiver.domain.rule import Rule
from archiver.domain.taxonomy import WrongMatch
from archiver.storage import rulebooks
from archiver.storage.archive import Reader, Transaction

_COUNT = """
INSERT INTO rule_tallies (rule_id, rulebook_digest, right_cases, wrong_cases)
SELECT d.rule_id, d.rulebook_digest, :sign * d.is_right, :sign * (1 - d.is_right)
FROM decision_rules AS d WHERE d.decision_id = :decision_id
ON CONFLICT (rule_id, rulebook_digest) DO UPDATE SET
    right_cases = right_cases + excluded.right_cases, wrong_cases = wrong_cases + excluded.wrong_cases
"""
_BY_RULE = "SELECT rule_id, sum(right_cases), sum(wrong_cases) FROM rule_tallies GROUP BY rule_id"
_BY_VERSION = """
SELECT t.rule_id, r.title, r.category, r.severity, r.languages, r.base, r.threshold, r.definition,
    t.right_cases, t.wrong_cases
FROM rule_tallies AS t
JOIN rules AS r ON r.rulebook_digest = t.rulebook_digest AND r.rule_id = t.rule_id
JOIN rulebooks AS b ON b.digest = t.rulebook_digest
WHERE t.right_cases + t.wrong_cases > 0
ORDER BY t.rule_id, b.first_used_at DESC
"""
_WRONG = """
SELECT d.rule_id, r.category, r.severity, r.languages, r.base, r.threshold, r.definition,
    coalesce(d.reason, ''), count(*)
FROM cases AS c
JOIN decision_rules AS d ON d.decision_id = c.decision_id
JOIN rules AS r ON r.rulebook_digest = d.rulebook_digest AND r.rule_id = d.rule_id
WHERE c.state = 'decided' AND d.is_right = 0
GROUP BY d.rule_id, d.rulebook_digest, d.reason
"""


@dataclass(frozen=True, slots=True, order=True)
class RuleVersion:
    """A rule as it was written: what decides its flags, the terms of its groups left out, has this digest."""

    rule_id: str
    digest: str


@dataclass(slots=True, kw_only=True)
class Tally:
    """In how many decided cases a rule was right and wrong, and why wrong, where that was told."""

    title: str
    right: int = 0
    wrong: int = 0
    reasons: Counter[WrongMatch] = field(default_factory=Counter)


async def count(tx: Transaction, decision_id: int, *, sign: int) -> None:
    """Add what a decision says of rules (``sign`` 1), or take it off (-1)."""
    await tx.execute(_COUNT, {"decision_id": decision_id, "sign": sign})


async def by_rule(db: Reader) -> dict[str, tuple[int, int]]:
    """Return in how many decided cases each rule was right and wrong, whatever its version."""
    return {row[0]: (row[1], row[2]) for row in await db.fetch_all(_BY_RULE)}


async def by_version(db: Reader) -> dict[RuleVersion, Tally]:
    """Return the tally of each version of each rule on which somebody decided, the newest of a rule first."""
    tallies: dict[RuleVersion, Tally] = {}
    for rule_id, title, *parts, right, wrong in await db.fetch_all(_BY_VERSION):
        tally = tallies.setdefault(RuleVersion(rule_id, _digest(parts)), Tally(title=title))
        tally.right += right
        tally.wrong += wrong
    for rule_id, *parts, reason, number in await db.fetch_all(_WRONG):
        found = tallies.get(RuleVersion(rule_id, _digest(parts)))
        if found is not None and reason:
            found.reasons[WrongMatch(reason)] += number
    return tallies


def version_of(rule: Rule) -> RuleVersion:
    """Return the version that a rule is."""
    parts = [
        rule.category, rule.severity, ",".join(rule.languages), float(rule.base), float(rule.threshold),
        rulebooks.definition(rule),
    ]  # fmt: skip
    return RuleVersion(rule.id, _digest(parts))


def _digest(parts: list[object]) -> str:
    category, severity, languages, base, threshold, definition = parts
    written = f"{category}\n{severity}\n{languages}\n{base!r}\n{threshold!r}\n{definition}"
    return hashlib.sha256(written.encode()).hexdigest()
