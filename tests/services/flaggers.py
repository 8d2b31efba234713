"""Small flaggers of which a test knows what they will say: a rule a word, wherever the word stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from archiver.domain.flag import Category, Field, Flag, Match
from archiver.domain.post import Content
from archiver.domain.rule import Standing
from archiver.services.flagging import Flagging
from tests.builders import a_rule, a_rulebook
from tests.journeys.oracle import rows

CATEGORIES = {"ادفع": Category.EXTORTION, "هكر": Category.HACKING_SERVICE}

POISON = "سم"
"""What a flagger that can be poisoned fails on."""


def word_flagging(
    *words: str, digest: str = "a" * 64, is_shadow: bool = False, poison: str | None = None
) -> Flagging:
    """Return what flags each of ``words``; it fails on a text that holds ``poison``."""
    standing = Standing.SHADOW if is_shadow else Standing.ON
    rules = [a_rule(f"test.{word}", category=_category(word), standing=standing) for word in words]

    def flag(contents: Sequence[Content]) -> list[tuple[Flag, ...]]:
        if poison is not None and any(poison in content.text for content in contents):
            raise LookupError(f"a secret: {contents}")
        return [tuple(_flags(content.text, words, is_shadow=is_shadow)) for content in contents]

    return Flagging(rulebook=a_rulebook(digest, rules=rules), flag=flag)


def said(path: Path, *, digest: str | None = None) -> list[tuple[object, ...]]:
    """Return what the archive says was flagged: post, revision, rule, and the characters of each match."""
    sql = """
        SELECT r.post_id, r.revision, f.rule_id, substr(r.text, m.start_at + 1, m.end_at - m.start_at)
        FROM flags AS f JOIN matches AS m USING (flag_id)
        JOIN revisions AS r USING (channel_id, post_id, revision)
        WHERE ? IN (f.rulebook_digest, '') ORDER BY r.revision_id, f.rule_id, m.number
    """
    return rows(path, sql, digest or "")


def _flags(text: str, words: Sequence[str], *, is_shadow: bool) -> list[Flag]:
    found = {word: [match.span() for match in re.finditer(re.escape(word), text)] for word in words}
    return [
        Flag(
            rule_id=f"test.{word}", category=_category(word), severity=3, score=1.0, is_shadow=is_shadow,
            matches=tuple(_match(word, start, end) for start, end in spans),
        )
        for word, spans in found.items()
        if spans
    ]  # fmt: skip


def _match(word: str, start: int, end: int) -> Match:
    return Match(group="test.words", term=word, field=Field.TEXT, start=start, end=end, weight=1.0)


def _category(word: str) -> Category:
    return CATEGORIES.get(word, Category.EXTORTION)
