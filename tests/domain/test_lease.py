"""A lease ends by itself, and is never longer than the longest."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, strategies as st

from archiver.domain.lease import LEASE_TIME, LEFT_TIME, LONGEST_LEASE, kept, left
from tests.builders import NOON
from tests.desk_builders import a_lease

MINUTE = timedelta(minutes=1)


def test_it_is_live_until_it_expires() -> None:
    lease = a_lease(expires_at=NOON + MINUTE)

    assert lease.is_live(NOON)
    assert not lease.is_live(NOON + MINUTE)


def test_a_beat_prolongs_it_but_not_for_ever() -> None:
    lease = a_lease()

    assert kept(lease, now=NOON + 5 * MINUTE).expires_at == NOON + 15 * MINUTE
    assert kept(lease, now=NOON + 40 * MINUTE).expires_at == NOON + LONGEST_LEASE


def test_when_the_last_page_has_closed_half_a_minute_is_left() -> None:
    assert left(a_lease(), now=NOON + MINUTE).expires_at == NOON + MINUTE + LEFT_TIME
    assert left(a_lease(expires_at=NOON + timedelta(seconds=9)), now=NOON).expires_at == NOON + timedelta(
        seconds=9
    )


@given(st.lists(st.tuples(st.booleans(), st.timedeltas(timedelta(), 20 * MINUTE)), max_size=20))
def test_no_lease_outlives_the_longest_whatever_pages_do(deeds: list[tuple[bool, timedelta]]) -> None:
    lease, now = a_lease(expires_at=NOON + LEASE_TIME), NOON
    for is_beat, step in deeds:
        now += step
        if lease.is_live(now):
            lease = kept(lease, now=now) if is_beat else left(lease, now=now)

        assert lease.expires_at <= NOON + LONGEST_LEASE
