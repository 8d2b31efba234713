"""The token bucket: it is never early, honours every hold, and recovers."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from archiver.domain.pacing import Bucket, look_interval

HOUR = 3600.0


def _waiting(bucket: Bucket, *, calls: int, now: float) -> float:
    """Return the time at which the last of some calls in a row may go."""
    for _ in range(calls):
        now += bucket.delay(now)
        bucket = bucket.spent(now)
    return now


def test_a_full_bucket_spends_its_burst_at_once_and_then_keeps_its_rate() -> None:
    bucket = Bucket.full(rate=0.5, burst=3, at=1000.0)

    assert _waiting(bucket, calls=3, now=1000.0) == 1000.0
    assert _waiting(bucket, calls=5, now=1000.0) == pytest.approx(1004.0)


def test_time_refills_no_more_than_the_burst() -> None:
    bucket = Bucket.full(rate=1, burst=2, at=0.0).spent(0.0).spent(0.0)

    assert bucket.refilled(1.0).tokens == 1.0
    assert bucket.refilled(HOUR).tokens == 2.0


def test_a_clock_that_goes_back_takes_nothing_away() -> None:
    bucket = Bucket.full(rate=1, burst=2, at=100.0)

    assert bucket.refilled(50.0) == bucket


def test_a_flood_wait_is_honoured_with_a_tenth_more_and_halves_the_rate() -> None:
    bucket = Bucket.full(rate=1, burst=5, at=0.0).flooded(0.0, seconds=30)

    assert bucket.delay(0.0) == pytest.approx(33.0)
    assert (bucket.factor, bucket.tokens) == (0.5, 0.0)
    assert bucket.spent(33.0).delay(33.0) == 0.0  # 16 tokens came in, 5 were kept
    assert _waiting(bucket, calls=6, now=33.0) == pytest.approx(35.0, abs=0.1)


def test_a_flood_wait_of_no_seconds_is_still_a_wait() -> None:
    assert Bucket.full(rate=100, burst=100, at=0.0).flooded(0.0, seconds=0).delay(0.0) == pytest.approx(1.1)


def test_the_safe_rate_comes_back_by_a_tenth_an_hour_and_never_more() -> None:
    bucket = Bucket.full(rate=1, burst=1, at=0.0).flooded(0.0, seconds=1)

    assert bucket.refilled(HOUR).factor == pytest.approx(0.6)
    assert bucket.refilled(100 * HOUR).factor == 1.0


def test_many_flood_waits_slow_down_to_a_64th_and_not_to_a_stop() -> None:
    bucket = Bucket.full(rate=1, burst=1, at=0.0)
    for _ in range(20):
        bucket = bucket.flooded(0.0, seconds=1)

    assert bucket.factor == 1 / 64
    assert bucket.delay(0.0) == pytest.approx(64.0)


def test_a_flood_wait_does_not_forgive_the_calls_that_are_owed() -> None:
    bucket = Bucket.full(rate=1, burst=1, at=0.0)
    for _ in range(6):
        bucket = bucket.spent(0.0)

    assert bucket.delay(0.0) == 6.0
    assert bucket.flooded(0.0, seconds=1).delay(0.0) == 12.0


_times = st.floats(0, 10_000)
_steps = st.lists(st.tuples(st.sampled_from(["spent", "flooded", "held"]), st.floats(0, 500)), max_size=12)


@given(st.floats(0.001, 100), st.floats(1, 50), _steps, _times)
def test_whatever_happened_the_delay_is_never_negative_and_never_cuts_a_hold_short(
    rate: float, burst: float, steps: list[tuple[str, float]], later: float
) -> None:
    bucket, now, hold = Bucket.full(rate=rate, burst=burst, at=0.0), 0.0, 0.0
    for step, amount in steps:
        before = bucket.delay(now)
        match step:
            case "spent":
                now += amount
                bucket = bucket.spent(now)
            case "flooded":
                bucket = bucket.flooded(now, seconds=amount)
                hold = max(hold, now + amount)
                assert bucket.delay(now) >= before
            case _:
                bucket = bucket.held(now + amount)
                hold = max(hold, now + amount)
                assert bucket.delay(now) >= before

    delay = bucket.delay(now + later)

    assert delay >= 0
    assert now + later + delay >= hold - 1e-6
    assert bucket.delay(now + later + delay) <= 1e-6 * max(1.0, delay)
    assert 1 / 64 <= bucket.factor <= 1
    assert bucket.tokens <= burst


@pytest.mark.parametrize(
    ("posts_per_hour", "seconds"),
    [(0.0, 600.0), (-1.0, 600.0), (1.0, 600.0), (300.0, 300.0), (1500.0, 60.0), (1e9, 60.0)],
)
def test_a_busier_channel_is_looked_at_more_often_within_bounds(
    posts_per_hour: float, seconds: float
) -> None:
    assert look_interval(posts_per_hour, shortest=60, longest=600) == seconds
