"""Numbers over time: unsampled stretches stay open, and days become weeks when they are many."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, strategies as st

from archiver.domain.series import Bin, Sample, binned, daily, filled, stretches, wants_weeks
from tests.builders import NOON

DAY = date(2026, 3, 2)
"""A Monday."""

hours = st.lists(st.integers(0, 5_000), unique=True, max_size=60).map(sorted)


def sampled(*hours_after: float) -> list[Sample]:
    return [Sample(NOON + timedelta(hours=each), 100) for each in hours_after]


def lengths(samples: list[Sample]) -> list[int]:
    return [len(stretch) for stretch in stretches(samples)]


def test_a_stretch_ends_where_samples_are_missing() -> None:
    assert lengths(sampled(0, 1, 2, 3, 20, 21, 22)) == [4, 3]
    assert lengths(sampled(0, 24, 48, 72, 96)) == [5]
    assert lengths(sampled(0, 1, 2, 50, 100, 101, 102, 103)) == [3, 1, 4]
    assert lengths(sampled(0)) == [1]
    assert lengths([]) == []


def test_a_sample_that_is_a_little_late_breaks_nothing() -> None:
    assert lengths(sampled(0, 0.1, 0.2, 1.9)) == [4]
    assert lengths(sampled(0, 1, 2, 4.9)) == [4]


@given(hours)
def test_stretches_hold_every_sample_once(hours_after: list[int]) -> None:
    samples = sampled(*hours_after)

    assert [sample for stretch in stretches(samples) for sample in stretch] == samples
    assert all(stretches_ for stretches_ in stretches(samples))


def test_of_many_days_the_last_sample_of_each_is_left() -> None:
    few, many = sampled(*range(48)), sampled(*range(0, 24 * 300, 6))

    assert daily(few) == tuple(few)
    assert len(daily(many)) == 301 - (NOON.hour == 0)
    assert set(daily(many)) <= set(many)
    assert daily(many)[-1] == many[-1]


def test_days_come_into_bins_and_nothing_is_no_bin() -> None:
    counts = {DAY + timedelta(days=6): 2, DAY: 1, DAY + timedelta(days=7): 0, DAY + timedelta(days=8): 4}

    assert binned(counts, is_weekly=False) == (
        Bin(DAY, 1), Bin(DAY + timedelta(days=6), 2), Bin(DAY + timedelta(days=8), 4),
    )  # fmt: skip
    assert binned(counts, is_weekly=True) == (Bin(DAY, 3), Bin(DAY + timedelta(days=7), 4))


@given(st.dictionaries(st.dates(date(2020, 1, 1), date(2021, 1, 1)), st.integers(0, 9)), st.booleans())
def test_bins_and_zeros_between_them_keep_the_sum(counts: dict[date, int], is_weekly: bool) -> None:
    bins = binned(counts, is_weekly=is_weekly)
    whole = filled(bins, is_weekly=is_weekly)

    assert sum(each.value for each in bins) == sum(counts.values()) == sum(each.value for each in whole)
    assert [each for each in whole if each.value] == list(bins)


def test_half_a_year_is_drawn_in_days_and_more_in_weeks() -> None:
    assert not wants_weeks([])
    assert not wants_weeks([DAY, DAY + timedelta(days=190)])
    assert wants_weeks([DAY + timedelta(days=191), DAY])
