"""Our own exports, read back."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given

from archiver.domain.ids import ChannelId, PostId
from archiver.domain.post import Content, ForwardOrigin, Media, MediaKind, Observation, PostCounts, Reply
from tests.builders import CHANNEL, NOON, a_post, digest_of
from tests.desktop.rendering import HANDLE, row_of
from tests.desktop.steps import read
from tests.desktop.strange_posts import desktop_contents, posts


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lines")


def write(path: Path, rows: Iterable[object]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def a_row(seen: Observation, revision: int = 1, **others: object) -> dict[str, object]:
    return row_of(seen, revision, digest_of(seen.content)) | others


def a_posts_row(**others: object) -> dict[str, object]:
    """Return a row of an export of posts."""
    row = a_row(a_post(7, text="x", as_of=0))
    unlike = ("revision", "observed_at", "details")
    return {name: value for name, value in row.items() if name not in unlike} | others


@given(seen=posts(desktop_contents()))
def test_revisions_come_back_as_they_were(place: Path, seen: list[Observation]) -> None:
    path = write(place / "revisions.jsonl", [a_row(each) for each in seen])

    found = read(path)

    if seen:
        assert (found.posts, found.refused, found.fault) == (seen, {}, None)
    else:
        assert "is empty" in str(found.fault)


def test_a_masked_row_is_left_out_and_counted(tmp_path: Path) -> None:
    seen = a_post(7, text="[phone:7f3a21bc]", as_of=0)
    rows = [a_row(seen, digest=None), a_row(a_post(8, as_of=0))]

    versions = read(write(tmp_path / "revisions.jsonl", rows))
    standing = read(write(tmp_path / "posts.jsonl", [a_posts_row(), a_posts_row(post_id=8, digest=None)]))

    assert ([each.post_id for each in versions.posts], versions.refused) == ([8], {"masked": 1})
    assert ([each.post_id for each in standing.posts], standing.refused) == ([7], {"masked": 1})


@pytest.mark.parametrize(
    "others",
    [
        {"text": "changed"}, {"details": {}}, {"details": 5}, {"details": {"media": {"bytes": 1 << 70}}},
        {"details": {"of_the_future": 1}}, {"post_id": 0}, {"post_id": 1 << 40},
        {"published_at": "2026-01-01T00:00:00"},
        {"channel_id": "5"}, {"edited_at": "yesterday"},
    ],
)  # fmt: skip
def test_a_row_that_is_not_what_it_says_is_left_out_and_counted(
    tmp_path: Path, others: dict[str, object]
) -> None:
    media = Media(kind=MediaKind.PHOTO, media_id=(1 << 62) + 1)
    good = a_post(
        8, content=Content(text="x", media=media, album_id=-(1 << 62)), counts=PostCounts(), as_of=0
    )
    rows = [a_row(a_post(7, content=good.content, as_of=0)) | others, a_row(good)]

    found = read(write(tmp_path / "revisions.jsonl", rows))

    assert (found.posts, found.refused) == ([good], {"unreadable": 1})


def test_of_posts_comes_back_what_the_table_has(tmp_path: Path) -> None:
    told = {
        "album_id": "a5", "reply_to_post_id": 3, "forwarded_from_channel_id": 9,
        "forwarded_from_handle": "other", "forwarded_from_post_id": 4, "media_kind": "file",
        "media_name": "a.pdf", "media_bytes": 6, "views": 10, "forwards": 2, "replies": 1,
        "reactions": [["👍", 3]],
    }  # fmt: skip
    path = write(tmp_path / "posts.jsonl", [a_posts_row(**told), a_posts_row(post_id=8, media_kind="newer")])

    first, second = read(path).posts

    assert first == Observation(
        channel_id=CHANNEL,
        post_id=PostId(7),
        published_at=NOON,
        edited_at=None,
        content=Content(
            text="x",
            media=Media(kind=MediaKind.FILE, name="a.pdf", bytes=6),
            reply=Reply(post_id=PostId(3)),
            forward=ForwardOrigin(channel_id=ChannelId(9), handle="other", post_id=PostId(4)),
            album_id=5,
        ),
        counts=PostCounts(views=10, forwards=2, replies=1, reactions=(("👍", 3),)),
        as_of=0,
    )
    assert second.content == Content(text="x", media=Media(kind=MediaKind.OTHER))


def test_rows_of_several_channels_are_pieces_of_their_own(tmp_path: Path) -> None:
    other = a_row(a_post(7, channel_id=5, as_of=0), handle=None)
    path = write(tmp_path / "revisions.jsonl", [a_row(a_post(7, as_of=0)), other, a_row(a_post(8, as_of=0))])

    found = read(path)

    looks = [(each.look.channel_id, each.look.handles) for each in found.pieces if each.look]
    assert looks == [(CHANNEL, (HANDLE,)), (5, None)]
    assert [piece.is_ordered for piece in found.pieces if piece.look] == [True, True]
    assert [piece.position for piece in found.pieces] == [0, 0, path.stat().st_size]


def test_with_a_mark_of_the_byte_order_the_first_piece_begins_where_reading_began(tmp_path: Path) -> None:
    path = write(tmp_path / "revisions.jsonl", [a_row(a_post(7, as_of=0))])
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())

    found = read(path)

    assert [piece.position for piece in found.pieces] == [0, path.stat().st_size]


def test_reading_goes_on_behind_a_piece(tmp_path: Path) -> None:
    path = write(tmp_path / "revisions.jsonl", (a_row(a_post(number, as_of=0)) for number in range(1, 1_500)))
    whole = read(path)
    first = next(number for number, piece in enumerate(whole.pieces) if piece.position)

    rest = read(path, after=whole.pieces[first].position)

    before = [each for piece in whole.pieces[: first + 1] for each in piece.observations]
    assert [piece.position for piece in whole.pieces] == sorted(piece.position for piece in whole.pieces)
    assert len(whole.posts) == 1_499 > len(rest.posts) > 0
    assert [*before, *rest.posts] == whole.posts


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"channel_id": 5, "post', "the file is cut off in the line that begins at byte"),
        ('{"channel_id": 5 "post"}\n', "what is no JSON at byte"),
        ('{"channel_id": 5, "x": ' + "[" * 5_000 + "\n", "what is no JSON at byte"),
    ],
)
def test_what_comes_before_a_fault_is_given(tmp_path: Path, line: str, said: str) -> None:
    path = write(tmp_path / "revisions.jsonl", [a_row(a_post(7, as_of=0))])
    path.write_text(path.read_text("utf-8") + "\n" + line, "utf-8")

    found = read(path)

    assert [each.post_id for each in found.posts] == [7]
    assert said in str(found.fault)


def test_a_line_without_end_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "revisions.jsonl", [a_row(a_post(7, as_of=0))])
    path.write_text(path.read_text("utf-8") + '{"text": "' + "a" * (17 << 20), "utf-8")

    assert "a line of more than 16 MiB at byte" in str(read(path).fault)
