"""Posts, revisions and tombstones as rows."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import given, settings, strategies as st

from archiver.domain.ids import ChannelId, PostId, RunId
from archiver.domain.page import RawPage
from archiver.domain.post import (
    Entity,
    ForwardOrigin,
    Media,
    MediaKind,
    PostCounts,
    Provenance,
    Reply,
    digest,
)
from archiver.domain.revision import PostHead
from archiver.storage import posts
from archiver.storage.archive import Archive
from archiver.storage.driver import Row
from archiver.storage.moment import micros
from tests.builders import CHANNEL, NOON, Clock, a_content, a_post, digest_of
from tests.storage.steps import begin_run, bury, know_channel, observe

pytestmark = pytest.mark.asyncio

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
T0 = micros(NOON)
T1 = micros(NOON + HOUR)
T2 = micros(NOON + 2 * HOUR)


async def ask(archive: Archive, sql: str) -> list[Row]:
    async with archive.read() as db:
        return await db.fetch_all(sql)


async def head(archive: Archive, post_id: int) -> PostHead | None:
    async with archive.read() as db:
        found = await posts.heads_of(db, CHANNEL, [PostId(post_id)])
    return found.get(PostId(post_id))


async def see(archive: Archive, run_id: RunId, *observations: object, hours: int = 0) -> None:
    async with archive.write() as tx:
        await observe(tx, run_id, observations, at=NOON + hours * HOUR)  # type: ignore[arg-type]


async def test_every_part_of_a_post_is_kept(archive: Archive, run_id: RunId) -> None:
    content = a_content(
        "ناوی 👩‍👩‍👧 \u202eabc",
        entities=(Entity(kind="bold", offset=0, length=4),),
        media=Media(kind=MediaKind.FILE, name="قائمة.pdf", bytes=123_456),
        reply=Reply(post_id=PostId(3)),
        forward=ForwardOrigin(channel_id=ChannelId(9), handle="source", post_id=PostId(8)),
        album_id=77,
        author="ع",
    )
    counts = PostCounts(views=5, forwards=4, replies=3, reactions=(("👍", 2), ("paid", 1)), votes=0)
    seen = a_post(7, content=content, counts=counts, edited_at=NOON - HOUR, published_at=NOON - 2 * HOUR)
    async with archive.write() as tx:
        page = RawPage(layer=214, data=b"bytes")
        await observe(tx, run_id, [seen], provenance=Provenance.BACKFILL, raw_page=page)

    assert await ask(archive, "SELECT * FROM revisions") == [
        (
            1, CHANNEL, 7, 1, T0, micros(NOON - HOUR), "backfill", run_id, digest_of(content),
            content.text, content.details(), "file", "قائمة.pdf", 123_456, 77, "ع", 3, 9, "source", 8, 1,
        )
    ]  # fmt: skip
    assert await ask(archive, "SELECT * FROM posts") == [
        (CHANNEL, 7, micros(NOON - 2 * HOUR), T0, T0, 100, 1, T0, micros(NOON + 4 * HOUR), None, None)
    ]
    assert await ask(archive, "SELECT * FROM post_counts") == [
        (CHANNEL, 7, T0, 5, 4, 3, '[["👍", 2], ["paid", 1]]', 0)
    ]


async def test_an_edit_adds_a_revision_and_a_repeat_does_not(archive: Archive, run_id: RunId) -> None:
    await see(archive, run_id, a_post(7, text="one"))
    await see(archive, run_id, a_post(7, text="one", as_of=110), hours=1)
    await see(archive, run_id, a_post(7, text="two", as_of=120, edited_at=NOON), hours=2)

    assert await ask(archive, "SELECT post_id, revision, observed_at, edited_at, text FROM revisions") == [
        (7, 1, T0, None, "one"),
        (7, 2, T2, T0, "two"),
    ]
    assert await ask(
        archive, "SELECT first_observed_at, last_observed_at, as_of, revision FROM posts"
    ) == [(T0, T2, 120, 2)]  # fmt: skip
    assert await head(archive, 7) == PostHead(
        post_id=PostId(7), revision=2, digest=digest("two", "{}"), as_of=120, edited_at=NOON,
        sampled_at=NOON + HOUR,
    )  # fmt: skip


async def test_a_repeat_moves_only_the_time_of_the_last_look(archive: Archive, run_id: RunId) -> None:
    await see(archive, run_id, a_post(7))
    await see(archive, run_id, a_post(7, as_of=90), hours=1)
    stale = await ask(archive, "SELECT last_observed_at, as_of FROM posts")
    await see(archive, run_id, a_post(7, as_of=101), hours=2)

    assert stale == [(T0, 100)]
    assert await ask(archive, "SELECT last_observed_at, as_of FROM posts") == [(T2, 101)]


async def test_several_edits_in_one_batch_are_several_revisions(archive: Archive, run_id: RunId) -> None:
    versions = [a_post(7, text=text, as_of=100 + number) for number, text in enumerate("abc")]

    await see(archive, run_id, *versions)

    assert await ask(archive, "SELECT revision, text FROM revisions") == [(1, "a"), (2, "b"), (3, "c")]
    assert await ask(archive, "SELECT revision FROM posts") == [(3,)]


async def test_the_same_id_in_another_channel_is_another_post(archive: Archive, run_id: RunId) -> None:
    async with archive.write() as tx:
        await know_channel(tx, run_id, channel_id=5)
        await observe(tx, run_id, [a_post(7, text="ours")])
        await observe(tx, run_id, [a_post(7, text="theirs", channel_id=5)])

    assert await ask(archive, "SELECT channel_id, text FROM revisions") == [(CHANNEL, "ours"), (5, "theirs")]
    assert await head(archive, 7) == PostHead(
        post_id=PostId(7), revision=1, digest=digest("ours", "{}"), as_of=100, edited_at=None,
        sampled_at=NOON,
    )  # fmt: skip


async def test_a_stretch_of_heads_has_both_ends(archive: Archive, run_id: RunId) -> None:
    await see(archive, run_id, *(a_post(number) for number in range(1, 8)))

    async with archive.read() as db:
        found = await posts.heads(db, CHANNEL, first_id=PostId(3), last_id=PostId(5))

    assert sorted(found) == [3, 4, 5]


async def test_a_buried_post_has_a_tombstone_and_keeps_its_past(archive: Archive, run_id: RunId) -> None:
    await see(archive, run_id, a_post(7), a_post(8))
    async with archive.write() as tx:
        await bury(tx, run_id, [7, 99], at=NOON + HOUR, evidence="absent")

    assert await ask(archive, "SELECT * FROM tombstones") == [
        (CHANNEL, 7, T1, T0, 200, "absent", run_id)
    ]  # fmt: skip
    assert await ask(
        archive, "SELECT post_id, as_of, sample_due_at, tombstoned_at, tombstoned_as_of FROM posts"
    ) == [(7, 200, None, T1, 200), (8, 100, micros(NOON + 5 * MINUTE), None, None)]  # fmt: skip
    assert await ask(archive, "SELECT post_id FROM revisions") == [(7,), (8,)]
    found = await head(archive, 7)
    assert found is not None
    assert found.tombstoned_as_of == 200


async def test_a_post_that_returns_keeps_its_tombstone_and_notes_the_return(
    archive: Archive, run_id: RunId
) -> None:
    await see(archive, run_id, a_post(7))
    async with archive.write() as tx:
        await bury(tx, run_id, [7], at=NOON + HOUR)
    await see(archive, run_id, a_post(7, as_of=300), hours=2)
    async with archive.write() as tx:
        await bury(tx, run_id, [7], as_of=400, at=NOON + 3 * HOUR)

    assert await ask(archive, "SELECT * FROM reappearances") == [(CHANNEL, 7, T2, run_id)]
    assert await ask(archive, "SELECT noticed_at, last_seen_at FROM tombstones") == [
        (T1, T0),
        (micros(NOON + 3 * HOUR), T2),
    ]
    assert await ask(archive, "SELECT count(*) FROM revisions") == [(1,)]


async def test_three_hundred_deletions_are_a_handful_of_statements(archive: Archive, run_id: RunId) -> None:
    await see(archive, run_id, *(a_post(number) for number in range(1, 301)))
    statements: list[str] = []
    writer = archive._writer
    assert writer is not None
    await writer.run(lambda db: db.set_trace_callback(statements.append))

    async with archive.write() as tx:
        await bury(tx, run_id, range(1, 301))

    assert [statement.split()[0] for statement in statements] == ["BEGIN", "INSERT", "UPDATE", "COMMIT"]
    assert await ask(archive, "SELECT count(*) FROM posts WHERE tombstoned_at IS NOT NULL") == [(300,)]
    assert await ask(archive, "SELECT count(*) FROM tombstones") == [(300,)]


async def test_the_newest_posts_are_those_that_are_there(archive: Archive, run_id: RunId) -> None:
    await see(archive, run_id, *(a_post(number) for number in (3, 9, 5, 7)))
    async with archive.write() as tx:
        await bury(tx, run_id, [9])

    async with archive.read() as db:
        newest = await posts.newest_ids(db, CHANNEL, 2)
        live = await posts.count_live(db, CHANNEL)
        none = await posts.newest_ids(db, ChannelId(5), 2)

    assert (newest, live, none) == ([7, 5], 3, [])


async def test_a_post_is_found_by_when_it_was_published(archive: Archive, run_id: RunId) -> None:
    await see(archive, run_id, *(a_post(number, published_at=NOON + number * MINUTE) for number in (1, 2, 3)))

    async with archive.read() as db:
        found = [await posts.id_before(db, CHANNEL, NOON + number * MINUTE) for number in (1, 2, 9)]

    assert found == [None, 1, 3]


async def test_channels_whose_counts_are_due_come_with_the_posts_that_want_them(
    archive: Archive, run_id: RunId
) -> None:
    async with archive.write() as tx:
        await know_channel(tx, run_id, channel_id=5)
        await observe(tx, run_id, [a_post(number) for number in (1, 2, 3)])
        await observe(
            tx, run_id, [a_post(8, channel_id=5, published_at=NOON - 3 * MINUTE), a_post(9, channel_id=5)]
        )
        await bury(tx, run_id, [3])

    async with archive.read() as db:
        found = {
            minutes: await posts.due_channels(db, NOON + minutes * MINUTE) for minutes in (0, 2, 5, 500_000)
        }

    assert found == {
        0: [],
        2: [(5, 8, 8)],
        5: [(5, 9, 8), (CHANNEL, 2, 1)],
        500_000: [(5, 9, 8), (CHANNEL, 2, 1)],
    }


async def test_counts_are_recorded_as_a_post_ages_and_then_no_more(archive: Archive, run_id: RunId) -> None:
    for number, minutes in enumerate((0, 1, 5, 6, 60, 360, 1_440, 10_080, 20_000)):
        async with archive.write() as tx:
            seen = a_post(7, counts=PostCounts(views=number), as_of=100 + number)
            await observe(tx, run_id, [seen], at=NOON + minutes * MINUTE)

    assert await ask(archive, "SELECT views FROM post_counts ORDER BY sampled_at") == [
        (number,) for number in (0, 2, 4, 5, 6, 7)
    ]
    assert await ask(archive, "SELECT sample_due_at FROM posts") == [(None,)]


async def test_the_rate_of_a_channel_is_that_of_its_newest_fifty_posts(
    archive: Archive, run_id: RunId
) -> None:
    async def rate(now_hours: float) -> float:
        async with archive.read() as db:
            return await posts.hourly_rate(db, CHANNEL, NOON + now_hours * HOUR)

    none = await rate(1)
    await see(archive, run_id, a_post(1, published_at=NOON - 1000 * HOUR))
    one = await rate(1)
    await see(
        archive, run_id, *(a_post(10 + number, published_at=NOON + number * MINUTE) for number in range(60))
    )

    assert (none, one) == (0.0, 0.0)
    assert await rate(1) == 60.0
    assert await rate(50 + 10 / 60) == 1.0


@settings(max_examples=40)
@given(texts=st.lists(st.text(st.characters(codec=None)), min_size=1, max_size=5))
async def test_any_text_is_kept_as_its_digest_says(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    archive = await Archive.open(tmp_path_factory.mktemp("texts") / "archive.db", clock=Clock())
    run_id = await begin_run(archive)
    async with archive.write() as tx:
        await know_channel(tx, run_id)
        await observe(tx, run_id, [a_post(number, text=text) for number, text in enumerate(texts)])

    kept = await ask(archive, "SELECT text, details, digest FROM revisions ORDER BY post_id")
    await archive.close()

    whole = [text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") for text in texts]
    assert [text for text, _, _ in kept] == whole
    assert all(digest(text, details) == found for text, details, found in kept)
    assert all(json.loads(details) == {} for _, details, _ in kept)
