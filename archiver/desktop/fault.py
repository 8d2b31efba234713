"""Faults of files: every one names the file, the place in it, and the way out."""

from __future__ import annotations

import re

from archiver.domain.errors import SourceUnreadable

_BYTE = re.compile(r"\(byte (\d+)\)")
_WAY_OUT = "what stands before it is imported; get the file anew, or mend it there"


def broken(name: str, position: int, what: str) -> SourceUnreadable:
    """Return the fault of a file that can't be read on from a byte."""
    return SourceUnreadable(f"{name}: {what} at byte {position:,}; {_WAY_OUT}")


def broken_row(name: str, post_id: int, what: str) -> SourceUnreadable:
    """Return the fault of a file that can't be read on from a post."""
    return SourceUnreadable(f"{name}: {what} behind post {post_id:,}; {_WAY_OUT}")


def no_export(name: str, what: str) -> SourceUnreadable:
    """Return the fault of a file that is none of those that we read; ``what`` says what it is instead."""
    return SourceUnreadable(
        f"{name} {what}; give a JSON export of Telegram Desktop (result.json), an SQLite file of tg-archive, "
        "saved pages of t.me/s, or our own JSONL export"
    )


def place_of(error: Exception) -> int:
    """Return how far into the bytes a decoder met its fault, 0 where it does not say."""
    found = _BYTE.search(str(error))
    return int(found[1]) if found else 0
