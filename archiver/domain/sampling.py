"""When to record counts again: often while a post is young, seldom when it is old."""

from __future__ import annotations

from datetime import datetime, timedelta

POST_AGES = (
    timedelta(minutes=5),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=7),
)
"""The ages of a post at which its counts are wanted; each is sampled by the first look after it."""


def is_post_due(published_at: datetime, *, sampled_at: datetime | None, now: datetime) -> bool:
    """Say whether a look at ``now`` should record a post's counts.

    The first look always does; later ones do when an age of POST_AGES was passed since the last sample.
    """
    if sampled_at is None:
        return True
    return any(sampled_at - published_at < age <= now - published_at for age in POST_AGES)


def next_post_due(published_at: datetime, *, sampled_at: datetime | None) -> datetime | None:
    """Return when the next sample of a post is wanted, or ``None`` when its timetable is through."""
    if sampled_at is None:
        return published_at
    reached = sampled_at - published_at
    if reached >= POST_AGES[-1]:
        return None
    return next(published_at + age for age in POST_AGES if reached < age)
