"""What a look at a post means, given what the archive holds of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from archiver.domain.revision import Judgement, PostHead, judge
from tests.builders import NOON, a_content, a_head, digest_of

SAME = digest_of(a_content())
OTHER = digest_of(a_content("edited"))
LATER = NOON + timedelta(seconds=1)
SOON = NOON + timedelta(minutes=59)
LONG_AFTER = NOON + timedelta(hours=1)


def test_a_post_that_we_never_saw_is_first() -> None:
    assert judge(None, digest=SAME, as_of=1, edited_at=None, now=SOON) is Judgement.FIRST


@pytest.mark.parametrize(
    ("digest", "as_of", "edited_at", "judgement"),
    [
        pytest.param(SAME, 100, None, Judgement.SAME, id="the-same-look-again"),
        pytest.param(SAME, 101, None, Judgement.SAME, id="a-later-look-at-the-same"),
        pytest.param(SAME, 101, LATER, Judgement.SAME, id="an-edit-that-changed-no-content"),
        pytest.param(SAME, 99, None, Judgement.STALE, id="an-earlier-look-at-the-same"),
        pytest.param(OTHER, 101, LATER, Judgement.CHANGED, id="an-edit"),
        pytest.param(OTHER, 101, None, Judgement.CHANGED, id="another-content-without-an-edit"),
        pytest.param(OTHER, 100, LATER, Judgement.CHANGED, id="an-edit-told-under-the-same-number"),
        pytest.param(OTHER, 100, None, Judgement.CHANGED, id="another-content-under-the-same-number"),
        pytest.param(OTHER, 99, None, Judgement.STALE, id="an-earlier-content"),
        # a slice of a difference shows a post as it stands now, under a number that is older than now
        pytest.param(OTHER, 99, LATER, Judgement.CHANGED, id="a-newer-edit-under-an-older-number"),
    ],
)
def test_a_look_at_an_unedited_post(
    digest: str, as_of: int, edited_at: datetime | None, judgement: Judgement
) -> None:
    assert judge(a_head(as_of=100), digest=digest, as_of=as_of, edited_at=edited_at, now=SOON) is judgement


@pytest.mark.parametrize(
    ("digest", "as_of", "edited_at", "judgement"),
    [
        pytest.param(SAME, 100, NOON, Judgement.SAME, id="the-same-look-again"),
        pytest.param(OTHER, 101, LATER, Judgement.CHANGED, id="the-next-edit"),
        pytest.param(OTHER, 101, NOON, Judgement.CHANGED, id="a-second-edit-within-one-second"),
        pytest.param(OTHER, 99, NOON, Judgement.STALE, id="the-first-of-two-edits-within-one-second"),
        pytest.param(OTHER, 99, LATER, Judgement.CHANGED, id="a-newer-edit-under-an-older-number"),
        # the head came out of a slice and is newer than its number; the push of the old version comes late
        pytest.param(OTHER, 101, None, Judgement.STALE, id="the-version-before-the-edit"),
        pytest.param(OTHER, 101, NOON - timedelta(seconds=1), Judgement.STALE, id="an-earlier-edit"),
        pytest.param(SAME, 101, None, Judgement.STALE, id="the-same-content-without-its-edit-time"),
    ],
)
def test_a_look_at_an_edited_post(
    digest: str, as_of: int, edited_at: datetime | None, judgement: Judgement
) -> None:
    head = a_head(as_of=100, edited_at=NOON)

    assert judge(head, digest=digest, as_of=as_of, edited_at=edited_at, now=SOON) is judgement


@pytest.mark.parametrize(
    ("digest", "as_of", "edited_at", "judgement"),
    [
        pytest.param(SAME, 101, None, Judgement.SAME, id="the-same-content-without-its-edit-time"),
        pytest.param(OTHER, 101, None, Judgement.CHANGED, id="another-content-without-an-edit-time"),
        pytest.param(OTHER, 101, NOON - timedelta(seconds=1), Judgement.CHANGED, id="an-earlier-edit-time"),
        pytest.param(OTHER, 100, None, Judgement.STALE, id="without-an-edit-time-under-the-same-number"),
        pytest.param(OTHER, 99, None, Judgement.STALE, id="the-version-before-the-edit"),
        pytest.param(OTHER, 99, NOON, Judgement.STALE, id="an-earlier-look"),
    ],
)
def test_a_look_long_after_an_edit_was_not_on_its_way_when_that_was_made(
    digest: str, as_of: int, edited_at: datetime | None, judgement: Judgement
) -> None:
    head = a_head(as_of=100, edited_at=NOON)

    assert judge(head, digest=digest, as_of=as_of, edited_at=edited_at, now=LONG_AFTER) is judgement


@pytest.mark.parametrize(
    ("digest", "as_of", "edited_at", "judgement"),
    [
        pytest.param(SAME, 119, None, Judgement.STALE, id="a-look-from-before-the-deletion"),
        pytest.param(SAME, 120, None, Judgement.STALE, id="a-look-under-the-number-of-the-deletion"),
        pytest.param(OTHER, 120, LATER, Judgement.STALE, id="an-edit-under-the-number-of-the-deletion"),
        pytest.param(SAME, 121, None, Judgement.RETURNED, id="it-stands-there-again"),
        pytest.param(OTHER, 121, LATER, Judgement.RETURNED_CHANGED, id="it-stands-there-again-edited"),
    ],
)
def test_a_look_at_a_post_with_a_tombstone(
    digest: str, as_of: int, edited_at: datetime | None, judgement: Judgement
) -> None:
    head = a_head(as_of=120, tombstoned_as_of=120)

    assert judge(head, digest=digest, as_of=as_of, edited_at=edited_at, now=SOON) is judgement


_moments = st.none() | st.integers(0, 3).map(lambda seconds: NOON + timedelta(seconds=seconds))
_heads = st.builds(
    a_head,
    as_of=st.integers(1, 6),
    edited_at=_moments,
    tombstoned_as_of=st.none() | st.integers(1, 6),
)


@given(
    head=_heads, digest=st.sampled_from([SAME, OTHER]), as_of=st.integers(1, 6), edited_at=_moments,
    now=st.sampled_from([SOON, LONG_AFTER]),
)  # fmt: skip
def test_what_was_taken_into_account_is_news_only_once(
    head: PostHead, digest: str, as_of: int, edited_at: datetime | None, now: datetime
) -> None:
    first = judge(head, digest=digest, as_of=as_of, edited_at=edited_at, now=now)
    held = replace(
        head, digest=digest, as_of=max(head.as_of, as_of), edited_at=edited_at, tombstoned_as_of=None
    )

    again = judge(
        head if first is Judgement.STALE else held, digest=digest, as_of=as_of, edited_at=edited_at, now=now
    )

    assert again in {Judgement.STALE, Judgement.SAME}


@pytest.mark.parametrize(
    ("digest", "edited_at", "judgement"),
    [
        pytest.param(SAME, LATER, Judgement.SAME, id="what-the-import-had"),
        pytest.param(SAME, None, Judgement.CHANGED, id="the-same-with-its-true-time"),
        pytest.param(OTHER, None, Judgement.CHANGED, id="another-content-with-an-earlier-time"),
        pytest.param(OTHER, LATER, Judgement.CHANGED, id="another-content"),
    ],
)
def test_a_look_outranks_whatever_was_imported(
    digest: str, edited_at: datetime | None, judgement: Judgement
) -> None:
    head = a_head(as_of=0, edited_at=LATER)

    assert judge(head, digest=digest, as_of=1, edited_at=edited_at, now=LATER) is judgement
