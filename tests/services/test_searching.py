"""Searching: what is archived is found, at once and by the same words whether the index holds it or not."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings, strategies as st

from archiver.domain.errors import ArchiveLocked, QueryInvalid
from archiver.domain.finding import meets
from archiver.domain.flag import Category
from archiver.domain.folding import fold
from archiver.domain.ids import ChannelId, RunId
from archiver.domain.post import Media, MediaKind
from archiver.domain.query import Choice, parse
from archiver.rules.folded import folded
from archiver.services.indexing import VERSION, QuietIndexing, catch_up, index_chunk
from archiver.services.searching import Found, Wanted, search_archive
from archiver.storage import flags, rulebooks, search
from archiver.storage.archive import Archive
from archiver.storage.search import IndexCursor
from tests.builders import CHANNEL, NOON, Clock, a_content, a_flag, a_key, a_post, a_rulebook
from tests.domain.strange_text import anything
from tests.journeys.oracle import rows
from tests.storage.steps import begin_run, bury, know_channel, observe

pytestmark = pytest.mark.asyncio

OTHER = ChannelId(CHANNEL + 1)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture
async def run_id(archive: Archive) -> RunId:
    begun = await begin_run(archive)
    async with archive.write() as tx:
        await know_channel(tx, begun)
        await know_channel(tx, begun, channel_id=OTHER)
    return begun


async def put(
    archive: Archive,
    run_id: RunId,
    texts: Sequence[str],
    *,
    first: int = 1,
    channel_id: int = CHANNEL,
    at: int = 0,
) -> None:
    """Archive posts; post n is published n days after noon, and looked at ``at`` hours after."""
    seen = [
        a_post(
            number,
            text=text,
            channel_id=channel_id,
            published_at=NOON + timedelta(days=number),
            as_of=100 + at,
        )
        for number, text in enumerate(texts, first)
    ]
    async with archive.write() as tx:
        await observe(tx, run_id, seen, at=NOON + timedelta(hours=at))


async def index(archive: Archive) -> None:
    await catch_up(archive, folded, progress=lambda done, total: None)


async def look(archive: Archive, query: str, *, choice: Choice | None = None, **more: object) -> Found:
    wanted = Wanted(query=parse(query), choice=choice or Choice(), **more)  # type: ignore[arg-type]
    return await search_archive(archive, folded, wanted)


def ids(found: Found) -> list[int]:
    return [post.revision.key.post_id for post in found.posts]


@pytest.mark.parametrize("is_indexed", [True, False])
async def test_posts_are_found_by_words_in_any_spelling_with_or_without_the_index(
    archive: Archive, run_id: RunId, is_indexed: bool
) -> None:
    await put(archive, run_id, ["الكتـاب", "دفتر", "وكِتابهم في الدار", "Kitêb", "ك ت ا ب"])
    if is_indexed:
        await index(archive)

    assert sorted(ids(await look(archive, "كتاب"))) == [1, 3]
    assert ids(await look(archive, '"كتابهم"')) == []
    assert ids(await look(archive, '"وکتابهم في"')) == [3]
    assert ids(await look(archive, "KITEB")) == [4]
    assert sorted(ids(await look(archive, "كتاب OR دفتر"))) == [1, 2, 3]
    assert ids(await look(archive, "كتاب NOT دار")) == [1]


async def test_a_new_post_is_found_before_it_is_indexed_and_after(archive: Archive, run_id: RunId) -> None:
    await put(archive, run_id, ["leak one"])
    await index(archive)
    await put(archive, run_id, ["leak two"], first=2)

    before = await look(archive, "leak")
    await index(archive)
    after = await look(archive, "leak")

    assert (ids(before), before.scanned) == ([2, 1], 1)
    assert (ids(after), after.scanned) == ([2, 1], 0)


async def test_a_post_comes_once_by_its_newest_revision_that_is_found(
    archive: Archive, run_id: RunId
) -> None:
    await put(archive, run_id, ["leak first", "leak gone", "leak a leak leak"])
    await put(archive, run_id, ["leak second long text", "harmless"], at=1)
    await index(archive)

    found = (await look(archive, "leak")).posts

    assert {(post.revision.key.post_id, post.revision.key.revision, post.is_earlier) for post in found} == {
        (1, 2, False),
        (2, 1, True),
        (3, 1, False),
    }


async def test_the_newest_revision_is_shown_when_an_earlier_one_ranks_higher(
    archive: Archive, run_id: RunId
) -> None:
    await put(archive, run_id, ["leak", *(f"leak number {number}" for number in range(600))])
    await put(archive, run_id, ["leak " + "and many words " * 40], at=1)
    await index(archive)

    first = (await look(archive, "leak", limit=1)).posts[0]

    assert (first.revision.key.post_id, first.revision.key.revision) == (1, 2)


async def test_among_equals_the_newer_post_is_first_whenever_it_was_archived(
    archive: Archive, run_id: RunId
) -> None:
    await put(archive, run_id, ["same words"] * 200, first=201)
    await put(archive, run_id, ["same words"] * 200)
    await index(archive)

    found = await look(archive, "same", limit=3)

    assert (ids(found), found.has_more) == ([400, 399, 398], True)


async def test_a_word_as_asked_for_ranks_above_one_that_holds_it(archive: Archive, run_id: RunId) -> None:
    await put(archive, run_id, ["كتاب جديد", "الكتاب جديد", "الكتاب جديد", "دفتر جديد"])
    await index(archive)

    assert ids(await look(archive, "كتاب")) == [1, 3, 2]


async def test_posts_are_chosen_by_channel_time_and_flags(archive: Archive, run_id: RunId) -> None:
    await put(archive, run_id, ["leak a", "leak b", "leak c"])
    await put(archive, run_id, ["leak d"], first=9, channel_id=OTHER)
    book = a_rulebook()
    async with archive.write() as tx:
        await rulebooks.record(tx, book, at=NOON)
        marks = [
            (a_key(1), a_flag(category=Category.SEXTORTION)),
            (a_key(2), a_flag(is_shadow=True)),
            (a_key(3), a_flag()),
        ]
        await flags.record(tx, marks, rulebook_digest=book.digest, at=NOON, run_id=run_id)
    choices = {
        Choice(channel_id=OTHER): {9},
        Choice(since=NOON + timedelta(days=2)): {2, 3, 9},
        Choice(until=NOON + timedelta(days=2)): {1},
        Choice(is_flagged=True): {1, 3},
        Choice(category=Category.SEXTORTION): {1},
        Choice(channel_id=OTHER, is_flagged=True): set(),
    }

    for step in ("scan", "index"):
        for choice, wanted in choices.items():
            assert set(ids(await look(archive, "leak", choice=choice))) == wanted, (step, choice)
        await index(archive)


async def test_a_language_is_found_however_rare_it_is(archive: Archive, run_id: RunId) -> None:
    await put(archive, run_id, ["leak and the police"] * 500 + ["leak di nav de ji bo me ye û ez"])
    await index(archive)

    assert ids(await look(archive, "leak", language="kmr", limit=5)) == [501]


async def test_names_of_files_are_found(archive: Archive, run_id: RunId) -> None:
    media = Media(kind=MediaKind.FILE, name="كشف_رواتب_2024.xlsx")
    async with archive.write() as tx:
        await observe(tx, run_id, [a_post(1, content=a_content("", media=media))])
    await index(archive)

    assert ids(await look(archive, "رواتب")) == [1]


async def test_tombstones_are_told(archive: Archive, run_id: RunId) -> None:
    await put(archive, run_id, ["leak"])
    async with archive.write() as tx:
        await bury(tx, run_id, [1], at=NOON + timedelta(hours=1))

    assert (await look(archive, "leak")).posts[0].revision.tombstoned_at == NOON + timedelta(hours=1)


async def test_another_version_of_the_folding_makes_the_index_anew(archive: Archive, run_id: RunId) -> None:
    await put(archive, run_id, ["leak", "leak"])
    await index(archive)
    with closing(sqlite3.connect(archive.path)) as db, db:
        db.execute("UPDATE search_cursor SET version = 'older'")

    stale = await look(archive, "leak")
    await index(archive)
    fresh = await look(archive, "leak")

    assert (ids(stale), stale.scanned) == ([2, 1], 2)
    assert (ids(fresh), fresh.scanned) == ([2, 1], 0)
    assert rows(archive.path, "SELECT count(*) FROM search_index_docsize") == [(2,)]


async def test_chunks_go_on_where_they_ended_and_a_lost_race_adds_nothing_twice(
    archive: Archive, run_id: RunId
) -> None:
    await put(archive, run_id, [f"leak {number}" for number in range(5)])
    other = await Archive.open(archive.path, clock=Clock())

    def outrun(texts: Sequence[str]) -> list[str]:
        # another process indexes the same chunk while we fold it
        with closing(sqlite3.connect(archive.path)) as db, db:
            db.execute("INSERT INTO search_cursor VALUES (1, ?, 2) ON CONFLICT DO NOTHING", [VERSION])
        return folded(texts)

    reached = await index_chunk(archive, outrun, limit=2)
    held = rows(archive.path, "SELECT count(*) FROM search_index_docsize")
    after = [await index_chunk(each, folded, limit=2) for each in (other, archive, archive)]
    await other.close()

    assert (reached, held, after) == (2, [(0,)], [4, 5, 5])


async def test_a_locked_archive_is_searched_and_not_indexed(archive: Archive, run_id: RunId) -> None:
    await put(archive, run_id, ["leak"])
    await archive.close()
    impatient = await Archive.open(archive.path, clock=Clock(), busy_seconds=0.01)
    with closing(sqlite3.connect(archive.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(ArchiveLocked):
            await index(impatient)

        found = await look(impatient, "leak")
    await impatient.close()

    assert (ids(found), found.scanned) == ([1], 1)


async def test_the_bot_indexes_only_while_nothing_comes(archive: Archive, run_id: RunId) -> None:
    async def step() -> tuple[bool, IndexCursor | None]:
        is_soon = await quiet.step() < 1
        async with archive.read() as db:
            return is_soon, await search.cursor(db)

    quiet = QuietIndexing(archive, folded)
    await put(archive, run_id, ["leak"] * 600)
    assert await step() == (False, None)
    assert await step() == (True, IndexCursor(VERSION, 500))
    await put(archive, run_id, ["leak"], first=601)
    assert await step() == (False, IndexCursor(VERSION, 500))
    assert await step() == (False, IndexCursor(VERSION, 601))
    assert await step() == (False, IndexCursor(VERSION, 601))


TEXTS = [
    "الكتاب والوزارة", "وكتابهم leak", "کتێبەکان لە ناو شار", "leak leak of a passport", "٠٧٧٠ 123 a",
    "Ελληνικά 漢字", "a b c d", "b a", "كتاب", "",
]  # fmt: skip
pieces = st.sampled_from(
    [
        "كتاب", "leak", "leak*", "كتا*", "a", "b", "AND", "OR", "NOT", "(", ")", '"a b"', '"b a"',
        "“leak of”", "漢字", "kteb*", "کتێب", "0770", '"leak le"*', "؟",
    ]
)  # fmt: skip


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(pieces | anything.map(lambda text: text[:6]), max_size=7).map(" ".join))
async def test_the_index_says_what_the_domain_says_of_any_query(
    archive: Archive, run_id: RunId, typed: str
) -> None:
    if not rows(archive.path, "SELECT 1 FROM posts LIMIT 1"):
        await put(archive, run_id, TEXTS)
        await index(archive)
    try:
        query = parse(typed)
    except QueryInvalid:
        return

    found = await search_archive(archive, folded, Wanted(query=query))

    assert sorted(ids(found)) == [
        number for number, text in enumerate(TEXTS, 1) if meets(fold(text).text.split(" "), query)
    ]
    assert found.scanned == 0
