"""Read a file of rules or a lexicon from disk: a pack, its standings, and every fault with its line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from archiver.domain.fault import Fault
from archiver.domain.rule import Group, RulePack, Standing
from archiver.rules.group import read_group
from archiver.rules.nodes import Node, NoYaml, Pairs, compose
from archiver.rules.rule import NAMES, ReadRule, is_name, read_name, read_rule
from archiver.rules.sheet import Sheet

KEYS = ("pack", "title", "note", "groups", "rules", "standing")
"""The keys of a file."""

NAMELESS = "?"
"""The name of a pack whose own could not be read."""

_LARGEST = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class PackFile:
    """What a file holds, as far as it could be read.

    ``pack`` is None in a file of standings only, and where the file is no pack at all. ``rules`` are those
    of the pack with their lines. ``unsound_groups`` could not be read in full. ``standings`` maps an id, or
    ``pack.*``, to its standing and line.
    """

    file: str
    pack: RulePack | None = None
    rules: tuple[ReadRule, ...] = ()
    unsound_groups: frozenset[str] = frozenset()
    standings: Mapping[str, tuple[Standing, int]] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()


def read_pack(text: str, *, file: str) -> PackFile:
    """Return what the text of a file holds; ``file`` is how people find it."""
    sheet = Sheet(file)
    try:
        node = compose(text)
    except NoYaml as error:
        return PackFile(file=file, faults=(Fault(file, error.line, str(error)),))
    if node is None:
        return PackFile(file=file, faults=(Fault(file, 1, "the file is empty; begin with pack: and title:"),))
    return _read(sheet, node)


def read_text(path: Path, *, file: str) -> str | Fault:
    """Return the text of a file, or why it can't be read."""
    try:
        if path.stat().st_size > _LARGEST:
            return Fault(file, 0, f"larger than {_LARGEST // 1024**2} MB; split it")
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        return Fault(file, 0, f"can't be read: {(error.strerror or 'unknown reason').lower()}")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        return Fault(file, line, "no UTF-8 text; save it as UTF-8")


def _read(sheet: Sheet, node: Node) -> PackFile:
    keys = sheet.keys(node, KEYS, what="a pack")
    standings = _standings(sheet, keys["standing"]) if "standing" in keys else {}
    if not isinstance(node, Pairs) or (keys and not keys.keys() - {"standing", "note"}):
        return PackFile(file=sheet.file, standings=standings, faults=tuple(sheet.faults))
    for key in ("pack", "title"):
        if key not in keys:
            sheet.fault(node.line, f"the pack has no {key}; add {key}: …")
    name = (read_name(sheet, keys["pack"], what="pack") if "pack" in keys else None) or NAMELESS
    title = sheet.text(keys["title"], what="title") if "title" in keys else None
    if "note" in keys:
        sheet.text(keys["note"], what="note")
    groups, unsound = _groups(sheet, keys["groups"]) if "groups" in keys else ((), frozenset[str]())
    rules = _rules(sheet, keys["rules"], name) if "rules" in keys else ()
    pack = RulePack(
        name=name,
        title=title or "",
        source=sheet.file,
        groups=groups,
        rules=tuple(each.rule for each in rules),
    )
    return PackFile(
        file=sheet.file, pack=pack, rules=rules, unsound_groups=unsound, standings=standings,
        faults=tuple(sheet.faults),
    )  # fmt: skip


def _groups(sheet: Sheet, node: Node) -> tuple[tuple[Group, ...], frozenset[str]]:
    groups, unsound = [], set()
    for key, value in sheet.pairs(node, what="groups"):
        before = len(sheet.faults)
        if not is_name(key.text):
            sheet.fault(key.line, f"group {key.text[:40]!r} is no name; {NAMES}")
        groups.append(read_group(sheet, key.text, value))
        if len(sheet.faults) > before:
            unsound.add(key.text)
    return tuple(groups), frozenset(unsound)


def _rules(sheet: Sheet, node: Node, pack: str) -> tuple[ReadRule, ...]:
    rules: dict[str, ReadRule] = {}
    for item in sheet.items(node, what="rules"):
        found = read_rule(sheet, item, pack=pack)
        if found is None:
            continue
        if before := rules.get(found.rule.id):
            sheet.fault(found.lines["id"], _twice(found.rule.id, before))
        else:
            rules[found.rule.id] = found
    return tuple(rules.values())


def _twice(rule_id: str, before: ReadRule) -> str:
    return f"{rule_id} is also the rule of line {before.lines['']}; give this one another id"


def _standings(sheet: Sheet, node: Node) -> Mapping[str, tuple[Standing, int]]:
    found = {}
    for key, value in sheet.pairs(node, what="standing"):
        word = sheet.word(value, tuple(Standing), what="standing")
        if word is not None:
            found[key.text] = (Standing(word), key.line)
    return found
