"""Which case comes first: each factor, and that time moves all cases alike."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, strategies as st

from archiver.domain.priority import audience, factors, precision, priority, reach
from tests.builders import NOON

DAY = timedelta(days=1)
PLAIN: dict[str, Any] = {"severity": 1, "audience": 1, "precision": 1.0, "published_at": NOON}


def test_the_factors_are_those_of_the_decision() -> None:
    found = factors(severity=4, audience=10_000, precision=0.5, published_at=NOON - DAY, now=NOON)

    assert (found.severity, found.reach, found.precision, found.recency) == (12.0, 5.0, 0.5, 0.5)
    assert found.product == 15.0


def test_ten_times_the_people_are_one_more() -> None:
    assert [reach(people) for people in (0, 1, 10, 1_000)] == [1.0, 1.0, 2.0, 4.0]


def test_a_post_of_the_future_is_as_fresh_as_one_of_now() -> None:
    assert factors(severity=1, audience=0, precision=1.0, published_at=NOON + DAY, now=NOON).product == 1.0


@pytest.mark.parametrize(
    ("views", "subscribers", "people"),
    [(500, 1_000, 500), (20, 1_000, 100), (None, 1_000, 100), (None, None, 0)],
)
def test_views_count_or_a_tenth_of_the_subscribers(
    views: int | None, subscribers: int | None, people: int
) -> None:
    assert audience(views, subscribers) == people


def test_a_rule_that_nobody_judged_is_right_every_second_time() -> None:
    assert precision(0, 0) == 0.5
    assert precision(8, 0) == 0.9
    assert precision(0, 8) == 0.1


def test_a_day_weighs_as_much_as_half_of_the_rest() -> None:
    now, before = priority(**PLAIN), priority(**{**PLAIN, "published_at": NOON - DAY})

    assert now - before == pytest.approx(1.0)
    assert priority(**{**PLAIN, "severity": 2}) - now == pytest.approx(1.0)


cases = st.fixed_dictionaries(
    {
        "severity": st.integers(1, 4),
        "audience": st.integers(0, 10**8),
        "precision": st.floats(0.01, 1.0),
        "published_at": st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(  # noqa: DTZ001
            lambda each: each.replace(tzinfo=NOON.tzinfo)
        ),
    }
)


@given(cases, cases, st.timedeltas(timedelta(), 1_000 * DAY))
def test_the_order_is_that_of_the_products_at_any_time(
    one: dict[str, Any], other: dict[str, Any], later: timedelta
) -> None:
    now = max(one["published_at"], other["published_at"]) + later
    products = [factors(**each, now=now).product for each in (one, other)]
    if min(products) == 0:
        return

    difference = priority(**one) - priority(**other)
    assert difference == pytest.approx(math.log2(products[0] / products[1]), abs=1e-6)
