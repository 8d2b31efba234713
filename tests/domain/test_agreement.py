"""Agreement: equal to worked examples, with intervals that hold it, and silent where there is too little."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from archiver.domain.agreement import Agreement, agreement, alpha, nominal, ordinal
from archiver.domain.decision import Ruling
from archiver.domain.flag import Category
from tests.desk_builders import HARMLESS, VIOLATION

# Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), sections A and B
TWO_ANSWERS = list(zip([0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0], strict=True))
FIVE_ANSWERS = list(zip("aabbdcccedda", "babbbcccedd" + "d", strict=True))


def pairs(*parts: tuple[Ruling, Ruling, int]) -> list[tuple[Ruling, Ruling]]:
    return [(one, other) for one, other, count in parts for _ in range(count)]


def told(given_pairs: list[tuple[Ruling, Ruling]]) -> Agreement:
    return agreement(given_pairs, chance=random.Random(1))


def test_alpha_is_that_of_worked_examples() -> None:
    assert alpha(TWO_ANSWERS, nominal) == pytest.approx(0.095, abs=0.0005)
    assert alpha(FIVE_ANSWERS, nominal) == pytest.approx(0.692, abs=0.0005)


def reference_ordinal(given_pairs: list[tuple[int, int]]) -> float:
    """Compute alpha the long way: the whole matrix of coincidences."""
    ranks = sorted({rank for pair in given_pairs for rank in pair})
    matrix = {(one, other): 0 for one in ranks for other in ranks}
    for one, other in given_pairs:
        matrix[one, other] += 1
        matrix[other, one] += 1
    totals = {one: sum(matrix[one, other] for other in ranks) for one in ranks}

    def distance(one: int, other: int) -> float:
        low, high = sorted((one, other))
        between = sum(totals[rank] for rank in ranks if low <= rank <= high)
        return 0.0 if one == other else (between - (totals[low] + totals[high]) / 2) ** 2

    observed = sum(matrix[key] * distance(*key) for key in matrix)
    expected = sum(totals[one] * totals[other] * distance(one, other) for one, other in matrix)
    return 1 - (sum(totals.values()) - 1) * observed / expected


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4)), min_size=2, max_size=60))
def test_alpha_of_ranks_is_what_the_long_way_gives(given_pairs: list[tuple[int, int]]) -> None:
    found = alpha(given_pairs, ordinal)

    if len({rank for pair in given_pairs for rank in pair}) == 1:
        assert found is None
    else:
        assert found == pytest.approx(reference_ordinal(given_pairs))


def test_below_fifty_pairs_only_their_number_is_told() -> None:
    assert told(pairs((VIOLATION, VIOLATION, 49))) == Agreement(n=49)
    assert told(pairs((VIOLATION, VIOLATION, 50))).raw is not None


def test_all_figures_are_told_since_each_alone_misleads() -> None:
    found = told(pairs((HARMLESS, HARMLESS, 96), (VIOLATION, VIOLATION, 2), (VIOLATION, HARMLESS, 2)))

    assert found.n == 100
    assert found.raw is not None
    assert found.raw.value == 0.98
    assert found.positive == pytest.approx(2 / 3)
    assert found.negative == pytest.approx(192 / 194)
    assert found.category is not None
    assert found.category.value == pytest.approx(0.658, abs=0.001)
    assert found.category.low < found.category.value < found.category.high
    assert found.severity is None


def test_other_categories_disagree_and_ranks_are_told_where_both_saw_a_violation() -> None:
    other = replace(VIOLATION, category=Category.SEXTORTION, severity=4)
    mild = replace(VIOLATION, severity=1)

    found = told(pairs((VIOLATION, VIOLATION, 40), (VIOLATION, other, 10), (mild, mild, 10)))

    assert found.raw is not None
    assert found.raw.value == pytest.approx(50 / 60)
    assert found.positive == 1.0
    assert found.negative is None
    assert found.severity is not None
    assert 0 < found.severity.low <= found.severity.value <= found.severity.high < 1


def test_the_same_pairs_give_the_same_interval() -> None:
    given_pairs = pairs((HARMLESS, HARMLESS, 30), (VIOLATION, VIOLATION, 25), (VIOLATION, HARMLESS, 5))

    assert told(given_pairs) == told(given_pairs)


def test_where_all_say_the_same_alpha_tells_nothing() -> None:
    found = told(pairs((VIOLATION, VIOLATION, 60)))

    assert (found.category, found.severity) == (None, None)
    assert found.raw is not None
    assert found.raw.value == 1.0
