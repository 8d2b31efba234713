"""Make one rulebook of all packs, with the operator's standings and a digest over all that decides a flag."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from archiver.domain import folding
from archiver.domain.condition import groups_of
from archiver.domain.errors import RulesInvalid
from archiver.domain.rule import Group, Lexicon, Rule, Rulebook, RulePack, Standing
from archiver.rules.sense import faults_between
from archiver.rules.shelf import Shelf, read_shelf

MATCHING_VERSION = 1
"""Part of a rulebook's digest: to be raised when views, boundaries, languages or detectors change so that the
same rules give other flags."""

_canonical = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """Every pack, with the standings of its rules, and the lexicons by the names of their files."""

    packs: tuple[RulePack, ...]
    lexicons: Mapping[str, Lexicon]

    def rulebook(self) -> Rulebook:
        """Return the rules that are not off, and all that they name."""
        every = sorted((rule for pack in self.packs for rule in pack.rules), key=lambda rule: rule.id)
        rules = tuple(rule for rule in every if rule.standing is not Standing.OFF)
        groups = {f"{pack.name}.{group.name}": group for pack in self.packs for group in pack.groups}
        files = {rule.lexicon.partition("#")[0] for rule in rules if rule.lexicon}
        lexicons = {name: self.lexicons[name] for name in sorted(files)}
        weighed = {name for lexicon in lexicons.values() for name in lexicon.groups}
        named = {name: groups[name] for name in sorted(_groups_of(rules) | weighed)}
        return Rulebook(digest=_digest(rules, named, lexicons), groups=named, rules=rules, lexicons=lexicons)

    def all_on(self) -> Library:
        """Return the library with every rule on, those that are off too: to try their examples."""
        packs = (
            replace(pack, rules=tuple(replace(rule, standing=Standing.ON) for rule in pack.rules))
            for pack in self.packs
        )
        return replace(self, packs=tuple(packs))


def read_library(own: Sequence[Path] = ()) -> Library:
    """Return the built-in packs and those of ``own`` files and folders; raises RulesInvalid."""
    shelf = read_shelf(own)
    faults = sorted({*shelf.faults, *faults_between(shelf)})
    if faults:
        raise RulesInvalid(faults)
    standings = {name: each for file in shelf.files for name, (each, _) in file.standings.items()}
    return Library(packs=tuple(_with_standings(shelf, standings)), lexicons=shelf.lexicons)


def rulebook(folder: Path | None) -> Rulebook:
    """Return the rules in force, built-in ones and those of the operator's folder; raises RulesInvalid."""
    return read_library([folder] if folder else []).rulebook()


def _groups_of(rules: Iterable[Rule]) -> set[str]:
    return {name for rule in rules for name in (*rule.weights, *(groups_of(rule.when) if rule.when else ()))}


def _with_standings(shelf: Shelf, standings: Mapping[str, Standing]) -> Iterator[RulePack]:
    """Yield the packs, their rules as the operator wants them: a word on a rule beats one on its pack."""
    for file in shelf.files:
        if file.pack:
            for_all = standings.get(f"{file.pack.name}.*")
            rules = (
                replace(rule, standing=standings.get(rule.id) or for_all or rule.standing)
                for rule in file.pack.rules
            )
            yield replace(file.pack, rules=tuple(rules))


def _digest(rules: Sequence[Rule], groups: Mapping[str, Group], lexicons: Mapping[str, Lexicon]) -> str:
    deciding = {
        "folding": folding.VERSION,
        "matching": MATCHING_VERSION,
        "rules": [asdict(_deciding(rule)) for rule in rules],
        "groups": {name: _told(group) for name, group in groups.items()},
        "lexicons": {name: _told(lexicon) for name, lexicon in lexicons.items()},
    }
    return hashlib.sha256(_canonical(deciding).encode()).hexdigest()


def _told(value: Group | Lexicon) -> dict[str, object]:
    """Return a value's fields; `asdict` would copy all its terms and rows."""
    return {each.name: getattr(value, each.name) for each in fields(value)}


def _deciding(rule: Rule) -> Rule:
    """Return the rule without what is for people only."""
    return replace(rule, title="", note=None, references=(), examples_flag=(), examples_benign=())
