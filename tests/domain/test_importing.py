"""What a post out of somebody else's archive adds to ours."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from archiver.domain.importing import Held, Taken, Worth, sift, weigh
from archiver.domain.post import Observation, PostCounts
from archiver.domain.revision import PostHead
from tests.builders import NOON, a_content, a_head, a_post, digest_of

LATER, EARLIER = NOON + timedelta(hours=1), NOON - timedelta(hours=1)
LIVE = a_head(text="x", edited_at=NOON, as_of=100)
IMPORTED = replace(LIVE, as_of=0)
GONE = replace(LIVE, tombstoned_as_of=100)


def worth(head: PostHead | None, text: str, edited_at: datetime | None, *, is_ordered: bool = False) -> Worth:
    held: Held = {} if head is None else {head.digest: "x"}
    seen = a_post(text=text, edited_at=edited_at, as_of=0)
    return weigh(head, held, seen, digest=digest_of(seen.content), text=text, is_ordered=is_ordered)


@pytest.mark.parametrize(
    ("head", "text", "edited_at", "found"),
    [
        pytest.param(None, "x", None, Worth.FIRST, id="never-seen"),
        pytest.param(LIVE, "x", NOON, Worth.HELD, id="the-same"),
        pytest.param(LIVE, "x", None, Worth.HELD, id="the-same-under-another-time"),
        pytest.param(LIVE, "y", LATER, Worth.CHANGED, id="edited-after-our-look"),
        pytest.param(LIVE, "y", NOON, Worth.HELD, id="what-our-look-showed-differently"),
        pytest.param(LIVE, "y", EARLIER, Worth.OLDER, id="from-before-our-look"),
        pytest.param(LIVE, "y", None, Worth.OLDER, id="from-before-any-edit"),
        pytest.param(IMPORTED, "y", NOON, Worth.CHANGED, id="two-imports-with-two-texts"),
        pytest.param(IMPORTED, "y", EARLIER, Worth.OLDER, id="an-import-from-before-another"),
        pytest.param(GONE, "y", LATER, Worth.OLDER, id="a-post-that-is-gone"),
        pytest.param(GONE, "x", LATER, Worth.HELD, id="what-was-held-of-a-post-that-is-gone"),
    ],
)
def test_a_version_is_weighed(
    head: PostHead | None, text: str, edited_at: datetime | None, found: Worth
) -> None:
    assert worth(head, text, edited_at) is found


def test_an_ordered_file_says_itself_which_version_is_newer_unless_we_looked() -> None:
    assert worth(IMPORTED, "y", EARLIER, is_ordered=True) is Worth.CHANGED
    assert worth(LIVE, "y", EARLIER, is_ordered=True) is Worth.OLDER
    assert worth(GONE, "y", LATER, is_ordered=True) is Worth.OLDER


def test_two_imports_that_differ_in_details_alone_are_one_version() -> None:
    head = a_head(content=a_content("x", author="Editor"), as_of=0)
    seen = a_post(text="x", as_of=0)

    found = weigh(head, {head.digest: "x"}, seen, digest=digest_of(seen.content), text="x", is_ordered=False)

    assert found is Worth.HELD


def test_versions_of_one_file_are_weighed_against_each_other() -> None:
    first, again = a_post(text="a", as_of=0), a_post(text="a", as_of=0)
    edited = a_post(text="b", edited_at=LATER, as_of=0)

    found = sift([first, edited, again], {}, {})

    assert [(new.revision, new.text) for new in found.revisions] == [(1, "a"), (2, "b")]
    assert found.worth == {Worth.FIRST: 1, Worth.CHANGED: 1, Worth.HELD: 1}
    assert found.taken == {
        7: Taken(published_at=NOON, revision=2, seen_at=LATER, sampled_at=None, is_gone=False)
    }


def test_counts_are_samples_of_the_moment_that_people_name() -> None:
    seen = [a_post(7, as_of=0, counts=PostCounts(views=5)), a_post(8, as_of=0, counts=PostCounts())]

    told, untold = sift(seen, {}, {}, made_at=LATER), sift(seen, {}, {})

    assert (told.samples, untold.samples) == (((7, PostCounts(views=5)),), ())
    assert [each.sampled_at for each in told.taken.values()] == [LATER, None]
    assert {each.seen_at for each in told.taken.values()} == {LATER}


def test_of_a_post_that_is_gone_it_is_said() -> None:
    seen = a_post(text="x", as_of=0)

    found = sift([seen], {seen.post_id: GONE}, {seen.post_id: {GONE.digest: "x"}})

    assert found.taken[seen.post_id].is_gone


VERSIONS = st.lists(
    st.builds(
        lambda post_id, text, edit: a_post(
            post_id, text=text, edited_at=None if edit == 0 else NOON + timedelta(hours=edit), as_of=0
        ),
        st.integers(1, 3), st.sampled_from("abc"), st.integers(0, 3),
    ),
    max_size=12,
)  # fmt: skip


@given(seen=VERSIONS, is_ordered=st.booleans())
def test_the_same_versions_twice_add_nothing(seen: list[Observation], is_ordered: bool) -> None:
    once, twice = (
        sift(seen, {}, {}, is_ordered=is_ordered),
        sift([*seen, *seen], {}, {}, is_ordered=is_ordered),
    )

    assert twice.revisions == once.revisions


@given(seen=VERSIONS)
def test_a_revision_is_never_from_before_the_one_below_it(seen: list[Observation]) -> None:
    newest: dict[int, datetime] = {}
    for new in sift(seen, {}, {}).revisions:
        at = new.observation.edited_at or EARLIER
        assert at >= newest.get(new.observation.post_id, EARLIER)
        newest[new.observation.post_id] = at
