"""What a decision must say, when two agree, and when one is not enough."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from archiver.domain.decision import (
    LONGEST_NOTE,
    DecisionKind,
    Judged,
    Ruling,
    agree,
    beside,
    fault_of,
    is_drawn,
    judge_rules,
    needs_second,
    outweighs,
    revisions_digest,
)
from archiver.domain.flag import Category
from archiver.domain.ids import CaseId
from archiver.domain.refusal import Refusal
from archiver.domain.taxonomy import REASONS, Reason, Verdict, WrongMatch
from tests.desk_builders import HARMLESS, UNTOLD, VIOLATION

RULES = [("threat.said", "a" * 64), ("threat.said", "b" * 64), ("leak.said", "b" * 64)]


@pytest.mark.parametrize("ruling", [VIOLATION, HARMLESS, UNTOLD])
def test_a_whole_ruling_has_no_fault(ruling: Ruling) -> None:
    assert fault_of(ruling) is None


@pytest.mark.parametrize(
    ("ruling", "refusal"),
    [
        (replace(VIOLATION, category=None), Refusal.NEEDS_CATEGORY),
        (replace(VIOLATION, severity=None), Refusal.NEEDS_SEVERITY),
        (replace(VIOLATION, severity=5), Refusal.NEEDS_SEVERITY),
        (replace(HARMLESS, reasons=()), Refusal.NEEDS_REASON),
        (replace(HARMLESS, reasons=(Reason.MINOR,)), Refusal.UNKNOWN_REASON),
        (replace(VIOLATION, reasons=(Reason.NEWS,)), Refusal.UNKNOWN_REASON),
        (replace(HARMLESS, reasons=(Reason.OTHER,), note=" "), Refusal.NEEDS_NOTE),
        (replace(UNTOLD, note="x" * (LONGEST_NOTE + 1)), Refusal.NOTE_TOO_LONG),
    ],
)
def test_what_a_ruling_lacks_is_told(ruling: Ruling, refusal: Refusal) -> None:
    assert fault_of(ruling) is refusal


def test_a_last_word_needs_a_note() -> None:
    assert fault_of(VIOLATION, DecisionKind.ADJUDICATION) is Refusal.NEEDS_NOTE
    assert fault_of(replace(VIOLATION, note="read again"), DecisionKind.ADJUDICATION) is None


def test_every_reason_goes_with_a_verdict() -> None:
    assert set().union(*REASONS.values()) == set(Reason)
    assert all(Reason.OTHER in reasons for reasons in REASONS.values())


@pytest.mark.parametrize(
    ("other", "is_agreed"),
    [
        (replace(VIOLATION, reasons=(Reason.MINOR,), note="n"), True),
        (replace(VIOLATION, severity=4), True),
        (replace(VIOLATION, severity=1), False),
        (replace(VIOLATION, category=Category.SEXTORTION), False),
        (HARMLESS, False),
    ],
)
def test_two_agree_in_verdict_and_category_and_about_severity(other: Ruling, is_agreed: bool) -> None:
    assert agree(VIOLATION, other) is is_agreed
    assert agree(other, VIOLATION) is is_agreed


def test_two_who_see_nothing_agree_whatever_their_reasons() -> None:
    assert agree(HARMLESS, replace(HARMLESS, reasons=(Reason.SATIRE,)))
    assert not agree(HARMLESS, UNTOLD)


def test_two_agree_whatever_else_they_find_beside_the_main_category() -> None:
    assert agree(VIOLATION, replace(VIOLATION, others=(Category.SEXTORTION, Category.DOXXING_THREAT)))


def test_beside_the_main_category_stands_each_other_once_in_the_order_of_the_words() -> None:
    doxxing, sextortion = Category.DOXXING_THREAT, Category.SEXTORTION
    named = [doxxing, Category.EXTORTION, sextortion, doxxing]

    assert beside(Category.EXTORTION, named) == (sextortion, doxxing)
    assert beside(None, named) == (Category.EXTORTION, sextortion, doxxing)


def test_the_more_severe_of_two_stands_else_the_second() -> None:
    assert outweighs(replace(VIOLATION, severity=4), VIOLATION)
    assert not outweighs(VIOLATION, VIOLATION)
    assert not outweighs(VIOLATION, replace(VIOLATION, severity=4))


@pytest.mark.parametrize(
    ("changes", "is_needed"),
    [
        ({}, False),
        ({"severity": 3}, True),
        ({"is_press": True}, True),
        ({"is_drawn": True}, True),
        ({"category": Category.STATE_DOCUMENT_LEAK}, True),
        ({"ruling": replace(VIOLATION, severity=3)}, True),
        ({"ruling": replace(VIOLATION, severity=2, category=Category.STATE_DOCUMENT_LEAK)}, True),
        ({"ruling": replace(VIOLATION, severity=2, others=(Category.STATE_DOCUMENT_LEAK,))}, True),
        ({"ruling": replace(VIOLATION, severity=2)}, False),
    ],
)
def test_two_decide_what_is_severe_of_the_state_or_the_press_or_drawn(
    changes: dict[str, object], is_needed: bool
) -> None:
    facts: dict[str, object] = {
        "category": Category.EXTORTION, "severity": 2, "is_press": False, "is_drawn": False,
        "ruling": HARMLESS, **changes,
    }  # fmt: skip
    assert needs_second(facts.pop("ruling"), **facts) is is_needed  # type: ignore[arg-type]


def test_a_tenth_of_the_cases_is_drawn_by_the_key_alone() -> None:
    drawn = [is_drawn(CaseId(number), 1, key=b"k" * 32) for number in range(10_000)]
    again = [is_drawn(CaseId(number), 1, key=b"k" * 32) for number in range(10_000)]
    other_key = [is_drawn(CaseId(number), 1, key=b"l" * 32) for number in range(10_000)]
    other_round = [is_drawn(CaseId(number), 2, key=b"k" * 32) for number in range(10_000)]

    assert 900 < sum(drawn) < 1_100
    assert drawn == again
    assert drawn not in (other_key, other_round)


def test_the_digest_of_the_revisions_is_what_the_reference_says() -> None:
    revisions = [(2, 7, 1, "b" * 64), (1, 9, 2, "a" * 64)]

    written = f"1/9/2 {'a' * 64}\n2/7/1 {'b' * 64}\n"
    assert revisions_digest(revisions) == hashlib.sha256(written.encode()).hexdigest()


def test_a_violation_makes_its_rules_right_but_for_those_excepted() -> None:
    ruling = replace(VIOLATION, wrong_rules={"leak.said": WrongMatch.NAME})

    assert judge_rules(ruling, RULES) == [
        Judged(rule_id="threat.said", rulebook_digest="a" * 64, is_right=True),
        Judged(rule_id="threat.said", rulebook_digest="b" * 64, is_right=True),
        Judged(rule_id="leak.said", rulebook_digest="b" * 64, is_right=False, reason=WrongMatch.NAME),
    ]


def test_what_is_no_violation_makes_all_its_rules_wrong() -> None:
    ruling = replace(HARMLESS, wrong_rules={"leak.said": WrongMatch.NAME})

    assert [(each.is_right, each.reason) for each in judge_rules(ruling, RULES)] == [
        (False, None), (False, None), (False, WrongMatch.NAME),
    ]  # fmt: skip


@pytest.mark.parametrize("ruling", [UNTOLD, replace(HARMLESS, reasons=(Reason.DUPLICATE,))])
def test_what_nobody_can_tell_and_a_duplicate_say_nothing_of_rules(ruling: Ruling) -> None:
    assert judge_rules(ruling, RULES) == []


rulings = st.builds(
    Ruling,
    verdict=st.sampled_from(Verdict),
    category=st.none() | st.sampled_from(Category),
    severity=st.none() | st.integers(0, 5),
    reasons=st.lists(st.sampled_from(Reason), max_size=2).map(tuple),
    note=st.sampled_from(["", "n"]),
)


@given(rulings, rulings)
def test_agreement_is_mutual_and_with_oneself(one: Ruling, other: Ruling) -> None:
    assert agree(one, other) == agree(other, one)
    assert agree(one, one)
