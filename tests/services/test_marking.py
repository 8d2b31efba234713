"""Marks spare work and change nothing: whoever reads them gets what they would work out, or does so."""

from __future__ import annotations

import ast
import random
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from archiver import wiring
from archiver.domain.export import Choice, Format
from archiver.domain.language import language
from archiver.domain.post import Media, MediaKind
from archiver.domain.query import parse
from archiver.rules.folded import folded
from archiver.services import exporting
from archiver.services.indexing import QuietIndexing
from archiver.services.marking import SOURCES, Marker, catch_up, is_behind, mark_chunk, version, version_of
from archiver.services.searching import Wanted, search_archive
from archiver.storage import keys, marks
from archiver.storage.archive import Archive
from archiver.storage.marks import MarkCursor
from tests.builders import NOON, Clock, a_content, a_post
from tests.house.tree import ARCHIVER
from tests.journeys.oracle import rows
from tests.services.export_steps import ARABIC, KEY, LEAK, PHONE, a_button, a_request, export
from tests.storage.steps import begin_run, know_channel, observe

pytestmark = pytest.mark.asyncio

FORMATS = (Format.CSV, Format.JSONL, Format.PARQUET)
WORDS = (
    "خبر", "عاجل", "بغداد", "لە", "ناو", "شار", "هەموو", "در", "شهر", "چه", "the", "city", "of", "ku", "li",
    "ji", "город", "07700000021", "+964 770 000 0021", "a@example.org", "a@example.org:secret1",
    "t.me/joinchat/AAAAAEkk2WdoDrB4-Q8-gg", "4111 1111 1111 1111", "@somebody_here", "voters.sql", "اسم:",
    "name: Ali", "\n", "🔥", "",
)  # fmt: skip


def some_texts(count: int) -> list[str]:
    """Return texts of all languages, many with something to mask, some with nothing at all."""
    chance = random.Random(7)
    made = [" ".join(chance.choices(WORDS, k=chance.randint(0, 12))) for _ in range(count)]
    return [LEAK, ARABIC, "", "…", "🔥" * 3, *made]


TEXTS = some_texts(1_200)
"""More than one batch of an export has."""


async def fill(archive: Archive, texts: Sequence[str]) -> None:
    """Archive texts as posts, each the name of a file and a button too; every third is edited."""
    run_id = await begin_run(archive)
    contents = [
        a_content(
            text,
            media=Media(kind=MediaKind.FILE, name=text.replace("\n", " ")) if number % 2 else None,
            buttons=(a_button(),) if number % 5 == 0 else (),
        )
        for number, text in enumerate(texts)
    ]
    async with archive.write() as tx:
        await know_channel(tx, run_id)
        await keys.obtain(tx, keys.PSEUDONYMS, fresh=KEY, at=NOON)
        await observe(tx, run_id, [a_post(number, content=each) for number, each in enumerate(contents, 1)])
        edits = [
            a_post(number, content=replace(each, text=f"{each.text} {LEAK}"), edited_at=NOON, as_of=150)
            for number, each in enumerate(contents, 1)
            if number % 3 == 0
        ]
        await observe(tx, run_id, edits)


async def mark(path: Path, *, limit: int | None = None) -> None:
    """Mark an archive that nobody has open, to the end or its first revisions."""
    archive = await Archive.open(path, clock=Clock())
    marker = await wiring.marker(archive)
    if limit is None:
        await catch_up(archive, marker, progress=lambda _done, _total: None)
    else:
        await mark_chunk(archive, marker, limit=limit)
    await archive.close()


