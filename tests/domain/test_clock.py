"""The clock of the machine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from archiver.domain.clock import utc_now


def test_the_clock_is_aware_utc_and_the_machines_own() -> None:
    before = datetime.now(UTC)  # noqa: TID251 - it is the clock that is tested

    now = utc_now()

    assert now.utcoffset() == timedelta(0)
    assert before <= now <= datetime.now(UTC)  # noqa: TID251 - it is the clock that is tested
