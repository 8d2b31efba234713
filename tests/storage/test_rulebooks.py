"""Rulebooks: what a reader of their flags is told, and which revisions they have seen."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from archiver.domain.condition import Every, Near, Not, Present
from archiver.domain.ids import RunId
from archiver.domain.rule import Standing
from archiver.domain.stretch import Stretch
from archiver.storage import rulebooks
from archiver.storage.archive import Archive
from tests.builders import NOON, Clock, a_post, a_rule, a_rulebook
from tests.storage.steps import observe

pytestmark = pytest.mark.asyncio

DIGEST = a_rulebook().digest


async def seen(archive: Archive, digest: str = DIGEST) -> list[tuple[int, int]]:
    async with archive.read() as db:
        return [(each.first, each.last) for each in await rulebooks.seen(db, digest)]


async def unseen(archive: Archive, digest: str = DIGEST) -> int:
    async with archive.read() as db:
        return await rulebooks.count_unseen(db, digest)


async def know(archive: Archive) -> None:
    async with archive.write() as tx:
        await rulebooks.record(tx, a_rulebook(), at=NOON)


async def add(archive: Archive, run_id: RunId, post_ids: Sequence[int], *, is_flagged: bool) -> None:
    async with archive.write() as tx:
        await observe(tx, run_id, [a_post(post_id) for post_id in post_ids])
        if is_flagged:
            await rulebooks.advance(tx, DIGEST, added=len(post_ids))


async def test_a_rulebook_is_new_once_and_keeps_what_explains_its_flags(archive: Archive) -> None:
    rule = replace(
        a_rule("test.pay", standing=Standing.SHADOW),
        title="ادفع أو ننشر",
        languages=("ar", "ckb"),
        when=Every((Near(("test.threat", "test.price"), 12), Not(Present("common.news")))),
        weights={"common.news": -1.0},
        base=0.5,
        threshold=0.6,
        lexicon="words.tsv#extortion",
        note="why",
        references=("https://example.org",),
    )
    async with archive.write() as tx:
        first = await rulebooks.record(tx, a_rulebook(rules=[rule, a_rule("test.z")]), at=NOON)
        again = await rulebooks.record(tx, a_rulebook(), at=NOON)

    async with archive.read() as db:
        row, _ = await db.fetch_all("SELECT * FROM rules ORDER BY rule_id")
        books = await db.fetch_all("SELECT digest FROM rulebooks")
    assert (first, again, books) == (True, False, [(DIGEST,)])
    assert row[:-1] == (
        DIGEST, "test.pay", "ادفع أو ننشر", "extortion", 3, "shadow", "ar,ckb", 0.5, 0.6,
    )  # fmt: skip
    assert json.loads(row[-1]) == {
        "when": "all(near(test.threat, test.price, 12), not common.news)",
        "weights": {"common.news": -1.0},
        "lexicon": "words.tsv#extortion",
        "note": "why",
        "references": ["https://example.org"],
    }


async def test_in_an_archive_that_it_has_seen_from_the_start_a_rulebook_has_seen_all(
    archive: Archive, run_id: RunId
) -> None:
    await know(archive)
    empty = await unseen(archive)
    await add(archive, run_id, [1, 2, 3], is_flagged=True)
    await add(archive, run_id, [4], is_flagged=True)

    assert (empty, await seen(archive), await unseen(archive)) == (0, [(1, 4)], 0)


async def test_no_cursor_passes_what_was_not_flagged(archive: Archive, run_id: RunId) -> None:
    await know(archive)
    for first, is_flagged in ((1, False), (4, True), (7, True), (10, False), (13, True)):
        await add(archive, run_id, range(first, first + 3), is_flagged=is_flagged)

    assert (await seen(archive), await unseen(archive)) == ([(4, 9), (13, 15)], 6)
    assert await unseen(archive, "b" * 64) == 15


async def test_several_batches_of_one_transaction_are_one_stretch(archive: Archive, run_id: RunId) -> None:
    await know(archive)
    async with archive.write() as tx:
        for first in (1, 4):
            await observe(tx, run_id, [a_post(post_id) for post_id in range(first, first + 3)])
            await rulebooks.advance(tx, DIGEST, added=3)

    assert await seen(archive) == [(1, 6)]


async def test_a_cursor_that_another_one_meets_becomes_one_with_it(archive: Archive, run_id: RunId) -> None:
    await know(archive)
    await add(archive, run_id, range(1, 10), is_flagged=False)
    await add(archive, run_id, [10], is_flagged=True)
    steps = []
    for stretch in (Stretch(1, 3), Stretch(6, 7), Stretch(4, 5), Stretch(8, 9)):
        async with archive.write() as tx:
            await rulebooks.mark_seen(tx, DIGEST, stretch)
        steps.append(await seen(archive))

    assert steps == [
        [(1, 3), (10, 10)], [(1, 3), (6, 7), (10, 10)], [(1, 7), (10, 10)], [(1, 10)],
    ]  # fmt: skip
    assert await unseen(archive) == 0


marks = st.lists(
    st.builds(lambda first, more: Stretch(first, first + more), st.integers(1, 30), st.integers(0, 8)),
    max_size=8,
)


@given(marks)
async def test_whatever_is_marked_in_whatever_order_is_seen_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, stretches: list[Stretch]
) -> None:
    archive = await Archive.open(tmp_path_factory.mktemp("marks") / "archive.db", clock=Clock())
    await know(archive)
    for stretch in stretches:
        async with archive.write() as tx:
            await rulebooks.mark_seen(tx, DIGEST, stretch)

    found = await seen(archive)
    await archive.close()

    ids = [number for first, last in found for number in range(first, last + 1)]
    assert ids == sorted({n for stretch in stretches for n in range(stretch.first, stretch.last + 1)})
    assert all(one[1] + 1 < other[0] for one, other in pairwise(found))
