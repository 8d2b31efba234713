"""A reviewer's word on a case: what it must say, when two agree, and when one is not enough."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from archiver.domain.flag import Category
from archiver.domain.ids import CaseId, ReviewerId
from archiver.domain.refusal import Refusal
from archiver.domain.taxonomy import REASONS, Confidence, Reason, Verdict, WrongMatch

LONGEST_NOTE = 4_000
"""Code points."""
SEVERE = 3
"""From this severity on two people decide, and none decides many cases at once."""
SECOND_SHARE = 0.1
"""Of the cases that one person may decide, the share that a second decides all the same."""

_LARGEST = 2**64


class DecisionKind(StrEnum):
    """What a row of the decisions is; none is ever changed."""

    DECISION = "decision"
    ADJUDICATION = "adjudication"
    """A lead's word where two reviewers disagreed."""
    RETRACTION = "retraction"
    """Takes an earlier one back."""


class Review(StrEnum):
    """How many people stand behind what was decided on a case; goes wherever the decision goes."""

    ENOUGH = "enough"
    """One, and one is enough."""
    SINGLE = "single"
    """One, where two are needed."""
    DOUBLE = "double"
    ADJUDICATED = "adjudicated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What a reviewer says: checked by `fault_of` before it is kept.

    ``category``, the main one, ``others`` (`beside` it) and ``severity`` go with a violation alone; rulings
    are compared by the main one. ``wrong_rules`` names rules that should not have matched; with *not a
    violation* those it does not name were wrong too, for no reason that was told.
    """

    verdict: Verdict
    category: Category | None = None
    others: tuple[Category, ...] = ()
    severity: int | None = None
    confidence: Confidence = Confidence.SURE
    reasons: tuple[Reason, ...] = ()
    note: str = ""
    wrong_rules: Mapping[str, WrongMatch] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A decision or adjudication as it is kept; ``is_retracted`` once it was taken back.

    ``state_before`` is the case's state (a word of `domain.case.CaseState`) that it was made in, ``version``
    the case's number after it. ``bulk`` is the same for all that were decided at once.

    ``as_of_repost`` and ``as_of_revision`` say on what: on the revisions up to that id, of the posts that had
    joined up to that repost; ``revisions_digest`` covers them (`revisions_digest`).
    """

    decision_id: int
    case_id: CaseId
    round: int
    kind: DecisionKind
    reviewer_id: ReviewerId
    decided_at: datetime
    ruling: Ruling
    state_before: str
    version: int
    taxonomy: int
    as_of_repost: int
    as_of_revision: int
    revisions_digest: str
    bulk: str | None = None
    is_retracted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What a decision says of a rule that had flagged the case."""

    rule_id: str
    rulebook_digest: str
    is_right: bool
    reason: WrongMatch | None = None


def judge_rules(ruling: Ruling, rules: Sequence[tuple[str, str]]) -> list[Judged]:
    """Return what a ruling says of rules (id and digest of the rulebook), nothing where it can't tell.

    A rule is right about a violation, unless the ruling says otherwise, and wrong about anything else; a
    duplicate of another case says nothing of it.
    """
    if ruling.verdict is Verdict.CANNOT_TELL or Reason.DUPLICATE in ruling.reasons:
        return []
    is_violation = ruling.verdict is Verdict.VIOLATION
    return [
        Judged(
            rule_id=rule_id,
            rulebook_digest=digest,
            is_right=is_violation and rule_id not in ruling.wrong_rules,
            reason=ruling.wrong_rules.get(rule_id),
        )
        for rule_id, digest in rules
    ]


def fault_of(ruling: Ruling, kind: DecisionKind = DecisionKind.DECISION) -> Refusal | None:
    """Return what a ruling lacks, ``None`` where it is whole."""
    if ruling.verdict is Verdict.VIOLATION:
        if ruling.category is None:
            return Refusal.NEEDS_CATEGORY
        if ruling.severity not in {1, 2, 3, 4}:
            return Refusal.NEEDS_SEVERITY
    elif ruling.verdict is Verdict.NOT_A_VIOLATION and not ruling.reasons:
        return Refusal.NEEDS_REASON
    if not set(ruling.reasons) <= set(REASONS[ruling.verdict]):
        return Refusal.UNKNOWN_REASON
    return _fault_of_note(ruling, kind)


def beside(main: Category | None, named: Collection[Category]) -> tuple[Category, ...]:
    """Return the categories beside a violation's main one: each once, in the order of the words."""
    return tuple(each for each in Category if each in named and each is not main)


def agree(one: Ruling, other: Ruling) -> bool:
    """Say whether two rulings agree.

    The verdict must be the same; of a violation the main category too, and the severity within 1.
    """
    if one.verdict is not other.verdict:
        return False
    if one.verdict is not Verdict.VIOLATION:
        return True
    return one.category is other.category and abs((one.severity or 0) - (other.severity or 0)) <= 1


def outweighs(first: Ruling, second: Ruling) -> bool:
    """Say whether the first of two that agree stands for both, being more severe; else the second does."""
    return (first.severity or 0) > (second.severity or 0)


def needs_second(
    ruling: Ruling, *, category: Category, severity: int, is_press: bool, is_drawn: bool
) -> bool:
    """Say whether a second person must decide after a first one.

    ``category`` and ``severity`` are the rules'; ``is_press`` says that a channel labelled press is
    concerned, ``is_drawn`` that the case is one of the random share.
    """
    if is_press or is_drawn or max(severity, ruling.severity or 0) >= SEVERE:
        return True
    return Category.STATE_DOCUMENT_LEAK in (category, ruling.category, *ruling.others)


def is_drawn(case_id: CaseId, round_: int, *, key: bytes, share: float = SECOND_SHARE) -> bool:
    """Say whether a case is one of the random share: nobody without the key can tell beforehand."""
    digest = hmac.digest(key, f"{case_id}/{round_}".encode(), "sha256")
    return int.from_bytes(digest[:8]) < share * _LARGEST


def revisions_digest(revisions: Sequence[tuple[int, int, int, str]]) -> str:
    """Return the digest of what a decision was taken on.

    SHA-256 over a line for each revision, ``channel_id/post_id/revision digest``, in rising order, UTF-8.
    """
    lines = (
        f"{channel}/{post}/{revision} {digest}\n" for channel, post, revision, digest in sorted(revisions)
    )
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _fault_of_note(ruling: Ruling, kind: DecisionKind) -> Refusal | None:
    if len(ruling.note) > LONGEST_NOTE:
        return Refusal.NOTE_TOO_LONG
    is_needed = kind is DecisionKind.ADJUDICATION or Reason.OTHER in ruling.reasons
    return Refusal.NEEDS_NOTE if is_needed and not ruling.note.strip() else None
