"""A rulebook made ready: which phrases to scan for, which groups each find belongs to, which rules to ask.

A rule is asked only where it could fire: where the groups are that it can't do without, or where its lexicon
weighs enough.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set as AbstractSet
from dataclasses import dataclass
from operator import itemgetter
from typing import assert_never

from archiver.domain.condition import (
    AtLeast,
    Condition,
    Every,
    Near,
    Not,
    Present,
    SameSentence,
    Some,
    groups_of,
    holds,
    needed_by,
)
from archiver.domain.rule import ANY_LANGUAGE, Group, Rule, Rulebook
from archiver.rules.scanner import Phrase

MayHold = Callable[[AbstractSet[str]], bool]
"""Whether a condition may hold where these groups are; it never does where this says no."""


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
    may_hold: Mapping[str, MayHold]
    """By the ids of the rules."""


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
        owners=tuple(owners.values()),
        detectors=detectors,
        others=tuple((name, group) for name, group in rulebook.groups.items() if _is_more(group)),
        triggered=triggered,
        weighed=weighed,
        always=tuple(always),
        may_hold={rule.id: may_hold(rule.when) if rule.when else _always for rule in rulebook.rules},
    )


def may_hold(condition: Condition) -> MayHold:
    """Return what says, by the groups alone, that a condition can't hold."""
    match condition:
        case Present(group):
            return frozenset({group}).issubset
        case Near(groups) | SameSentence(groups):
            return frozenset(groups).issubset
        case AtLeast(groups, number):
            return _meets(groups) if number > 0 else _always
        case Some() | Every():
            return _may_combine(condition)
        case Not():
            return _always  # what is there may be of another language, and so not count
        case _:
            assert_never(condition)


def lexicon_file(lexicon: str) -> str:
    """Return the file of a rule's ``file.tsv#column``."""
    return lexicon.partition("#")[0]


def lexicon_column(lexicon: str) -> str:
    """Return the column of a rule's ``file.tsv#column``."""
    return lexicon.partition("#")[2]


def _always(_there: AbstractSet[str]) -> bool:
    return True


def _may_combine(condition: Some | Every) -> MayHold:
    groups = [part.group for part in condition.parts if isinstance(part, Present)]
    claims = [may_hold(part) for part in condition.parts if not isinstance(part, Present)]
    match condition:
        case Every():
            needed = frozenset(groups)
            return lambda there: needed <= there and all(claim(there) for claim in claims)
        case Some(_, 1):
            meets = _meets(groups)
            return lambda there: meets(there) or any(claim(there) for claim in claims)
        case Some(_, number):
            claims += [may_hold(Present(group)) for group in groups]
            return lambda there: sum(claim(there) for claim in claims) >= number


def _meets(groups: Iterable[str]) -> MayHold:
    wanted = frozenset(groups)
    return lambda there: not wanted.isdisjoint(there)


def _owners(groups: Mapping[str, Group]) -> dict[Phrase, tuple[Owner, ...]]:
    owners: dict[Phrase, tuple[Owner, ...]] = {}
    for name, group in groups.items():
        for listed, phrases in group.terms.items():
            language = None if listed == ANY_LANGUAGE else listed
            own = (Owner(name, language),)
            for text in phrases:
                phrase = Phrase(text=text, boundary=group.boundary, language=language)
                others = owners.get(phrase)
                owners[phrase] = (*others, *own) if others else own
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
