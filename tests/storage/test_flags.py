"""Flags and their matches: in and out, counted, linked, and never changed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta

import pytest

from archiver.domain.flag import Category, Field, Flag, View
from archiver.domain.ids import PostId, RunId
from archiver.domain.post import Media, MediaKind
from archiver.domain.revision import RevisionKey
from archiver.storage import flags, rulebooks
from archiver.storage.archive import Archive, Transaction
from archiver.storage.flags import FlagKey
from tests.builders import (
    CHANNEL,
    NOON,
    a_content,
    a_flag,
    a_key,
    a_match,
    a_post,
    a_rule,
    a_rulebook,
)
from tests.storage.steps import a_watch, know_channel, observe

pytestmark = pytest.mark.asyncio

BOOK = a_rulebook(rules=[a_rule(f"test.{name}") for name in ("rule", "other", "shade")])
LATER = a_rulebook("b" * 64, rules=BOOK.rules)
DAY = timedelta(days=1)


async def put(
    tx: Transaction,
    *flagged: tuple[RevisionKey, Flag],
    digest: str = BOOK.digest,
    at: datetime = NOON,
    run_id: RunId | None = None,
) -> None:
    for book in (BOOK, LATER):
        await rulebooks.record(tx, book, at=NOON)
    await flags.record(tx, flagged, rulebook_digest=digest, at=at, run_id=run_id)


async def test_a_flag_comes_back_as_it_was_written(archive: Archive, run_id: RunId) -> None:
    one = a_flag(
        matches=(
            a_match(0, 3),
            a_match(4, 9, term="phone", view=View.PLAIN, link="0" * 32),
            a_match(0, 0, field=Field.MEDIA),
        )
    )
    other = a_flag("test.other", category=Category.SEXTORTION, is_shadow=True, matches=())
    async with archive.write() as tx:
        await observe(tx, run_id, [a_post(7), a_post(8)])
        await put(tx, (a_key(7), one), (a_key(8), one), (a_key(7), other), run_id=run_id)

    async with archive.read() as db:
        found = await flags.of_post(db, CHANNEL, PostId(7))

    assert [(kept.flag_id, kept.flag) for kept in found] == [(1, one), (3, other)]
    async with archive.read() as db:
        numbers = await db.fetch_all("SELECT number FROM matches WHERE flag_id = 1 ORDER BY number")
    assert numbers == [(1,), (2,), (3,)]
    assert {kept.key for kept in found} == {a_key(7)}
    assert {(kept.rulebook_digest, kept.flagged_at, kept.run_id) for kept in found} == {
        (BOOK.digest, NOON, run_id)
    }


async def test_flags_are_written_with_their_revisions_in_one_hop(archive: Archive, run_id: RunId) -> None:
    async with archive.write() as tx:
        await rulebooks.record(tx, BOOK, at=NOON)
    async with archive.write() as tx:
        await observe(tx, run_id, [a_post(number) for number in range(1, 40)])
        waiting = len(tx._waiting)
        await flags.record(
            tx, [(a_key(number), a_flag()) for number in range(1, 40)],
            rulebook_digest=BOOK.digest, at=NOON, run_id=run_id,
        )  # fmt: skip

        assert len(tx._waiting) == waiting + 40

    async with archive.read() as db:
        assert await db.fetch_one("SELECT count(*), max(flag_id) FROM matches") == (39, 39)


async def test_a_transaction_that_is_rolled_back_leaves_no_flag(archive: Archive, run_id: RunId) -> None:
    async def fail() -> None:
        async with archive.write() as tx:
            await observe(tx, run_id, [a_post(7)])
            await put(tx, (a_key(7), a_flag()))
            await tx.fetch_one("SELECT 1")
            raise LookupError

    with pytest.raises(LookupError):
        await fail()

    async with archive.read() as db:
        assert await db.fetch_one("SELECT count(*) FROM flags") == (0,)


@pytest.mark.parametrize(
    ("key", "rule_id", "digest"),
    [
        (a_key(7), "test.rule", BOOK.digest),
        (a_key(7), "test.unknown", LATER.digest),
        (a_key(7), "test.rule", "c" * 64),
        (a_key(9), "test.rule", LATER.digest),
    ],
    ids=["said already", "a rule it has not", "no such rulebook", "no such revision"],
)
async def test_a_flag_that_makes_no_sense_is_refused(
    archive: Archive, run_id: RunId, key: RevisionKey, rule_id: str, digest: str
) -> None:
    async with archive.write() as tx:
        await observe(tx, run_id, [a_post(7)])
        await put(tx, (a_key(7), a_flag()))

    with pytest.raises(sqlite3.IntegrityError):
        async with archive.write() as tx:
            await put(tx, (key, a_flag(rule_id)), digest=digest)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE flags SET severity = 1", "UPDATE matches SET start_at = 1", "UPDATE rules SET title = ''",
        "UPDATE rulebooks SET first_used_at = 1", "DELETE FROM flags", "DELETE FROM matches",
        "DELETE FROM rules", "DELETE FROM rulebooks",
    ],
)  # fmt: skip
async def test_what_was_flagged_can_be_neither_changed_nor_deleted(
    archive: Archive, run_id: RunId, sql: str
) -> None:
    async with archive.write() as tx:
        await observe(tx, run_id, [a_post(7)])
        await put(tx, (a_key(7), a_flag()))
    await archive.close()

    immutable = pytest.raises(sqlite3.IntegrityError, match="the past is immutable")
    with closing(sqlite3.connect(archive.path)) as db, immutable:
        db.execute(sql)


async def test_what_is_held_says_by_which_rulebooks(archive: Archive, run_id: RunId) -> None:
    shade = a_flag("test.shade", is_shadow=True)
    async with archive.write() as tx:
        await observe(tx, run_id, [a_post(7), a_post(8), a_post(9)])
        await put(tx, (a_key(7), a_flag()), (a_key(8), shade), (a_key(9), a_flag()))
        await put(tx, (a_key(7), a_flag()), digest=LATER.digest)

    async with archive.read() as db:
        found = await flags.held(db, [1, 2])

    assert found == {
        FlagKey(a_key(7), "test.rule", is_shadow=False): {BOOK.digest, LATER.digest},
        FlagKey(a_key(8), "test.shade", is_shadow=True): {BOOK.digest},
    }


async def test_the_newest_posts_come_first_each_revision_once_and_no_shadow(
    archive: Archive, run_id: RunId
) -> None:
    named = a_content("", media=Media(kind=MediaKind.FILE, name="قائمة.csv"))
    async with archive.write() as tx:
        await know_channel(tx, run_id, channel_id=CHANNEL + 1)
        await a_watch(tx, "rafidain")
        await observe(tx, run_id, [a_post(7, text="أول"), a_post(8, content=named), a_post(9)])
        late = a_post(5, channel_id=CHANNEL + 1, text="غريب", published_at=NOON + DAY)
        await observe(tx, run_id, [late])
        await put(
            tx, (a_key(5, channel_id=CHANNEL + 1), a_flag()), (a_key(7), a_flag()), (a_key(8), a_flag()),
            (a_key(7), a_flag("test.other")), (a_key(9), a_flag("test.shade", is_shadow=True)),
        )  # fmt: skip

    async with archive.read() as db:
        found = await flags.newest(db, limit=9)
        two = await flags.newest(db, limit=2)

    assert [(each.handle, each.key.post_id, each.text, each.media_name) for each in found] == [
        (None, 5, "غريب", None),
        ("rafidain", 7, "أول", None),
        ("rafidain", 8, "", "قائمة.csv"),
    ]
    assert two == found[:2]


async def test_flags_are_counted_since_a_time_without_shadows_and_repetitions(
    archive: Archive, run_id: RunId
) -> None:
    sextortion = a_flag("test.other", category=Category.SEXTORTION)
    async with archive.write() as tx:
        await observe(tx, run_id, [a_post(number) for number in range(1, 6)])
        await put(tx, (a_key(1), a_flag()), at=NOON - DAY)
        await put(tx, (a_key(2), a_flag()), (a_key(2), sextortion), (a_key(3), a_flag()))
        await put(tx, (a_key(4), a_flag("test.shade", is_shadow=True)))
        # another rulebook says what was said, and lets a shadow out
        await put(tx, (a_key(1), a_flag()), digest=LATER.digest)
        await put(tx, (a_key(4), a_flag("test.shade")), digest=LATER.digest)

    async with archive.read() as db:
        now = await flags.counts_since(db, NOON)
        ever = await flags.counts_since(db, NOON - DAY)
        never = await flags.counts_since(db, NOON + DAY)

    assert list(now.items()) == [(Category.EXTORTION, 3), (Category.SEXTORTION, 1)]
    assert (ever[Category.EXTORTION], never) == (4, {})


async def test_posts_that_show_the_same_value_are_counted_once_each(archive: Archive, run_id: RunId) -> None:
    wallet, phone = "1" * 32, "2" * 32
    twice = a_flag(matches=(a_match(link=wallet), a_match(5, 9, link=wallet), a_match(10, 12, link=phone)))
    async with archive.write() as tx:
        await know_channel(tx, run_id, channel_id=CHANNEL + 1)
        await observe(tx, run_id, [a_post(7), a_post(8)])
        await observe(tx, run_id, [a_post(7, channel_id=CHANNEL + 1)])
        elsewhere = a_key(7, channel_id=CHANNEL + 1)
        await put(tx, (a_key(7), twice), (elsewhere, twice), (a_key(8), a_flag()))
        await put(tx, (a_key(7), twice), digest=LATER.digest)

    async with archive.read() as db:
        counts = [await flags.count_linked(db, link) for link in (wallet, phone, "3" * 32)]

    assert counts == [2, 2, 0]
