"""Imports as the archive keeps them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from archiver.domain.channel import Fact
from archiver.domain.claim import Register
from archiver.domain.ids import ChannelId, PostId
from archiver.domain.importing import Worth, sift
from archiver.domain.post import PostCounts
from archiver.storage import imports, posts
from archiver.storage.archive import Archive, Transaction
from archiver.storage.imports import ImportState, Progress
from tests.builders import CHANNEL, NOON, a_look, a_post, digest_of
from tests.journeys.oracle import rows
from tests.storage.steps import a_watch, begin_run, know_channel, observe

pytestmark = pytest.mark.asyncio

LATER = NOON + timedelta(hours=1)
OTHER = ChannelId(CHANNEL + 1)


async def begin(tx: Transaction, *, claims: str = "{}") -> Progress:
    return await imports.begin(
        tx, digest="d" * 64, name="result.json", kind="desktop", size=9, claims=claims, at=NOON
    )


async def test_a_file_is_entered_once_for_all_that_is_said_of_it(archive: Archive) -> None:
    async with archive.write() as tx:
        first, again = await begin(tx), await begin(tx)
        other = await begin(tx, claims='{"zone": "Asia/Baghdad"}')

    assert first == again == Progress(
        import_id=1, state=ImportState.READING, position=0, worth=Counter(dict.fromkeys(Worth, 0)), flags=0,
        refused=Counter(),
    )  # fmt: skip
    assert other.import_id == 2


async def test_how_far_a_file_was_read_comes_back(archive: Archive) -> None:
    async with archive.write() as tx:
        begun = await begin(tx)
        worth = Counter({Worth.FIRST: 1, Worth.CHANGED: 2, Worth.HELD: 3, Worth.OLDER: 4})
        further = replace(
            begun, state=ImportState.BROKEN, position=5, worth=worth, flags=6, refused=Counter({"masked": 7})
        )
        await imports.note(tx, further, at=LATER)

    async with archive.write() as tx:
        assert await begin(tx) == further
    assert rows(archive.path, "SELECT name, bytes, read_at - began_at FROM imports") == [
        ("result.json", 9, 3_600_000_000)
    ]


async def test_posts_of_a_file_are_linked_to_it(archive: Archive) -> None:
    async with archive.write() as tx:
        begun = await begin(tx)
        await imports.note_channel(tx, a_look(), at=NOON)
        seen = [a_post(number, as_of=0, counts=PostCounts(views=number)) for number in (7, 8)]
        sifted = sift(seen, {}, {}, made_at=LATER)
        await imports.record(
            tx, sifted, channel_id=CHANNEL, import_id=begun.import_id, observed_at=LATER, made_at=LATER
        )

    assert rows(archive.path, "SELECT * FROM imported_revisions") == [(1, 2, 1)]
    assert rows(archive.path, "SELECT post_id, provenance, run_id FROM revisions") == [
        (7, "import", None), (8, "import", None),
    ]  # fmt: skip
    assert rows(archive.path, "SELECT post_id, as_of, sample_due_at, sampled_at IS NULL FROM posts") == [
        (7, 0, None, 0), (8, 0, None, 0),
    ]  # fmt: skip
    assert rows(archive.path, "SELECT post_id, views FROM post_counts") == [(7, 7), (8, 8)]


async def test_what_a_look_said_of_a_post_stays_below_a_later_version(archive: Archive) -> None:
    run_id = await begin_run(archive)
    async with archive.write() as tx:
        await know_channel(tx, run_id)
        await observe(tx, run_id, [a_post(7, text="a")], at=LATER)
        begun = await begin(tx)
        heads = await posts.heads_of(tx, CHANNEL, [PostId(7)])
        held = await imports.texts(tx, CHANNEL, heads)
        edited = a_post(7, text="b", edited_at=NOON, published_at=NOON - timedelta(hours=3), as_of=0)
        await imports.record(
            tx, sift([edited], heads, held),
            channel_id=CHANNEL, import_id=begun.import_id, observed_at=LATER, made_at=None,
        )  # fmt: skip

    assert held == {7: {digest_of(a_post(text="a").content): "a"}}
    micros = {name: int(at.timestamp()) * 10**6 for name, at in (("noon", NOON), ("later", LATER))}
    sql = "SELECT revision, as_of, published_at, last_observed_at, sampled_at FROM posts"
    assert rows(archive.path, sql) == [(2, 100, micros["noon"], micros["later"], micros["later"])]


async def test_of_a_channel_only_what_nobody_said_is_entered(archive: Archive) -> None:
    run_id = await begin_run(archive)
    async with archive.write() as tx:
        await know_channel(tx, run_id)
        await imports.note_channel(tx, a_look(handles=("older_name",), facts={Fact.TITLE: "Older"}), at=LATER)
        await imports.note_channel(tx, a_look(OTHER, facts={Fact.TITLE: "Other"}), at=LATER)
        await imports.note_channel(tx, a_look(OTHER, handles=("again",), facts={}), at=LATER)
        await imports.note_channel(tx, a_look(9, handles=("rafidain",), facts={}), at=LATER)

    titles = rows(archive.path, "SELECT channel_id, value, run_id FROM channel_facts ORDER BY channel_id")
    assert titles == [(CHANNEL, "Rafidain", 1), (OTHER, "Other", None)]
    handles = rows(archive.path, "SELECT channel_id, handle FROM channel_handles ORDER BY channel_id")
    assert handles == [(CHANNEL, f"channel_{CHANNEL}"), (OTHER, "rafidain")]
    assert rows(archive.path, "SELECT count(*) FROM channels") == [(3,)]


async def test_the_register_knows_who_holds_and_who_ever_held_a_handle(archive: Archive) -> None:
    run_id = await begin_run(archive)
    async with archive.write() as tx:
        await know_channel(tx, run_id)
        await a_watch(tx, "watched_name")
        await imports.note_channel(tx, a_look(OTHER, handles=("other_name",)), at=NOON)
        known = await imports.register(tx)

    own = f"channel_{CHANNEL}"
    assert known == Register(
        holders={own: CHANNEL, "other_name": OTHER, "watched_name": CHANNEL},
        ever={CHANNEL: frozenset({own}), OTHER: frozenset({"other_name"})},
    )
