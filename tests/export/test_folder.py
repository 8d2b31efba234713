"""A folder is there whole or not at all."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from archiver.domain.errors import ExportExists, ExportUnwritable
from archiver.export.folder import DigestedFile, folder, write_text


class Broke(Exception):
    """What a test breaks a block with."""


def test_a_folder_appears_when_its_block_ends_with_the_rights_of_any_other(tmp_path: Path) -> None:
    place = tmp_path / "export"

    with folder(place) as made:
        write_text(made / "a.txt", "ا")
        assert not place.exists()

    assert (place / "a.txt").read_text("utf-8") == "ا"
    mask = os.umask(0)
    os.umask(mask)
    assert place.stat().st_mode & 0o777 == 0o755 & ~mask
    assert [path.name for path in tmp_path.iterdir()] == ["export"]


@pytest.mark.parametrize("error", [Broke, KeyboardInterrupt])
def test_nothing_is_left_when_the_block_breaks(tmp_path: Path, error: type[BaseException]) -> None:
    def break_it() -> None:
        with folder(tmp_path / "export") as made:
            write_text(made / "a.txt", "a")
            raise error

    with pytest.raises(error):
        break_it()

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["folder", "file", "dangling link"])
def test_what_is_there_is_never_touched(tmp_path: Path, kind: str) -> None:
    place = tmp_path / "export"
    match kind:
        case "folder":
            place.mkdir()
        case "file":
            place.write_text("mine")
        case _:
            place.symlink_to(tmp_path / "nowhere")

    with pytest.raises(ExportExists, match="is there already"), folder(place):
        raise AssertionError("nothing may be made")

    assert [path.name for path in tmp_path.iterdir()] == ["export"]


def test_what_appears_meanwhile_is_not_touched_either(tmp_path: Path) -> None:
    place = tmp_path / "export"

    def meet() -> None:
        with folder(place) as made:
            write_text(made / "a.txt", "a")
            place.mkdir()

    with pytest.raises(ExportExists):
        meet()

    assert [path.name for path in tmp_path.iterdir()] == ["export"]
    assert list(place.iterdir()) == []


def test_a_folder_in_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExportUnwritable, match="make it"), folder(tmp_path / "none" / "export"):
        raise AssertionError("nothing may be made")


def test_a_full_disk_is_told_as_one_and_leaves_nothing(tmp_path: Path) -> None:
    def fill() -> None:
        with folder(tmp_path / "export") as made:
            (made / "a.txt").symlink_to("/dev/full")
            (made / "a.txt").write_text("a")

    with pytest.raises(ExportUnwritable, match="no room"):
        fill()

    assert list(tmp_path.iterdir()) == []


def test_a_file_knows_its_size_and_digest(tmp_path: Path) -> None:
    file = DigestedFile(tmp_path / "a")
    for part in (b"ab", memoryview(b"cd")):
        file.write(part)
    file.close()

    record = file.record(rows=2, table="things", form="csv")

    assert (record.name, record.bytes, record.rows, record.table) == ("a", 4, 2, "things")
    assert record.digest == hashlib.sha256(b"abcd").hexdigest()
