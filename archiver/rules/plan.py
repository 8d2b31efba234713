"""A rulebook made ready: which phrases to scan for, which groups each find belongs to, which rules to ask.

A rule is asked only where it could fire: where the groups are that it can't do without, or where its lexicon
weighs enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import itemgetter

from archiver.domain.condition import groups_of, holds, needed_by
from archiver.domain.rule import ANY_LANGUAGE, Group, Rule, Rulebook
from archiver.rules.scanner import Phrase


@dataclass(frozen=True, slots=True)
class Owner:
    """A group that a phrase belongs to, in texts that may be in the language (None: in every text)."""

    group: str
    language: str | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What to look for, and whom to ask.

    ``owners[i]`` are the groups of ``phrases[i]``. ``detectors`` maps kinds to groups; ``others`` are the
    groups that are more than terms and detectors. ``triggered`` maps a group to the rules that are asked
    where it is found, ``weighed`` a lexicon to those that are asked where its sum reaches a bound,
    lowest first;
    ``always`` are asked about every content.
    """

    phrases: tuple[Phrase, ...]
    owners: tuple[tuple[Owner, ...], ...]
    detectors: Mapping[str, tuple[str, ...]]
    others: tuple[tuple[str, Group], ...]
    triggered: Mapping[str, tuple[Rule, ...]]
    weighed: Mapping[str, tuple[tuple[float, Rule], ...]]
    always: tuple[Rule, ...]
    needed: Mapping[str, frozenset[str]]
    """The groups that a rule, by its id, can't do without."""


def make_plan(rulebook: Rulebook) -> Plan:
    """Return the plan of a rulebook."""
    owners = _owners(rulebook.groups)
    detectors: dict[str, tuple[str, ...]] = {}
    for name, group in rulebook.groups.items():
        for kind in group.detectors:
            detectors[kind] = (*detectors.get(kind, ()), name)
    triggered: dict[str, tuple[Rule, ...]] = {}
    weighed: dict[str, tuple[tuple[float, Rule], ...]] = {}
    always: list[Rule] = []
    for rule in rulebook.rules:
        groups = _triggers(rule, rulebook.groups)
        for name in groups:
            triggered[name] = (*triggered.get(name, ()), rule)
        if not groups and rule.lexicon:
            file = lexicon_file(rule.lexicon)
            weighed[file] = (*weighed.get(file, ()), (_bound(rule), rule))
        elif not groups:
            always.append(rule)
    weighed = {file: tuple(sorted(bounds, key=itemgetter(0))) for file, bounds in weighed.items()}
    return Plan(
        phrases=tuple(owners),
        owners=tuple(map(tuple, owners.values())),
        detectors=detectors,
        others=tuple((name, group) for name, group in rulebook.groups.items() if _is_more(group)),
        triggered=triggered,
        weighed=weighed,
        always=tuple(always),
        needed={rule.id: needed_by(rule.when) if rule.when else frozenset() for rule in rulebook.rules},
    )


def lexicon_file(lexicon: str) -> str:
    """Return the file of a rule's ``file.tsv#column``."""
    return lexicon.partition("#")[0]


def lexicon_column(lexicon: str) -> str:
    """Return the column of a rule's ``file.tsv#column``."""
    return lexicon.partition("#")[2]


def _owners(groups: Mapping[str, Group]) -> dict[Phrase, list[Owner]]:
    owners: dict[Phrase, list[Owner]] = {}
    for name, group in groups.items():
        for listed, phrases in group.terms.items():
            language = None if listed == ANY_LANGUAGE else listed
            for text in phrases:
                phrase = Phrase(text=text, boundary=group.boundary, language=language)
                owners.setdefault(phrase, []).append(Owner(name, language))
    return owners


def _triggers(rule: Rule, groups: Mapping[str, Group]) -> Iterable[str]:
    """Return groups of which one is there whenever the rule fires; none where that can't be said."""
    if rule.when is None:
        if rule.lexicon or rule.base >= rule.threshold:
            return ()
        return [name for name, weight in rule.weights.items() if weight > 0]
    needed = needed_by(rule.when)
    if needed:
        return [min(sorted(needed), key=lambda name: _size(groups[name]))]
    return () if holds(rule.when, {}) else sorted(groups_of(rule.when))


def _size(group: Group) -> tuple[bool, int]:
    """Say how often a group may be found, roughly: detectors and traits are common, few terms are rare."""
    return bool(group.detectors or group.traits), sum(map(len, group.terms.values()))


def _bound(rule: Rule) -> float:
    """Return what the rule's lexicon must weigh at least."""
    return rule.threshold - rule.base - sum(weight for weight in rule.weights.values() if weight > 0)


def _is_more(group: Group) -> bool:
    return bool(group.entities or group.media or group.file_names or group.forwarded_from or group.traits)
