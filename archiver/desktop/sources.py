"""Which files there are to import, and which reader each of them wants: told by what they begin with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from archiver.desktop.fault import no_export
from archiver.desktop.lines import read_posts, read_revisions
from archiver.desktop.piece import Format, Reader
from archiver.desktop.preview import read_preview
from archiver.desktop.telegram_desktop import read_desktop
from archiver.desktop.tg_archive import read_tg_archive
from archiver.domain.errors import SourceUnreadable

READERS: dict[Format, Reader] = {
    Format.DESKTOP: read_desktop,
    Format.TG_ARCHIVE: read_tg_archive,
    Format.PREVIEW: read_preview,
    Format.REVISIONS: read_revisions,
    Format.POSTS: read_posts,
}

_HEAD = 1 << 16
_SQLITE = b"SQLite format 3\0"
_MARK = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_UTF_32 = (b"\xff\xfe\0\0", b"\0\0\xfe\xff")
_PACKED = {
    b"\x1f\x8b": "gunzip", b"PK\x03\x04": "unzip", b"BZh": "bunzip2", b"\xfd7zXZ\0": "unxz",
    b"\x28\xb5\x2f\xfd": "unzstd", b"7z\xbc\xaf": "7z x", b"Rar!": "unrar x",
}  # fmt: skip
"""How packed files begin, and what unpacks them."""

_PAGES = (".html", ".htm")
_IN_FOLDERS = ("result.json", "revisions.jsonl", "posts.jsonl", "data.sqlite")
"""What is looked for in a folder, the telling ones first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file to import."""

    path: Path
    format: Format
    bytes: int


def files_of(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield files, and of folders the exports in them; raises SourceUnreadable for a folder without any."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        found = [path / name for name in _IN_FOLDERS if (path / name).is_file()]
        found = found or sorted(each for each in path.iterdir() if each.suffix.lower() in _PAGES)
        if not found:
            raise no_export(path.name or str(path), "is a folder without an export in it")
        yield from found


def source(path: Path) -> Source:
    """Return what a file is; raises SourceUnreadable, OSError."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    return Source(path=path, format=_format(path.name, head), bytes=path.stat().st_size)


def _format(name: str, head: bytes) -> Format:
    if not head.strip():
        raise no_export(name, "is empty")
    _refuse_unreadable(name, head)
    if head.startswith(_SQLITE):
        return Format.TG_ARCHIVE
    text = head.removeprefix(_MARK).lstrip()
    if text.startswith(b"<"):
        return _page(name, head)
    if text.startswith(b"{"):
        return _lines(text) or Format.DESKTOP
    raise no_export(name, "is nothing that we know")


def _refuse_unreadable(name: str, head: bytes) -> None:
    for beginning, program in _PACKED.items():
        if head.startswith(beginning):
            raise SourceUnreadable(f"{name} is packed; unpack it first: {program} {name}")
    if not head[:64].strip(b"\0"):
        raise SourceUnreadable(f"{name} is damaged, it begins with zeros; get it anew")
    if head.startswith(_UTF_32):
        raise SourceUnreadable(f"{name} is UTF-32; save it as UTF-8: iconv -f UTF-32 -t UTF-8")
    if head.startswith(_UTF_16) or b"\0" in head[:2]:
        raise SourceUnreadable(f"{name} is UTF-16; save it as UTF-8: iconv -f UTF-16 -t UTF-8")


def _page(name: str, head: bytes) -> Format:
    if b"page_wrap" in head and b"tgme_" not in head:
        raise no_export(name, "is an HTML export of Telegram Desktop")
    return Format.PREVIEW


def _lines(text: bytes) -> Format | None:
    """Return which of our tables a file of lines has; an export of Telegram Desktop is one object."""
    first = text.split(b"\n", 1)[0]
    if not (b'"channel_id":' in first and b'"post_id":' in first and b'"text":' in first):
        return None
    return Format.REVISIONS if b'"observed_at":' in first and b'"revision":' in first else Format.POSTS
