"""What must be true of cases, leases and decisions at any moment, asked of the tables themselves."""

from __future__ import annotations

import itertools
from collections import Counter
from pathlib import Path
from typing import Any

from archiver.domain.decision import Ruling, agree
from archiver.domain.flag import Category
from archiver.domain.taxonomy import Verdict
from archiver.storage.moment import micros
from tests.builders import Clock
from tests.journeys.oracle import rows

_LIVE = """
SELECT d.case_id, d.round, d.decision_id, d.kind, d.reviewer_id, d.verdict, d.category, d.severity
FROM decisions AS d WHERE d.kind <> 'retraction'
    AND NOT EXISTS (SELECT 1 FROM decisions AS r WHERE r.retracts = d.decision_id)
ORDER BY d.decision_id
"""
_CASES = """
SELECT case_id, state, round, first_reviewer_id, decision_id, review, former_state, version FROM cases
"""
_HELD = "SELECT case_id, reviewer_id FROM leases WHERE ended_at IS NULL AND expires_at > ?"
_HELD_THOUGH_DECIDED = """
SELECT l.case_id FROM leases AS l JOIN cases AS c ON c.case_id = l.case_id
WHERE l.ended_at IS NULL AND l.expires_at > ? AND c.state = 'decided'
    AND NOT EXISTS (SELECT 1 FROM calibrations AS k WHERE k.case_id = c.case_id)
"""
_TALLIES = "SELECT rule_id, rulebook_digest, right_cases, wrong_cases FROM rule_tallies"
_SAID = """
SELECT d.rule_id, d.rulebook_digest, sum(d.is_right), sum(1 - d.is_right)
FROM cases AS c JOIN decision_rules AS d ON d.decision_id = c.decision_id
WHERE c.state = 'decided' GROUP BY d.rule_id, d.rulebook_digest
"""
_UNTOLD = """
SELECT d.decision_id FROM decisions AS d WHERE NOT EXISTS (
    SELECT 1 FROM audit_events AS e
    WHERE e.target = 'case ' || d.case_id AND instr(e.details, '"decision":' || d.decision_id || ',') > 0
)
"""


def broken_promises(path: Path, clock: Clock) -> list[str]:
    """Return what is not as it must be; nothing when all is well."""
    live: dict[tuple[int, int], list[tuple[Any, ...]]] = {}
    for row in rows(path, _LIVE):
        live.setdefault((row[0], row[1]), []).append(row)
    wrong = [
        f"case {case[0]}: {case} with {live.get((case[0], case[2]), [])}"
        for case in rows(path, _CASES)
        if not _is_sound(case, live.get((case[0], case[2]), []))
    ]
    held = rows(path, _HELD, micros(clock()))
    many = {who: count for who, count in Counter(who for _, who in held).items() if count > 3}
    twice = {case for case, count in Counter(case for case, _ in held).items() if count > 1}
    counted = {row[:2]: row[2:] for row in rows(path, _TALLIES) if any(row[2:])}
    said = {row[:2]: row[2:] for row in rows(path, _SAID)}
    return [
        *wrong,
        *([f"hold too many: {many}"] if many else []),
        *(
            f"case {row[0]} is held though decided"
            for row in rows(path, _HELD_THOUGH_DECIDED, micros(clock()))
        ),
        *([f"held twice: {twice}"] if twice else []),
        *([f"tallies are {counted}, and should be {said}"] if counted != said else []),
        *(f"decision {row[0]} is not in the log" for row in rows(path, _UNTOLD)),
    ]


def _is_sound(case: tuple[Any, ...], live: list[tuple[Any, ...]]) -> bool:
    _, state, _, first_reviewer_id, decision_id, review, former_state, _ = case
    kinds = [row[3] for row in live]
    people = [row[4] for row in live]
    is_one_each = len(set(people)) == len(people)
    is_first = first_reviewer_id == (people[0] if people else None)
    stands = decision_id in {row[2] for row in live} if live else decision_id is None
    fits = _fits(former_state if state == "snoozed" else state, review, kinds, [_ruling(row) for row in live])
    return is_one_each and is_first and stands and fits


def _fits(state: str, review: str | None, kinds: list[str], rulings: list[Ruling]) -> bool:
    """Say whether a state and its mark are what the decisions of the round make of a case."""
    disagree = any(not agree(one, other) for one, other in itertools.pairwise(rulings[:2]))
    match state:
        case "open":
            return kinds == []
        case "second_review":
            return kinds == ["decision"] and review == "single"
        case "escalated":
            return (kinds, review) in (([], None), (["decision"], "single"))
        case "disputed":
            return kinds == ["decision"] * 2 and disagree and review == "single"
        case _:
            return (kinds, review, disagree) in (
                (["decision"], "enough", False),
                (["decision"], "single", False),
                (["decision"] * 2, "double", False),
                (["decision"] * 2 + ["adjudication"], "adjudicated", True),
            )


def _ruling(row: tuple[Any, ...]) -> Ruling:
    return Ruling(verdict=Verdict(row[5]), category=Category(row[6]) if row[6] else None, severity=row[7])
