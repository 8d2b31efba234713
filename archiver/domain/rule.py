"""Groups of terms, rules over them, packs of rules, and the rulebook that is in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from archiver.domain.condition import Condition
from archiver.domain.flag import Category
from archiver.domain.post import Content

LANGUAGES = ("ar", "ckb", "kmr", "en", "fa", "ru")
"""Languages of terms: Arabic with its dialects, Sorani, Kurmanji, English, Persian, Russian."""

ANY_LANGUAGE = "any"
"""What terms are listed under that count in every text."""

TRAITS = {
    "forwarded": "the post was forwarded",
    "has_buttons": "buttons stand under it",
    "has_poll": "it is a poll",
    "has_file": "it carries a file, neither photo nor video",
    "no_text": "it has no text",
    "short": "its text has at most 12 words",
    "long": "its text has more than 120 words",
}
"""Plain facts of a post, and what each means."""

TRAITS_OF_NOTHING = frozenset({"no_text", "short"})
"""The traits of a post that holds nothing at all."""

ENTITY_KINDS = (
    "bank_card", "blockquote", "bold", "bot_command", "cashtag", "code", "custom_emoji", "diff_delete",
    "diff_insert", "diff_replace", "email", "formatted_date", "hashtag", "italic", "mention", "mention_name",
    "phone", "pre", "spoiler", "strike", "text_url", "underline", "unknown", "url",
)  # fmt: skip
"""Kinds of `domain.post.Entity` in the layer of Telegram's schema that this program reads."""


class Boundary(StrEnum):
    """How much of a word a term must be."""

    WORD = "word"
    """Whole words."""
    CLITIC = "clitic"
    """Whole words, but for what Arabic and Kurdish write together with them (``rules/boundaries.py``)."""
    PART = "part"
    """Any stretch of letters."""


class Standing(StrEnum):
    """What becomes of a rule's flags."""

    ON = "on"
    SHADOW = "shadow"
    """Recorded, and queued nowhere."""
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Named terms, any of which makes the group present.

    ``terms`` maps a language, or ``any``, to phrases, sorted, no two of which fold to the same; a phrase
    counts only in a text that may be in its language (`domain.language`). ``detectors`` are kinds of
    `rules.detectors`; ``entities`` words of `ENTITY_KINDS`; ``media`` kinds of media; ``file_names``
    patterns with ``*`` and ``?``; ``forwarded_from`` handles; ``traits`` words of `TRAITS`.
    """

    name: str
    boundary: Boundary = Boundary.CLITIC
    terms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    detectors: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    file_names: tuple[str, ...] = ()
    forwarded_from: tuple[str, ...] = ()
    traits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A post that a rule must flag, or must not; ``line`` is where it stands in the pack's file."""

    content: Content
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule: when it fires, and what it says.

    It flags a content that may be in one of its ``languages`` (none: all), for which ``when`` holds (None:
    always) and whose score, ``base`` plus the ``weights`` of the groups that are present plus what its
    ``lexicon`` weighs, reaches ``threshold``. ``id`` is a full name, ``pack.rule``; groups are named
    ``pack.group``. ``lexicon`` names a column of a file of weighted pieces, ``file.tsv#column``.
    """

    id: str
    pack: str
    title: str
    category: Category
    severity: int
    languages: tuple[str, ...] = ()
    when: Condition | None = None
    base: float = 1.0
    weights: Mapping[str, float] = field(default_factory=dict)
    lexicon: str | None = None
    threshold: float = 1.0
    standing: Standing = Standing.ON
    references: tuple[str, ...] = ()
    note: str | None = None
    examples_flag: tuple[Example, ...] = ()
    examples_benign: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePack:
    """A file of rules on one theme. ``source`` is its file, for people."""

    name: str
    title: str
    source: str
    groups: tuple[Group, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """What pieces of words, words and groups of terms weigh (`rules.pieces`, `rules.weighing`).

    ``columns`` names the weights of a row, ``rows`` maps a piece or words to them, ``groups`` a group,
    ``pack.group``. ``base`` is what each column weighs before anything is found, ``languages`` what the first
    one weighs more in a text of a language (`domain.language.language`).
    """

    columns: tuple[str, ...]
    base: tuple[float, ...]
    rows: Mapping[str, tuple[float, ...]]
    groups: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    languages: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """All rules in force, in order of their ids; those that are off are not among them.

    ``groups`` maps ``pack.group`` to its group, ``lexicons`` a file's name to its weighted pieces; both hold
    only what the rules name. ``digest`` is SHA-256 over all that decides a flag: rules, groups, lexicons,
    standings, and the versions of the folding and of the matching; two rulebooks with one digest give the
    same flags.
    """

    digest: str
    groups: Mapping[str, Group]
    rules: tuple[Rule, ...]
    lexicons: Mapping[str, Lexicon]