def spoil(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        for statement in statements:
            db.execute(statement)


LIE = "UPDATE revision_marks SET language = 'xx', masked_text = NULL, masked_media_name = 'a lie'"


@pytest_asyncio.fixture
async def cold(archive_path: Path) -> AsyncIterator[Path]:
    """Give an archive without marks, closed, whose key of pseudonyms is `KEY`."""
    archive = await Archive.open(archive_path, clock=Clock())
    await fill(archive, TEXTS)
    await archive.close()
    yield archive_path


def exported(
    path: Path, folder: Path, *, key: bytes = KEY, purpose: str | None = None, choice: Choice | None = None
) -> dict[str, bytes]:
    request = a_request(folder, "posts", "revisions", formats=FORMATS, purpose=purpose, choice=choice)
    return export(path, request, key=key).bytes()


@pytest.mark.parametrize(
    "how",
    [
        pytest.param({}, id="masked"),
        pytest.param({"key": b"x" * 32}, id="by-another-key"),
        pytest.param({"purpose": "a court asked"}, id="unmasked"),
        pytest.param({"choice": Choice(languages=("ckb", "ru"))}, id="of-two-languages"),
        pytest.param({"choice": Choice(query="city OR خبر", languages=("en",))}, id="of-a-query"),
    ],
)
async def test_an_export_is_the_same_to_the_byte_without_marks_with_some_and_with_all(
    cold: Path, tmp_path: Path, how: dict[str, object]
) -> None:
    without = exported(cold, tmp_path / "a", **how)  # type: ignore[arg-type]
    await mark(cold, limit=700)
    some = exported(cold, tmp_path / "b", **how)  # type: ignore[arg-type]
    await mark(cold)
    every = exported(cold, tmp_path / "c", **how)  # type: ignore[arg-type]

    assert without["posts.csv"] == some["posts.csv"] == every["posts.csv"]
    assert without == some == every


async def test_with_marks_of_every_revision_an_export_works_nothing_out(cold: Path, tmp_path: Path) -> None:
    await mark(cold)
    asked: list[str] = []

    def ask(texts: Sequence[str]) -> Sequence[str]:
        asked.extend(texts)
        return texts

    tools = replace(wiring.export_tools(KEY), tell_languages=ask, mask=ask)
    request = a_request(tmp_path / "out", "posts")
    exporting.write(cold, request, tools, key=KEY, progress=lambda _done, _total: None)

    assert asked == []
    assert PHONE not in (tmp_path / "out" / "posts.jsonl").read_text("utf-8")


async def test_marks_of_another_version_are_believed_by_nobody_and_made_anew(
    cold: Path, tmp_path: Path
) -> None:
    without = exported(cold, tmp_path / "a")
    await mark(cold)
    right = rows(cold, "SELECT * FROM revision_marks")
    spoil(cold, LIE, "UPDATE mark_cursor SET version = 'older'")

    stale = exported(cold, tmp_path / "b")
    archive = await Archive.open(cold, clock=Clock())
    found = await search_archive(archive, folded, Wanted(query=parse("خبر"), language="xx"))
    was_behind = await is_behind(archive)
    await archive.close()
    await mark(cold)

    assert stale == without
    assert found.posts == ()
    assert was_behind
    assert rows(cold, "SELECT * FROM revision_marks") == right
    assert rows(cold, "SELECT version FROM mark_cursor") == [(version(),)]


async def test_marks_are_believed_by_exports_and_searches(cold: Path, tmp_path: Path) -> None:
    await mark(cold)
    spoil(cold, LIE)

    made = export(cold, a_request(tmp_path / "out", "posts"))
    archive = await Archive.open(cold, clock=Clock())
    found = await search_archive(archive, folded, Wanted(query=parse("خبر"), language="xx", limit=9))
    none = await search_archive(archive, folded, Wanted(query=parse("خبر"), language="ar", limit=9))
    await archive.close()

    assert set(made.column("posts", "language")) == {"xx"}
    assert set(made.column("posts", "media_name")) == {"a lie"}
    assert len(found.posts) == 9
    assert none.posts == ()


async def test_masks_of_the_archive_s_key_are_not_those_of_another(cold: Path, tmp_path: Path) -> None:
    await mark(cold)

    own = export(cold, a_request(tmp_path / "a", "posts"))
    other = export(cold, a_request(tmp_path / "b", "posts"), key=b"x" * 32)

    first, second = own.column("posts", "text")[0], other.column("posts", "text")[0]
    assert first == rows(cold, "SELECT masked_text FROM revision_marks WHERE revision_id = 1")[0][0]
    assert first.startswith(LEAK.split(PHONE)[0] + "[phone:")
    assert second.startswith(LEAK.split(PHONE)[0] + "[phone:")
    assert first != second


async def test_a_mark_says_what_would_be_worked_out(cold: Path) -> None:
    await mark(cold)

    masked = wiring.masker(KEY).masked
    found = rows(
        cold,
        "SELECT r.text, r.media_name, m.language, m.masked_text, m.masked_media_name "
        "FROM revisions AS r LEFT JOIN revision_marks AS m ON m.revision_id = r.revision_id",
    )
    texts, names = [row[0] for row in found], [row[1] or "" for row in found]
    assert [row[2] for row in found] == [language(text) for text in texts]
    assert [row[3] or row[0] for row in found] == masked(texts)
    assert [row[4] or row[1] or "" for row in found] == masked(names)
    assert {row[3] is None for row in found} == {row[4] is None for row in found} == {True, False}


async def test_chunks_go_on_where_they_ended_and_a_lost_race_adds_nothing_twice(
    archive: Archive, archive_path: Path
) -> None:
    await fill(archive, TEXTS[:6])
    marker = await wiring.marker(archive)

    def outrun(texts: Sequence[str]) -> Sequence[str | None]:
        # another process marks the same chunk while we tell languages
        sql = f"INSERT INTO mark_cursor VALUES (1, '{version()}', 2) ON CONFLICT DO NOTHING"  # noqa: S608
        spoil(archive_path, sql)
        return marker.tell_languages(texts)

    slow = Marker(tell_languages=outrun, masker=marker.masker)
    reached = await mark_chunk(archive, slow, limit=2)
    held = rows(archive_path, "SELECT count(*) FROM revision_marks")
    after = [await mark_chunk(archive, marker, limit=4) for _ in range(3)]

    assert (reached, held, after) == (2, [(0,)], [6, 8, 8])
    assert not await is_behind(archive)


async def test_the_bot_marks_once_everything_is_indexed_and_only_while_nothing_comes(
    archive: Archive,
) -> None:
    async def step() -> tuple[bool, MarkCursor | None]:
        is_soon = await quiet.step() < 1
        async with archive.read() as db:
            return is_soon, await marks.cursor(db)

    quiet = QuietIndexing(archive, folded, await wiring.marker(archive))
    await fill(archive, ["leak"] * 600)
    assert await step() == (False, None)
    assert await step() == (True, None)
    assert await step() == (True, None)
    assert await step() == (True, MarkCursor(version(), 500))
    assert await step() == (False, MarkCursor(version(), 800))
    assert await step() == (False, MarkCursor(version(), 800))


WITHOUT_A_SAY = {
    "domain/rule.py": "names the languages, as domain/language.py does",
    "rules/detectors/__init__.py": "is a sentence",
}


async def test_the_version_is_of_every_source_that_has_a_say_in_marks() -> None:
    asked = ["rules/languages.py", "rules/detectors/detectors.py", "services/masking.py", "domain/masking.py"]
    needed: set[str] = set()
    while asked:
        source = asked.pop()
        if source not in needed:
            needed.add(source)
            asked += [] if source in WITHOUT_A_SAY else imported(ARCHIVER / source)

    covered = {
        path.relative_to(ARCHIVER).as_posix() for source in SOURCES for path in [*files_of(ARCHIVER / source)]
    }
    assert needed - covered - set(WITHOUT_A_SAY) == set()


def files_of(path: Path) -> Iterable[Path]:
    return path.glob("*.py") if path.is_dir() else (path,)


def imported(path: Path) -> list[str]:
    """Return the files of our own that a file imports when it runs."""
    names = [
        name
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("archiver.")
        for name in (node.module, *(f"{node.module}.{each.name}" for each in node.names))
    ]
    places = [Path(*name.split(".")[1:]) for name in names]
    found = [place.with_suffix(".py") for place in places if (ARCHIVER / place.with_suffix(".py")).is_file()]
    return [place.as_posix() for place in found]


@pytest.mark.parametrize("source", SOURCES)
async def test_whatever_changes_in_a_source_makes_another_version(tmp_path: Path, source: str) -> None:
    for each in SOURCES:
        for file in files_of(ARCHIVER / each):
            copy = tmp_path / file.relative_to(ARCHIVER)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)
    assert version_of(tmp_path) == version()
    changed = max(files_of(tmp_path / source))
    changed.write_text(changed.read_text("utf-8").replace(" = ", " =  ", 1), "utf-8")

    assert version_of(tmp_path) != version()
