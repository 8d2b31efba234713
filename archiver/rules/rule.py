"""Read a rule of a pack, and remember where each of its parts stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from archiver.domain.condition import Condition
from archiver.domain.flag import Category
from archiver.domain.rule import LANGUAGES, Rule, Standing
from archiver.rules.conditions import RESERVED, WORD, Misread, parse
from archiver.rules.example import read_examples
from archiver.rules.nodes import Node, Pairs
from archiver.rules.sheet import Sheet

KEYS = (
    "id", "title", "category", "severity", "languages", "when", "base", "weights", "threshold", "lexicon",
    "standing", "note", "references", "examples",
)  # fmt: skip
"""The keys of a rule."""

_REQUIRED = ("id", "title", "category", "severity")
_SEVERITIES = ("1", "2", "3", "4")
_LEXICON = re.compile(rf"[\w-][\w.-]*\.tsv#{WORD}", re.ASCII)
_NAME = re.compile(rf"{WORD}(?:\.{WORD})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRule:
    """A rule, whether it has no fault, and the lines of its parts by key, or by ``weights.group``."""

    rule: Rule
    is_sound: bool
    lines: Mapping[str, int]


def read_rule(sheet: Sheet, node: Node, *, pack: str) -> ReadRule | None:
    """Return a rule as far as it can be read, None where it has no id; what can't is a fault of the sheet."""
    before = len(sheet.faults)
    keys = sheet.keys(node, KEYS, what="a rule")
    if isinstance(node, Pairs):
        for key in _REQUIRED:
            if key not in keys:
                sheet.fault(node.line, f"the rule has no {key}; add {key}: …")
    name = read_name(sheet, keys["id"], what="id") if "id" in keys else None
    weights, lines = _weights(sheet, keys, pack)
    rule = _rule(sheet, keys, pack, f"{pack}.{name}", weights)
    if name is None:
        return None
    lines = {"": node.line} | {key: value.line for key, value in keys.items()} | lines
    return ReadRule(rule=rule, is_sound=len(sheet.faults) == before, lines=lines)


def read_name(sheet: Sheet, node: Node, *, what: str) -> str | None:
    """Return the name of a pack, a group or a rule."""
    text = sheet.text(node, what=what)
    if text is None or is_name(text):
        return text
    sheet.fault(node.line, f"{what} {text[:40]!r} is no name; {NAMES}")
    return None


NAMES = (
    "use small letters, digits, - and _, a letter first, and no word of conditions such as and, near, count"
)
"""How names are made, for people."""


def is_name(text: str) -> bool:
    """Say whether a pack, a group or a rule can be called so."""
    return bool(re.fullmatch(WORD, text)) and text not in RESERVED


def _rule(
    sheet: Sheet, keys: Mapping[str, Node], pack: str, rule_id: str, weights: Mapping[str, float]
) -> Rule:
    severity = _word(sheet, keys, "severity", _SEVERITIES)
    category = _word(sheet, keys, "category", tuple(Category))
    languages = keys.get("languages")
    flag, benign = read_examples(sheet, keys["examples"]) if "examples" in keys else ((), ())
    return Rule(
        id=rule_id,
        pack=pack,
        title=_text(sheet, keys, "title") or "",
        category=Category(category or Category.EXTORTION),
        severity=int(severity or 1),
        languages=sheet.words(languages, LANGUAGES, what="language") if languages else (),
        when=_when(sheet, keys, pack),
        base=_number(sheet, keys, "base"),
        weights=weights,
        lexicon=_lexicon(sheet, keys),
        threshold=_number(sheet, keys, "threshold"),
        standing=Standing(_word(sheet, keys, "standing", tuple(Standing)) or Standing.ON),
        references=_references(sheet, keys),
        note=_text(sheet, keys, "note"),
        examples_flag=flag,
        examples_benign=benign,
    )


def _text(sheet: Sheet, keys: Mapping[str, Node], key: str) -> str | None:
    return sheet.text(keys[key], what=key) if key in keys else None


def _word(sheet: Sheet, keys: Mapping[str, Node], key: str, known: tuple[str, ...]) -> str | None:
    return sheet.word(keys[key], known, what=key) if key in keys else None


def _number(sheet: Sheet, keys: Mapping[str, Node], key: str) -> float:
    number = sheet.number(keys[key], what=key) if key in keys else None
    return 1.0 if number is None else number


def _when(sheet: Sheet, keys: Mapping[str, Node], pack: str) -> Condition | None:
    text = _text(sheet, keys, "when")
    if text is None:
        return None
    try:
        return parse(text, pack=pack)
    except Misread as error:
        sheet.fault(keys["when"].line, f"when: {error}")
        return None


def _weights(sheet: Sheet, keys: Mapping[str, Node], pack: str) -> tuple[dict[str, float], dict[str, int]]:
    """Return the weight of each group by its full name, and its line."""
    weights: dict[str, float] = {}
    lines: dict[str, int] = {}
    if "weights" not in keys:
        return weights, lines
    for key, value in sheet.pairs(keys["weights"], what="weights"):
        weight = sheet.number(value, what=f"the weight of {key.text}")
        if not _NAME.fullmatch(key.text):
            sheet.fault(key.line, f"{key.text[:40]!r} names no group; write group, or pack.group")
        elif weight is not None:
            name = key.text if "." in key.text else f"{pack}.{key.text}"
            if name in weights:
                sheet.fault(key.line, f"{name} has two weights; delete one")
            weights[name], lines[f"weights.{name}"] = weight, key.line
    return weights, lines


def _lexicon(sheet: Sheet, keys: Mapping[str, Node]) -> str | None:
    text = _text(sheet, keys, "lexicon")
    if text is None or _LEXICON.fullmatch(text):
        return text
    sheet.fault(
        keys["lexicon"].line, f"lexicon {text[:40]!r} must be file.tsv#column, a file beside the pack"
    )
    return None


def _references(sheet: Sheet, keys: Mapping[str, Node]) -> tuple[str, ...]:
    if "references" not in keys:
        return ()
    found = []
    for text, line in sheet.texts(keys["references"], what="references"):
        if text.startswith(("https://", "http://")):
            found.append(text)
        else:
            sheet.fault(line, f"the reference {text[:40]!r} is no link; begin it with https://")
    return tuple(found)
