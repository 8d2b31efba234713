"""A chart shows what was sampled and breaks where nothing was."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from hypothesis import given, strategies as st

from archiver.domain.channel import Availability
from archiver.domain.channel_past import AvailabilityChange, SubscriberSample
from archiver.review.chart import HEIGHT, WIDTH, chart, unbroken
from tests.builders import NOON

HOUR = timedelta(hours=1)


def sample(hour: int, subscribers: int = 100) -> SubscriberSample:
    return SubscriberSample(at=NOON + hour * HOUR, subscribers=subscribers)


def test_a_gap_that_is_longer_than_usual_breaks_the_line() -> None:
    samples = [*map(sample, range(10)), *map(sample, range(20, 30)), sample(60)]

    assert [len(stretch) for stretch in unbroken(samples)] == [10, 10, 1]


def test_each_stretch_is_a_path_and_a_lone_sample_a_dot() -> None:
    samples = [*map(sample, range(10)), sample(60)]

    drawn = chart(samples, [], since=NOON, now=NOON + 61 * HOUR)

    assert drawn is not None
    assert (len(drawn.paths), len(drawn.dots), drawn.breaks) == (1, 1, 1)


def test_more_subscribers_stand_higher_and_later_ones_further() -> None:
    drawn = chart([sample(0, 100), sample(1, 300)], [], since=NOON, now=NOON + 2 * HOUR)

    assert drawn is not None
    (x0, y0), (x1, y1) = (map(float, point.split()) for point in drawn.paths[0][1:].split("L"))
    assert 0 <= x0 < x1 <= WIDTH
    assert HEIGHT >= y0 > y1 >= 0
    assert (drawn.low, drawn.high) == (100, 300)


def test_a_year_of_hours_is_thinned_to_what_can_be_seen_and_keeps_its_end() -> None:
    samples = [sample(hour, hour) for hour in range(8_760)]

    drawn = chart(samples, [], since=NOON, now=NOON + 8_760 * HOUR)

    assert drawn is not None
    assert drawn.paths[0].count("L") <= 400
    assert drawn.paths[0].endswith(f"{float(drawn.paths[0].split('L')[-1].split()[0])} 10.0")


def test_availability_fills_the_time_without_overlap() -> None:
    changes = [
        AvailabilityChange(availability=Availability.REACHABLE, at=NOON - HOUR, detail=None),
        AvailabilityChange(availability=Availability.BANNED, at=NOON + 5 * HOUR, detail="x"),
    ]

    drawn = chart([sample(0), sample(9)], changes, since=NOON, now=NOON + 10 * HOUR)

    assert drawn is not None
    assert [span.availability for span in drawn.spans] == [Availability.REACHABLE, Availability.BANNED]
    assert all(one.x + one.width <= other.x for one, other in pairwise(drawn.spans))
    assert drawn.spans[-1].x + drawn.spans[-1].width == WIDTH


def test_without_samples_there_is_no_chart() -> None:
    assert chart([], [], since=NOON, now=NOON + HOUR) is None


@given(low=st.integers(0, 50_000_000), rise=st.integers(1, 5_000_000))
def test_its_levels_are_round_numbers_evenly_apart_within_what_was_sampled(low: int, rise: int) -> None:
    drawn = chart([sample(0, low), sample(1, low + rise)], [], since=NOON, now=NOON + 2 * HOUR)

    assert drawn is not None
    values = [tick.value for tick in drawn.ticks]
    steps = {later - earlier for earlier, later in pairwise(values)}
    assert 1 <= len(values) <= 5
    assert low <= values[0] <= values[-1] <= low + rise
    assert len(steps) <= 1
    assert all(str(step).rstrip("0") in {"1", "2", "5"} for step in steps)
