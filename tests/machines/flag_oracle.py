"""What the flags of an archive must be, when a rule flags every revision with one word."""

from __future__ import annotations

from pathlib import Path

from tests.journeys.oracle import rows
from tests.services.flaggers import said

Said = tuple[object, ...]

_COVERED = """
SELECT r.post_id, r.revision FROM revisions AS r
JOIN flagging_cursors AS c ON r.revision_id BETWEEN c.first_revision_id AND c.revision_id
"""


def flags_wanted(path: Path, word: str) -> list[Said]:
    """Return what `tests.services.flaggers.said` must say once every revision was flagged."""
    revisions = rows(path, "SELECT post_id, revision, text FROM revisions ORDER BY revision_id")
    return [(post_id, number, f"test.{word}", word) for post_id, number, text in revisions if word in text]


def flag_differences(path: Path, word: str) -> list[str]:
    """Return where flags are wrong; they may be missing where no cursor says that there was flagging."""
    covered = {tuple(row) for row in rows(path, _COVERED)}
    wanted, told = set(flags_wanted(path, word)), said(path)
    lost = {each for each in wanted if each[:2] in covered} - set(told)
    found = [f"never flagged, though a cursor covers it: {each}" for each in sorted(lost, key=str)]
    found += [f"flagged without the word: {each}" for each in sorted(set(told) - wanted, key=str)]
    return found + [f"flagged twice: {each}" for each in sorted(set(told), key=str) if told.count(each) > 1]
