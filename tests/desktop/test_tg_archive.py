"""SQLite files of tg-archive, of channels and of groups."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given

from archiver.domain.claim import Claim, Register
from archiver.domain.ids import ChannelId
from archiver.domain.post import Content, Media, MediaKind, Observation, Poll
from tests.builders import CHANNEL, a_post
from tests.desktop.rendering import HANDLE, write_tg_archive
from tests.desktop.steps import read
from tests.desktop.strange_posts import archive_contents, posts

OURS = Claim(handle=HANDLE)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("archives")


def change(path: Path, sql: str, *values: object) -> Path:
    with closing(sqlite3.connect(path)) as db:
        db.execute(sql, values)
        db.commit()
    return path


@given(seen=posts(archive_contents()))
def test_posts_come_back_as_they_were(place: Path, seen: list[Observation]) -> None:
    path = place / "data.sqlite"
    path.unlink(missing_ok=True)

    found = read(write_tg_archive(path, seen), claim=OURS)

    assert (found.posts, found.fault) == (seen, None)
    assert found.refused == ({} if seen else {"unidentified": 1})


def test_reading_goes_on_behind_a_post(tmp_path: Path) -> None:
    path = write_tg_archive(tmp_path / "data.sqlite", [a_post(number, as_of=0) for number in range(1, 1_200)])

    whole = read(path, claim=OURS)
    rest = read(path, claim=OURS, after=whole.pieces[0].position)

    assert [each.post_id for each in whole.posts] == list(range(1, 1_200))
    assert [*whole.pieces[0].observations, *rest.posts] == whole.posts
    assert whole.pieces[-1].bytes_read == path.stat().st_size


def test_without_a_claim_nobody_knows_whose_it_is(tmp_path: Path) -> None:
    path = write_tg_archive(tmp_path / "data.sqlite", [a_post(as_of=0)])

    assert read(path).refused == {"unidentified": 1}
    assert read(path, claim=Claim(handle="another_one")).refused == {"not_chosen": 1}


def test_a_channel_of_which_only_the_title_is_told_is_known_by_the_archive(tmp_path: Path) -> None:
    path = write_tg_archive(tmp_path / "data.sqlite", [a_post(as_of=0)], name="Rafidain News")

    known = read(path, claim=OURS, register=Register(holders={HANDLE: ChannelId(5)}))

    assert ([each.channel_id for each in known.posts], read(path, claim=OURS).refused) == (
        [5],
        {"unidentified": 1},
    )


def test_a_group_is_refused(tmp_path: Path) -> None:
    two = write_tg_archive(tmp_path / "two.sqlite", [a_post(7, as_of=0), a_post(8, as_of=0)])
    joined = write_tg_archive(tmp_path / "joined.sqlite", [a_post(7, as_of=0)])
    change(two, "UPDATE messages SET user_id = 99 WHERE id = 8")
    change(joined, "UPDATE messages SET type = 'user_joined'")

    assert [read(path, claim=OURS).refused for path in (two, joined)] == [{"group": 1}, {"group": 1}]


def test_media_and_polls_are_told_as_far_as_they_were_kept(tmp_path: Path) -> None:
    poll = Poll(question="?", answers=("a", "b"))
    contents = [
        Content(text="", media=Media(kind=MediaKind.POLL), poll=poll),
        Content(text="", media=Media(kind=MediaKind.FILE, name="citizens.xlsx")),
        Content(text="v", media=Media(kind=MediaKind.VIDEO, name="a.mp4")),
    ]
    seen = [a_post(number, content=each, as_of=0) for number, each in enumerate(contents, 1)]
    path = write_tg_archive(tmp_path / "data.sqlite", seen)
    change(path, "INSERT INTO media (id, type, url, description) VALUES (9, 'webpage', 'https://a', '[')")
    change(
        path,
        "INSERT INTO messages VALUES (9, 'message', '2026-03-01 12:00:00', NULL, 'x', '[', NULL, ?, 9)",
        CHANNEL,
    )

    assert [each.content for each in read(path, claim=OURS).posts] == [*contents, Content(text="x")]


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("content", None, "empty"), ("content", "", "empty"), ("date", "yesterday", "unreadable"),
        ("content", b"\xff", "unreadable"), ("id", -4, None), ("id", 1 << 40, "unreadable"),
    ],
)  # fmt: skip
def test_a_post_of_which_nothing_is_told_is_left_out_and_counted(
    tmp_path: Path, column: str, value: object, reason: str | None
) -> None:
    path = write_tg_archive(tmp_path / "data.sqlite", [a_post(7, as_of=0), a_post(8, as_of=0)])
    change(path, f"UPDATE messages SET {column} = ? WHERE id = 8", value)  # noqa: S608 - our own words

    found = read(path, claim=OURS)

    assert ([each.post_id for each in found.posts], found.refused) == ([7], {reason: 1} if reason else {})


def test_a_file_without_entities_is_of_an_older_tg_archive(tmp_path: Path) -> None:
    path = change(
        write_tg_archive(tmp_path / "data.sqlite", [a_post(as_of=0)]),
        "ALTER TABLE messages DROP COLUMN entities",
    )

    assert [each.content for each in read(path, claim=OURS).posts] == [a_post().content]


def test_another_sqlite_file_is_refused(tmp_path: Path) -> None:
    path = change(tmp_path / "notes.sqlite", "CREATE TABLE notes (a)")
    ours = change(tmp_path / "archive.db", "CREATE TABLE revisions (a)")

    assert "notes.sqlite is an SQLite file of something else; give" in str(read(path).fault)
    assert "archive.db is an archive of ours; give" in str(read(ours).fault)


def test_a_damaged_file_gives_what_it_can_and_names_the_post(tmp_path: Path) -> None:
    seen = [a_post(number, text="ا" * 300, as_of=0) for number in range(1, 3_000)]
    path = write_tg_archive(tmp_path / "data.sqlite", seen)
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 200_000] = b"\xee" * 200_000
    path.write_bytes(data)

    found = read(path, claim=OURS)

    assert found.fault is not None
    assert found.fault.startswith("data.sqlite: SQLite can't read on (DatabaseError) behind post ")
    assert [each.post_id for each in found.posts] == list(range(1, len(found.posts) + 1))


def test_entities_are_in_the_order_of_the_text(tmp_path: Path) -> None:
    path = write_tg_archive(tmp_path / "data.sqlite", [a_post(as_of=0)])
    kept = {
        "Italic": [{"o": 3, "l": 1}],
        "Bold": [{"o": 0, "l": 2}, {"l": 2}],
        "MentionName": [{"o": 0, "l": 1, "user_id": 4}],
    }
    change(path, "UPDATE messages SET entities = ?", json.dumps(kept))

    [found] = read(path, claim=OURS).posts

    assert [(each.kind, each.offset, each.value) for each in found.content.entities] == [
        ("bold", 0, None), ("mention_name", 0, "4"), ("italic", 3, None),
    ]  # fmt: skip
