"""When a post's counts are wanted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, strategies as st

from archiver.domain.sampling import POST_AGES, is_post_due, next_post_due
from tests.builders import NOON

seconds = st.integers(-3600, 8 * 86_400).map(lambda number: timedelta(seconds=number))


def test_the_first_look_at_a_post_is_sampled_however_old_it_is() -> None:
    assert is_post_due(NOON, sampled_at=None, now=NOON + timedelta(days=900))
    assert next_post_due(NOON, sampled_at=None) == NOON


@pytest.mark.parametrize("age", POST_AGES)
def test_a_post_is_sampled_once_at_every_age(age: timedelta) -> None:
    moment = timedelta(microseconds=1)

    assert not is_post_due(NOON, sampled_at=NOON + age - moment, now=NOON + age - moment)
    assert is_post_due(NOON, sampled_at=NOON + age - moment, now=NOON + age)
    assert not is_post_due(NOON, sampled_at=NOON + age, now=NOON + age)


def test_ages_that_passed_unseen_ask_for_one_sample_and_not_for_several() -> None:
    now = NOON + timedelta(days=2)

    assert is_post_due(NOON, sampled_at=NOON, now=now)
    assert not is_post_due(NOON, sampled_at=now, now=now)
    assert next_post_due(NOON, sampled_at=now) == NOON + timedelta(days=7)


def test_after_the_last_age_no_sample_is_wanted() -> None:
    assert next_post_due(NOON, sampled_at=NOON + POST_AGES[-1]) is None


@given(st.none() | seconds, seconds)
def test_a_post_is_due_exactly_from_the_time_its_next_sample_is_wanted(
    sampled: timedelta | None, passed: timedelta
) -> None:
    sampled_at = None if sampled is None else NOON + sampled
    now = NOON + passed

    wanted = next_post_due(NOON, sampled_at=sampled_at)

    is_due = is_post_due(NOON, sampled_at=sampled_at, now=now)
    assert is_due == (sampled_at is None or (wanted is not None and wanted <= now))
