"""Rulebooks: the rules that flagged, and which revisions each rulebook has seen."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from archiver.domain.condition_text import condition_text
from archiver.domain.rule import Rule, Rulebook
from archiver.domain.stretch import Stretch
from archiver.storage.archive import Reader, Transaction
from archiver.storage.driver import Row
from archiver.storage.moment import micros

_canonical = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode

_ADD = """
INSERT INTO rulebooks (digest, first_used_at) VALUES (:digest, :now) ON CONFLICT (digest) DO NOTHING
"""
_ADD_RULES = """
INSERT INTO rules (
    rulebook_digest, rule_id, title, category, severity, standing, languages, base, threshold, definition
) VALUES (
    :rulebook_digest, :rule_id, :title, :category, :severity, :standing, :languages, :base, :threshold,
    :definition
)
"""

_SEEN = """
SELECT first_revision_id, revision_id FROM flagging_cursors WHERE rulebook_digest = :digest
ORDER BY first_revision_id
"""
_UNSEEN = """
SELECT coalesce((SELECT max(revision_id) FROM revisions), 0) - coalesce((
    SELECT sum(revision_id - first_revision_id + 1) FROM flagging_cursors WHERE rulebook_digest = :digest
), 0)
"""
_TITLE = "SELECT title FROM rules WHERE rulebook_digest = :digest AND rule_id = :rule_id"

# the newest :added revisions: where a cursor stands right below them it moves up, else one begins
_ADVANCE = """
INSERT INTO flagging_cursors (rulebook_digest, first_revision_id, revision_id)
SELECT :digest, coalesce((
    SELECT first_revision_id FROM flagging_cursors
    WHERE rulebook_digest = :digest AND revision_id = newest - :added
), newest - :added + 1), newest
FROM (SELECT (SELECT max(revision_id) FROM revisions) AS newest) WHERE true
ON CONFLICT (rulebook_digest, first_revision_id) DO UPDATE SET revision_id = excluded.revision_id
"""
_MEETING = """
DELETE FROM flagging_cursors
WHERE rulebook_digest = :digest AND first_revision_id <= :last + 1 AND revision_id >= :first - 1
RETURNING first_revision_id, revision_id
"""
_ADD_CURSOR = """
INSERT INTO flagging_cursors (rulebook_digest, first_revision_id, revision_id)
VALUES (:digest, :first, :last)
"""


async def record(tx: Transaction, rulebook: Rulebook, *, at: datetime) -> bool:
    """Enter a rulebook and its rules, so that flags may refer to them; return whether it is a new one."""
    is_new = bool(await tx.change(_ADD, {"digest": rulebook.digest, "now": micros(at)}))
    if is_new:
        await tx.execute_many(_ADD_RULES, [_row(rulebook.digest, rule) for rule in rulebook.rules])
    return is_new


async def seen(db: Reader, digest: str) -> list[Stretch]:
    """Return what a rulebook has flagged of the archive, by revision ids, in rising order."""
    return [Stretch(first, last) for first, last in await db.fetch_all(_SEEN, {"digest": digest})]


async def count_unseen(db: Reader, digest: str) -> int:
    """Return how many revisions a rulebook has not flagged."""
    row = await db.fetch_one(_UNSEEN, {"digest": digest})
    return int(row[0]) if row else 0


async def advance(tx: Transaction, digest: str, *, added: int) -> None:
    """Note that the newest ``added`` revisions were flagged; they wait in this transaction, or are in it."""
    await tx.execute(_ADVANCE, {"digest": digest, "added": added})


async def mark_seen(tx: Transaction, digest: str, stretch: Stretch) -> None:
    """Note that a stretch of revisions was flagged; it is joined to those that it meets."""
    values = {"digest": digest, "first": stretch.first, "last": stretch.last}
    met = [Stretch(first, last) for first, last in await tx.fetch_all(_MEETING, values)]
    whole = {
        "digest": digest,
        "first": min(each.first for each in [stretch, *met]),
        "last": max(each.last for each in [stretch, *met]),
    }
    await tx.execute(_ADD_CURSOR, whole)


async def titles(db: Reader, rules: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the titles of some rules (id and digest of the rulebook), by their ids."""
    found: dict[str, str] = {}
    for rule_id, digest in sorted(rules):
        row = await db.fetch_one(_TITLE, {"rule_id": rule_id, "digest": digest})
        if row is not None:
            found[rule_id] = row[0]
    return found


def definition(rule: Rule) -> str:
    """Return what a rule asks for, as it is kept: canonical JSON."""
    parts = {
        "when": None if rule.when is None else condition_text(rule.when),
        "weights": dict(rule.weights),
        "lexicon": rule.lexicon,
        "note": rule.note,
        "references": rule.references,
    }
    return _canonical(parts)


def _row(digest: str, rule: Rule) -> Row:
    return (
        digest, rule.id, rule.title, rule.category, rule.severity, rule.standing, ",".join(rule.languages),
        rule.base, rule.threshold, definition(rule),
    )  # fmt: skip
