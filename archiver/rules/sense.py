"""Whether packs make sense together: names lead somewhere, rules can flag, and not everything."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from archiver.domain.condition import AtLeast, Condition, Every, Found, Not, Some, groups_of, holds, needed_by
from archiver.domain.fault import Fault
from archiver.domain.rule import TRAITS_OF_NOTHING, Group, Lexicon, Rule
from archiver.rules.reading import NAMELESS, PackFile
from archiver.rules.rule import ReadRule
from archiver.rules.shelf import Shelf
from archiver.rules.spelling import unknown

_DIGITS = 6
"""Scores are compared as people write them: 0.1 and 0.2 reach 0.3."""


def faults_between(shelf: Shelf) -> Iterator[Fault]:
    """Yield what is wrong with the files taken together, each of them read already."""
    names = _names(shelf)
    yield from _packs_twice(shelf)
    yield from _standings(shelf, names)
    for file in shelf.files:
        for read in file.rules:
            missing = [*_missing(file, read, names)]
            yield from missing
            if read.is_sound and not missing and _is_known(read.rule, names):
                yield from _senseless(file, read, names)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Names:
    """What rules may name. ``is_whole`` says that no file was so wrong that its names are not known."""

    packs: frozenset[str]
    groups: Mapping[str, Group]
    unsound: frozenset[str]
    lexicons: Mapping[str, Lexicon]
    is_whole: bool


def _names(shelf: Shelf) -> _Names:
    packs = [(file, file.pack) for file in shelf.files if file.pack]
    return _Names(
        packs=frozenset(pack.name for _, pack in packs),
        groups={f"{pack.name}.{group.name}": group for _, pack in packs for group in pack.groups},
        unsound=frozenset(f"{pack.name}.{name}" for file, pack in packs for name in file.unsound_groups),
        lexicons=shelf.lexicons,
        is_whole=all(file.pack.name != NAMELESS if file.pack else not file.faults for file in shelf.files),
    )


def _packs_twice(shelf: Shelf) -> Iterator[Fault]:
    first: dict[str, str] = {}
    for file in shelf.files:
        if file.pack is None or file.pack.name == NAMELESS:
            continue
        if first.setdefault(file.pack.name, file.file) != file.file:
            said = f"a pack of {first[file.pack.name]} is called {file.pack.name} too; choose another name"
            yield Fault(file.file, 1, said)


def _standings(shelf: Shelf, names: _Names) -> Iterator[Fault]:
    rules = {rule.id for file in shelf.files if file.pack for rule in file.pack.rules}
    known = rules | {f"{pack}.*" for pack in names.packs}
    first: dict[str, str] = {}
    for file in shelf.files:
        for name, (_, line) in file.standings.items():
            if name not in known and names.is_whole:
                yield Fault(file.file, line, unknown("rule", name, known))
            elif first.setdefault(name, file.file) != file.file:
                yield Fault(file.file, line, f"{first[name]} has a standing for {name} too; delete one")


def _groups(rule: Rule) -> frozenset[str]:
    return (groups_of(rule.when) if rule.when else frozenset()) | rule.weights.keys()


def _is_known(rule: Rule, names: _Names) -> bool:
    """Say whether all that a rule names could be read, so that it can be thought through."""
    groups = _groups(rule)
    lexicon = (rule.lexicon or "").partition("#")[0]
    is_weighed = not lexicon or (lexicon in names.lexicons and bool(names.lexicons[lexicon].base))
    return is_weighed and groups <= names.groups.keys() and not groups & names.unsound


def _missing(file: PackFile, read: ReadRule, names: _Names) -> Iterator[Fault]:
    for name in sorted(_groups(read.rule)):
        pack = name.partition(".")[0]
        line = read.lines.get(f"weights.{name}") or read.lines["when"]
        if name in names.groups or (pack not in names.packs and not names.is_whole):
            continue
        if pack in names.packs:
            yield Fault(file.file, line, unknown("group", name, _namesakes(name, names) or names.groups))
        else:
            yield Fault(file.file, line, unknown("pack", pack, names.packs))
    lexicon, _, column = (read.rule.lexicon or "").partition("#")
    found = names.lexicons.get(lexicon)
    columns = found.columns[1:] if found else ()
    if columns and column not in columns:
        yield Fault(file.file, read.lines["lexicon"], unknown(f"column of {lexicon}", column, columns))
    for name in sorted(found.groups.keys() - names.groups.keys() if found and names.is_whole else ()):
        yield Fault(
            file.file,
            read.lines["lexicon"],
            f"{lexicon} weighs a group: {unknown('group', name, names.groups)}",
        )


def _namesakes(name: str, names: _Names) -> list[str]:
    """Return the groups of other packs that are called so: the likeliest slip is to leave the pack out."""
    return [group for group in names.groups if group.partition(".")[2] == name.partition(".")[2]]


def _senseless(file: PackFile, read: ReadRule, names: _Names) -> Iterator[Fault]:
    rule, lines = read.rule, read.lines
    if (score := _score_of_nothing(rule, names)) is not None and score >= rule.threshold:
        said = (
            f"{rule.id} would flag a post that holds nothing, whose score is {score:g}; name a group in when"
        )
        yield Fault(file.file, lines.get("when", lines[""]), said)
    if (most := _highest_score(rule, names)) < rule.threshold:
        said = f"the threshold {rule.threshold:g} is out of reach: base and weights make {most:g} at most"
        yield Fault(file.file, lines.get("threshold", lines[""]), said)
    for count in _counts(rule.when) if rule.when else ():
        if (there := _terms(count, names)) is not None and there < count.number:
            said = f"count(…) >= {count.number} can never hold: the groups have {there} different terms"
            yield Fault(file.file, lines["when"], said)


def _score_of_nothing(rule: Rule, names: _Names) -> float | None:
    """Return the score of a post that holds nothing, None where the condition does not hold for it."""
    present = {name for name in _groups(rule) if TRAITS_OF_NOTHING & set(names.groups[name].traits)}
    finds = {name: (Found(0, 0, 0, name),) for name in present}
    if rule.when and not holds(rule.when, finds):
        return None
    weights = sum(weight for name, weight in rule.weights.items() if name in present)
    weighed = _weight_of_nothing(rule, names)
    return None if weighed is None else round(rule.base + weighed + weights, _DIGITS)


def _highest_score(rule: Rule, names: _Names) -> float:
    """Return a score that no post can exceed."""
    needed = needed_by(rule.when) if rule.when else frozenset()
    weights = sum(weight for name, weight in rule.weights.items() if weight > 0 or name in needed)
    return round(rule.base + weights + _highest_weight(rule, names), _DIGITS)


def _weight_of_nothing(rule: Rule, names: _Names) -> float | None:
    """Return what the rule's lexicon weighs where there is no word, None where other columns are likelier."""
    name, _, column = (rule.lexicon or "").partition("#")
    if not name:
        return 0.0
    lexicon = names.lexicons[name]
    whether, *others = lexicon.base
    own = others[lexicon.columns.index(column) - 1]
    return whether if own >= 0 or own >= max(others) else None


def _highest_weight(rule: Rule, names: _Names) -> float:
    """Return what the rule's lexicon weighs at most: more words that speak for it always weigh more."""
    name = (rule.lexicon or "").partition("#")[0]
    if not name:
        return 0.0
    lexicon = names.lexicons[name]
    rows = (*lexicon.rows.values(), *lexicon.groups.values())
    return math.inf if any(row[0] > 0 for row in rows) else lexicon.base[0]


def _counts(condition: Condition) -> Iterator[AtLeast]:
    match condition:
        case AtLeast():
            yield condition
        case Some(parts) | Every(parts):
            for part in parts:
                yield from _counts(part)
        case Not(part):
            yield from _counts(part)


def _terms(count: AtLeast, names: _Names) -> int | None:
    """Return how many terms these groups have, None where they hold more than terms."""
    groups = [names.groups[name] for name in count.groups]
    if any(group.detectors or group.entities or group.file_names or group.forwarded_from for group in groups):
        return None
    terms = {term for group in groups for phrases in group.terms.values() for term in phrases}
    return len(terms) + len({word for group in groups for word in (*group.media, *group.traits)})
