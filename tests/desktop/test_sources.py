"""Which files are exports, and of which kind."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from archiver.desktop.piece import Format
from archiver.desktop.sources import files_of, source
from archiver.domain.errors import SourceUnreadable
from tests.builders import a_post, digest_of
from tests.desktop.rendering import a_channel, preview_page, row_of, write_json, write_tg_archive


def test_a_file_is_known_by_what_is_in_it(tmp_path: Path) -> None:
    seen = a_post(as_of=0)
    (tmp_path / "page").write_text("\n" + preview_page([seen]))
    row = row_of(seen, 1, digest_of(seen.content))
    in_posts = {name: value for name, value in row.items() if name != "observed_at"}
    files = {
        Format.DESKTOP: write_json(tmp_path / "a", a_channel([])),
        Format.TG_ARCHIVE: write_tg_archive(tmp_path / "b", [seen]),
        Format.PREVIEW: tmp_path / "page",
        Format.REVISIONS: write_json(tmp_path / "c", row, indent=None),
        Format.POSTS: write_json(tmp_path / "d", in_posts, indent=None),
    }

    assert {kind: source(path).format for kind, path in files.items()} == {kind: kind for kind in files}
    assert source(tmp_path / "a").bytes == (tmp_path / "a").stat().st_size


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "x is empty; give a JSON export"),
        (b" \n ", "x is empty; give a JSON export"),
        (b"\xff\xfe{\0", "x is UTF-16; save it as UTF-8"),
        ('{"a": 1}'.encode("utf-16-be"), "x is UTF-16; save it as UTF-8"),
        ('{"a": 1}'.encode("utf-16-le"), "x is UTF-16; save it as UTF-8"),
        (b"hello", "x is nothing that we know; give"),
        (b"PK\x03\x04", "x is packed; unpack it first: unzip x"),
        (gzip.compress(b"{}", mtime=0), "x is packed; unpack it first: gunzip x"),
        (b"\0" * 100, "x is damaged, it begins with zeros; get it anew"),
        ('{"a": 1}'.encode("utf-32"), "x is UTF-32; save it as UTF-8: iconv -f UTF-32"),
        (b'<html><div class="page_wrap">', "x is an HTML export of Telegram Desktop; give"),
    ],
)
def test_what_is_no_export_is_refused(tmp_path: Path, data: bytes, said: str) -> None:
    (tmp_path / "x").write_bytes(data)

    with pytest.raises(SourceUnreadable, match=said):
        source(tmp_path / "x")


def test_of_folders_the_exports_in_them_are_taken(tmp_path: Path) -> None:
    for name in ("a/result.json", "b/posts.jsonl", "b/revisions.jsonl", "c/2.html", "c/1.htm", "c/1.css"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()

    found = files_of([tmp_path / "a", tmp_path / "b", tmp_path / "c", tmp_path / "d.json"])

    assert [path.relative_to(tmp_path).as_posix() for path in found] == [
        "a/result.json", "b/revisions.jsonl", "b/posts.jsonl", "c/1.htm", "c/2.html", "d.json",
    ]  # fmt: skip


def test_a_folder_without_an_export_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceUnreadable, match="is a folder without an export in it"):
        list(files_of([tmp_path]))
