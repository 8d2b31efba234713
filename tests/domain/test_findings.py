"""What a batch of looks adds, in whatever order and however often it reaches us."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from hypothesis import given, strategies as st

from archiver.domain.findings import Findings, Losses, NewRevision, find, lose
from archiver.domain.ids import PostId
from archiver.domain.post import Observation, PostCounts
from archiver.domain.revision import PostHead
from tests.builders import NOON, a_content, a_head, a_post, digest_of

LATER = NOON + timedelta(minutes=1)


def test_a_new_post_is_revision_one_with_its_counts() -> None:
    seen = a_post(7, text="سڵاو", as_of=100)

    assert find([seen], {}, now=NOON) == Findings(
        revisions=(
            NewRevision(
                observation=seen,
                revision=1,
                digest=digest_of(seen.content),
                text="سڵاو",
                details="{}",
            ),
        ),
        heads={PostId(7): a_head(7, text="سڵاو", as_of=100)},
        published_at={PostId(7): NOON},
        samples=((PostId(7), PostCounts(views=10)),),
        returned=(),
    )


def test_an_edit_adds_a_revision_and_a_repeat_does_not() -> None:
    first, edited = a_post(as_of=100), a_post(text="edited", as_of=101, edited_at=LATER)

    findings = find([first, edited, edited, first], {}, now=NOON)

    assert [(new.revision, new.text) for new in findings.revisions] == [
        (1, first.content.text),
        (2, "edited"),
    ]
    assert findings.heads == {PostId(7): a_head(text="edited", revision=2, as_of=101, edited_at=LATER)}
    assert findings.first_count == 1


def test_a_known_post_that_did_not_change_only_moves_its_head() -> None:
    findings = find([a_post(as_of=140)], {PostId(7): a_head(as_of=100, revision=3)}, now=NOON)

    assert findings == Findings(
        revisions=(),
        heads={PostId(7): a_head(as_of=140, revision=3)},
        published_at={PostId(7): NOON},
        samples=(),
        returned=(),
    )


def test_a_stale_look_adds_nothing_at_all() -> None:
    findings = find([a_post(text="old", as_of=99)], {PostId(7): a_head(as_of=100)}, now=NOON)

    assert findings == Findings(revisions=(), heads={}, published_at={}, samples=(), returned=())


def test_a_newer_edit_under_an_older_number_does_not_move_the_head_back() -> None:
    edited = a_post(text="edited", as_of=99, edited_at=LATER)

    findings = find([edited], {PostId(7): a_head(as_of=110)}, now=NOON)

    assert findings.heads == {PostId(7): a_head(text="edited", revision=2, as_of=110, edited_at=LATER)}


def test_a_post_that_stands_there_again_returns_and_loses_its_tombstone() -> None:
    held = {PostId(7): a_head(as_of=120, tombstoned_as_of=120), PostId(8): a_head(8, tombstoned_as_of=120)}

    findings = find([a_post(7, as_of=121), a_post(8, text="other", as_of=121)], held, now=NOON)

    assert findings.returned == (PostId(7), PostId(8))
    assert [new.observation.post_id for new in findings.revisions] == [PostId(8)]
    assert findings.heads == {
        PostId(7): a_head(7, as_of=121),
        PostId(8): a_head(8, text="other", revision=2, as_of=121),
    }


def test_text_is_kept_with_lone_surrogates_replaced_and_the_digest_follows_what_is_kept() -> None:
    findings = find([a_post(text="a\ud83db")], {}, now=NOON)

    assert [(new.text, new.digest) for new in findings.revisions] == [
        ("a\ufffdb", digest_of(a_content("a\ufffdb")))
    ]


def test_counts_are_sampled_once_in_a_batch() -> None:
    looks = [a_post(as_of=number, counts=PostCounts(views=number)) for number in (100, 101, 102)]

    assert find(looks, {}, now=NOON).samples == ((PostId(7), PostCounts(views=100)),)


def test_the_heads_that_were_given_are_not_changed() -> None:
    held = {PostId(7): a_head(as_of=100)}

    find([a_post(text="edited", as_of=101)], held, now=NOON)

    assert held == {PostId(7): a_head(as_of=100)}


def test_deleted_posts_are_tombstoned_or_lost_or_known_already() -> None:
    held = {
        PostId(1): a_head(1, as_of=100),
        PostId(2): a_head(2, as_of=100, tombstoned_as_of=100),
        PostId(3): a_head(3, as_of=121),
        PostId(5): a_head(5, as_of=120),
    }

    losses = lose([PostId(number) for number in (9, 5, 3, 2, 1, 4, 1, 9)], held, as_of=120)

    assert losses == Losses(
        tombstoned=(PostId(1), PostId(5)),
        unseen=(PostId(4), PostId(9)),
    )


# A world: the lives of a few posts as Telegram tells them. A life is a row of versions; the version is edited
# (a later edit time, now and then the same second), or changes without an edit (a poll closes).
@st.composite
def _lives(draw: st.DrawFn) -> list[list[Observation]]:
    lives, number = [], 0
    for post_id in range(1, draw(st.integers(1, 3)) + 1):
        life, edited_at = [], None
        for version in range(draw(st.integers(1, 5))):
            number += draw(st.integers(1, 3))
            if version and (step := draw(st.sampled_from([None, 0, 1]))) is not None:
                edited_at = (edited_at or NOON) + timedelta(seconds=step)
            text = draw(st.sampled_from(["a", "b", "c"]))
            life.append(a_post(post_id, text=text, as_of=number, edited_at=edited_at))
        lives.append(life)
    return lives


@st.composite
def _looks(draw: st.DrawFn) -> tuple[list[list[Observation]], list[list[Observation]]]:
    """Return lives, and batches that hold every look of them at least once in some order."""
    lives = draw(_lives())
    every = [look for life in lives for look in life]
    order = draw(st.permutations(every + draw(st.lists(st.sampled_from(every), max_size=8))))
    cuts = sorted(draw(st.lists(st.integers(0, len(order)), max_size=3)))
    bounds = [0, *cuts, len(order)]
    return lives, [order[start:end] for start, end in pairwise(bounds)]


def _archive(batches: Iterable[Sequence[Observation]]) -> tuple[dict[PostId, PostHead], list[NewRevision]]:
    heads: dict[PostId, PostHead] = {}
    revisions: list[NewRevision] = []
    for batch in batches:
        findings = find(batch, heads, now=NOON)
        heads |= findings.heads
        revisions += findings.revisions
    return heads, revisions


@given(_looks())
def test_in_any_order_and_however_often_the_newest_content_wins(
    world: tuple[list[list[Observation]], list[list[Observation]]],
) -> None:
    lives, batches = world

    heads, _ = _archive(batches)

    last = [life[-1] for life in lives]
    assert {(head.post_id, head.digest, head.as_of, head.edited_at) for head in heads.values()} == {
        (look.post_id, digest_of(look.content), look.as_of, look.edited_at) for look in last
    }


@given(_looks())
def test_revisions_are_numbered_without_a_hole_and_none_repeats_the_one_before(
    world: tuple[list[list[Observation]], list[list[Observation]]],
) -> None:
    heads, revisions = _archive(world[1])

    for post_id, head in heads.items():
        own = [new for new in revisions if new.observation.post_id == post_id]
        assert [new.revision for new in own] == list(range(1, head.revision + 1))
        assert all(one.digest != two.digest for one, two in pairwise(own))


@given(_lives())
def test_looks_in_the_order_of_events_keep_every_version(lives: list[list[Observation]]) -> None:
    _, revisions = _archive(lives)

    for life in lives:
        texts = [look.content.text for look in life]
        changes = [text for text, before in zip(texts, [None, *texts], strict=False) if text != before]
        kept = [new.text for new in revisions if new.observation.post_id == life[0].post_id]
        assert kept == changes


@given(_looks())
def test_the_same_batches_again_add_no_revision(
    world: tuple[list[list[Observation]], list[list[Observation]]],
) -> None:
    batches = world[1]
    heads, _ = _archive(batches)

    for batch in batches:
        again = find(batch, heads, now=NOON)
        assert (again.revisions, again.returned) == ((), ())
        assert {**heads, **again.heads} == heads


@given(_lives(), st.data())
def test_an_edit_is_kept_even_where_its_look_bears_an_older_number(
    lives: list[list[Observation]], data: st.DataObject
) -> None:
    life = [
        replace(
            look,
            edited_at=NOON + timedelta(seconds=version),
            as_of=look.as_of - data.draw(st.integers(0, look.as_of - 1)),
        )
        for version, look in enumerate(lives[0])
    ]

    heads, _ = _archive([data.draw(st.permutations(life))])

    assert heads[PostId(1)].digest == digest_of(life[-1].content)
