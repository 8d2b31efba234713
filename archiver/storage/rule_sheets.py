"""Rules as a rulebook had them, for whoever asks why a post was flagged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from archiver.storage.archive import Reader

_GET = """
SELECT rule_id, rulebook_digest, title, base, threshold FROM rules
WHERE rulebook_digest = :digest AND rule_id = :rule_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSheet:
    """A rule of a rulebook: its title, what its score begins with, and from what score it flags."""

    rule_id: str
    rulebook_digest: str
    title: str
    base: float
    threshold: float


async def some(db: Reader, rules: Iterable[tuple[str, str]]) -> dict[tuple[str, str], RuleSheet]:
    """Return some rules, each by its id and the digest of its rulebook."""
    found: dict[tuple[str, str], RuleSheet] = {}
    for rule_id, digest in rules:
        row = await db.fetch_one(_GET, {"rule_id": rule_id, "digest": digest})
        if row is not None:
            found[rule_id, digest] = RuleSheet(
                rule_id=row[0], rulebook_digest=row[1], title=row[2], base=row[3], threshold=row[4]
            )
    return found
