"""Times in files of others: those that a post of a channel can have."""

from __future__ import annotations

from datetime import UTC, datetime

_FIRST = datetime(2013, 8, 1, tzinfo=UTC)
"""Telegram began in this month; posts of a group that became a channel may be that old."""

_LAST = datetime.fromtimestamp((1 << 31) - 1, UTC)
"""Telegram counts seconds in 32 bits."""


def sound_moment(moment: datetime) -> datetime | None:
    """Return an aware time in UTC, ``None`` for one at which Telegram can't have taken a post or an edit."""
    try:
        found = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return found if _FIRST <= found <= _LAST else None
