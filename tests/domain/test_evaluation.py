"""Precision, recall and F1, worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from archiver.domain.evaluation import (
    Confusion,
    Verdict,
    by_category,
    by_field,
    confusion,
    interval,
    judge,
    overall,
)
from archiver.domain.flag import Category, Flag
from archiver.domain.labelled_post import LabelledPost

EXTORTION, LEAK = Category.EXTORTION, Category.PERSONAL_DATA_LEAK


def a_labelled_post(
    *categories: Category, is_flag: bool | None = None, is_told: bool = True, language: str = "ar"
) -> LabelledPost:
    is_flag = bool(categories) if is_flag is None else is_flag
    told = frozenset(categories) if is_told else None
    return LabelledPost(id="a", text="", is_flag=is_flag, categories=told, fields={"language": language})


def a_verdict(post: LabelledPost, *given: Category) -> Verdict:
    return Verdict(post=post, rule_ids=tuple(f"p.{each}" for each in given), categories=frozenset(given))


def a_flag(rule_id: str, category: Category, *, is_shadow: bool = False) -> Flag:
    return Flag(rule_id=rule_id, category=category, severity=1, score=1.0, is_shadow=is_shadow, matches=())


def test_rates_are_shares_of_what_was_flagged_and_of_what_should_be() -> None:
    counted = confusion(5 * [(True, True)] + 3 * [(False, True)] + 1 * [(True, False)] + 4 * [(False, False)])

    assert counted == Confusion(true_flags=5, false_flags=3, missed=1, true_benign=4)
    assert (counted.n, counted.precision, counted.recall) == (13, 5 / 8, 5 / 6)
    assert counted.f1 == pytest.approx(2 * (5 / 8) * (5 / 6) / (5 / 8 + 5 / 6))


def test_a_rate_of_nothing_is_unknown() -> None:
    quiet = confusion([(False, False)])
    deaf = confusion([(True, False)])

    assert (quiet.precision, quiet.recall, quiet.f1) == (None, None, None)
    assert (deaf.precision, deaf.recall, deaf.f1) == (None, 0.0, 0.0)


def test_a_verdict_leaves_shadow_rules_out_and_names_a_rule_once() -> None:
    post = a_labelled_post(EXTORTION)
    flags = [a_flag("b.x", LEAK), a_flag("a.x", EXTORTION), a_flag("b.x", LEAK)]

    verdict = judge(post, [*flags, a_flag("c.x", Category.SEXTORTION, is_shadow=True)])
    in_shadow = judge(post, [a_flag("c.x", EXTORTION, is_shadow=True)])

    assert verdict == Verdict(post=post, rule_ids=("a.x", "b.x"), categories=frozenset({EXTORTION, LEAK}))
    assert (verdict.is_wrong, in_shadow.is_flagged, in_shadow.is_wrong) == (False, False, True)


def test_posts_are_counted_by_the_value_of_a_field() -> None:
    verdicts = [
        a_verdict(a_labelled_post(EXTORTION, language="en"), EXTORTION),
        a_verdict(a_labelled_post(EXTORTION), LEAK),
        a_verdict(a_labelled_post(), LEAK),
    ]

    assert overall(verdicts) == Confusion(true_flags=2, false_flags=1)
    assert by_field(verdicts, lambda post: post.fields["language"]) == {
        "ar": Confusion(true_flags=1, false_flags=1),
        "en": Confusion(true_flags=1),
    }


def test_a_category_is_right_when_the_same_one_was_given() -> None:
    verdicts = [
        a_verdict(a_labelled_post(EXTORTION), LEAK),
        a_verdict(a_labelled_post(EXTORTION, LEAK), EXTORTION, LEAK),
        a_verdict(a_labelled_post()),
        a_verdict(a_labelled_post(is_flag=True, is_told=False), EXTORTION),
    ]

    assert by_category(verdicts) == {
        LEAK: Confusion(true_flags=1, false_flags=1, true_benign=1),
        EXTORTION: Confusion(true_flags=1, missed=1, true_benign=1),
    }


@pytest.mark.parametrize(
    ("right", "of", "limits"),
    [(0, 0, None), (0, 10, (0.0, 0.2775)), (10, 10, (0.7225, 1.0)), (81, 263, (0.2553, 0.3662))],
)
def test_the_interval_is_wilsons(right: int, of: int, limits: tuple[float, float] | None) -> None:
    found = interval(right, of)

    assert found == (limits and pytest.approx(limits, abs=1e-4))


@given(st.integers(1, 10_000), st.data())
def test_the_share_that_was_seen_lies_in_its_interval(of: int, data: st.DataObject) -> None:
    right = data.draw(st.integers(0, of))

    limits = interval(right, of)

    assert limits is not None
    assert 0 <= limits[0] <= right / of <= limits[1] <= 1
